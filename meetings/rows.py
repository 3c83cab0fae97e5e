"""Meetings and decisions as the rows of tables."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from meetings.models import TONES, Decision, Meeting, Status
from reports.worklists import brief
from score_mis.lib.tables import NOTHING, Column, address_of, days, joined, link, over, table, tag, tags


def meeting_table(meetings: Iterable[Meeting]) -> SafeString:
    """A table of meetings."""
    names = (_("Meeting"), _("Area"), capfirst(_("held on")), _("Milestone"), _("Place"))
    return table([Column(name) for name in names], _meetings(meetings))


def _meetings(meetings: Iterable[Meeting]) -> Iterator[list[Any]]:
    url, day = address_of("meetings:detail"), days()
    for meeting in meetings:
        yield [
            link(url(meeting.pk), meeting.title),
            meeting.area or _("the whole programme"),
            day(meeting.held_on),
            meeting.milestone or NOTHING,
            meeting.place or NOTHING,
        ]


def decision_table(decisions: Iterable[Decision], *, today: date, with_meeting: bool = True) -> SafeString:
    """A table of decisions."""
    names = (_("Decision"), _("Enterprise"), _("Who"), _("Due on"), _("Status"))
    return table([Column(name) for name in names], _decisions(decisions, today, with_meeting))


def _decisions(decisions: Iterable[Decision], today: date, with_meeting: bool) -> Iterator[list[Any]]:
    url, day, late = address_of("meetings:decision_detail"), days(), tag(_("overdue"), "bad")
    state = tags(dict(Status.choices).get, lambda status: TONES[Status(status)])
    for one in decisions:
        due = day(one.due_on)
        yield [
            over(link(url(one.pk), brief(one.what)), one.meeting if with_meeting else ""),
            one.enterprise or NOTHING,
            one.who,
            joined([due, late]) if one.is_overdue(today) else due,
            state(one.status),
        ]
