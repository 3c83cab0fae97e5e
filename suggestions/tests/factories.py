"""Suggestions for tests, made by their moves."""

import io
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from conftest import START, TODAY
from score_mis.lib import photos, workflow
from suggestions.models import Suggestion

DAY = date(2017, 6, 1)
TO_STATUS = {
    "submitted": [],
    "deferred": ["defer"],
    "adopted": ["adopt"],
    "rejected": ["reject"],
    "withdrawn": ["withdraw"],
    "implemented": ["adopt", "implement"],
    "verified": ["adopt", "implement", "verify"],
    "cancelled": ["adopt", "cancel"],
    "void": ["void"],
}
ACTORS = {"implement": "member", "withdraw": "member", "edit": "member", "submit": "member"}
"""Who makes a move in the tests; the team leader makes all others."""


def make_suggestion(world, status="submitted", *, on=DAY, by=None, photo=None, **fields):
    """Save a suggestion and take it to a state, every step on the same day."""
    fields = {"enterprise": world.enterprise, "title": "Move the guard rail"} | fields
    suggestion = workflow.perform(
        Suggestion(enterprise=fields["enterprise"]),
        "submit",
        by=by or world.member,
        today=TODAY,
        on=on,
        fields=fields,
        photos=[photo] if photo else [],
    )
    for move in TO_STATUS[status]:
        suggestion = step(world, suggestion, move, on=on)
    return suggestion


def step(world, suggestion, move, *, on=None, by=None, **kwargs):
    """Make one move with everything it needs."""
    row = workflow.table_of(suggestion).row(move, suggestion.status)
    fields = {"decision_reason": "Too dear"} if move == "reject" else {}
    fields |= {"owner": "Ms Li"} if move == "assign" else {}
    options = {"reason": "As agreed", "fields": fields} | kwargs
    if row is not None and not row.reason and "reason" not in kwargs:
        options["reason"] = ""
    return workflow.perform(
        suggestion,
        move,
        by=by or getattr(world, ACTORS.get(move, "leader")),
        today=TODAY,
        on=on or TODAY,
        **options,
    )


def upload(name="hall.jpg", *, size=(40, 30), kind="JPEG", colour="navy"):
    """A photo as a browser sends it."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def accepted_photo():
    """A photo that was decoded and written anew."""
    return photos.accept(upload())


__all__ = ["DAY", "START", "TODAY", "accepted_photo", "make_suggestion", "step", "upload"]
