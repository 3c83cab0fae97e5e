"""Texts that are made once a process are those of the key and the language, and their holes are always filled anew."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation

from score_mis.lib import remembered


def render(template, **context):
    return template.render(Context(context))


def test_a_text_is_made_once_for_its_key():
    page = Template("{% remember key %}{{ what }}{% endremember %}")
    assert render(page, key=1, what="one") == "one"
    assert render(page, key=1, what="two") == "one"
    assert render(page, key=2, what="two") == "two"


def test_a_text_is_made_once_for_its_language():
    page = Template("{% load i18n %}{% remember key %}{% translate 'Home' %}{% endremember %}")
    for language, word in (("en", "Home"), ("zh-hans", "首页"), ("en", "Home")):
        with translation.override(language):
            assert render(page, key=1) == word


def test_without_a_key_nothing_is_remembered():
    page = Template("{% remember key %}{% afresh %}a{% endafresh %}{{ what }}{% endremember %}")
    assert render(page, what="one") == "aone"
    assert render(page, what="two") == "atwo"
    assert render(page, key=None, what="three") == "athree"


def test_two_tags_do_not_share_a_key():
    page = Template("{% remember key %}a{{ x }}{% endremember %}{% remember key %}b{{ x }}{% endremember %}")
    assert render(page, key=1, x=1) == "a1b1"


def test_holes_are_filled_each_time_and_escaped():
    page = Template("{% remember key %}<{{ what }}{% afresh %}{{ who }}{% endafresh %}>{% endremember %}")
    assert render(page, key=1, what="&", who="<a>") == "<&amp;&lt;a&gt;>"
    assert render(page, key=1, what="?", who="<b>") == "<&amp;&lt;b&gt;>"


def test_a_hole_may_hold_a_remembered_text():
    page = Template(
        "{% remember a %}{{ x }}{% afresh %}{% remember b %}{{ x }}{% afresh %}{{ x }}{% endafresh %}"
        "{% endremember %}{% endafresh %}{% endremember %}"
    )
    assert render(page, a=1, b=1, x=1) == "111"
    assert render(page, a=1, b=1, x=2) == "112"
    assert render(page, a=1, b=2, x=3) == "133"


def test_a_text_that_fails_leaves_nothing_behind():
    page = Template("{% remember key %}{% afresh %}a{% endafresh %}{{ x.y }}{% endremember %}")

    class Bad:
        @property
        def y(self):
            raise RuntimeError("no")

    context = Context({"key": 1, "x": Bad()})
    for _turn in range(2):
        with pytest.raises(RuntimeError):
            page.render(context)
    context["x"] = {"y": "b"}
    assert page.render(context) == "ab"


def test_only_so_many_are_kept(monkeypatch):
    monkeypatch.setattr(remembered, "MOST", 2)
    page = Template("{% remember key %}{{ what }}{% endremember %}")
    for key in (1, 2, 1, 3):
        render(page, key=key, what="old")
    assert [render(page, key=key, what="new") for key in (1, 3, 2)] == ["old", "old", "new"]


def test_it_needs_exactly_one_key():
    with pytest.raises(TemplateSyntaxError):
        Template("{% remember %}{% endremember %}")
