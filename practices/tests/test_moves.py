"""The way of a card: two keys, told before it is reviewed, published only with consent."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from conftest import TODAY, assign, make_enterprise
from enterprises.models import Mark, Role
from practices.models import Practice
from practices.tests.factories import CONSENT, make_practice, step
from score_mis.lib.workflow import TransitionError
from suggestions.tests.factories import make_suggestion


def test_a_card_goes_all_the_way_and_leaves_no_mark(world):
    marks = Mark.objects.count()
    card = make_practice(world, "published", saving=1200)
    assert (card.status, card.reference, card.currency) == ("published", "T01-P0001", "CNY")
    assert (card.drafted_by, card.reviewed_by) == (world.member, world.staff)
    assert Mark.objects.count() == marks


def test_staff_do_not_draft_and_members_do_not_review(world):
    with pytest.raises(PermissionDenied):
        make_practice(world, by=world.staff)
    for move in ("review", "return"):
        with pytest.raises(PermissionDenied):
            step(world, make_practice(world), move, by=world.leader, reason="as I please")


def test_who_drafted_never_reviews(world):

    assign(world.staff, Role.CONSULTANT, world.enterprise)
    card = make_practice(world, by=world.staff)
    with pytest.raises(TransitionError, match="somebody else must review"):
        step(world, card, "review")
    with pytest.raises(IntegrityError), transaction.atomic():
        Practice.objects.filter(pk=card.pk).update(reviewed_by=world.staff)


def test_nothing_is_published_without_consent(world):
    card = make_practice(world, "reviewed")
    with pytest.raises(TransitionError, match="consent first"):
        step(world, card, "publish")
    with pytest.raises(IntegrityError), transaction.atomic():
        Practice.objects.filter(pk=card.pk).update(status="published", published_on=TODAY)
    assert step(world, step(world, card, "consent", by=world.leader), "publish").status == "published"


@pytest.mark.parametrize(
    "change",
    [
        {"consent_by": ""},
        {"consent_role": ""},
        {"consent_on": None},
        {"consent_on": date(2017, 12, 19)},
        {"consent_withdrawn_on": TODAY},
    ],
)
def test_the_database_keeps_consent_and_publication_together(world, change):
    card = make_practice(world, "published")
    with pytest.raises(IntegrityError), transaction.atomic():
        Practice.objects.filter(pk=card.pk).update(**change)


def test_withdrawn_consent_unpublishes_and_bars_publication(world):
    card = step(world, make_practice(world, "published"), "withdraw_consent", by=world.leader)
    assert (card.status, card.consent_withdrawn_on, card.has_consent) == ("withdrawn", TODAY, False)
    card = step(world, step(world, card, "take_up", by=world.member), "review")
    assert (card.consent_by, card.published_on) == ("", None)
    with pytest.raises(TransitionError):
        step(world, card, "publish")
    early = step(world, step(world, make_practice(world), "consent"), "withdraw_consent", by=world.consultant)
    assert (early.status, early.has_consent) == ("draft", False)
    assert step(world, early, "consent").has_consent


def test_a_member_who_leads_no_team_does_not_speak_for_the_enterprise(world):
    with pytest.raises(PermissionDenied):
        step(world, make_practice(world), "consent", by=world.member)


def test_a_consent_is_not_given_tomorrow(world):
    fields = CONSENT | {"consent_on": date(2017, 12, 20)}
    with pytest.raises(ValidationError, match="before it is recorded"):
        step(world, make_practice(world), "consent", fields=fields)


def test_a_card_that_does_not_tell_all_is_not_reviewed(world):
    with pytest.raises(ValidationError, match="lacks: idea, result"):
        step(world, make_practice(world, idea="", result=""), "review")


def test_a_returned_card_is_mended_and_handed_in_again(world):
    card = make_practice(world, "returned")
    assert card.changes.latest("pk").reason == "As agreed"
    card = step(world, card, "edit", by=world.member, fields={"title": "Better"})
    assert step(world, card, "resubmit", by=world.member).status == "draft"


def test_numbers_go_on_after_a_void_card(world):
    assert make_practice(world, "void").number == 1
    assert make_practice(world).number == 2


def test_a_foreign_suggestion_and_a_second_card_are_refused(world):

    idea = make_suggestion(world, "implemented")
    make_practice(world, suggestion=idea)
    with pytest.raises(ValidationError, match="already"):
        make_practice(world, suggestion=idea)
    ground = {"programme": world.programme, "area": world.district, "sector": world.sector, "by": world.staff}
    other = make_enterprise(**ground, code="T02")
    with pytest.raises(ValidationError, match="another enterprise"):
        card = make_practice(world)
        card.enterprise = other
        card.suggestion = idea
        card.clean()
