"""HTML written in Python: everything that is not HTML already is escaped."""

import pytest
from django.utils import translation
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from score_mis.lib.markup import escaped, fill, fill_each, grouped, joined

NASTY = "<script>alert(\"1\")</script> & 'more'"
VALUES = [NASTY, SafeString("<b>bold</b>"), 12, -3, 1.5, None, True, gettext_lazy("Hazards"), ["<i>"]]


@pytest.mark.parametrize("value", VALUES)
def test_it_fills_as_django_does(value):
    assert fill('<p title="{0}">{0} {{}}</p>', value) == format_html('<p title="{0}">{0} {{}}</p>', value)
    assert isinstance(fill("{}", value), SafeString)


def test_what_people_wrote_is_escaped_everywhere():
    for found in (escaped(NASTY), fill("{}", NASTY), fill_each("{}", [(NASTY,)]), joined([NASTY], NASTY)):
        assert "<" not in found
        assert '"' not in found


def test_a_value_is_never_read_as_a_pattern():
    assert fill("{} {}", "{0.__class__}", SafeString("{1}")) == "{0.__class__} {1}"


def test_html_is_not_escaped_twice():
    once = fill("<b>{}</b>", "a & b")
    assert joined([once, once]) == "<b>a &amp; b</b>" * 2


@pytest.mark.parametrize("language", ["en", "zh-hans", "de"])
@pytest.mark.parametrize("value", [0, 7, 999, 1000, -1234, 12_600_000, 1.5, "1234.50"])
def test_numbers_are_written_as_the_language_does(language, value):
    with translation.override(language):
        assert grouped(value) == number_format(value, use_l10n=True, force_grouping=True)
