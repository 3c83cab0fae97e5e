"""Message files are compiled without the gettext programs, and only when they changed."""

import gettext
import os

import pytest

from score_mis.lib.messages import compile_messages

PO = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "hazard"
msgstr "隐患"

#, fuzzy
msgid "guess"
msgstr "猜"
"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(PO, encoding="utf-8")
    return path


def test_it_writes_what_gettext_reads(source, tmp_path):
    assert compile_messages(tmp_path) == [source.with_suffix(".mo")]
    with source.with_suffix(".mo").open("rb") as file:
        translate = gettext.GNUTranslations(file).gettext
    assert translate("hazard") == "隐患"
    assert translate("guess") == "guess"


def test_it_leaves_nothing_else_behind(source, tmp_path):
    compile_messages(tmp_path)
    assert sorted(path.name for path in source.parent.iterdir()) == ["django.mo", "django.po"]


def test_it_compiles_again_only_after_a_change(source, tmp_path):
    compile_messages(tmp_path)
    compiled = source.with_suffix(".mo").stat().st_mtime
    os.utime(source, (compiled - 5, compiled - 5))
    assert compile_messages(tmp_path) == []
    os.utime(source, (compiled + 5, compiled + 5))
    assert compile_messages(tmp_path) == [source.with_suffix(".mo")]
