"""Good-practice cards that wait for programme staff, as a worklist for home and reminders."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from enterprises.models import Enterprise, Reach, Role
from practices.models import Practice
from reports.worklists import COUNTED, WEEK, Desk, Line, Worklist
from score_mis.lib.tables import ago
from score_mis.lib.totals import up_to


def cards(desk: Desk) -> Worklist | None:
    """Drafts to review, the oldest first; only for staff, and only where there are any. Two queries."""
    reach = Reach.of(desk.user, desk.today, Role.PROGRAMME_STAFF)
    if not reach.roles:
        return None
    sites = Enterprise.objects.filter(reach.enterprises_q())
    rows = Practice.objects.filter(status="draft", enterprise__in=sites).exclude(drafted_by=desk.user.pk)
    if desk.due_by is not None:
        rows = rows.filter(drafted_on__lte=desk.due_by - timedelta(days=WEEK))
    rows = rows.select_related("enterprise").order_by("drafted_on", "pk")
    lines = [_line(desk, row) for row in rows[: desk.most]]
    if not lines:
        return None
    url = f"{reverse('practices:list')}?status=draft"
    return Worklist(_("Good practices to review"), up_to(rows, COUNTED), url, lines, "")


def _line(desk: Desk, row: Practice) -> Line:
    return Line(
        row.title,
        f"{row.enterprise.name} · {row.reference}",
        row.get_absolute_url(),
        ago(row.drafted_on, desk.today),
        "idle",
        _("Review"),
        row.get_absolute_url(),
    )
