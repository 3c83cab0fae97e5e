"""The latest frozen reports on the home page of those who watch rates."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from enterprises.models import Reach, Role
from publications.models import Snapshot
from reports.worklists import Desk, Line, Worklist
from score_mis.lib.totals import Total

MOST = 3
WATCHERS = frozenset({Role.AUTHORITY, Role.PROGRAMME_STAFF})


def latest(desk: Desk) -> Worklist | None:
    """The last frozen reports that the person sees; None for other roles, without any, and in mails: nothing is due."""
    if desk.due_by is not None or not WATCHERS & Reach.of(desk.user, desk.today).roles:
        return None
    rows = Snapshot.objects.visible_to(desk.user).for_list().select_related("report")
    lines = [
        Line(
            one.report.name,
            f"{one.scope_name} · {one.code}",
            one.get_absolute_url(),
            _("as of %(day)s") % {"day": date_format(one.as_of)},
        )
        for one in rows.order_by("-frozen_at", "-pk")[:MOST]
    ]
    if not lines:
        return None
    return Worklist(_("Latest reports"), Total(len(lines)), reverse("publications:list"), lines, "")
