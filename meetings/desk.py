"""Open decisions as a worklist, for home and reminders."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from meetings.models import Decision
from reports.worklists import COUNTED, Desk, Line, Worklist, brief
from score_mis.lib.totals import up_to


def decisions(desk: Desk) -> Worklist | None:
    """What the person is to carry out; for a team also what nobody who signs in does at its enterprise.

    None where there is nothing: most people are owners of no decision. Two queries.
    """
    rows = Decision.objects.waiting_for(desk.user, desk.today).for_list()
    if desk.due_by is not None:
        rows = rows.filter(due_on__lte=desk.due_by)
    lines = [_line(desk, row) for row in rows[: desk.most]]
    if not lines:
        return None
    url = f"{reverse('meetings:decision_list')}?mine=on"
    return Worklist(_("Decisions to carry out"), up_to(rows, COUNTED), url, lines, "")


def _line(desk: Desk, row: Decision) -> Line:
    about = (str(row.enterprise or ""), str(row.meeting), row.owner_name)
    return Line(
        brief(row.what),
        " · ".join(part for part in about if part),
        row.get_absolute_url(),
        _("due %(day)s") % {"day": date_format(row.due_on, "MONTH_DAY_FORMAT")},
        "bad" if row.is_overdue(desk.today) else "idle",
        _("Done") if row.owner_id == desk.user.pk else "",
        reverse("meetings:decision_move", args=[row.pk, "carry_out"]),
    )
