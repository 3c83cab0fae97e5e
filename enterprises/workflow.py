"""The moves of an enterprise in the programme. The same table stands in docs/transitions.md, held equal by a test."""

from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise, EnterpriseChange, Role, Status
from score_mis.lib.workflow import EDIT, NEW, Table, Transition, register

STAFF = frozenset({Role.PROGRAMME_STAFF})
PROFILE = (
    "programme", "code", "name_en", "name_zh", "uscc", "area", "sector", "cohort", "ownership", "language",
    "address", "contact", "phone", "products", "notes",
)  # fmt: skip

ENTERPRISE = register(
    Table(
        Enterprise,
        EnterpriseChange,
        (
            Transition(
                move="register", sources=frozenset({NEW}), target=Status.CANDIDATE, roles=STAFF,
                label=_("Register"), done=_("registered"), fields=PROFILE, dates=("registered_on",), style="primary",
            ),
            Transition(
                move="enrol", sources=frozenset({Status.CANDIDATE, Status.DROPPED}), target=Status.ENROLLED,
                roles=STAFF, label=_("Enrol"), done=_("enrolled"), dates=("enrolled_on",), clears=("dropped_on",),
                style="primary",
            ),
            Transition(
                move="activate", sources=frozenset({Status.ENROLLED}), target=Status.ACTIVE, roles=STAFF,
                label=_("Start work"), done=_("work started"), dates=("active_on",), style="primary",
            ),
            Transition(
                move="complete", sources=frozenset({Status.ACTIVE}), target=Status.COMPLETED, roles=STAFF,
                label=_("Complete"), done=_("completed"), dates=("completed_on",),
            ),
            Transition(
                move="drop", sources=frozenset({Status.CANDIDATE, Status.ENROLLED, Status.ACTIVE}),
                target=Status.DROPPED, roles=STAFF, label=_("Drop out"), done=_("dropped out"), reason=True,
                dates=("dropped_on",), clears=("active_on",), style="danger",
            ),
            Transition(
                move=EDIT, sources=frozenset(Status.values), target=None, roles=STAFF, label=_("Edit"),
                done=_("edited"), fields=PROFILE,
            ),
        ),
        correct_roles=STAFF,
    )
)  # fmt: skip
