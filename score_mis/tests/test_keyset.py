"""Pages by the place of a row: every row once, whatever the order, the ties and the empty values."""

import base64
import json
from datetime import date, timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Collate
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import given, strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import User
from enterprises.models import Area, Cohort, Milestone, Programme, Target
from score_mis.lib import keyset, totals
from score_mis.lib.keyset import Chain, page_of
from score_mis.lib.totals import Total, listing, register, total_of, up_to

DAY = date(2017, 5, 1)
ORDERS = [
    ["planned_on", "pk"],
    ["-planned_on", "-pk"],
    ["held_on"],
    ["-held_on"],
    [F("held_on").asc(nulls_first=True), "pk"],
    [F("held_on").desc(nulls_last=True), "-pk"],
    ["-planned_on", "held_on", "pk"],
    ["held_on", "-planned_on", "-pk"],
    ["planned_on", F("held_on").desc(nulls_last=True), "name_en"],
    ["name_en", F("held_on").desc(), F("planned_on").asc()],
    ["programme__currency", "-held_on"],
    ["programme_id", "-held_on"],
    [Collate("name_en", "nocase"), "pk"],
]
ROWS = st.lists(
    st.tuples(st.integers(0, 2), st.none() | st.integers(0, 2), st.sampled_from("aBb")), max_size=14
)


def ask(**query):
    return RequestFactory().get("/list/", query)


def make(rows, programme=None):
    programme = programme or Programme.objects.create(name_en="P", launched_on=DAY)
    return Milestone.objects.bulk_create(
        Milestone(
            programme=programme,
            name_en=name,
            planned_on=DAY + timedelta(planned),
            held_on=None if held is None else DAY + timedelta(held),
        )
        for planned, held, name in rows
    )


def ordered(order):
    return Milestone.objects.select_related("programme").order_by(*order)


def whole(source):
    """The list as the database gives it in one piece; the sort order alone, without any place."""
    source = source if not hasattr(source, "order_by") else keyset.Ordered(source)
    return [row for _place, row in source.read(None, False, 1000)]


def walk(source, size, way="after", page=None):
    """Every row from the first (the last) page on, and the pages."""
    page = page or page_of(ask(), source, size)
    pages = [page]
    while getattr(page, way):
        page = page_of(ask(**{way: getattr(page, way)}), source, size)
        pages.append(page)
    if way == "before":
        pages.reverse()
    return [row for page in pages for row in page], pages


def by_python(rows, order):
    """The same rows sorted by Python, column by column from the last."""
    keys = keyset.keys_of(ordered(order))
    rows = list(rows)
    for key in reversed(keys):
        low = date.min if key.path.endswith("_on") else "" if key.path != "id" else 0
        rows.sort(key=lambda row, k=key, low=low: k.value_of(row) or low, reverse=key.descending)
        empty = [row for row in rows if key.value_of(row) is None]
        full = [row for row in rows if key.value_of(row) is not None]
        rows = empty + full if key.nulls_first else full + empty
    return rows


class TestWalks(TestCase):
    """Hypothesis needs a database that is clean for every example."""

    @given(ROWS, st.sampled_from(range(len(ORDERS) - 1)), st.integers(1, 4))
    def test_forward_and_backward_give_the_whole_list_once(self, rows, number, size):
        made, order = make(rows), ORDERS[number]
        expected = by_python(made, order)
        if "name_en" in str(order):
            expected = whole(ordered(order))  # letters are sorted as the database's language does
        found, pages = walk(ordered(order), size)
        assert found == expected
        back, turned = walk(ordered(order), size, "before", pages[-1])
        assert back == expected
        assert len(turned) == len(pages)
        assert pages[0].is_first
        assert turned[0].is_first

    @given(ROWS, ROWS, st.sampled_from(range(len(ORDERS) - 1)), st.integers(1, 4), st.integers(0, 3))
    def test_rows_that_come_in_between_repeat_and_hide_none(self, rows, more, number, size, after):
        made, order = make(rows), ORDERS[number]
        page, found = page_of(ask(), ordered(order), size), []
        step = 0
        while True:
            found += page
            if step == after:
                make(more, made[0].programme if made else None)
            if not page.after:
                break
            page, step = page_of(ask(after=page.after), ordered(order), size), step + 1
        assert len(found) == len(set(found))
        assert set(made) <= set(found)
        everything = whole(ordered(order))
        assert [row for row in everything if row in set(found)] == found

    @given(st.lists(ROWS, min_size=1, max_size=3), st.integers(1, 4))
    def test_a_chain_is_one_list(self, parts, size):
        for name, rows in zip("xyz", parts, strict=False):
            make((planned, held, name) for planned, held, _name in rows)
        source = Chain(
            [
                Milestone.objects.filter(name_en="x").order_by("-planned_on", "-pk"),
                Milestone.objects.filter(name_en="y").order_by("held_on", "pk"),
                Milestone.objects.filter(name_en="z").order_by("-held_on", "planned_on"),
            ]
        )
        expected = [row for part in source.parts for row in whole(part)]
        found, pages = walk(source, size)
        assert found == expected
        assert walk(source, size, "before", pages[-1])[0] == expected


@pytest.mark.django_db
def test_a_row_that_went_away_leaves_the_next_pages_whole():
    made = make((number, None, "a") for number in range(9))
    rows = ordered(["planned_on", "pk"])
    page = page_of(ask(), rows, 3)
    made[2].delete()
    assert list(page_of(ask(after=page.after), rows, 3)) == made[3:6]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["x", "%00", "é", "W10", "bnVsbA", "e30", "=" * 9, "A" * 3000, "[" * 900, "WyJ4Il0"],
)
def test_a_cursor_that_is_none_gives_the_first_page(text):
    made = make((number, None, "a") for number in range(5))
    for way in ("after", "before"):
        page = page_of(ask(**{way: text}), ordered(["planned_on", "pk"]), 2)
        assert list(page) == made[:2]
        assert page.is_first


@pytest.mark.django_db
@pytest.mark.parametrize(
    "place",
    [
        [],
        ["2017-05-01"],
        ["2017-05-01", "1", "1"],
        [None, "1"],
        ["2017-05-01", None],
        ["2017-13-01", "1"],
        ["2017-05-01", "99999999999999999999999"],
        ["2017-05-01", "1\x00"],
        ["2017-05-01", "\ud800"],
        ["2017-05-01", 1],
        [{}, []],
        [True, "1"],
    ],
)
def test_values_that_no_row_has_give_the_first_page(place):
    made = make((number, None, "a") for number in range(5))
    rows = ordered(["planned_on", "pk"])
    raw = json.dumps([keyset._stamp(keyset.Ordered(rows)), *place])
    text = base64.urlsafe_b64encode(raw.encode()).decode()
    assert list(page_of(ask(after=text), rows, 2)) == made[:2]


@pytest.mark.django_db
def test_a_cursor_of_another_order_gives_the_first_page():
    made = make((number, number, "a") for number in range(5))
    page = page_of(ask(), ordered(["planned_on", "pk"]), 2)
    assert list(page_of(ask(after=page.after), ordered(["-planned_on", "-pk"]), 2)) == made[:2:-1]
    assert list(page_of(ask(after=page.after), ordered(["planned_on", "pk"]), 2)) == made[2:4]


@pytest.mark.django_db
def test_a_place_behind_which_nothing_is_left_gives_the_first_page():
    made = make((number, None, "a") for number in range(4))
    rows = ordered(["planned_on", "pk"])
    page = page_of(ask(), rows, 2)
    for row in made[2:]:
        row.delete()
    assert list(page_of(ask(after=page.after), rows, 2)) == made[:2]


@pytest.mark.django_db
@pytest.mark.parametrize("order", [["-planned_on", "-pk"], ["held_on", "pk"], ["-held_on", "planned_on"]])
def test_a_page_skips_nothing_and_counts_nothing(order, django_assert_max_num_queries):
    make((number, number, "a") for number in range(9))
    page = page_of(ask(), ordered(order), 3)
    with django_assert_max_num_queries(3) as queries:
        assert len(page_of(ask(after=page.after), ordered(order), 3)) == 3
    text = " ".join(query["sql"] for query in queries)
    assert "OFFSET" not in text
    assert "COUNT(" not in text


@pytest.mark.parametrize("name", ["programme", "days", "programme__cohorts"])
def test_only_columns_make_an_order(name):
    with pytest.raises(TypeError):
        keyset.keys_of(Milestone.objects.annotate(days=F("held_on")).order_by(name))


def test_the_key_closes_every_order():
    assert [key.path for key in keyset.keys_of(Target.objects.all())] == ["due_on", "indicator", "id"]
    assert [key.path for key in keyset.keys_of(Cohort.objects.all())] == ["started_on", "id"]
    assert [key.path for key in keyset.keys_of(User.objects.order_by())] == ["id"]
    assert [key.path for key in keyset.keys_of(Target.objects.order_by("area_id"))] == ["area_id", "id"]
    assert [key.path for key in keyset.keys_of(Area.objects.in_tree_order())] == ["path", "id"]


@pytest.mark.django_db
def test_a_list_on_one_page_is_not_counted_twice(django_assert_num_queries):
    make((number, None, "a") for number in range(3))
    with django_assert_num_queries(1):
        shown = listing(ask(), ordered(["planned_on"]))
    assert (shown["count"], shown["total"].attribute) == (3, 'data-count="3"')


@pytest.mark.django_db
def test_counting_ends_at_the_bound():
    make((number, None, "a") for number in range(5))
    assert (str(up_to(Milestone.objects.all(), 4)), str(up_to(Milestone.objects.all(), 5))) == ("4+", "5")
    assert up_to(Milestone.objects.all(), 4).attribute == 'data-about="4"'


def test_numbers_are_written_in_groups():
    assert str(Total(12_600_123)) == "12,600,123"
    assert str(Total(10_000, is_least=True)) == "10,000+"


@pytest.fixture
def provider(db):
    """Somebody who knows numbers, in the place of the tallies."""

    class Known:
        number, behind_since, small = None, None, False

        def tallied(self, request, kind, asked):
            return None if self.number is None else totals.Tallied(self.number, self.behind_since)

        def is_small(self, request, asked):
            return self.small

        def kept(self, request, words, count):
            return count()

    before, known = totals._provider, Known()
    register(known)
    yield known
    register(before)


def test_the_number_that_is_known_is_not_counted(provider, django_assert_num_queries):
    provider.number = 5
    with django_assert_num_queries(0):
        assert total_of(ask(), Milestone.objects.all(), kind="x") == Total(5)


def test_what_the_tallies_leave_out_is_added(provider):
    make((number, None, "a") for number in range(3))
    provider.number = 5
    assert total_of(ask(), Milestone.objects.all(), kind="x", beside=Milestone.objects.all()).number == 8


def test_a_number_that_is_behind_is_counted_again_or_says_so(provider):
    make((number, None, "a") for number in range(3))
    provider.number, provider.behind_since = 2, timezone.now()
    assert total_of(ask(), Milestone.objects.all(), kind="x") == Total(3)
    provider.number = totals.MOST + 1
    found = total_of(ask(), Milestone.objects.all(), kind="x")
    assert found.attribute == f'data-about="{totals.MOST + 1}"'
    assert "newer changes wait" in found.note


def test_few_enterprises_are_counted_to_the_end(provider, monkeypatch):
    make((number, None, "a") for number in range(3))
    monkeypatch.setattr(totals, "MOST", 2)
    assert total_of(ask(), Milestone.objects.all(), kind="x") == Total(2, is_least=True)
    provider.small = True
    assert total_of(ask(), Milestone.objects.all(), kind="x") == Total(3)
