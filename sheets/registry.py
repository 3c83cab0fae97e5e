"""The sheets: one row each. Form, list, PDF, XLSX and CSV follow from these rows."""

from django.utils.translation import gettext_lazy as _

from enterprises.models import Role
from sheets.rows import activity, enterprise, hazards, overdue, quarter
from sheets.sheet import Sheet

SHEETS = {
    sheet.key: sheet
    for sheet in (
        Sheet(
            key="quarterly-statistics",
            name=_("Quarterly hazard statistics"),
            about=_(
                "For the authority, to be signed: hazards of the quarter and at its end, by level, category, "
                "area and enterprise."
            ),
            columns=quarter.COLUMNS,
            rows=quarter.rows,
            count=quarter.count_rows,
            fields=("quarter",),
            groups=quarter.GROUPS,
            in_parts=True,
            signing=(_("Compiled by"), _("Checked by"), _("Responsible person of the unit (seal)")),
        ),
        Sheet(
            key="hazard-ledger",
            name=_("Hazard ledger"),
            about=_("Every hazard with level, measures, deadline, rectification and re-check."),
            columns=hazards.LEDGER,
            rows=hazards.ledger_rows,
            count=hazards.count_ledger,
            fields=("since", "day"),
            groups=hazards.LEDGER_GROUPS,
        ),
        Sheet(
            key="enterprise-page",
            name=_("Enterprise on one page"),
            about=_(
                "Profile, modules, visits, figures with their parts, open hazards and team of one enterprise."
            ),
            columns=enterprise.COLUMNS,
            rows=enterprise.rows,
            count=enterprise.count_rows,
            of_one=True,
            groups=enterprise.GROUPS,
            in_parts=True,
            plain=True,
            upright=True,
        ),
        Sheet(
            key="notice-board",
            name=_("Notice-board sheet"),
            about=_(
                "For the staff of one enterprise: open hazards, and those rectified in the last 30 days."
            ),
            columns=hazards.BOARD,
            rows=hazards.board_rows,
            count=hazards.count_board,
            fields=(),
            of_one=True,
            groups=hazards.BOARD_GROUPS,
            in_parts=True,
            closing=(
                _("You see a danger? Keep away, warn the others, and tell the improvement team at once."),
            ),
        ),
        Sheet(
            key="consultant-activity",
            name=_("Consultant activity"),
            about=_(
                "Visits planned and done, enterprises, people met and agreed actions of each consultant."
            ),
            columns=activity.COLUMNS,
            rows=activity.rows,
            count=activity.count_rows,
            fields=("since", "day"),
            needs=("since",),
            roles=activity.SEE_ALL | {Role.CONSULTANT},
        ),
        Sheet(
            key="overdue",
            name=_("Overdue list"),
            about=_("Hazards, suggestions and agreed actions whose day has passed."),
            columns=overdue.COLUMNS,
            rows=overdue.rows,
            count=overdue.count_rows,
            fields=(),
        ),
    )
}
