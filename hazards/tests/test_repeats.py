"""Hazards that came back: pointed out, linked, and reported again."""

from datetime import date

from hazards.models import Hazard
from hazards.tests.factories import make_hazard, make_order, make_rectified
from hazards.tests.pages import ADD, LIST, REPORT, text_of, url


def test_what_it_may_repeat_is_rectified_and_of_the_same_item_or_place(world, at):
    done = at("rectified")
    at("identified")
    on = date(2017, 12, 10)
    again = make_hazard(by=world.member, enterprise=world.enterprise, on=on, place="store")
    assert list(again.earlier_alike()) == [done]
    elsewhere = make_hazard(by=world.member, enterprise=world.enterprise, on=on, place="Hall 7")
    assert not elsewhere.earlier_alike().exists()
    earlier = make_hazard(by=world.member, enterprise=world.enterprise, on=date(2017, 12, 4))
    assert not earlier.earlier_alike().exists()


def test_one_that_may_have_come_back_is_pointed_out_until_it_is_linked(client, world, hazard):
    done = make_rectified(make_order(hazard, by=world.inspector), by=world.leader)
    again = make_hazard(by=world.member, enterprise=world.enterprise, on=date(2017, 12, 12))
    client.force_login(world.member)
    assert "Has it come back?" in text_of(client, url(again))
    posted = {"description": again.description, "place": again.place, "repeat_of": done.pk}
    client.post(url(again, "hazard_edit"), posted)
    assert "Has it come back?" not in text_of(client, url(again))
    assert 'data-count="1"' in text_of(client, LIST, repeat="yes")
    assert str(again) in text_of(client, url(done))
    client.force_login(world.authority)
    assert "Has it come back?" not in text_of(client, url(done))


def test_one_that_came_back_is_reported_again_and_linked(client, world, hazard):
    address = f"{ADD}?again={hazard.pk}"
    client.force_login(world.member)
    assert client.get(address).status_code == 404
    assert address not in text_of(client, url(hazard))
    make_rectified(make_order(hazard, by=world.inspector), by=world.leader)
    assert address in text_of(client, url(hazard))
    text = text_of(client, address)
    assert "Exit blocked</textarea>" in text
    assert f'<option value="{hazard.pk}" selected>' in text
    client.post(address, {**REPORT, "repeat_of": hazard.pk})
    again = Hazard.objects.latest("pk")
    assert (again.repeat_of, again.status, again.enterprise) == (hazard, "identified", hazard.enterprise)
    hazard.refresh_from_db()
    assert hazard.status == "rectified"
    client.force_login(world.outsider)
    assert client.get(address).status_code == 404
    client.force_login(world.authority)
    assert client.get(address).status_code == 403
    assert address not in text_of(client, url(hazard))
