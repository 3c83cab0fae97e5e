"""What is taken for a photo."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from score_mis.lib import photos


def sent(content):
    return SimpleUploadedFile("photo.jpg", content, content_type="image/jpeg")


def written(size, image_format="JPEG", **options):
    out = io.BytesIO()
    Image.new("RGB", size, "grey").save(out, image_format, **options)
    return out.getvalue()


def test_a_photo_with_damaged_metadata_is_taken_as_it_is():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "camera"  # lies on its side
    content = bytearray(written((40, 30), exif=exif))
    assert Image.open(photos.accept(sent(bytes(content)))).size == (30, 40)
    content[content.index(b"Exif") + 17] = 0  # a kind of value that does not exist
    assert Image.open(photos.accept(sent(bytes(content)))).size == (40, 30)


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a" + bytes(99), written((9, 9))[:200]],
)
def test_what_is_no_photo_is_refused(content):
    with pytest.raises(ValidationError):
        photos.accept(sent(content))


def test_too_many_pixels_are_refused_before_they_are_decoded():
    out = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    with pytest.raises(ValidationError):
        photos.accept(sent(out.getvalue()))
