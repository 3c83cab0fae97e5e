"""Deadlines of hazards: where they may lie, and extensions with who approved them."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from hazards.tests.factories import FOUND_ON, ORDER, make_order, move
from hazards.tests.pages import text_of, url

LATE_PARTS = {"fields": {"deadline": date(2017, 12, 15)}, "reason": "parts are late"}
LATER = date(2017, 12, 16)


def test_an_extension_keeps_the_first_deadline(world, at):
    hazard = at("assigned")
    hazard = move(hazard, "extend", by=world.inspector, **LATE_PARTS)
    hazard = move(hazard, "extend", by=world.inspector, fields={"deadline": LATER}, reason="again")
    assert (hazard.deadline, hazard.original_deadline) == (LATER, ORDER["deadline"])
    assert [change.deadline and change.deadline.day for change in hazard.changes.all()] == [None, 10, 15, 16]
    assert hazard.changes.last().details == {"deadline": ["2017-12-15", "2017-12-16"]}


@pytest.mark.parametrize("day", [date(2017, 12, 10), date(2017, 12, 3)])
def test_an_extension_lies_after_the_first_deadline(world, at, day):
    with pytest.raises(ValidationError) as caught:
        move(at("assigned"), "extend", by=world.inspector, fields={"deadline": day}, reason="earlier")
    assert set(caught.value.error_dict) == {"deadline"}


def test_a_second_extension_never_shortens_the_first(world, at):
    hazard = move(at("assigned"), "extend", by=world.inspector, **LATE_PARTS)
    with pytest.raises(ValidationError) as caught:
        move(hazard, "extend", by=world.inspector, fields={"deadline": date(2017, 12, 14)}, reason="again")
    assert set(caught.value.error_dict) == {"deadline"}


def test_an_order_does_not_postpone_the_deadline_of_the_finding(world, at):
    hazard = at("identified", deadline=date(2017, 12, 4))
    with pytest.raises(ValidationError, match="use “Extend”"):
        make_order(hazard, by=world.inspector)
    assert make_order(hazard, by=world.inspector, deadline=date(2017, 12, 3)).original_deadline.day == 4


def test_a_deadline_before_the_finding_is_refused(world, at):
    with pytest.raises(ValidationError, match="before the day of finding"):
        make_order(at("identified"), by=world.inspector, deadline=FOUND_ON - timedelta(days=1))


def test_extensions_tell_from_when_to_when_why_and_who_approved(world, at):
    hazard = move(at("assigned"), "extend", by=world.inspector, **LATE_PARTS)
    hazard = move(hazard, "extend", by=world.inspector, fields={"deadline": LATER}, reason="again")
    told = [(one.before, one.deadline, one.reason, one.by) for one in hazard.extensions()]
    assert told == [
        (date(2017, 12, 10), date(2017, 12, 15), "parts are late", world.inspector),
        (date(2017, 12, 15), LATER, "again", world.inspector),
    ]
    assert hazard.original_deadline == date(2017, 12, 10)


def test_an_earlier_deadline_is_no_extension(world, at):
    hazard = move(
        at("assigned"), "regrade", by=world.inspector, reason="sooner", fields={"deadline": date(2017, 12, 8)}
    )
    assert hazard.extensions() == []


def test_extensions_are_told_on_the_page(client, world, hazard):
    make_order(hazard, by=world.inspector)
    fields, on = {"deadline": date(2017, 12, 16)}, date(2017, 12, 8)
    move(hazard, "extend", by=world.inspector, on=on, reason="parts are late", fields=fields)
    client.force_login(world.authority)
    text = text_of(client, url(hazard))
    assert "10 December 2017 → <b>16 December 2017</b>" in text
    assert "approved by Inspector on 8 December 2017" in text
