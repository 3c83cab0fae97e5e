"""The letter on a visit: in the enterprise's language, with everything that was found and agreed."""

import shutil
import subprocess
from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from hazards.tests.factories import make_hazard
from suggestions.tests.factories import make_suggestion
from training import letter
from training.tests.factories import make_action, make_visit

DAY = date(2017, 12, 18)
READERS = pytest.mark.skipif(
    not shutil.which("pdftotext"), reason="POPPLER IS NOT INSTALLED: what stands in the letter is not read"
)


@pytest.fixture
def visit(world):
    """A visit with actions of its own, and one left open by an earlier visit."""
    make_action(make_visit(world, "done"), text="Sweep the hall")
    visit = make_visit(world, "submitted", on=DAY, sequence=2)
    make_action(visit, text="安装护罩 – don't wait", due_on=date(2018, 1, 10))
    return visit


def url(visit, **query):
    return reverse("training:visit_letter", args=[visit.pk]) + (
        "?language=" + query["language"] if query else ""
    )


def contents(world, visit, language="en"):
    with translation.override(language):
        return letter.contents(visit, by=world.consultant, today=date(2017, 12, 19), language=language)


def words_of(content):
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True
    ).stdout.decode()


def test_it_says_what_was_found_and_agreed(world, visit):
    told = contents(world, visit)
    assert [row[:2] for row in told["agreed"]["rows"]] == [["安装护罩 – don't wait", "Mr Wang"]]
    assert told["met"]["rows"] == [
        ["Women", "3", "1", "4"],
        ["Men", "4", "2", "6"],
        ["Together", "7", "3", "10"],
    ]
    assert told["texts"][1] == ["Observations", "Two guards are missing"]
    assert told["draft"] == ""
    assert told["lists"][1]["rows"] == [["Sweep the hall", "Mr Wang", "1 August 2017"]]


def test_it_lists_what_was_raised_but_nothing_void(world, visit):
    make_suggestion(world, title="Wider passages", visit=visit)
    make_suggestion(world, "void", title="Entered twice", visit=visit)
    hazard = make_hazard(by=world.consultant, enterprise=world.enterprise, visit=visit)
    lists = contents(world, visit)["lists"]
    assert [row[1] for row in lists[2]["rows"]] == ["Wider passages"]
    assert [row[0] for row in lists[3]["rows"]] == [hazard.reference]


def test_what_later_visits_agreed_is_left_out(world, visit):
    make_action(make_visit(world, "done", on=date(2017, 12, 19), sequence=3), text="Later")
    assert [row[0] for row in contents(world, visit)["lists"][1]["rows"]] == ["Sweep the hall"]


def test_a_report_that_is_not_submitted_is_a_draft(world):
    assert "not submitted" in contents(world, make_visit(world, "done"))["draft"]


def test_generated_records_say_so(world, visit):
    visit.enterprise.programme.is_generated = True
    assert "Generated" in contents(world, visit)["generated"][0]


@READERS
@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", ["2017年12月18日"]), ("en", ["18 December 2017", "10 January 2018"])]
)
def test_it_is_in_the_language_of_the_enterprise(client, world, visit, language, words):
    type(world.enterprise).objects.filter(pk=world.enterprise.pk).update(language=language)
    client.force_login(world.consultant)
    response = client.get(url(visit))
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "private, no-store"
    text = words_of(response.content).replace(" ", "")
    for part in [*words, "安装护罩–don'twait", "Sweepthehall", "Twoguardsaremissing"]:
        assert part.replace(" ", "") in text


@READERS
def test_another_language_may_be_asked_for(client, world, visit):
    client.force_login(world.staff)
    assert "18 December 2017" in words_of(client.get(url(visit, language="en")).content)
    assert "2017" in words_of(client.get(url(visit, language="xx")).content)


@READERS
def test_every_font_is_in_the_file(client, world, visit):
    client.force_login(world.consultant)
    listed = (
        subprocess.run(
            ["pdffonts", "-"], input=client.get(url(visit)).content, capture_output=True, check=True
        )
        .stdout.decode()
        .splitlines()[2:]
    )
    assert listed
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in listed)


@pytest.mark.parametrize("status", ["planned", "cancelled", "void"])
def test_there_is_none_before_the_visit_was_logged(client, world, status):
    client.force_login(world.consultant)
    response = client.get(url(make_visit(world, status)), follow=True)
    assert "once the visit was logged" in response.content.decode()


def test_it_is_hidden_from_who_sees_not_the_enterprise(client, world, visit):
    for user in (world.outsider, world.administrator):
        client.force_login(user)
        assert client.get(url(visit)).status_code == 404


def test_it_refuses_to_be_posted_to(client, world, visit):
    client.force_login(world.consultant)
    assert client.post(url(visit)).status_code == 405


@pytest.mark.parametrize(
    "words", ["😀", "𠮷", "ئۇيغۇر", "\x07\x0b", '#panic("x") $a$ *b* `d` @e <f>', "x" * 4000, "\n" * 200]
)
def test_nothing_that_was_typed_stops_it(client, world, visit, words):
    type(visit).objects.filter(pk=visit.pk).update(observations=words)
    client.force_login(world.consultant)
    assert client.get(url(visit)).content.startswith(b"%PDF-")


def test_the_number_of_queries_does_not_grow(client, world, visit, django_assert_max_num_queries):
    for number in range(5):
        make_action(visit, text=f"Action {number}")
    client.force_login(world.consultant)
    with django_assert_max_num_queries(16):
        client.get(url(visit))
