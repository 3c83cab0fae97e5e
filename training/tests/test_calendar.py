"""The calendar of visits: a month as a table of weeks."""

from datetime import date, time

import pytest
from django.urls import reverse

from conftest import make_enterprise
from training import month
from training.tests.factories import make_visit

URL = reverse("training:visit_calendar")


def shown(client, user, **query):
    client.force_login(user)
    response = client.get(URL, query)
    assert response.status_code == 200
    return response.context["month"], response.content.decode()


@pytest.fixture
def other(world):
    """An enterprise in the district where the outsider inspects."""
    return make_enterprise(
        programme=world.programme, area=world.other_district, sector=world.sector, by=world.staff, code="T02"
    )


def test_visits_stand_on_their_planned_days(client, world):
    visit = make_visit(world, on=date(2017, 12, 21), starts_at=time(9, 30), sequence=2)
    make_visit(world, on=date(2017, 11, 30))
    seen, page = shown(client, world.consultant)
    assert seen.numbers == {date(2017, 12, 21): 1}
    assert 'data-count="1"' in page
    assert (
        page.count(f'href="{visit.get_absolute_url()}"') == 2
    )  # in the table, and in the list for narrow screens
    assert 'href="#day-21"' in page
    assert 'id="day-21"' in page
    assert "09:30 · Follow-up 2" in page
    assert shown(client, world.consultant, month="2017-11")[0].numbers == {date(2017, 11, 30): 1}


def test_weeks_begin_on_monday_and_today_is_marked(client, world):
    _seen, page = shown(client, world.staff)
    assert page.index("Monday") < page.index("Sunday")
    table = page[page.index("<table") : page.index("</table>")]
    assert table.count("<tr>") == 1 + 5
    assert table.count("<td></td>") == 4  # December 2017 begins on a Friday and ends on a Sunday
    assert '<td aria-current="date">19</td>' in table


def test_cancelled_and_void_visits_are_left_out_and_late_ones_marked(client, world):
    make_visit(world, "cancelled", on=date(2017, 12, 4))
    make_visit(world, "void", on=date(2017, 12, 5), sequence=2)
    make_visit(world, on=date(2017, 12, 6), sequence=3)
    seen, page = shown(client, world.consultant)
    assert list(seen.numbers) == [date(2017, 12, 6)]
    assert "day has passed" in page


def test_the_pair_sees_its_own_visits_first_and_all_on_demand(client, world):
    make_visit(world, on=date(2017, 12, 21))
    make_visit(world, on=date(2017, 12, 22), sequence=2, consultant=world.staff, inspector=None)
    for user in (world.consultant, world.inspector):
        assert shown(client, user)[0].count == 1
        assert shown(client, user, whose="all")[0].count == 2
    seen, page = shown(client, world.staff)
    assert seen.count == 2
    assert "My visits" not in page


def test_it_hides_other_enterprises(client, world, other):
    make_visit(world, on=date(2017, 12, 21))
    make_visit(world, on=date(2017, 12, 22), enterprise=other, sequence=2)
    assert shown(client, world.staff)[0].count == 2
    assert shown(client, world.member)[0].count == 1
    assert list(shown(client, world.outsider, whose="all")[0].numbers) == [date(2017, 12, 22)]
    assert shown(client, world.administrator)[0].count == 0


def test_many_visits_of_a_day_lead_to_the_list(client, world):
    for number in range(1, 7):
        make_visit(world, on=date(2017, 12, 21), sequence=number)
    _seen, page = shown(client, world.consultant)
    assert "2 more" in page
    assert f"{reverse('training:visit_list')}?due_from=2017-12-21&amp;due_until=2017-12-21" in page


def test_a_month_too_full_to_name_shows_numbers(client, world, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(month, "MOST", 2)
    for number in range(1, 4):
        make_visit(world, on=date(2017, 12, 21), sequence=number)
    seen, page = shown(client, world.consultant)
    assert seen.visits == {}
    assert page.count("due_from=2017-12-21") == 2
    assert "3 visits" in page


@pytest.mark.parametrize(("value", "missing"), [("1950-01", "Month before"), ("2099-12", "Month after")])
def test_the_months_end_where_dates_end(client, world, value, missing):
    assert missing not in shown(client, world.staff, month=value)[1]


def test_the_choice_stays_when_the_month_changes(client, world):
    _seen, page = shown(client, world.consultant, whose="all", month="2017-11")
    for query in (
        "?month=2017-10&amp;whose=all",
        "?month=2017-12&amp;whose=all",
        "?month=2017-11",
        "?whose=all",
    ):
        assert f'href="{URL}{query}"' in page


def test_what_people_wrote_is_escaped(client, world):
    type(world.enterprise).objects.filter(pk=world.enterprise.pk).update(name_en="<b>Glass</b> & Co")
    make_visit(world, on=date(2017, 12, 21))
    assert "<b>Glass" not in shown(client, world.consultant)[1]


def test_it_speaks_chinese(client, world):
    make_visit(world, on=date(2017, 12, 21))
    client.cookies["django_language"] = "zh-hans"
    _seen, page = shown(client, world.consultant)
    assert "2017年12月" in page
    assert "星期一" in page


def test_it_refuses_to_be_posted_to(client, world):
    client.force_login(world.consultant)
    assert client.post(URL).status_code == 405


def test_the_number_of_queries_does_not_grow(client, world, other, django_assert_max_num_queries):
    for number in range(1, 9):
        make_visit(
            world,
            on=date(2017, 12, number),
            sequence=number,
            enterprise=other if number % 2 else world.enterprise,
        )
    client.force_login(world.staff)
    with django_assert_max_num_queries(12):
        client.get(URL)
