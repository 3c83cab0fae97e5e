"""Photos: every upload is decoded, limited and written anew as JPEG, so that no metadata and no other content stays.

Browsers make photos small before they send them (`score/js/photos.js`); nothing here relies on it. Files of photos are
stored, deleted and served by `score_mis.lib.photo_files`.
"""

import io
import struct
import uuid
import warnings
import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
from django.forms.utils import flatatt
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from PIL import Image, ImageOps, UnidentifiedImageError

from score_mis.lib import dates

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 50_000_000
LONG_SIDE = 1600
LIGHT = 300 * 1024
"""What a photo should weigh on the wire, as far as its quality allows."""
QUALITIES = (82, 72, 62, 52)
MOST = 10
"""Photos that come with one step."""
FORMATS = ("JPEG", "PNG", "WEBP")  # a phone's MPO opens as JPEG
FULL_COLOUR = frozenset({"RGB", "RGBA", "L"})
"""Modes in which Pillow makes a picture small as well as it does once it is turned into RGB."""
DAMAGED = (
    UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error, zlib.error, EOFError, IndexError,
    KeyError, OverflowError, TypeError,
)  # fmt: skip
"""What Pillow raises over files that are no pictures, or whose inside was tampered with."""
Image.init()  # Pillow loads a reader only on need, and not at all for a list of formats


class Kind(models.TextChoices):
    """When a photo was taken."""

    BEFORE = "before", gettext_lazy("before")
    AFTER = "after", gettext_lazy("after")


def photo_path(instance: "Photo | None", filename: str) -> str:
    """Return a path that cannot be guessed and says nothing."""
    return f"photos/{uuid.uuid4().hex}.jpg"


class Photo(models.Model):
    """A photo of a record; concrete classes add the foreign key. Served only through a view that checks the record."""

    file = models.ImageField(gettext_lazy("photo"), upload_to=photo_path, max_length=200)
    is_placeholder = models.BooleanField(gettext_lazy("placeholder"), default=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(gettext_lazy("added at"), default=dates.now, editable=False)

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def signer(cls) -> signing.Signer:
        """Signs keys of photos, so that an address cannot be guessed by who was never shown it."""
        return signing.Signer(sep=".", salt=cls._meta.label)

    @property
    def key(self) -> str:
        """What its address names it by."""
        return self.signer().sign(str(self.pk))


class StepPhoto(Photo):
    """A photo from before or from afterwards, of a record whose steps change what is seen on it."""

    kind = models.CharField(gettext_lazy("kind"), max_length=8, choices=Kind, default=Kind.BEFORE)

    class Meta(Photo.Meta):
        abstract = True
        ordering = ["kind", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


def before_after(photos: Iterable[Any]) -> dict[str, list[Any]]:
    """Photos as `_before_after.html` shows them, those of the latest step first among those from afterwards."""
    found = list(photos)
    return {
        "before": [photo for photo in found if photo.kind == Kind.BEFORE],
        "after": [photo for photo in reversed(found) if photo.kind == Kind.AFTER],
    }


class PhotosInput(forms.ClearableFileInput):
    """The browser's chooser for several photos, with what the script that makes them small says."""

    allow_multiple_selected = True

    class Media:
        js = ("score/js/photos.js",)

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"accept": "image/jpeg,image/png,image/webp", **(attrs or {})})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the words in the reader's language."""
        return super().get_context(name, value, {**self.words(), **(attrs or {})})

    def words(self) -> dict[str, Any]:
        """What the script is told."""
        return {
            "data-photos": LONG_SIDE,
            "data-weight": LIGHT,
            "data-remove": _("Remove"),
            "data-working": _("The photos are being made smaller …"),
        }

    @property
    def attributes(self) -> SafeString:
        """All attributes but name and id, for templates that write the same field many times."""
        return flatatt({**self.attrs, **self.words(), "type": "file", "multiple": True})


class PhotosField(forms.FileField):
    """Several photos, each decoded and written anew. One that is refused is named, and then none is taken."""

    widget = PhotosInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", gettext_lazy("Up to 10, as JPEG, PNG or WebP."))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[ContentFile]:
        """Return clean photos, none where none was sent."""
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        clean, refused = accept_several(files)
        if refused:
            raise ValidationError(refused)
        return clean


def accept_several(files: Sequence[Any], *, already: int = 0) -> tuple[list[ContentFile], list[str]]:
    """Return the clean photos, and a sentence for each that is refused; none is looked at where there are too many.

    `already` is the number of photos that the step has.
    """
    if already + len(files) > MOST:
        sentence = ngettext(
            "Choose %(most)s photo at most; these are %(n)s.",
            "Choose %(most)s photos at most; these are %(n)s.",
            MOST,
        )
        return [], [sentence % {"most": MOST, "n": already + len(files)}]
    clean, refused = [], []
    for file in files:
        try:
            clean.append(accept(file))
        except ValidationError as error:
            refused += [_named(file, text) if len(files) > 1 else text for text in error.messages]
    return clean, refused


def _named(file: Any, text: str) -> str:
    return _("“%(name)s”: %(problem)s") % {"name": file.name, "problem": text}


def no_room() -> str:
    """What people read when the disk is full."""
    return _(
        "There is no room left on the server for photos: none was kept. Try again later, or send no photo."
    )


def _upright(image: Image.Image) -> Image.Image:
    """Return the image turned as its metadata says; as it is where the metadata is damaged."""
    try:
        return ImageOps.exif_transpose(image)
    except DAMAGED:
        return image


def accept(upload: Any) -> ContentFile:
    """Return an upload as a clean JPEG of at most 1,600 pixels; raise ValidationError for anything that is no photo."""
    if getattr(upload, "was_lost", False):
        raise ValidationError(no_room())
    if upload.size > MAX_BYTES:
        raise ValidationError(_("The photo is larger than 15 MB. Choose a smaller one."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            upload.seek(0)
            with Image.open(upload, formats=FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise ValidationError(_("The photo has too many pixels. Choose a smaller one."))
                image.draft("RGB", (LONG_SIDE, LONG_SIDE))  # a JPEG is decoded no larger than is needed
                if image.mode in FULL_COLOUR:  # before it is copied: 50 million pixels are 150 MB a copy
                    image.thumbnail((LONG_SIDE, LONG_SIDE))
                clean = _upright(image).convert("RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(_("The photo has too many pixels. Choose a smaller one.")) from error
    except DAMAGED as error:
        raise ValidationError(_("This file is not a photo (JPEG, PNG or WebP).")) from error
    clean.thumbnail((LONG_SIDE, LONG_SIDE))
    return ContentFile(_written(clean), name="photo.jpg")


def _written(image: Image.Image) -> bytes:
    """The picture alone as a JPEG, lighter where it is rich in detail; Pillow would carry a comment over."""
    image.info.clear()
    content = b""
    for quality in QUALITIES:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality, optimize=True)
        content = out.getvalue()
        if len(content) <= LIGHT:
            break
    return content
