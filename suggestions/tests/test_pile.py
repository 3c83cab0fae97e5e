"""A pile of paper slips: all rows or a sentence for each that is wrong, saved once."""

import re
import uuid

import pytest
from django.urls import reverse
from django.utils import translation

from conftest import TODAY, make_enterprise
from enterprises.models import Mark
from suggestions.models import Pile, Suggestion
from suggestions.pile import COLUMNS, MOST, SlipForm, spread
from suggestions.services import enter_pile
from suggestions.tests.factories import make_suggestion

URL = reverse("suggestions:pile_add")


def rows(*lines, **shared):
    """What the page sends: the rows, and five empty ones."""
    data = {"row-INITIAL_FORMS": "0", "row-TOTAL_FORMS": str(len(lines) + 5), "happened_on": "2017-12-18"}
    data |= {"save": "yes", "pasted": ""}
    for number in range(len(lines) + 5):
        line = lines[number] if number < len(lines) else ()
        cells = dict(zip(COLUMNS, line, strict=False))
        data |= {f"row-{number}-{name}": cells.get(name, "") for name in COLUMNS}
    return data | shared


LAMP = ("Lamp at the gate", "It is dark", "safety", "Ms Li", "front-line worker", "female", "Hall 2")
FAN = ("Fan in hall 3",)
DOOR = ("Mend the door", "", "qual", "", "tech", "male")


def test_a_pile_is_saved_in_its_order(world, as_member):
    response = as_member.post(URL, rows(LAMP, FAN, DOOR))
    pile = Pile.objects.get()
    assert response.url == pile.get_absolute_url()
    lamp, fan, door = Suggestion.objects.order_by("number")
    assert (lamp.title, lamp.text, lamp.category, lamp.proposer) == (*LAMP[:2], "safety", "Ms Li")
    assert (lamp.proposer_role, lamp.proposer_sex, lamp.department) == ("frontline", "female", "Hall 2")
    assert (fan.title, fan.category) == ("Fan in hall 3", "")
    assert (door.category, door.proposer_role, door.proposer_sex) == ("quality", "technician", "male")
    assert [s.number for s in (lamp, fan, door)] == [1, 2, 3]
    assert pile.keys == [lamp.pk, fan.pk, door.pk]


def test_each_goes_through_the_move(world, as_member):
    Mark.objects.all().delete()
    as_member.post(URL, rows(LAMP, FAN))
    for suggestion in Suggestion.objects.all():
        change = suggestion.changes.get()
        assert (change.move, str(change.happened_on), change.by) == ("submit", "2017-12-18", world.member)
        assert (suggestion.status, str(suggestion.submitted_on)) == ("submitted", "2017-12-18")
    assert Mark.objects.exists()


def test_a_bad_row_is_named_and_nothing_is_saved(world, as_member):
    response = as_member.post(URL, rows(LAMP, ("", "no title"), ("Fan", "", "weather")))
    assert not Suggestion.objects.exists()
    assert not Pile.objects.exists()
    found = response.context["formset"]
    assert [list(form.errors) for form in found.forms[:3]] == [[], ["title"], ["category"]]
    page = response.content.decode()
    assert "“weather” is none of these" in page
    assert 'value="weather"' in page
    assert 'value="Lamp at the gate"' in page
    assert 'value="no title"' in page
    assert 'href="#id_row-1-title"' in page
    assert "2 · Title" in page


def test_a_day_in_the_future_is_refused_beside_its_field(world, as_member):
    response = as_member.post(URL, rows(LAMP, happened_on="2018-01-01"))
    assert list(response.context["form"].errors) == ["happened_on"]
    assert not Suggestion.objects.exists()
    assert 'value="Lamp at the gate"' in response.content.decode()


def test_an_empty_page_asks_for_a_row(world, as_member):
    response = as_member.post(URL, rows())
    assert response.context["formset"].non_form_errors() == ["Type at least one suggestion."]


def test_blanks_and_empty_rows_between_do_not_count(world, as_member):
    as_member.post(URL, rows(FAN, ("  ",), (), LAMP))
    assert [s.title for s in Suggestion.objects.order_by("number")] == ["Fan in hall 3", "Lamp at the gate"]


def test_a_page_that_is_sent_twice_is_one_pile(world, as_member):
    page = as_member.get(URL).content.decode()
    data = rows(LAMP, FAN, submission=re.search(r'name="submission" value="([^"]+)"', page)[1])
    first, again = as_member.post(URL, data), as_member.post(URL, data)
    assert first.url == again.url
    assert Suggestion.objects.count() == 2


def test_a_page_of_somebody_else_is_refused(world, as_member, client):
    """One person's page, still open in the browser in which another one signed in."""
    data = rows(LAMP, submission=str(uuid.uuid4()), submission_by=str(world.member.pk))
    client.force_login(world.leader)
    assert client.post(URL, data).status_code == 409
    assert not Suggestion.objects.exists()


def test_nothing_is_half_saved(world, as_member, monkeypatch):
    """The last write of the pile fails: no suggestion, no number, no mark is left."""
    marks = Mark.objects.count()
    monkeypatch.setattr(Pile, "save", tear)
    with pytest.raises(Torn):
        as_member.post(URL, rows(LAMP, FAN))
    assert not Suggestion.objects.exists()
    assert Mark.objects.count() == marks


class Torn(Exception):
    """The pile could not be written."""


def tear(self, *args, **kwargs):
    assert Suggestion.objects.count() == 2
    raise Torn


# Pasting without a script


PASTED = 'Title\tDetails\tCategory\nLamp\tdark\tsafety\n"Fan, ""big""\nsecond line"\t\tquality\n\n'


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_copied_table_becomes_rows(language):
    with translation.override(language):
        found = spread(PASTED)
    assert found == [
        {"title": "Lamp", "text": "dark", "category": "safety"},
        {"title": 'Fan, "big"\nsecond line', "text": "", "category": "quality"},
    ]


def test_pasted_rows_are_put_below_the_typed_ones(world, as_member):
    data = rows(LAMP, pasted=PASTED, more="yes")
    del data["save"]
    response = as_member.post(URL, data)
    page = response.content.decode()
    titles = [form["title"].value() for form in response.context["formset"].forms if form["title"].value()]
    assert [title.split("\n")[0] for title in titles] == ["Lamp at the gate", "Lamp", 'Fan, "big"']
    assert response.context["form"]["pasted"].value() in (None, "")
    assert 'value="2017-12-18"' in page
    assert not Suggestion.objects.exists()
    assert not response.context["form"].errors


def test_pasted_rows_are_not_lost_when_save_is_pressed_first(world, as_member):
    response = as_member.post(URL, rows(pasted="Lamp\nFan"))
    assert not Suggestion.objects.exists()
    assert "stand below now" in response.content.decode()
    assert [f["title"].value() for f in response.context["formset"].forms[:2]] == ["Lamp", "Fan"]


def test_more_rows_than_fit_are_refused_and_stay(world, as_member):
    text = "\n".join(f"Idea {n}" for n in range(MOST + 1))
    response = as_member.post(URL, rows(LAMP, pasted=text))
    assert list(response.context["form"].errors) == ["pasted"]
    page = response.content.decode()
    assert f"Idea {MOST}" in page
    assert "Lamp at the gate" in page


def test_two_hundred_rows_at_once(world, as_member, django_assert_max_num_queries):
    with django_assert_max_num_queries(60):
        as_member.post(URL, rows(*[(f"Idea {n}",) for n in range(MOST - 5)]))
    assert Suggestion.objects.count() == MOST - 5


# What no spreadsheet and no person would send


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('He said "stop\nNext', ['He said "stop', "Next"]),
        ('"stop he said\nNext\nLast', ['"stop he said', "Next", "Last"]),
        ('"stop" he said\nNext', ['"stop" he said', "Next"]),
        ('5" pipe\t"\nNext', ['5" pipe', "Next"]),
        ('"two\r\nlines"\tdark\r\nNext', ["two\r\nlines", "Next"]),
        ("Old Mac\rNext", ["Old Mac", "Next"]),
        ("One\x0bcell\u2028of\x0cmany lines\nNext", ["One\x0bcell\u2028of\x0cmany lines", "Next"]),
        ("=1+1\n@SUM(A1)\n+2\n-3", ["=1+1", "@SUM(A1)", "+2", "-3"]),
        ("\u202eevil\u200f\n🔥👷🏽\u200d♀️", ["\u202eevil\u200f", "🔥👷🏽\u200d♀️"]),
        ("\t\t\n \n\t", []),
        ("x" * 140_000 + "\nNext", ["x" * 140_000, "Next"]),
        ('"' + "x" * 140_000 + '"\nNext', ['"' + "x" * 140_000 + '"', "Next"]),
    ],
)
def test_no_row_disappears_whatever_stands_in_it(text, rows):
    assert [row["title"] for row in spread(text)] == rows


@pytest.mark.parametrize("button", ["more", "save"])
def test_five_thousand_rows_are_refused_with_their_number_and_stay(world, as_member, button):
    data = rows(LAMP, pasted="\n".join(f"Idea {n}\tdark" for n in range(5000)))
    response = as_member.post(URL, data | {button: "yes"})
    assert response.context["form"].errors == {"pasted": ["At most 200 rows at once; these are 5001."]}
    assert "Idea 4999" in response.content.decode()
    assert not Suggestion.objects.exists()


def test_a_sheet_of_many_columns_gives_the_first_ones(world, as_member):
    response = as_member.post(URL, rows(pasted="\t".join(f"cell {n}" for n in range(2000)), more="yes"))
    [row] = [form for form in response.context["formset"].forms if form["title"].value()]
    assert [row[name].value() for name in COLUMNS] == [f"cell {n}" for n in range(len(COLUMNS))]


@pytest.mark.parametrize(
    "title",
    [
        "=HYPERLINK(1)",
        "\u202egnp.exe",
        "🔥 挡板",
        "<script>alert(1)</script>",
        '"',
        "'; DROP TABLE x",
        "a\tb",
    ],
)
def test_what_is_odd_is_kept_as_it_is_and_shown_as_text(world, as_member, title):
    response = as_member.post(URL, rows((title, title)), follow=True)
    suggestion = Suggestion.objects.get()
    assert (suggestion.title, suggestion.text) == (title, title)
    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize(
    ("column", "typed"),
    [("title", "Lamp\x00"), ("title", "x" * 201), ("text", "x" * 2001), ("proposer", "\x00")],
)
def test_what_no_column_can_keep_is_refused_in_its_row(world, as_member, column, typed):
    response = as_member.post(URL, rows(FAN, LAMP) | {f"row-1-{column}": typed})
    assert response.status_code == 200
    assert [list(form.errors) for form in response.context["formset"].forms[:2]] == [[], [column]]
    assert not Suggestion.objects.exists()


@pytest.mark.parametrize(
    "day",
    ["0001-01-01", "1949-12-31", "9999-12-31", "2017-12-20", "2017-02-30", "x", "", "\x00"],
)
def test_a_day_that_cannot_be_is_refused_beside_its_field(world, as_member, day):
    response = as_member.post(URL, rows(LAMP, happened_on=day))
    assert list(response.context["form"].errors) == ["happened_on"]
    assert not Suggestion.objects.exists()


@pytest.mark.parametrize(
    "broken",
    [
        {"row-TOTAL_FORMS": "100000"},
        {"row-TOTAL_FORMS": "-1"},
        {"row-TOTAL_FORMS": "x"},
        {"row-TOTAL_FORMS": "\x00"},
    ],
)
def test_a_page_that_was_tampered_with_saves_nothing_and_breaks_nothing(world, as_member, broken):
    response = as_member.post(URL, rows(LAMP) | broken)
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()
    assert not Suggestion.objects.exists()


# Words


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("column", "typed", "value"),
    [
        ("category", "safety and health", "safety"),
        ("category", "QUALITY", "quality"),
        ("category", "质量", "quality"),
        ("proposer_role", "一线员工", "frontline"),
        ("proposer_role", "front", "frontline"),
        ("proposer_sex", "女", "female"),
        ("proposer_sex", "f", "female"),
        ("category", "", ""),
    ],
)
def test_words_are_understood_in_any_language(language, column, typed, value):
    with translation.override(language):
        form = SlipForm({"title": "x", column: typed})
        assert form.is_valid(), form.errors
        assert form.cleaned_data[column] == value


@pytest.mark.parametrize(("column", "typed"), [("category", "p"), ("proposer_sex", "7"), ("category", "*")])
def test_what_may_be_two_things_or_none_is_asked(column, typed):
    form = SlipForm({"title": "x", column: typed})
    assert list(form.errors) == [column]


# Who


@pytest.mark.parametrize(
    ("part", "code"),
    [("member", 200), ("consultant", 200), ("inspector", 403), ("authority", 403), ("outsider", 403)],
)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_is_for_those_who_enter(client, world, part, code, language):
    person = getattr(world, part)
    person.language = language
    person.save()
    client.force_login(person)
    assert client.get(URL).status_code == code


def test_the_enterprise_is_asked_for_where_there_is_a_choice(client, world, second):
    client.force_login(world.consultant)
    page = client.get(URL, {"enterprise": second.pk})
    assert page.context["form"].initial["enterprise"] == second.pk
    client.post(URL, rows(LAMP, enterprise=second.pk))
    assert Suggestion.objects.get().enterprise == second
    response = client.post(URL, rows(FAN))
    assert list(response.context["form"].errors) == ["enterprise"]


def test_a_foreign_enterprise_is_refused(client, world, second):
    foreign = make_enterprise(
        programme=world.programme, area=world.other_district, sector=world.sector, by=world.staff, code="T03"
    )
    client.force_login(world.consultant)
    assert list(client.post(URL, rows(LAMP, enterprise=foreign.pk)).context["form"].errors) == ["enterprise"]
    assert client.get(URL, {"enterprise": foreign.pk}).status_code == 404
    assert not Suggestion.objects.exists()


def test_it_refuses_the_wrong_method(as_member):
    assert as_member.delete(URL).status_code == 405


# What was saved


@pytest.fixture
def pile(world):
    made = make_suggestion(world, title="Before")
    assert made.number == 1
    lines = [{"title": f"Idea {n}"} for n in range(3)]
    return enter_pile(rows=lines, enterprise=world.enterprise, by=world.member, today=TODAY, on=TODAY)


def test_it_shows_what_was_saved(as_member, pile):
    response = as_member.get(pile.get_absolute_url())
    page = response.content.decode()
    assert [page.count(f"T01-S000{n}") for n in (1, 2, 3, 4)] == [0, 1, 1, 1]
    assert 'data-count="3"' in page
    assert as_member.post(pile.get_absolute_url()).status_code == 405


@pytest.mark.parametrize("part", ["leader", "consultant", "outsider", "administrator"])
def test_a_pile_is_shown_to_whoever_typed_it(client, world, pile, part):
    client.force_login(getattr(world, part))
    assert client.get(pile.get_absolute_url()).status_code == 404
    assert client.get(reverse("suggestions:pile_slips", args=[pile.token])).status_code == 404


def test_its_slips_are_printed_together(as_member, pile):
    page = as_member.get(reverse("suggestions:pile_slips", args=[pile.token])).content.decode()
    assert page.count("<svg viewBox") >= 3
    assert page.count('class="slip"') == 3
