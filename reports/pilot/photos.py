"""Placeholder photos: drawn once, shared by all photo rows, and marked as generated in the picture itself."""

import io
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw, ImageFont

from hazards.models import HazardChange, HazardPhoto
from score_mis.lib.photos import Kind
from suggestions.models import SuggestionChange, SuggestionPhoto

BEFORE = "photos/generated-before.jpg"
AFTER = "photos/generated-after.jpg"
SIZE = (960, 640)
LOOKS = {BEFORE: ("#f4d9c6", "BEFORE"), AFTER: ("#cfe6d4", "AFTER")}
INK = "#3a3a3a"
STROKES = (
    (
        ((32, 8), (18, 40)), ((24, 30), (84, 30)), ((22, 58), (80, 58)), ((52, 6), (52, 92)), ((10, 92), (92, 92)),
    ),
    (
        ((14, 28), (92, 28)), ((16, 28), (15, 60), (6, 94)), ((18, 52), (46, 52), (44, 80), (34, 76)),
        ((56, 6), (60, 40), (72, 72), (90, 92), (94, 76)), ((84, 42), (68, 74), (50, 92)), ((72, 8), (84, 18)),
    ),
)  # fmt: skip
"""The two characters 生成 on squares of 100 by 100: not every machine has a Chinese font."""


def store() -> None:
    """Draw the placeholders into the media folder, unless they are there."""
    for name, (colour, word) in LOOKS.items():
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(draw(colour, word)))


def draw(colour: str, word: str) -> bytes:
    """Return a JPEG that says GENERATED, 生成 and when it would have been taken."""
    image = Image.new("RGB", SIZE, colour)
    pen = ImageDraw.Draw(image)
    pen.rectangle((24, 24, SIZE[0] - 24, SIZE[1] - 24), outline=INK, width=4)
    for text, size, top in (("GENERATED", 120, 110), (f"placeholder · {word}", 48, 530)):
        pen.text((SIZE[0] / 2, top), text, fill=INK, font=ImageFont.load_default(size=size), anchor="ma")
    for n, strokes in enumerate(STROKES):
        for points in strokes:
            places = [(SIZE[0] / 2 - 220 + 240 * n + 2 * x, 280 + 2 * y) for x, y in points]
            pen.line(places, fill=INK, width=16, joint="curve")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


def mark() -> int:
    """Mark all photo rows as placeholders, added when their move was typed in; return how many there are."""
    count = 0
    photo_class: Any
    for photo_class, change_class, name, moves in (
        (SuggestionPhoto, SuggestionChange, "suggestion", ("submit", "implement")),
        (HazardPhoto, HazardChange, "hazard", ("identify", "rectify")),
    ):
        entered = _entered(change_class, f"{name}_id", moves)
        rows = list(photo_class.objects.all())
        for photo in rows:
            photo.is_placeholder = True
            photo.added_at = entered[getattr(photo, f"{name}_id"), photo.kind]
        photo_class.objects.bulk_update(rows, ["is_placeholder", "added_at"], batch_size=200)
        count += len(rows)
    return count


def _entered(changes: Any, key: str, moves: tuple[str, str]) -> dict[tuple[int, str], datetime]:
    """Return when the first and the last of the moves with photos were typed in, by record and kind of photo."""
    found: dict[tuple[int, str], datetime] = {}
    for record, move, entered in changes.objects.order_by("seq").values_list(key, "move", "entered_at"):
        if move == moves[0]:
            found[record, Kind.BEFORE] = entered
        elif move.startswith(moves[1]):
            found[record, Kind.AFTER] = entered
    return found
