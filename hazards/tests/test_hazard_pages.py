"""Pages of hazards: list, report, record, moves, photos."""

from datetime import date

import pytest
from django.urls import reverse

from conftest import TODAY
from hazards.models import Hazard
from hazards.tests.factories import (
    FOUND_ON,
    make_check,
    make_finding,
    make_hazard,
    make_order,
    make_rectified,
    make_version,
    move,
    picture,
)
from hazards.tests.pages import ADD, LIST, REPORT, text_of, url
from suggestions.tests.factories import make_suggestion
from training.tests.factories import make_visit


@pytest.fixture
def several(world, second):
    """One of each kind, by name."""
    at = {"by": world.member, "enterprise": world.enterprise}
    version = make_version(world.programme)
    check = make_check(**at, version=version, answers={"E-01": "h"}, findings={"E-01": make_finding()})
    late = make_order(make_hazard(**at, description="late"), by=world.inspector, deadline=date(2017, 12, 18))
    later = make_order(
        make_hazard(**at, description="later", on=date(2017, 11, 1)),
        by=world.inspector,
        deadline=date(2017, 12, 1),
    )
    return {
        "found": check.hazards.get(),
        "late": late,
        "later": later,
        "major": make_hazard(**at, description="major one", level="major", category="person"),
        "done": make_rectified(
            make_order(make_hazard(**at, description="done"), by=world.inspector), by=world.leader
        ),
        "void": move(make_hazard(**at, description="void one"), "void", by=world.staff, reason="twice"),
        "other": make_hazard(by=world.inspector, enterprise=second, description="elsewhere"),
    }


def test_the_longest_overdue_comes_first_then_the_level(
    client, world, several, django_assert_max_num_queries
):
    client.force_login(world.inspector)
    with django_assert_max_num_queries(22):
        text = text_of(client, LIST)
    assert 'data-count="6"' in text
    places = [text.index(url(several[name])) for name in ("later", "late", "major", "other", "done")]
    assert places == sorted(places)
    assert "18 days overdue" in text
    assert "1 day overdue" in text
    assert "void one" not in text


def test_the_list_is_filtered(client, world, several):
    client.force_login(world.inspector)
    for query, count in (
        ({"enterprise": several["other"].enterprise_id}, 1),
        ({"status": "open"}, 5),
        ({"status": "assigned"}, 2),
        ({"status": "rectified"}, 1),
        ({"status": "void"}, 1),
        ({"level": "major"}, 1),
        ({"category": "person"}, 1),
        ({"overdue": "yes"}, 2),
        ({"overdue": "no"}, 4),
        ({"overdue": "7"}, 1),
        ({"overdue": "30"}, 0),
        ({"repeat": "yes"}, 0),
        ({"repeat": "no"}, 6),
        ({"found": "check"}, 1),
        ({"found": "other"}, 5),
        ({"since": "2017-12-01"}, 5),
        ({"until": "2017-11-30"}, 1),
        ({"until": "once"}, 6),
        ({"q": "late"}, 2),
        ({"q": "t01-h0002"}, 1),
        ({"q": "T01-H9999"}, 0),
        ({"q": "wang"}, 3),
        ({"visit": "7"}, 6),
    ):
        assert f'data-count="{count}"' in text_of(client, LIST, **query), query


def test_the_outsider_sees_no_hazard(client, world, hazard):
    client.force_login(world.outsider)
    assert "No hazards here." in text_of(client, LIST)
    for address in (
        url(hazard),
        url(hazard, "hazard_edit"),
        url(hazard, "hazard_move", "void"),
        url(hazard, "hazard_correct", hazard.changes.get().pk),
    ):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code in (404, 405)


def test_a_hazard_is_reported_with_a_photo(client, world):
    client.force_login(world.member)
    text = text_of(client, ADD)
    assert 'name="enterprise"' not in text
    assert 'name="check_event"' not in text
    response = client.post(ADD, {**REPORT, "photo": picture()})
    hazard = Hazard.objects.get()
    assert response.url == url(hazard)
    assert (hazard.enterprise, hazard.identified_on) == (world.enterprise, date(2017, 12, 18))
    assert hazard.photos.get().kind == "before"


def test_a_hazard_is_added_to_a_check(client, world):
    version = make_version(world.programme)
    check = make_check(by=world.member, enterprise=world.enterprise, version=version)
    client.force_login(world.member)
    address = f"{ADD}?check={check.pk}"
    assert "Electrical item 1 is in order" in text_of(client, address)
    posted = {**REPORT, "check_event": check.pk, "item": version.items.get(code="E-03").pk}
    client.post(address, posted)
    hazard = Hazard.objects.get()
    assert (hazard.check_event, hazard.item.code) == (check, "E-03")
    assert client.get(ADD, {"check": "999"}).status_code == 404
    client.force_login(world.outsider)
    assert client.get(address).status_code == 404


def test_a_hazard_is_reported_during_a_visit(client, world):
    visit = make_visit(world, "done")
    client.force_login(world.consultant)
    address = f"{ADD}?visit={visit.pk}"
    assert f'<option value="{visit.pk}" selected>' in text_of(client, address)
    client.post(address, {**REPORT, "visit": visit.pk})
    hazard = Hazard.objects.get()
    assert hazard.visit == visit
    assert visit.get_absolute_url() in text_of(client, url(hazard))
    assert 'data-count="1"' in text_of(client, LIST, visit=visit.pk)
    assert client.get(ADD, {"visit": "x"}).status_code == 404


def test_the_suggestion_that_fixed_it_is_named(client, world, hazard):
    make_order(hazard, by=world.inspector)
    adopted, rejected = make_suggestion(world, "adopted"), make_suggestion(world, "rejected")
    client.force_login(world.member)
    address = url(hazard, "hazard_move", "rectify")
    text = text_of(client, address)
    assert f'<option value="{adopted.pk}">' in text
    assert f'<option value="{rejected.pk}">' not in text
    posted = {
        "evidence": "Cleared",
        "no_photo_reason": "dark",
        "happened_on": "2017-12-19",
        "fixed_by": adopted.pk,
    }
    client.post(address, posted)
    assert adopted.get_absolute_url() in text_of(client, url(hazard))


def test_reporting_keeps_what_was_typed_when_something_is_wrong(client, world):
    client.force_login(world.member)
    bad = picture()
    bad.file.truncate(10)
    for change, text in (
        ({"description": ""}, "This field is required."),
        ({"happened_on": "2017-12-20"}, "future"),
        ({"deadline": "2017-12-17"}, "before the day of finding"),
        ({"photo": bad}, "not a photo"),
        ({"level": "huge"}, "not one of the available choices"),
    ):
        page = client.post(ADD, {**REPORT, "place": "Store 9", **change}).content.decode()
        assert text in page
        assert 'value="Store 9"' in page
    assert not Hazard.objects.exists()


def test_people_with_several_enterprises_choose_one(client, world, second):
    client.force_login(world.inspector)
    assert "Choose the enterprise" in text_of(client, ADD)
    client.post(f"{ADD}?enterprise={second.pk}", REPORT)
    assert Hazard.objects.get().enterprise == second


def test_others_do_not_report(client, world):
    for person in (world.authority, world.staff, world.administrator):
        client.force_login(person)
        assert client.get(ADD).status_code == 403
        assert client.post(ADD, REPORT).status_code == 403
    client.force_login(world.member)
    assert client.put(ADD).status_code == 405


def test_the_record_tells_all(client, world, hazard, django_assert_max_num_queries):
    again = make_hazard(by=world.member, enterprise=world.enterprise, repeat_of=hazard, description="Again!")
    hazard = make_rectified(make_order(hazard, by=world.inspector), by=world.leader)
    client.force_login(world.authority)
    with django_assert_max_num_queries(20):
        text = text_of(client, url(hazard))
    for part in ("Exit blocked", "Store", "Wang", "Clear the exit", "10 December 2017", "Cleared", "Leader"):
        assert part in text
    assert "Again!" in text
    assert reverse("hazards:photo", args=[hazard.photos.get().key]) in text
    assert str(hazard) in text_of(client, url(again))
    assert "btn-primary" not in text


def test_an_extended_deadline_shows_the_first_one(client, world, hazard):
    make_order(hazard, by=world.inspector)
    client.force_login(world.inspector)
    posted = {"deadline": "2017-12-16", "reason": "parts are late", "happened_on": "2017-12-08"}
    assert "10 December 2017" in text_of(client, url(hazard, "hazard_move", "extend"))
    client.post(url(hazard, "hazard_move", "extend"), posted)
    text = text_of(client, url(hazard))
    assert "Original deadline" in text
    assert "3 days overdue" in text
    assert "parts are late" in text


def test_buttons_fit_the_person(client, world, hazard):
    names = (
        "assign",
        "rectify",
        "rectify_on_spot",
        "verify",
        "send_back",
        "extend",
        "regrade",
        "edit",
        "void",
    )

    def offered(part):
        client.force_login(getattr(world, part))
        text = text_of(client, url(hazard))
        return {name for name in names if f'"{url(hazard, "hazard_move", name)}"' in text}

    assert offered("member") == {"rectify_on_spot", "edit"}
    assert offered("leader") == {"assign", "rectify_on_spot", "edit"}
    assert offered("inspector") == {"assign", "regrade", "edit", "void"}
    assert offered("staff") == {"void"}
    assert offered("authority") == set()
    make_rectified(make_order(hazard, by=world.inspector), by=world.leader)
    assert offered("consultant") == {"verify", "send_back"}
    Hazard.objects.filter(pk=hazard.pk).update(level="major", contingency="close")
    assert offered("consultant") == set()


def test_an_order_names_who_what_and_when_and_keeps_what_was_typed(client, world, hazard):
    client.force_login(world.inspector)
    address = url(hazard, "hazard_move", "assign")
    posted = {"responsible": "Wang", "measures": "", "deadline": "2017-12-21", "happened_on": "2017-12-19"}
    page = client.post(address, posted).content.decode()
    assert "This field is required." in page
    assert 'value="Wang"' in page
    assert client.post(address, {**posted, "measures": "Clear it"}).url == url(hazard)
    hazard.refresh_from_db()
    assert (hazard.status, hazard.deadline) == ("assigned", date(2017, 12, 21))


def test_rectifying_takes_a_photo_or_a_reason(client, world, hazard):
    make_order(hazard, by=world.inspector)
    client.force_login(world.member)
    address = url(hazard, "hazard_move", "rectify")
    posted = {"evidence": "Cleared", "happened_on": TODAY.isoformat()}
    assert "Add a photo taken afterwards" in client.post(address, posted).content.decode()
    assert client.post(address, {**posted, "photo": picture()}).url == url(hazard)
    assert hazard.photos.get().kind == "after"


def test_whoever_rectified_is_told_to_let_somebody_else_verify(client, world, hazard):
    make_rectified(make_order(hazard, by=world.inspector), by=world.leader)
    client.force_login(world.inspector)
    client.post(url(hazard, "hazard_move", "verify"), {"happened_on": TODAY.isoformat()})
    hazard.refresh_from_db()
    assert hazard.status == "verified"
    client.force_login(world.leader)
    assert client.post(url(hazard, "hazard_move", "verify")).status_code == 403


def test_a_wrong_role_is_refused_and_a_wrong_moment_is_told(client, world, hazard):
    client.force_login(world.member)
    assert client.get(url(hazard, "hazard_move", "assign")).status_code == 403
    assert client.post(url(hazard, "hazard_move", "void"), {"reason": "x"}).status_code == 403
    assert client.get(url(hazard, "hazard_move", "explode")).status_code == 404
    response = client.get(url(hazard, "hazard_move", "rectify"), follow=True)
    assert "This step is not possible" in response.content.decode()


def test_edits_are_kept_with_who_and_what(client, world, hazard):
    client.force_login(world.consultant)
    assert 'name="visit"' not in text_of(client, url(hazard, "hazard_edit"))
    client.post(url(hazard, "hazard_edit"), {"description": "Exit blocked by pallets", "place": "Store"})
    change = hazard.changes.order_by("pk").last()
    assert (change.move, change.by) == ("edit", world.consultant)
    assert "Exit blocked by pallets" in text_of(client, url(hazard))
    client.force_login(world.authority)
    assert client.post(url(hazard, "hazard_edit")).status_code == 403


def test_a_date_is_corrected(client, world, hazard):
    address = url(hazard, "hazard_correct", hazard.changes.get().pk)
    client.force_login(world.member)
    assert client.get(address).status_code == 403
    client.force_login(world.staff)
    client.post(address, {"happened_on": "2017-11-30", "reason": "typed wrongly"})
    hazard.refresh_from_db()
    assert (hazard.identified_on, FOUND_ON) == (date(2017, 11, 30), date(2017, 12, 1))


def test_a_photo_is_for_those_who_see_its_hazard(client, world, hazard):
    hazard = make_rectified(make_order(hazard, by=world.inspector), by=world.leader)
    photo = hazard.photos.get()
    address = reverse("hazards:photo", args=[photo.key])
    client.force_login(world.authority)
    response = client.get(address)
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content)[:2] == b"\xff\xd8"
    client.force_login(world.outsider)
    assert client.get(address).status_code == 404
    client.logout()
    assert client.get(address).status_code == 302
    client.force_login(world.authority)
    assert client.post(address).status_code == 405
    photo.file.storage.delete(photo.file.name)
    assert client.get(address).status_code == 404


def test_pages_go_through_all_parts_of_the_order(client, world, several, monkeypatch):
    monkeypatch.setattr("score_mis.lib.keyset.page_of.__defaults__", (2,))
    client.force_login(world.inspector)
    for query in (
        {},
        {"overdue": "no"},
        {"overdue": "yes"},
        {"overdue": "7"},
        {"status": "open"},
        {"status": "rectified"},
    ):
        page = client.get(LIST, query).context["page_obj"]
        found = list(page)
        while page.after:
            page = client.get(LIST, {**query, "after": page.after}).context["page_obj"]
            found += page
        everything = client.get(LIST, query).context["filter"].qs
        assert len(found) == everything.count() == len(set(found)), query
        assert set(found) == set(everything), query


def test_whoever_verifies_sees_before_and_after_and_what_was_ordered(client, world, hazard):
    hazard.photos.create(file=picture(), kind="before", added_by=world.member)
    make_rectified(make_order(hazard, by=world.inspector), by=world.leader)
    client.force_login(world.inspector)
    text = text_of(client, url(hazard, "hazard_move", "verify"))
    for photo in hazard.photos.all():
        assert f'src="{reverse("hazards:photo", args=[photo.key])}"' in text
    for part in ("Clear the exit", "Cleared", "10 December 2017", "Leader"):
        assert part in text
    assert ">Verify</button>" in text
    assert f'href="{url(hazard, "hazard_move", "send_back")}"' in text


def test_whoever_rectifies_sees_what_was_ordered(client, world, hazard):
    make_order(hazard, by=world.inspector)
    client.force_login(world.member)
    text = text_of(client, url(hazard, "hazard_move", "rectify"))
    assert "Clear the exit" in text
    assert ">Report as rectified</button>" in text


def test_whoever_rectifies_again_reads_why_it_was_sent_back(client, world, hazard):
    hazard = make_rectified(make_order(hazard, by=world.inspector), by=world.leader)
    move(hazard, "send_back", by=world.inspector, on=date(2017, 12, 7), reason="still half blocked")
    client.force_login(world.member)
    for address in (url(hazard), url(hazard, "hazard_move", "rectify")):
        text = text_of(client, address)
        assert "Sent back by Inspector on 7 December 2017:" in text
        assert "<b>still half blocked</b>" in text
