"""What is taken for a photo."""

import contextlib
import io
import random
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.PngImagePlugin import PngInfo

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


PAYLOAD = b"<script>alert(1)</script>"
"""What somebody hides in a picture."""


def with_comment():
    return written((9, 9), comment=PAYLOAD)


def with_segment():
    exif = Image.Exif()
    exif[0x010E] = PAYLOAD.decode()
    return written((9, 9), exif=exif)


def with_text():
    notes = PngInfo()
    notes.add_text("Comment", PAYLOAD.decode())
    return written((9, 9), "PNG", pnginfo=notes)


def with_archive():
    out = io.BytesIO(written((9, 9)))
    out.seek(0, io.SEEK_END)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("page.html", PAYLOAD)
    return out.getvalue()


@pytest.mark.parametrize("make", [with_comment, with_segment, with_text, with_archive])
def test_nothing_but_the_picture_is_kept(make):
    content = make()
    assert b"<script>" in content
    clean = photos.accept(sent(content)).read()
    assert b"<script>" not in clean
    assert b"Exif" not in clean
    assert b"PK\x03\x04" not in clean
    assert Image.open(io.BytesIO(clean)).size == (9, 9)


def test_the_place_where_it_was_taken_is_not_kept():
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (39.0, 42.0, 0.0)
    exif[0x0110] = "camera of Ms Li"
    clean = Image.open(photos.accept(sent(written((40, 30), exif=exif))))
    assert dict(clean.getexif()) == {}


def noise(size):
    return Image.effect_noise(size, 120).convert("RGB")


def test_a_photo_rich_in_detail_is_made_light():
    out = io.BytesIO()
    noise((2400, 1800)).save(out, "JPEG", quality=95)
    clean = photos.accept(sent(out.getvalue()))
    assert clean.size < len(out.getvalue()) / 3
    assert max(Image.open(clean).size) == 1600


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_damaged_pictures_are_a_sentence_or_a_picture(kind):
    """Whatever byte is wrong: no other error leaves the decoder."""
    whole, chance = written((24, 24), kind), random.Random(kind)
    for _turn in range(150):
        content = bytearray(whole)
        for _byte in range(chance.randint(1, 4)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        with contextlib.suppress(ValidationError):
            photos.accept(sent(bytes(content[: chance.randint(len(content) // 2, len(content))])))


# The field


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_a_large_picture_is_made_small_before_it_is_copied(monkeypatch, mode):
    sizes = []
    upright = photos._upright
    monkeypatch.setattr(photos, "_upright", lambda image: sizes.append(image.size) or upright(image))
    out = io.BytesIO()
    Image.new(mode, (3000, 4000)).save(out, "PNG")
    with Image.open(photos.accept(SimpleUploadedFile("a.png", out.getvalue()))) as image:
        assert image.size == (1200, 1600)
    assert sizes == [(1200, 1600)]


def sent_as(name, content):
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def test_the_field_takes_several():
    field = photos.PhotosField(required=False)
    assert len(field.clean([sent(written((9, 9))), sent(written((8, 8)))])) == 2
    assert field.clean([]) == []
    assert field.clean(None) == []


def test_the_field_names_each_photo_that_is_refused():
    field = photos.PhotosField(required=False)
    with pytest.raises(ValidationError) as refused:
        field.clean([sent(written((9, 9))), sent_as("plan.svg", b"<svg/>"), sent_as("note.txt", b"by hand")])
    assert [text.split("”")[0] for text in refused.value.messages] == ["“plan.svg", "“note.txt"]


def test_the_field_takes_no_more_than_can_be_looked_at():
    with pytest.raises(ValidationError) as refused:
        photos.PhotosField(required=False).clean([sent(b"x") for _photo in range(11)])
    assert "at most" in refused.value.messages[0]
