"""Suggestions in a real browser on a phone: slips by keyboard alone, like ones while typing, photos made small."""

import io
from functools import partial

import pytest
from django.urls import reverse
from PIL import Image

from score_mis.tests.browser.driver import BOTH_LANGUAGES, BOTH_WAYS, Hand
from suggestions.models import Suggestion
from suggestions.tests.factories import make_suggestion

pytestmark = pytest.mark.browser
HOME, ADD, PILE = reverse("reports:home"), reverse("suggestions:add"), reverse("suggestions:pile_add")
MOST_TO_ADD = 4
MOST_TO_DECIDE = 2


@pytest.fixture
def phone(phone_of, world):
    """The member's phone."""
    return partial(phone_of, world.member)


@BOTH_LANGUAGES
@BOTH_WAYS
def test_adding_a_suggestion_takes_at_most_four_interactions(phone, way, language):
    """From home: add, the title, save."""

    def steps(page):
        hand = Hand(page, way)
        hand.press(f"main a[href='{ADD}']")
        hand.arrive(f"**{ADD}")
        hand.write("#id_title", "护栏涂成黄色")
        hand.press(".form-page .actions button[type=submit]")
        page.wait_for_selector(".alert-success")
        assert len(hand.done) <= MOST_TO_ADD, hand.done

    phone(steps, HOME, language=language, touch=way == "touch")
    assert titles() == ["护栏涂成黄色"]


@BOTH_LANGUAGES
@BOTH_WAYS
@pytest.mark.parametrize("begins", ["home", pytest.param("board", marks=pytest.mark.nightly)])
def test_deciding_takes_at_most_two_interactions(phone_of, world, way, language, begins):
    """From the leader's home or board: adopt, with what was proposed before the eyes."""
    suggestion = make_suggestion(world, text="It is hard to see in the evening.")
    adopt = reverse("suggestions:move", args=[suggestion.pk, "adopt"])

    def steps(page):
        hand = Hand(page, way)
        hand.press(f"main a[href='{adopt}']")
        hand.arrive(f"**{adopt}")
        assert suggestion.text in page.inner_text("main")
        assert page.is_visible("main a[href$='/reject/']")
        hand.press(".form-page .actions button[type=submit]")
        hand.arrive(f"**{suggestion.get_absolute_url()}")
        assert len(hand.done) <= MOST_TO_DECIDE, hand.done

    path = {"home": HOME, "board": reverse("suggestions:board")}[begins]
    phone_of(world.leader, steps, path, language=language, touch=way == "touch")
    assert Suggestion.objects.get().status == "adopted"


def titles():
    return list(Suggestion.objects.order_by("number").values_list("title", flat=True))


@BOTH_LANGUAGES
def test_a_pile_is_typed_by_keyboard_alone(phone, world, language):
    ideas = [f"Idea {number}" for number in range(7)]

    def steps(page):
        for idea in ideas:
            page.keyboard.type(idea)
            page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.name") == "save"
        page.keyboard.press("Enter")
        page.wait_for_url("**/piles/**-**/")

    phone(steps, PILE, language=language)
    assert titles() == ideas


def paste(page, text):
    """Paste a copied table into the cell with the cursor."""
    page.evaluate(
        """text => { const given = new DataTransfer(); given.setData("text/plain", text);
        document.activeElement.dispatchEvent(
          new ClipboardEvent("paste", { clipboardData: given, bubbles: true, cancelable: true })); }""",
        text,
    )


def test_quotes_that_no_spreadsheet_wrote_swallow_no_row(phone, world):
    def steps(page):
        paste(page, '"stop" he said\tdark\r\n"Fan\n5" pipe\n')
        page.click("[name=save]")
        page.wait_for_url("**/piles/**-**/")

    phone(steps, PILE)
    assert titles() == ['"stop" he said', '"Fan', '5" pipe']


def test_rows_of_a_spreadsheet_are_pasted_into_a_cell(phone, world):
    copied = 'Lamp\t"dark\n""very"""\tquality\nFan\t\tsafety and health\nA\nB\nC\nD\nE'

    def steps(page):
        paste(page, copied)
        assert page.evaluate("document.activeElement.name") == "row-7-title"
        assert page.input_value("#id_row-0-text") == 'dark "very"'
        page.click("[name=save]")
        page.wait_for_url("**/piles/**-**/")

    phone(steps, PILE)
    assert titles() == ["Lamp", "Fan", *"ABCDE"]
    assert Suggestion.objects.get(title="Fan").category == "safety"


def test_a_wrong_row_keeps_everything_and_the_reader_is_led_to_it(phone, world):
    def steps(page):
        page.keyboard.type("Lamp")
        page.keyboard.press("Enter")
        page.fill("#id_row-1-category", "weather")
        page.click("[name=save]")
        page.wait_for_selector(".error-summary")
        page.click(".error-summary a >> nth=0")
        assert page.evaluate("document.activeElement.name") == "row-1-title"
        assert page.input_value("#id_row-0-title") == "Lamp"
        page.fill("#id_row-1-title", "Roof")
        page.fill("#id_row-1-category", "")
        page.click("[name=save]")
        page.wait_for_url("**/piles/**-**/")

    phone(steps, PILE)
    assert titles() == ["Lamp", "Roof"]


def test_without_script_rows_are_pasted_into_the_field(phone, world):
    def steps(page):
        page.click("details.more-fields summary")
        page.fill("[name=pasted]", "Lamp\tdark\nFan")
        page.click("[name=more]")
        page.click("[name=save]")

    phone(steps, PILE, script=False)
    assert titles() == ["Lamp", "Fan"]


@BOTH_LANGUAGES
def test_what_is_like_it_is_shown_while_typing_and_asked_about_no_more(phone, world, language):
    make_suggestion(world, title="Paint the guard rail")

    def steps(page):
        page.fill("#id_title", "Paint the guard rail yellow")
        page.wait_for_selector("[data-similar] li a")
        assert page.inner_text("[data-similar] li a") == "Paint the guard rail"
        page.click(".form-page button[type=submit]")
        page.wait_for_selector(".alert-success")

    phone(steps, ADD, language=language)
    assert len(titles()) == 2


def picture(size=(4000, 3000)):
    """A photo as heavy as a phone's."""
    out = io.BytesIO()
    Image.effect_noise((size[0] // 4, size[1] // 4), 10).resize(size).convert("RGB").save(
        out, "JPEG", quality=95
    )
    return {"name": "hall.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


SIZES = "[...document.getElementById('id_photo').files].map(file => file.size)"


@BOTH_LANGUAGES
def test_photos_are_made_small_gathered_and_taken_out_again(phone, world, language):
    heavy = picture()
    assert len(heavy["buffer"]) > 1_000_000

    def steps(page):
        page.fill("#id_title", "Rail")
        for count in range(3):
            page.set_input_files("#id_photo", heavy)
            page.wait_for_selector(f".shelf li >> nth={count}")
        assert all(0 < size <= 300 * 1024 for size in page.evaluate(SIZES))
        page.click(".shelf li >> nth=0 >> button")
        assert len(page.evaluate(SIZES)) == 2
        page.click(".form-page button[type=submit]")
        page.wait_for_selector(".alert-success")

    phone(steps, ADD, language=language)
    photos = Suggestion.objects.get().photos.all()
    assert len(photos) == 2
    for photo in photos:
        assert max(photo.file.width, photo.file.height) <= 1600
        assert photo.file.size <= 300 * 1024


def test_a_form_that_is_sent_while_photos_are_made_small_waits_for_them(phone, world):
    heavy = picture()

    def steps(page):
        page.fill("#id_title", "Rail")
        page.set_input_files("#id_photo", [heavy, heavy, heavy])
        page.click(".form-page button[type=submit]")
        page.wait_for_selector(".alert-success")

    phone(steps, ADD)
    assert Suggestion.objects.get().photos.count() == 3


def test_what_is_no_photo_is_sent_as_it_is_and_refused_with_a_sentence(phone, world):
    def steps(page):
        page.fill("#id_title", "Rail")
        page.set_input_files(
            "#id_photo", {"name": "note.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
        )
        page.wait_for_selector(".shelf li")
        page.click(".form-page button[type=submit]")
        assert "not a photo" in page.inner_text(".error-summary")
        assert page.input_value("#id_title") == "Rail"

    phone(steps, ADD)
    assert not Suggestion.objects.exists()


@BOTH_LANGUAGES
def test_a_worker_without_account_types_the_code(phone, world, live_server, language):
    suggestion = make_suggestion(world, "rejected")
    found = []

    def steps(page):
        code = page.inner_text(".slip .code")
        page.context.clear_cookies()
        page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
        page.goto(live_server.url + reverse("suggestions:answer_by_code"))
        page.fill("#code", code.lower())
        page.keyboard.press("Enter")
        page.wait_for_url("**/s/*/")
        found.append(page.inner_text("main"))

    phone(steps, reverse("suggestions:slip", args=[suggestion.pk]))
    assert "Too dear" in found[0]
    assert suggestion.title not in found[0]
