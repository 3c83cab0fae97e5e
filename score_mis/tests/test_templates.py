"""The content security policy forbids inline script and style: no template and no code writes any."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FORBIDDEN = {
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    "inline style": re.compile(r"<style\b", re.IGNORECASE),
    "style attribute": re.compile(r"""\sstyle\s*=\s*["']""", re.IGNORECASE),
    "event handler": re.compile(r"""\son[a-z]+\s*=\s*["']""", re.IGNORECASE),
    "javascript address": re.compile(r"""["']javascript:""", re.IGNORECASE),
    "foreign address": re.compile(
        r"""<(?:script|link|img|iframe)\b[^>]*(?:src|href)\s*=\s*["'](?:https?:)?//""", re.IGNORECASE
    ),
}
TEMPLATES = sorted(ROOT.glob("templates/**/*.*"))
CODE = sorted(
    path
    for path in ROOT.glob("*/**/*.py")
    if "tests" not in path.parts
    and "migrations" not in path.parts
    and not path.relative_to(ROOT).parts[0].startswith(".")
    and path.relative_to(ROOT).parts[0] != "var"
)


TAG = re.compile(r"<[a-z!][^<>]*>?", re.IGNORECASE)


def offences(text):
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]


def tags(source):
    """The HTML in Python source: what stands in angle brackets (a keyword argument `style=` is none)."""
    return "\n".join(TAG.findall(source))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_nothing_inline(path):
    assert offences(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_code_writes_nothing_inline(path):
    assert offences(tags(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<script>alert(1)</script>", ["inline script"]),
        ('<SCRIPT type="module">x</script>', ["inline script"]),
        ('<script src="a.js" defer></script>', []),
        ("<style>a{}</style>", ["inline style"]),
        ('<p style="color:red">', ["style attribute"]),
        ("<p\n style = 'x'>", ["style attribute"]),
        ('<a onclick="x()">', ["event handler"]),
        ('<a href="javascript:x()">', ["javascript address"]),
        ('<img alt="" src="https://cdn.example.org/a.png">', ["foreign address"]),
        ('<a href="https://www.ilo.org/">', []),
        ('<p class="style" data-on="x">', []),
    ],
)
def test_the_check_sees_what_it_should(text, found):
    assert offences(text) == found


def test_the_check_tells_html_from_a_keyword():
    assert offences(tags('Transition("adopt", style="primary")')) == []
    assert offences(tags("""format_html('<rect style="fill:red">')""")) == ["style attribute"]


def test_there_is_something_to_check():
    assert len(TEMPLATES) > 10
    assert len(CODE) > 10
