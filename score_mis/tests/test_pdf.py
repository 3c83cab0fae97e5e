"""Papers as PDF: what is given stands on them, in fonts that are inside, tagged for readers that speak."""

import io
import shutil
import subprocess
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import typst
from django.utils import translation
from django.utils.translation import gettext_lazy
from PIL import Image

from score_mis.lib import pdf

READERS = pytest.mark.skipif(
    not shutil.which("pdftotext"), reason="POPPLER IS NOT INSTALLED: what stands on the papers is not read"
)
HEAD = {
    "programme": ["Programme"],
    "generated": [],
    "title": ["Title", "题目"],
    "number": "7",
    "foot": ["printed"],
}
PAPER = '#import "_paper.typ": *\n#show: paper\n'


@pytest.fixture
def template(settings, tmp_path):
    """Render a template written in the test."""
    folder = tmp_path / "templates"
    folder.mkdir()
    shutil.copy(settings.BASE_DIR / "templates" / "_paper.typ", folder)
    settings.BASE_DIR = tmp_path
    pdf._source.cache_clear()

    def render(body, *, language="en", **context):
        pdf._source.cache_clear()
        (folder / "test.typ").write_text(PAPER + body, encoding="utf-8")
        return pdf.render("test.typ", {**HEAD, **context}, language=language)

    yield render
    pdf._source.cache_clear()


def run(command, content):
    return subprocess.run([command, "-", "-"][: 3 if command == "pdftotext" else 2], input=content,
                          capture_output=True, check=True).stdout.decode()  # fmt: skip


@READERS
@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", ["19 December 2017", "1,250.50", "hazard"]), ("zh-hans", ["2017年12月19日", "1,250.50", "隐患"])],
)
def test_values_are_written_as_the_language_writes_them(template, language, expected):
    values = [
        date(2017, 12, 19),
        Decimal("1250.50"),
        gettext_lazy("hazard"),
        datetime(2017, 12, 19, tzinfo=UTC),
    ]
    text = run("pdftotext", template("#data.values.join([ · ])", language=language, values=values))
    for part in [*expected, "08:00"]:
        assert part.replace(" ", "") in text.replace(" ", "")


@READERS
def test_both_scripts_are_embedded(template):
    lines = run("pdffonts", template("安全生产，isn’t it")).splitlines()[2:]
    assert len(lines) >= 2
    assert all(line.split()[-5:-3] == ["yes", "yes"] for line in lines)


@READERS
def test_a_paper_is_tagged_and_says_its_language_and_title(template):
    told = run("pdfinfo", template("text"))
    assert "Title:" in told
    assert "Title · 题目" in told
    assert any(line.split() == ["Tagged:", "yes"] for line in told.splitlines())


def test_pictures_are_given_as_bytes(template):
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(out, "JPEG")
    small = template("text")
    assert len(template("#picture(data.photo, [red].text)", photo=out.getvalue())) > len(small)


def test_equal_pictures_are_written_once(template):
    out = io.BytesIO()
    Image.effect_noise((200, 200), 80).save(out, "JPEG")
    one = template('#picture(data.a, "a")', a=out.getvalue())
    two = template('#picture(data.a, "a") #picture(data.b, "b")', a=out.getvalue(), b=out.getvalue())
    assert len(two) < len(one) + len(out.getvalue()) / 2


def test_a_wrong_template_is_an_error(template):
    with pytest.raises(typst.TypstError):
        template("#nothing-of-this-name")


def test_a_pair_begins_with_the_papers_language():
    with translation.override("en"):
        assert pdf.pair(gettext_lazy("hazard"), "zh-hans") == ["隐患", "hazard"]
        assert pdf.pair(gettext_lazy("hazard"), "en") == ["hazard", "隐患"]


def test_nothing_is_a_dash_and_zero_is_not_nothing():
    assert [pdf.shown(value) for value in (None, "", 0)] == ["–", "–", "0"]
