"""Every string that people read is in the Chinese message file, translated, with its placeholders intact."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from conftest import OWN_APPS
from score_mis.lib.messages import compile_messages

ROOT = Path(__file__).resolve().parent.parent.parent
LOCALE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES"
SOURCES = (*OWN_APPS, "score_mis", "templates", "manage.py")
PLACEHOLDER = re.compile(r"%\([A-Za-z_]+\)[a-z]|%[sd]|\{[A-Za-z_]*\}")


@pytest.fixture(scope="module")
def messages():
    return polib.pofile(str(LOCALE / "django.po"))


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    """The strings that makemessages finds in a copy of the sources, with an empty message file."""
    if not shutil.which("xgettext"):
        pytest.skip(
            "gettext is not installed: whether a string is missing from the message file is not checked"
        )
    copy = tmp_path_factory.mktemp("sources")
    for name in SOURCES:
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, copy / name)
        else:
            shutil.copytree(
                ROOT / name, copy / name, ignore=shutil.ignore_patterns("tests", "migrations", "__pycache__")
            )
    (copy / "locale").mkdir()
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale", "zh_Hans", "--no-location"],
        cwd=copy,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "score_mis.settings"},
        capture_output=True,
        check=True,
    )
    return polib.pofile(str(copy / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))


def key(entry):
    return (entry.msgctxt, entry.msgid, entry.msgid_plural)


def texts(entry):
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_string_of_the_sources_is_in_the_file(messages, extracted):
    assert {key(entry) for entry in extracted} - {key(entry) for entry in messages} == set()


def test_the_file_has_no_string_that_the_sources_lost(messages, extracted):
    assert {key(entry) for entry in messages if not entry.obsolete} - {
        key(entry) for entry in extracted
    } == set()


def test_nothing_is_untranslated(messages):
    assert [entry.msgid for entry in messages if not entry.obsolete and not all(texts(entry))] == []


def test_nothing_is_fuzzy(messages):
    assert [entry.msgid for entry in messages if entry.fuzzy] == []


def test_nothing_is_obsolete(messages):
    assert [entry.msgid for entry in messages.obsolete_entries()] == []


def test_chinese_has_one_plural_form(messages):
    assert "nplurals=1" in messages.metadata["Plural-Forms"]
    assert [entry.msgid for entry in messages if entry.msgid_plural and set(entry.msgstr_plural) != {0}] == []


def test_placeholders_agree(messages):
    def placeholders(text):
        return sorted(set(PLACEHOLDER.findall(text)))

    wrong = [
        entry.msgid
        for entry in messages
        for text in filter(None, texts(entry))
        if placeholders(text) != placeholders(entry.msgid_plural or entry.msgid)
    ]
    assert wrong == []


def test_line_breaks_at_the_ends_agree(messages):
    def ends(text):
        return text.startswith("\n"), text.endswith("\n")

    assert [
        entry.msgid
        for entry in messages
        for text in filter(None, texts(entry))
        if ends(text) != ends(entry.msgid)
    ] == []


def test_the_compiled_file_is_up_to_date(messages):
    compile_messages()
    compiled = {key(entry): texts(entry) for entry in polib.mofile(str(LOCALE / "django.mo"))}
    assert compiled == {key(entry): texts(entry) for entry in messages if entry.translated()}
