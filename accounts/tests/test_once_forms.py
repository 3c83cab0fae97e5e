"""Every form that saves something carries its number, every kept page has its files, and fields have words."""

import re
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.forms import BaseForm
from django.urls import NoReverseMatch, resolve, reverse
from django.utils import translation

from accounts import once_words
from accounts.once_words import labels
from accounts.outbox import PARTS, SHELL
from hazards.tests.factories import make_draft, make_hazard, make_order, make_version
from suggestions.models import Suggestion
from training.models import VisitAction
from training.tests.factories import make_visit

TEMPLATES = Path(settings.BASE_DIR) / "templates"
FORM = re.compile(r"<form\b[^>]*\bmethod=[\"']?post\b.*?</form>", re.DOTALL | re.IGNORECASE)
WITHOUT = {
    "_file_job.html": "asks again for a file; of equal wishes one waits",
    "_language.html": "chooses a language",
    "_user_menu.html": "signs out",
    "practices/_photos.html": "takes a photo off a draft; twice is the same as once",
    "publications/detail.html": "asks for a freeze; of equal wishes one waits",
    "publications/snapshot.html": "asks for a document; one of each is made",
    "publications/verify.html": "looks at a file, and keeps nothing",
    "registration/login.html": "signs in: nobody is known yet",
    "reminders/stop.html": "stops or allows a mail, for people who are not signed in; twice is the same as once",
    "reports/operations.html": "starts a build; there is one at a time",
    "training/_subscribe.html": "makes a secret address; the last one counts",
}
"""Forms that save no record, by what they do."""


def forms():
    """Each form of each template that is sent by POST."""
    for path in sorted(TEMPLATES.rglob("*.html")):
        for found in FORM.findall(path.read_text(encoding="utf-8")):
            yield path.relative_to(TEMPLATES).as_posix(), found


def test_every_form_carries_its_number_or_is_known_not_to():
    found = list(forms())
    without = {name for name, text in found if "{% submission %}" not in text}
    assert without == WITHOUT.keys()
    assert len({name for name, _text in found} - without) >= 8


def test_no_form_opens_in_one_template_and_closes_in_another():
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert len(re.findall(r"<form\b", text)) == text.count("</form>"), path


@pytest.fixture
def kept(world):
    """The address of each kept page, and who opens it."""
    ours = {"enterprise": world.enterprise}
    planned = make_visit(world, "planned")
    hazard = make_order(make_hazard(by=world.member, **ours), by=world.inspector)
    draft = make_draft(by=world.member, version=make_version(world.programme), **ours)
    return {
        "reports:home": (world.member, []),
        "suggestions:add": (world.member, []),
        "suggestions:pile_add": (world.member, []),
        "training:visit_detail": (world.consultant, [planned.pk]),
        "training:visit_move": (world.consultant, [planned.pk, "log"]),
        "hazards:check_detail": (world.member, [draft.pk]),
        "hazards:check_record": (world.member, [draft.pk]),
        "hazards:check_move": (world.member, [draft.pk, "discard"]),
        "hazards:hazard_add": (world.member, []),
        "hazards:hazard_detail": (world.member, [hazard.pk]),
        "hazards:hazard_move": (world.member, [hazard.pk, "rectify"]),
    }


def test_a_kept_page_has_all_its_files_on_the_phone(client, kept):
    assert kept.keys() == set(settings.KEPT_OFFLINE)
    for name, (person, args) in kept.items():
        client.force_login(person)
        response = client.get(reverse(name, args=args))
        assert (response.status_code, response.headers["X-Keep"]) == (200, "1"), name
        files = set(re.findall(r"(?:src|href)=\"/static/([^\"]+)\"", response.content.decode()))
        assert files - {*SHELL, *PARTS} == set(), name


def test_an_action_is_ticked_once(client, world):
    visit = make_visit(world, "submitted")
    action = VisitAction.objects.create(visit=visit, text="Mark aisles", owner="Li", due_on="2017-12-31")
    client.force_login(world.consultant)
    page = client.get(visit.get_absolute_url()).content.decode()
    assert f'action="{reverse("training:action_tick", args=[action.pk])}"' in page
    number = re.search(r'name="submission" value="([^"]+)"', page)[1]
    answers = [
        client.post(reverse("training:action_tick", args=[action.pk]), {"submission": number})
        for _time in range(2)
    ]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert VisitAction.objects.get().done_on


def test_a_sheet_that_a_phone_sends_is_kept_and_asks_to_be_looked_over(client, world):
    version = make_version(world.programme)
    draft = make_draft(by=world.member, enterprise=world.enterprise, version=version)
    client.force_login(world.member)
    data = {"submission": str(uuid.uuid4()), "action": "submit"}
    for number, code in enumerate(draft.answers):
        data[f"{code}-answer"] = "o" if number else "h"
        if not number:
            data |= {f"{code}-description": "Loose", f"{code}-place": "Hall", f"{code}-level": "general"}
    address = reverse("hazards:check_record", args=[draft.pk])
    answer = client.post(address, data, headers={"Accept": "application/json"}).json()
    assert answer["record"] == reverse("hazards:check_move", args=[draft.pk, "submit"])
    assert answer["told"] == ["The answers are saved. Look them over, then submit the check."]


@pytest.mark.parametrize(
    ("app", "name", "english", "chinese"),
    [
        ("suggestions", "title", "Title", "标题"),
        ("suggestions", "happened_on", "Day", "日期"),
        ("suggestions", "row-2-title", "Title (3)", "标题 (3)"),
        ("hazards", "FI-01-place", "FI-01 · Place", "FI-01 · 地点"),
        ("training", "actions-0-owner", None, None),
        ("training", "women_workers", None, None),
        ("hazards", "nothing-known", "nothing-known", "nothing-known"),
        ("", "title", "title", "title"),
    ],
)
def test_fields_are_named_by_their_words(app, name, english, chinese):
    found = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            found[language] = labels([name], app)[name]
    if english is None:
        assert found["en"] != found["zh-hans"] != name
    else:
        assert found == {"en": english, "zh-hans": chinese}


@pytest.mark.parametrize(
    ("view", "pk", "name", "word"),
    [
        ("suggestions:add", None, "text", "Suggestion"),
        ("suggestions:pile_add", None, "row-0-text", "Details (1)"),
        ("suggestions:pile_add", None, "happened_on", "Submitted on"),
        ("suggestions:add", None, "happened_on", "Day"),
        ("training:workshop_edit", 1, "kind", "Kind"),
        ("training:participant_edit", 1, "kind", "Comes from"),
        ("training:participant_add", 1, "row-0-number", "How many (1)"),
        ("training:module_add", None, "number", "Number"),
        ("training:visit_add", None, "due_on", "Planned day"),
        ("training:visit_edit", 1, "actions-0-due_on", "Due on (1)"),
        ("enterprises:area_add", None, "from_on", "Exists since"),
        ("enterprises:member_add", 1, "user", "Account"),
    ],
)
def test_a_word_is_that_of_the_page_where_pages_differ(view, pk, name, word):
    match = resolve(reverse(view, args=[pk] if pk else []))
    assert labels([name], match.app_name, match.func) == {name: word}


def test_words_do_not_depend_on_what_was_imported_first(monkeypatch):
    resolve("/")  # which imports all views, and with them their forms
    names = ["row-0-kind", "row-0-number"]
    usual = labels(names, "training")
    assert usual == {"row-0-kind": "Comes from (1)", "row-0-number": "Number (1)"}
    found = list(once_words._forms(BaseForm))
    monkeypatch.setattr(once_words, "_forms", lambda parent: reversed(found))
    assert labels(names, "training") == usual


def test_a_conflict_names_fields_as_the_page_does(client, world):
    client.force_login(world.member)
    data = {"title": "Light over press 4", "happened_on": "2017-12-18", "submission": str(uuid.uuid4())}
    address = reverse("suggestions:add")
    client.post(address, data)
    page = client.post(address, data | {"title": "Lamp", "problem": "Dark"}).content.decode()
    assert '<th scope="row">title</th>' not in page
    assert re.findall(r'<th scope="row">([^<]+)</th>', page)
    assert "Title" in page
    answer = client.post(address, data | {"title": "Lamp"}, headers={"Accept": "application/json"})
    assert answer.json()["labels"]["title"] == "Title"
    assert Suggestion.objects.count() == 1


def test_names_of_kept_pages_exist():
    for name in settings.KEPT_OFFLINE:
        for args in ([], [1], [1, "log"]):
            try:
                reverse(name, args=args)
            except NoReverseMatch:
                continue
            break
        else:
            pytest.fail(f"{name} is no address")
