"""Pages of safety checks: list, beginning, record, moves."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import TODAY, assign
from enterprises.models import Role
from hazards.models import SafetyCheck
from hazards.tests.factories import (
    make_check,
    make_draft,
    make_finding,
    make_version,
    move,
    picture,
)

LIST = reverse("hazards:check_list")
ADD = reverse("hazards:check_add")
BEGIN = {"performed_by": "self_check", "items": "longest", "happened_on": TODAY.isoformat()}


@pytest.fixture
def here(world):
    return {"by": world.member, "enterprise": world.enterprise, "version": make_version(world.programme)}


def url(check, name="check_detail", *args):
    return reverse(f"hazards:{name}", args=[check.pk, *args])


def text_of(client, url, **query):
    response = client.get(url, query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_shows_drafts_then_the_newest(client, world, here):
    found = make_check(**here, answers={"E-01": "h"}, findings={"E-01": make_finding()}, on=date(2017, 11, 1))
    clean, draft = make_check(**here), make_draft(**here)
    void = move(make_check(**here), "void", by=world.staff, reason="twice")
    client.force_login(world.authority)
    text = text_of(client, LIST)
    assert 'data-count="3"' in text
    assert text.index(str(draft)) < text.index(str(clean)) < text.index(str(found))
    assert str(void) not in text
    assert "Begin a check" not in text


def test_the_list_is_filtered(client, world, here, second):
    make_check(**here, answers={"E-01": "h"}, findings={"E-01": make_finding()}, on=date(2017, 11, 1))
    make_check(**{**here, "by": world.inspector, "enterprise": second}, performed_by="inspector")
    make_draft(**here)
    move(make_check(**here), "void", by=world.staff, reason="twice")
    client.force_login(world.inspector)
    for query, count in (
        ({"enterprise": second.pk}, 1),
        ({"enterprise": 99}, 3),
        ({"performed_by": "self_check"}, 2),
        ({"status": "draft"}, 1),
        ({"status": "submitted"}, 2),
        ({"status": "void"}, 1),
        ({"found": "yes"}, 1),
        ({"found": "no"}, 2),
        ({"since": "2017-11-02"}, 1),
        ({"until": "2017-11-30", "status": "submitted"}, 1),
        ({"since": "soon"}, 3),
    ):
        assert f'data-count="{count}"' in text_of(client, LIST, **query), query


def test_the_list_costs_the_same_for_any_length(client, world, here):
    client.force_login(world.inspector)
    text_of(client, LIST)  # what the frame shows is kept between requests
    costs = []
    for _ in range(2):
        for _ in range(3):
            make_check(**here)
        with CaptureQueriesContext(connection) as queries:
            text_of(client, LIST)
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 20


def test_the_outsider_sees_no_check(client, world, here):
    check = make_check(**here)
    client.force_login(world.outsider)
    assert 'data-count="0"' in text_of(client, LIST)
    change = check.changes.first().pk
    for address in (
        url(check),
        url(check, "check_record"),
        url(check, "check_correct_version"),
        url(check, "check_move", "void"),
        url(check, "check_correct", change),
    ):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code in (404, 405)


def test_a_check_begins_with_what_was_not_looked_at_longest(client, world, here):
    client.force_login(world.member)
    text = text_of(client, ADD)
    assert 'name="enterprise"' not in text
    assert 'name="inspector"' not in text
    response = client.post(ADD, {**BEGIN, "version": here["version"].pk, "people": "Li"})
    check = SafetyCheck.objects.get()
    assert response.url == url(check, "check_record")
    assert (check.status, check.performed_by, check.people) == ("draft", "self_check", "Li")
    assert set(check.answers.values()) == {""}
    assert len(check.answers) == 6


def test_a_check_of_one_section(client, world, here):
    client.force_login(world.member)
    section = here["version"].sections.get(code="F")
    posted = {**BEGIN, "items": "sections", "version": here["version"].pk, "sections": [section.pk]}
    client.post(ADD, posted)
    assert set(SafetyCheck.objects.get().answers) == {"F-01", "F-02", "F-03"}


def test_beginning_keeps_what_was_typed_when_something_is_wrong(client, world, here):
    client.force_login(world.inspector)
    version = here["version"].pk
    for change, text in (
        ({"happened_on": "2017-12-20"}, "future"),
        ({"performed_by": "self_check"}, "not one of the available choices"),
        ({"performed_by": "joint", "inspector": ""}, "names both of the pair"),
        ({"version": ""}, "required"),
        ({"happened_on": "2017-03-31"}, "not in force on that day"),
    ):
        posted = {**BEGIN, "performed_by": "inspector", "version": version, "site_area": "Hall 7", **change}
        page = client.post(f"{ADD}?enterprise={world.enterprise.pk}", posted).content.decode()
        assert text in page
        assert 'value="Hall 7"' in page
    assert not SafetyCheck.objects.exists()


def test_without_a_checklist_it_says_who_can_help(client, world):
    client.force_login(world.member)
    assert "No checklist is in force yet" in client.post(ADD, BEGIN).content.decode()


def test_people_with_several_enterprises_choose_one(client, world, here, second):
    client.force_login(world.inspector)
    text = text_of(client, ADD)
    assert "Choose the enterprise" in text
    assert "T02" in text
    assert "Test enterprise T02" in text_of(client, ADD, enterprise=second.pk)
    assert client.get(ADD, {"enterprise": "x"}).status_code == 404


def test_inspectors_choose_among_the_pair_of_this_enterprise(client, world, here):
    client.force_login(world.inspector)
    text = text_of(client, ADD, enterprise=world.enterprise.pk)
    assert f'<option value="{world.consultant.pk}" selected>' in text
    assert f'<option value="{world.inspector.pk}" selected>' in text
    assert f'<option value="{world.outsider.pk}"' not in text


def test_others_do_not_begin_checks(client, world, here, second):
    for person in (world.authority, world.staff, world.administrator):
        client.force_login(person)
        assert client.get(ADD).status_code == 403
    client.force_login(world.staff)
    assert client.get(ADD, {"enterprise": world.enterprise.pk}).status_code == 403
    client.force_login(world.member)
    assert client.get(ADD, {"enterprise": second.pk}).status_code == 404
    assert client.delete(ADD).status_code == 405


def test_the_record_tells_all(client, world, here, django_assert_max_num_queries):
    check = make_check(
        **here, answers={"E-01": "o", "F-02": "h"}, findings={"F-02": make_finding()}, note="windy"
    )
    client.force_login(world.authority)
    with django_assert_max_num_queries(24):
        text = text_of(client, url(check))
    for part in (
        "1 December 2017",
        "enterprise self-check",
        "windy",
        "Cover missing",
        "OK 1 · Hazard 1 · N.A. 0",
    ):
        assert part in text
    assert "Electrical item 1 is in order" in text
    assert "Electrical item 2" not in text
    assert "submitted" in text
    assert "btn-danger" not in text


def test_a_hazard_is_reported_from_a_submitted_check_by_those_who_may(client, world, here):
    check, draft = make_check(**here), make_draft(**here)
    address = f"{reverse('hazards:hazard_add')}?check="
    client.force_login(world.inspector)
    assert f"{address}{check.pk}" in text_of(client, url(check))
    assert address not in text_of(client, url(draft))
    client.force_login(world.staff)
    assert address not in text_of(client, url(check))


def test_buttons_fit_the_person_and_the_kind(client, world, here):
    check, draft = make_check(**here), make_draft(**here)
    for part, on_check, on_draft in (
        ("member", {"supersede"}, {"edit", "discard"}),
        ("inspector", {"void"}, set()),
        ("staff", {"void"}, set()),
        ("consultant", set(), set()),
    ):
        client.force_login(getattr(world, part))
        for record, expected in ((check, on_check), (draft, on_draft)):
            text = text_of(client, url(record))
            names = ("supersede", "void", "edit", "discard", "submit")
            assert {name for name in names if url(record, "check_move", name) in text} == expected


def test_moves_with_a_page_of_their_own_lead_there(client, world, here):
    check, draft = make_check(**here), make_draft(**here)
    client.force_login(world.member)
    assert client.get(url(draft, "check_move", "edit")).url == url(draft, "check_record")
    assert client.post(url(check, "check_move", "supersede")).url == url(check, "check_correct_version")
    check.refresh_from_db()
    assert check.status == "submitted"


def test_a_draft_is_discarded_with_its_photos(client, world, here, settings):
    draft = make_draft(**here)
    client.force_login(world.member)
    posted = {"E-01-answer": "h", "E-01-description": "x", "E-01-photo": picture(), "action": "save"}
    client.post(url(draft, "check_record"), posted)
    assert len(list(settings.MEDIA_ROOT.glob("photos/*.jpg"))) == 1
    client.post(url(draft, "check_move", "discard"), {"happened_on": TODAY.isoformat()})
    draft.refresh_from_db()
    assert draft.status == "void"
    assert not list(settings.MEDIA_ROOT.glob("photos/*.jpg"))


def test_voiding_takes_a_reason_and_the_right_role(client, world, here):
    check = make_check(**here)
    address = url(check, "check_move", "void")
    client.force_login(world.member)
    assert client.get(address).status_code == 403
    client.force_login(world.staff)
    assert "This field is required." in client.post(address, {"happened_on": "2017-12-19"}).content.decode()
    assert client.post(address, {"happened_on": "2017-12-19", "reason": "twice"}).url == url(check)
    assert client.get(address, follow=True).redirect_chain == [(url(check), 302)]
    assert client.get(url(check, "check_move", "explode")).status_code == 404


def test_a_date_is_corrected(client, world, here):
    check = make_check(**here)
    change = check.changes.get(move="submit")
    address = url(check, "check_correct", change.pk)
    client.force_login(world.member)
    assert client.get(address).status_code == 403
    client.force_login(world.inspector)
    assert url(check, "check_correct", change.pk) in text_of(client, url(check))
    client.post(address, {"happened_on": "2017-12-02", "reason": "typed wrongly"})
    check.refresh_from_db()
    assert check.checked_on == date(2017, 12, 2)


def test_a_person_with_two_roles_chooses_the_kind(client, world, here):
    assign(world.member, Role.CONSULTANT, world.enterprise)
    client.force_login(world.member)
    text = text_of(client, ADD)
    for kind in ("self_check", "consultant", "joint"):
        assert f'name="performed_by" value="{kind}"' in text
    assert 'name="performed_by" value="inspector"' not in text
