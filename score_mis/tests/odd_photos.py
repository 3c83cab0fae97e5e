"""Files that people send as photos: what is none, and pictures that carry something else along."""

import io
import zipfile
from functools import cache

from PIL import Image

SECRET = "<script>alert('hidden in a picture')</script>"
PHP = "<?php system($_GET['c']); ?>" + SECRET
SVG = f"<svg xmlns='http://www.w3.org/2000/svg'>{SECRET}</svg>"
TOO_LARGE = "The photo is larger than 15 MB. Choose a smaller one."
NO_PHOTO = "This file is not a photo (JPEG, PNG or WebP)."


@cache
def picture(kind="JPEG", size=(40, 30), mode="RGB", **options):
    out = io.BytesIO()
    Image.effect_noise(size, 90).convert(mode).save(out, kind, **options)
    return out.getvalue()


@cache
def bomb():
    out = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    return out.getvalue()


def animated(kind):
    out = io.BytesIO()
    first, *rest = (Image.new("RGB", (40, 30), colour) for colour in ("navy", "red", "white"))
    first.save(out, kind, save_all=True, append_images=rest, duration=50)
    return out.getvalue()


def with_exif():
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (39.0, 42.0, 0.0), 3: "E", 4: (115.0, 59.0, 0.0)})
    exif[0x0110], exif[0x010E] = "camera of Ms Li", SECRET
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "grey").save(out, "JPEG", exif=exif)
    return out.getvalue()


def with_archive():
    out = io.BytesIO(picture())
    out.seek(0, io.SEEK_END)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("page.html", SECRET)
    return out.getvalue()


BAD = {
    "note.jpg": (lambda: b"by hand", NO_PHOTO),
    "page.jpg": (lambda: f"<!DOCTYPE html><html>{SECRET}</html>".encode(), NO_PHOTO),
    "drawing.svg": (SVG.encode, NO_PHOTO),
    "drawing.jpg": (lambda: b"\xff\xd8\xff" + SVG.encode(), NO_PHOTO),
    "cut.jpg": (lambda: picture(size=(400, 300))[:9000], NO_PHOTO),
    "cut.png": (lambda: picture("PNG", size=(400, 300))[:9000], NO_PHOTO),
    "moving.gif": (lambda: animated("GIF"), NO_PHOTO),
    "scan.tif": (lambda: picture("TIFF"), NO_PHOTO),
    "bomb.png": (bomb, "The photo has too many pixels. Choose a smaller one."),
    "film.jpg": (lambda: picture() + bytes(60 << 20), TOO_LARGE),
}
GOOD = {
    "cmyk.jpg": lambda: picture(mode="CMYK"),
    "grey.png": lambda: picture("PNG", mode="LA"),
    "where.jpg": with_exif,
    "page.html": lambda: picture() + f"<!DOCTYPE html><html>{SECRET}</html>".encode(),
    "run.php": lambda: picture() + PHP.encode(),
    "code.jpg": lambda: picture(comment=PHP.encode()),
    "archive.zip": with_archive,
    "moving.webp": lambda: animated("WEBP"),
    "moving.png": lambda: animated("PNG"),
}
