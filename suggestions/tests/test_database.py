"""The database itself refuses what no form should let through."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F, ProtectedError

from suggestions.models import Suggestion
from suggestions.tests.factories import DAY, make_suggestion

pytestmark = pytest.mark.django_db
EARLIER, LATER = DAY - timedelta(days=1), DAY + timedelta(days=1)


def refused(work):
    with pytest.raises(IntegrityError), transaction.atomic():
        work()


@pytest.mark.parametrize(
    ("status", "values"),
    [
        ("submitted", {"status": "implemented", "implemented_on": LATER}),
        ("submitted", {"implemented_on": LATER}),
        ("rejected", {"status": "implemented", "implemented_on": LATER}),
        ("adopted", {"status": "implemented"}),
        ("adopted", {"implemented_on": EARLIER}),
        ("adopted", {"adopted_on": None}),
        ("adopted", {"decided_on": None}),
        ("adopted", {"adopted_on": LATER}),
        ("submitted", {"decided_on": EARLIER}),
        ("submitted", {"submitted_on": None}),
        ("submitted", {"status": "lost"}),
        ("submitted", {"number": None}),
        ("implemented", {"adopted_on": None}),
        ("implemented", {"adopted_on": None, "decided_on": None}),
        ("implemented", {"verified_on": EARLIER}),
        ("implemented", {"status": "verified"}),
        ("verified", {"verified_by": F("implemented_by")}),
        ("verified", {"verified_by": None}),
        ("verified", {"implemented_on": None}),
        ("cancelled", {"adopted_on": None}),
        ("implemented", {"saving_actual": -1}),
        ("submitted", {"is_anonymous": True, "proposer": "Wang Fang"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "+".join(f"{k}={v}" for k, v in value.items()),
)
def test_an_update_is_refused(world, status, values):
    suggestion = make_suggestion(world, status)
    refused(lambda: Suggestion.objects.filter(pk=suggestion.pk).update(**values))
    suggestion.refresh_from_db()
    assert suggestion.status == status


@pytest.mark.parametrize(
    "values",
    [
        {"status": "implemented", "implemented_on": LATER},
        {"status": "implemented", "implemented_on": EARLIER, "decided_on": DAY, "adopted_on": DAY},
        {"status": "verified", "decided_on": DAY, "adopted_on": DAY},
        {"status": "adopted"},
    ],
    ids=["never adopted", "before adopted", "never implemented", "no day"],
)
def test_rows_in_bulk_are_refused(world, values):
    rows = [
        Suggestion(enterprise=world.enterprise, number=number, title="Light", submitted_on=DAY, **extra)
        for number, extra in enumerate([{}, values], 1)
    ]
    refused(lambda: Suggestion.objects.bulk_create(rows))
    assert not Suggestion.objects.exists()


def test_bulk_update_is_refused(world):
    suggestion = make_suggestion(world)
    suggestion.implemented_on = LATER
    refused(lambda: Suggestion.objects.bulk_update([suggestion], ["implemented_on"]))


def test_a_number_is_given_once(world):
    first, second = make_suggestion(world), make_suggestion(world)
    refused(lambda: Suggestion.objects.filter(pk=second.pk).update(number=first.number))


def test_an_interval_does_not_run_backwards(world):
    suggestion = make_suggestion(world, "adopted")
    refused(lambda: suggestion.changes.filter(move="submit").update(until_on=EARLIER))


def test_a_suggestion_with_history_is_not_deleted(world):
    suggestion = make_suggestion(world)
    with pytest.raises(ProtectedError):
        suggestion.delete()
