"""What no browser of ours sends: refused with a sentence or a plain 404, never with a server error."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hazards.tests.factories import make_draft, make_hazard, make_order, make_version
from score_mis.lib import workflow
from score_mis.lib.keys import as_key
from suggestions.models import Suggestion
from suggestions.tests.factories import make_suggestion

ENDLESS = "9" * 5000  # Python refuses to read so long a number


@pytest.mark.parametrize("text", [None, "", "x", "-1", "²", "１", "1.0", "9" * 19, ENDLESS])
def test_what_is_no_key_is_none(text):
    assert as_key(text) is None


def test_a_key_is_a_number():
    assert as_key("42") == 42


@pytest.mark.parametrize("name", ["suggestions:board", "training:visit_add", "hazards:check_add"])
def test_an_endless_number_in_an_address_is_not_found(client, world, name):
    client.force_login(world.consultant)
    assert client.get(reverse(name), {"enterprise": ENDLESS}).status_code == 404


def test_an_endless_number_in_a_hidden_field_is_left_alone(client, world):
    suggestion = make_suggestion(world)
    client.force_login(world.leader)
    address = reverse("suggestions:move", args=[suggestion.pk, "adopt"])
    assert client.post(address, {"happened_on": "2017-12-19", "seen": ENDLESS}).status_code == 302


def test_an_unlikely_deadline_is_refused_beside_its_field(client, world):
    hazard = make_hazard(by=world.inspector, enterprise=world.enterprise)
    client.force_login(world.inspector)
    values = {
        "responsible": "Wang",
        "measures": "Clear",
        "deadline": "9999-12-31",
        "happened_on": "2017-12-19",
    }
    response = client.post(reverse("hazards:hazard_move", args=[hazard.pk, "assign"]), values)
    assert response.context["form"].errors.keys() == {"deadline"}


def test_no_event_lies_before_all_programmes(world, today):
    with pytest.raises(ValidationError) as refused:
        make_suggestion(world, on=date(1, 1, 1))
    assert refused.value.message_dict.keys() == {"happened_on"}
    change = make_suggestion(world).changes.get()
    with pytest.raises(ValidationError):
        workflow.correct(change, by=world.leader, today=today, on=date(1, 1, 1), reason="Slip")
    assert Suggestion.objects.count() == 1


def test_a_regraded_hazard_keeps_its_order(client, world):
    hazard = make_order(make_hazard(by=world.inspector, enterprise=world.enterprise), by=world.inspector)
    client.force_login(world.inspector)
    address = reverse("hazards:hazard_move", args=[hazard.pk, "regrade"])
    response = client.post(address, {"level": "general", "reason": "Smaller", "happened_on": "2017-12-19"})
    assert {"deadline", "responsible"} <= response.context["form"].errors.keys()


def test_a_draft_takes_text_that_databases_cannot_keep(client, world):
    version = make_version(world.programme)
    draft = make_draft(by=world.member, enterprise=world.enterprise, version=version)
    client.force_login(world.member)
    values = {"E-01-answer": "h", "E-01-description": "Cover\x00 missing"}
    assert client.post(reverse("hazards:check_record", args=[draft.pk]), values).status_code == 302
    draft.refresh_from_db()
    assert draft.answers["E-01"]["description"] == "Cover missing"


@pytest.mark.parametrize("query", [{"by": "category", "key": "\x00"}, {"level": "\x00"}])
def test_evidence_of_a_key_that_cannot_be_is_not_found(client, world, query):
    client.force_login(world.staff)
    address = reverse("reports:evidence", args=["hazards_identified", "value"])
    assert client.get(address, query).status_code == 404
