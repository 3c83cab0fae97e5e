"""`manage.py load_checklist`."""

import json
import subprocess
import sys
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from conftest import START, TODAY
from hazards.models import Checklist, ChecklistItem, ChecklistVersion, Section
from hazards.tests.factories import checklist_data


@pytest.fixture
def file(tmp_path):
    def write(data):
        path = tmp_path / "list.json"
        path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
        return path

    return write


def refusal(path, *words):
    """The sentences with which the command refuses; nothing was saved."""
    before = ChecklistItem.objects.count()
    with pytest.raises(CommandError) as caught:
        call_command("load_checklist", path, *words)
    assert caught.value.returncode == 2
    assert ChecklistItem.objects.count() == before
    return str(caught.value).splitlines()


def test_it_loads_and_publishes_at_the_launch(world, file, capsys):
    call_command("load_checklist", file(checklist_data()))
    version = ChecklistVersion.objects.get()
    assert (version.number, version.published_on) == (1, START)
    assert version.checklist.programme == world.programme
    assert list(version.sections.values_list("code", "position")) == [("E", 1), ("F", 2)]
    assert list(version.items.values_list("code", flat=True)) == [
        f"{letter}-0{n}" for letter in "EF" for n in (1, 2, 3)
    ]
    item = version.items.get(code="F-02")
    assert (item.section.code, item.kind, item.position) == ("F", "thing", 5)
    assert "Loaded: Test list · 1 with 6 items." in capsys.readouterr().out


def test_it_takes_the_day_of_publication(world, file):
    call_command("load_checklist", file(checklist_data()), "--publish-on", "2017-05-02")
    assert ChecklistVersion.objects.get().published_on == date(2017, 5, 2)


def test_the_same_file_again_changes_nothing(world, file, capsys):
    path = file(checklist_data())
    call_command("load_checklist", path)
    before = list(ChecklistItem.objects.values())
    capsys.readouterr()
    call_command("load_checklist", path, "--publish-on", "2017-12-01")
    assert "Already loaded" in capsys.readouterr().out
    assert list(ChecklistItem.objects.values()) == before
    assert ChecklistVersion.objects.get().published_on == START


def test_other_content_under_a_published_number_is_refused(world, file):
    call_command("load_checklist", file(checklist_data()))
    changed = checklist_data()
    changed["sections"][0]["items"][0]["text_en"] = "Another text"
    assert "give the new content a new number" in refusal(file(changed))[0]


def test_a_higher_number_is_a_new_version_in_force_from_today(world, file):
    call_command("load_checklist", file(checklist_data()))
    call_command("load_checklist", file(checklist_data(version=2)))
    assert Checklist.objects.count() == 1
    assert ChecklistVersion.objects.get(number=2).published_on == TODAY
    assert ChecklistVersion.objects.in_force(TODAY).get().number == 2
    assert ChecklistVersion.objects.in_force(START).get().number == 1


def test_a_lower_number_or_an_earlier_day_is_refused(world, file):
    call_command("load_checklist", file(checklist_data(version=2)))
    assert "older than version 2" in refusal(file(checklist_data(version=1)))[0]
    late = refusal(file(checklist_data(version=3)), "--publish-on", "2017-03-01")
    assert "cannot be published before" in late[0]


def test_without_a_programme_it_says_so(db, file):
    assert "There is no programme yet" in refusal(file(checklist_data()))[0]


def test_every_problem_is_named(world, file):
    data = checklist_data(version="one", name_zh="")
    first, second = data["sections"]
    first["items"][1]["code"] = "E-01"
    first["items"][2]["kind"] = "ghost"
    second["items"][0]["text_zh"] = "  "
    second["items"][1]["level_hint"] = "huge"
    second["items"][2]["reference_zh"] = ""
    second["name_en"] = None
    said = "\n".join(refusal(file(data)))
    for part in (
        "“version” must be a whole number",
        "Checklist: “name_zh” is missing",
        "Item code E-01 stands there 2 times",
        "“kind” is “ghost”, but must be one of person, thing, environment, management",
        "Item F-01: “text_zh” is missing",
        "Item F-02: “level_hint” is “huge”",
        "Item F-03: “reference_zh” is missing",
        "Section F: “name_en” is missing",
    ):
        assert part in said
    assert not Checklist.objects.exists()
    assert not Section.objects.exists()


def test_text_that_does_not_fit_is_named(world, file):
    data = checklist_data()
    data["sections"][0]["items"][0]["text_en"] = "x" * 301
    data["sections"][1]["code"] = "much-too-long"
    said = "\n".join(refusal(file(data)))
    assert "Item E-01: “text_en” is too long" in said
    assert "“code” is too long" in said


@pytest.mark.parametrize("data", ["[]", "{}", '{"sections": []}', '{"sections": [1]}', '{"sections": [{}]}'])
def test_another_shape_is_refused(world, file, data):
    assert "must h" in refusal(file(data))[0]


def test_what_is_not_json_is_refused(world, file):
    assert "not JSON" in refusal(file("{"))[0]


def test_a_missing_file_is_refused(world, tmp_path):
    assert "cannot be read" in refusal(tmp_path / "none.json")[0]


def test_a_wrong_day_is_refused(world, file):
    with pytest.raises(CommandError, match="is not a day"):
        call_command("load_checklist", file(checklist_data()), "--publish-on", "soon")


def test_the_exit_code_is_2(tmp_path):
    path = tmp_path / "list.json"
    done = subprocess.run(
        [sys.executable, "manage.py", "load_checklist", path, "--publish-on", "soon"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "is not a day" in done.stderr
