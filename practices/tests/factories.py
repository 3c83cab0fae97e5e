"""Good practices for tests, made by their moves."""

from datetime import date

from conftest import TODAY
from practices.models import Practice
from score_mis.lib import workflow

DAY = date(2017, 12, 4)
CARD = {
    "title": "Rails at the loading bay",
    "problem": "Carts ran over the edge.",
    "idea": "A rail of steel tube.",
    "result": "No cart has fallen since.",
}
CONSENT = {"consent_by": "Zhao Min", "consent_role": "Director", "consent_on": date(2017, 12, 1)}
TO_STATUS = {
    "draft": [],
    "returned": ["return"],
    "reviewed": ["review"],
    "published": ["consent", "review", "publish"],
    "withdrawn": ["consent", "review", "publish", "withdraw"],
    "void": ["void"],
}


def make_practice(world, status="draft", *, by=None, photo=None, **fields) -> Practice:
    """Save a card and take it to a state."""
    fields = {"enterprise": world.enterprise} | CARD | fields
    card = workflow.perform(
        Practice(enterprise=fields["enterprise"]),
        "draft",
        by=by or world.member,
        today=TODAY,
        on=DAY,
        fields=fields,
        photos=[photo] if photo else [],
    )
    for move in TO_STATUS[status]:
        card = step(world, card, move, on=DAY)
    return card


def step(world, card, move, *, by=None, on=None, **options) -> Practice:
    """Make one move with everything it needs; programme staff make it unless somebody else is named."""
    row = workflow.table_of(card).row(move, card.status)
    if row is not None and row.reason:
        options.setdefault("reason", "As agreed")
    if move == "consent":
        options.setdefault("fields", CONSENT)
    return workflow.perform(card, move, by=by or world.staff, today=TODAY, on=on or TODAY, **options)
