"""Files of photos: stored with their rows or not at all, served by keys to those who may see the record."""

import io
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import models
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from PIL import Image

from score_mis.lib.photos import Kind, Photo, StepPhoto, no_room, photo_path

_stored: ContextVar[list[tuple[type[models.Model], str]]] = ContextVar("stored")
"""What this request has stored: class of the rows, name of the file."""


def store(file: Any) -> str:
    """Store an accepted photo and return its name; where there is no room raise ValidationError and leave nothing."""
    name = photo_path(None, "")
    try:
        return default_storage.save(name, file)
    except OSError as error:
        delete([name])
        raise ValidationError({"photo": no_room()}) from error


def delete(names: Iterable[str]) -> None:
    """Delete stored files."""
    for name in names:
        default_storage.delete(name)


def attach(rows: Any, files: Sequence[Any], *, kind: str = "", by: Any) -> None:
    """Store accepted photos and save their rows; for `add_photos` of records, inside the transaction of their move.

    A file may be the name of one that is stored already. Where the disk is full ValidationError is raised, and what
    was stored by then is deleted.
    """
    more = {"kind": kind or Kind.BEFORE} if issubclass(rows.model, StepPhoto) else {}
    fresh: list[str] = []
    pending = _stored.get([])
    try:
        for file in files:
            name = file
            if not isinstance(file, str):
                name = store(file)
                fresh.append(name)
                pending.append((rows.model, name))
            rows.create(file=name, added_by=by, **more)
    except ValidationError:
        delete(fresh)
        raise


class UndoneMiddleware:
    """Deletes the files of photos whose rows were undone: what came after them in the same form was refused."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        pending: list[tuple[type[models.Model], str]] = []
        token = _stored.set(pending)
        try:
            return self.get_response(request)
        finally:
            _stored.reset(token)
            for model, name in pending:
                if not model._base_manager.filter(file=name).exists():
                    delete([name])


def find(photos: models.QuerySet[Any], key: str) -> Any:
    """The photo with this key among those that the person may see, or None."""
    try:
        return photos.filter(pk=photos.model.signer().unsign(key)).first()
    except signing.BadSignature:
        return None


def serve(photos: models.QuerySet[Any], key: str) -> FileResponse:
    """The photo with this key among those that the person may see; 404 for anything else."""
    model: type[Photo] = photos.model
    try:
        photo = get_object_or_404(photos, pk=model.signer().unsign(key))
        file = photo.file.open("rb")
    except (signing.BadSignature, FileNotFoundError) as error:
        raise Http404 from error
    return FileResponse(
        file,
        filename=f"photo-{photo.pk}.jpg",
        content_type="image/jpeg",
        headers={
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=86400, immutable",
        },
    )


class Thumbnails:
    """Small copies of photos for papers; equal files are read once. A lost file is told, and never stops a paper."""

    def __init__(self, side: int) -> None:
        self.side = side
        self.made: dict[str, bytes | str] = {}

    def of(self, photo: Photo) -> bytes | str:
        """A JPEG, or the empty text where the file is gone."""
        name = str(photo.file.name)
        if name not in self.made:
            self.made[name] = self._make(photo)
        return self.made[name]

    def _make(self, photo: Photo) -> bytes | str:
        out = io.BytesIO()
        try:
            with photo.file.open("rb") as file, Image.open(file) as image:
                image.draft("RGB", (self.side, self.side))
                image.thumbnail((self.side, self.side))
                image.convert("RGB").save(out, "JPEG", quality=80)
        except OSError:
            return ""
        return out.getvalue()
