"""Photos: every upload is decoded, limited and written anew as JPEG, so that no metadata and no other content stays."""

import io
import struct
import uuid
import warnings
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
from django.utils.translation import gettext as _, gettext_lazy
from PIL import Image, ImageOps, UnidentifiedImageError

from score_mis.lib import dates

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 50_000_000
LONG_SIDE = 1600
FORMATS = ("JPEG", "PNG", "WEBP")  # a phone's MPO opens as JPEG
Image.init()  # Pillow loads a reader only on need, and not at all for a list of formats


class Kind(models.TextChoices):
    """When a photo was taken."""

    BEFORE = "before", gettext_lazy("before")
    AFTER = "after", gettext_lazy("after")


def photo_path(instance: "Photo", filename: str) -> str:
    """Return a path that cannot be guessed and says nothing."""
    return f"photos/{uuid.uuid4().hex}.jpg"


class Photo(models.Model):
    """A photo of a record; concrete classes add the foreign key. Served only through a view that checks the record."""

    kind = models.CharField(gettext_lazy("kind"), max_length=8, choices=Kind, default=Kind.BEFORE)
    file = models.ImageField(gettext_lazy("photo"), upload_to=photo_path, max_length=200)
    is_placeholder = models.BooleanField(gettext_lazy("placeholder"), default=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(gettext_lazy("added at"), default=dates.now, editable=False)

    class Meta:
        abstract = True
        ordering = ["kind", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


def _upright(image: Image.Image) -> Image.Image:
    """Return the image turned as its metadata says; as it is where the metadata is damaged."""
    try:
        return ImageOps.exif_transpose(image)
    except struct.error:
        return image


def accept(upload: Any) -> ContentFile:
    """Return an upload as a clean JPEG of at most 1,600 pixels; raise ValidationError for anything that is no photo."""
    if upload.size > MAX_BYTES:
        raise ValidationError(_("The photo is larger than 15 MB. Choose a smaller one."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            upload.seek(0)
            with Image.open(upload, formats=FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise ValidationError(_("The photo has too many pixels. Choose a smaller one."))
                clean = _upright(image).convert("RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(_("The photo has too many pixels. Choose a smaller one.")) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise ValidationError(_("This file is not a photo (JPEG, PNG or WebP).")) from error
    clean.thumbnail((LONG_SIDE, LONG_SIDE))
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=82, optimize=True)
    return ContentFile(out.getvalue(), name="photo.jpg")
