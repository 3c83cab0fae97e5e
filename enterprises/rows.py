"""Enterprises, people and areas as the rows of tables."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from enterprises.models import ASSIGNABLE, Area, Enterprise, Level, Status
from enterprises.models.enterprise import TONES
from score_mis.lib.tables import NOTHING, Column, Heading, address_of, link, over, table, tags

MIDDLE = "align-middle"


def enterprise_table(enterprises: Iterable[Enterprise]) -> SafeString:
    """A table of enterprises."""
    names = (_("Enterprise"), _("Code"), _("Area"), _("Sector"), _("Cohort"), _("Status"))
    return table([Column(name) for name in names], _enterprises(enterprises), MIDDLE)


def _enterprises(enterprises: Iterable[Enterprise]) -> Iterator[list[Any]]:
    url, state = address_of("enterprises:detail"), tags(dict(Status.choices).get, TONES.__getitem__)
    for enterprise in enterprises:
        yield [
            over(link(url(enterprise.pk), enterprise.name), enterprise.other_name),
            enterprise.code,
            enterprise.area,
            enterprise.sector,
            enterprise.cohort or NOTHING,
            state(enterprise.status),
        ]


def person_table(people: Iterable[Any]) -> SafeString:
    """A table of people, each with `assignments_now`."""
    names = (_("Name"), _("Sign-in name"), _("Roles today"), _("May sign in"))
    return table([Column(name) for name in names], _people(people), MIDDLE)


def _people(people: Iterable[Any]) -> Iterator[list[Any]]:
    url, roles = address_of("enterprises:person_detail"), dict(ASSIGNABLE)
    answers = {True: _("yes"), False: _("no")}
    for person in people:
        held = [(roles[held.role], held.area or held.enterprise) for held in person.assignments_now]
        yield [
            link(url(person.pk), person),
            person.username,
            format_html_join("", "<div>{} · {}</div>", held) or NOTHING,
            answers[person.is_active],
        ]


def area_table(areas: Iterable[Area], *, is_staff: bool) -> SafeString:
    """A table of areas, deeper ones set in; staff are led to the form."""
    names = (_("Area"), _("Code"), _("Level"), _("Enterprises"))
    return table([Column(name) for name in names], _areas(areas, is_staff), MIDDLE)


def _areas(areas: Iterable[Area], is_staff: bool) -> Iterator[list[Any]]:
    url, levels, listed = (
        address_of("enterprises:area_edit"),
        dict(Level.choices),
        reverse("enterprises:list"),
    )
    inside, show = _("Enterprises"), _("show")
    for area in areas:
        name = link(url(area.pk), area.name) if is_staff else escape(area.name)
        other = format_html(' <span class="small text-secondary">{}</span>', area.other_name)
        yield [
            Heading(name + other if area.other_name else name, f"ps-{area.depth + 1}"),
            area.code,
            levels[area.level],
            format_html(
                '<a href="{}?area={}" aria-label="{}, {}">{}</a>', listed, area.pk, inside, area.name, show
            ),
        ]
