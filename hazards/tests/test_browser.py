"""The check in a real browser: taps, keys, what is kept on the phone, axe, and the page without script."""

from functools import partial

import pytest
from django.urls import reverse

from conftest import TODAY
from enterprises.tests.factories import make_plan
from hazards.models import Hazard, SafetyCheck
from hazards.tests.factories import (
    checklist_data,
    make_check,
    make_draft,
    make_finding,
    make_hazard,
    make_order,
    make_rectified,
    make_version,
    picture,
)
from score_mis.tests.browser.driver import BOTH_LANGUAGES, BOTH_WAYS, Hand
from score_mis.tests.browser.looking import look

MOST_FOR_TWENTY = 23
MOST_TO_VERIFY = 3
ADD, HOME = reverse("hazards:check_add"), reverse("reports:home")
NIGHTLY = pytest.mark.nightly
pytestmark = pytest.mark.browser


@pytest.fixture
def phone(phone_of, world):
    """The member's phone."""
    return partial(phone_of, world.member)


@pytest.fixture
def twenty(world):
    """A checklist of twenty items in one section."""
    data = checklist_data()
    section = data["sections"][0]
    items = [{**section["items"][0], "code": f"E-{number:02}"} for number in range(1, 21)]
    return make_version(world.programme, sections=[{**section, "items": items}])


@BOTH_LANGUAGES
@BOTH_WAYS
def test_a_clean_check_of_twenty_items_takes_23_interactions(phone, twenty, way, language):
    """From home: today's check, begin, each item, submit."""

    def steps(page):
        hand = Hand(page, way)
        hand.press(f"main a[href='{ADD}']")
        hand.arrive("**/add/")
        hand.press(".form-page button[type=submit]")
        hand.arrive("**/record/")
        for number in range(1, 21):
            box = page.locator(f"label[for=E-{number:02}-o]").bounding_box()
            assert min(box["width"], box["height"]) >= 44
            hand.choose(f"E-{number:02}-o")
        assert page.inner_text("[data-progress]") == "20 / 20"
        hand.press("button[value=submit]")
        page.wait_for_selector(".alert-success")
        assert len(hand.done) <= MOST_FOR_TWENTY, hand.done

    phone(steps, HOME, language=language, touch=way == "touch")
    check = SafetyCheck.objects.get()
    assert (check.status, set(check.answers.values()), len(check.answers)) == ("submitted", {"o"}, 20)


BOXES = "found => found.map((one) => one.getBoundingClientRect().toJSON())"
"""Where some elements are."""


@BOTH_LANGUAGES
@BOTH_WAYS
def test_verifying_takes_at_most_three_interactions(phone_of, world, way, language):
    """From the inspector's home, with both photos side by side before the eyes."""
    hazard = make_hazard(by=world.member, enterprise=world.enterprise)
    hazard.photos.create(file=picture(), kind="before", added_by=world.member)
    rectified = make_rectified(make_order(hazard, by=world.inspector), by=world.leader)
    verify = reverse("hazards:hazard_move", args=[rectified.pk, "verify"])

    def steps(page):
        hand = Hand(page, way)
        hand.press(f"main a[href='{verify}']")
        hand.arrive(f"**{verify}")
        boxes = page.eval_on_selector_all("main figure img", BOXES)  # at one moment: the page may still move
        assert len(boxes) == 2
        assert boxes[0]["y"] == boxes[1]["y"]
        assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
        hand.press("form button.btn-primary")
        hand.arrive(f"**{rectified.get_absolute_url()}")
        assert len(hand.done) <= MOST_TO_VERIFY, hand.done

    phone_of(world.inspector, steps, HOME, language=language, touch=way == "touch")
    assert Hazard.objects.get().status == "verified"


def test_a_hazard_is_entered_in_a_check_by_keyboard_alone(phone, twenty):
    def steps(page):
        hand = Hand(page, "keys")
        hand.press(f"main a[href='{ADD}']")
        hand.arrive("**/add/")
        hand.press("main button[type=submit]")
        hand.arrive("**/record/")
        for number in range(1, 21):
            hand.choose(f"E-{number:02}-o")
        page.keyboard.press("ArrowRight")
        hand.write("#E-20-description", "Cover missing")
        hand.write("#E-20-place", "Hall 2")
        hand.press("button[value=submit]")
        hand.arrive("**/submit/")
        hand.press("main button[type=submit]")
        page.wait_for_selector(".alert-success")

    phone(steps, HOME, touch=False)
    assert Hazard.objects.get().place == "Hall 2"
    assert SafetyCheck.objects.get().count_of("o") == 19


def test_a_check_costs_few_keys_an_item(phone, world, twenty):
    """Tab and Space answer an item; nothing else takes the focus between two."""

    def steps(page):
        page.focus("#E-01-o")
        for _item in range(20):
            page.keyboard.press("Space")
            page.keyboard.press("Tab")
        assert page.inner_text("[data-progress]") == "20 / 20"

    draft = make_draft(
        by=world.member, enterprise=world.enterprise, version=twenty, answers=dict.fromkeys(codes(twenty), "")
    )
    phone(steps, reverse("hazards:check_record", args=[draft.pk]))


def codes(version):
    return version.items.values_list("code", flat=True)


@pytest.mark.parametrize(
    ("language", "width"),
    [
        ("en", 390),
        ("zh-hans", 1280),
        pytest.param("en", 1280, marks=NIGHTLY),
        pytest.param("zh-hans", 390, marks=NIGHTLY),
    ],
)
def test_no_state_of_a_check_has_a_flaw(phone, world, language, width):
    """Choosing, an empty sheet, an open hazard, errors, the review, the record, coverage, the plan."""
    here = {"by": world.member, "enterprise": world.enterprise, "version": make_version(world.programme)}
    check = make_check(
        **here, answers={"E-01": "h", "F-01": "o"}, findings={"E-01": make_finding()}, on=TODAY
    )
    make_plan(world, month=TODAY.replace(day=1), checks=4)
    draft = make_draft(**here, on=TODAY)
    coverage = reverse("reports:item_coverage", args=[world.enterprise.pk])
    found = []

    def see(page, state):
        found.extend(f"{state}: {flaw}" for flaw in look(page, language, width))

    def steps(page):
        page.check("[name=items][value=sections]")
        see(page, "choosing sections")
        page.goto(reverse("hazards:check_record", args=[draft.pk]))
        see(page, "empty sheet")
        page.click("label[for=E-02-h]")
        see(page, "open hazard")
        page.click("button[value=submit]")
        page.wait_for_selector(".error-summary")
        see(page, "errors")
        page.fill("#E-02-description", "Cover missing")
        page.fill("#E-02-place", "Hall 2")
        page.click("button[value=submit]")
        page.wait_for_url("**/submit/")
        see(page, "review")
        for path in (check.get_absolute_url(), coverage, f"{coverage}?state=all", reverse("reports:plans")):
            page.goto(path)
            see(page, path)

    phone(steps, ADD, language=language, width=width)
    assert found == []


def test_answers_stay_on_the_phone_until_the_server_has_them(phone, world):
    draft = make_draft(by=world.member, enterprise=world.enterprise, version=make_version(world.programme))

    def steps(page):
        page.click("label[for=E-01-o]")
        page.click("label[for=E-02-h]")
        page.fill("#E-02-description", "Cover missing")
        assert page.is_visible("[data-kept]")
        page.reload()
        assert page.input_value("#E-02-description") == "Cover missing"
        assert page.inner_text("[data-progress]") == "2 / 6"
        page.click("button[value=save]")
        page.wait_for_selector(".alert-success")
        page.click("label[for=E-01-n]")
        page.evaluate("localStorage.clear()")
        page.reload()
        assert page.is_checked("#E-01-o")

    phone(steps, reverse("hazards:check_record", args=[draft.pk]))
    draft.refresh_from_db()
    assert draft.answers["E-02"]["description"] == "Cover missing"


def test_without_script_hazard_opens_its_fields_and_nothing_is_missing(phone, world):
    draft = make_draft(by=world.member, enterprise=world.enterprise, version=make_version(world.programme))

    def steps(page):
        assert not page.is_visible("#E-02-description")
        page.click("label[for=E-02-h]")
        page.fill("#E-02-description", "Cover missing")
        page.click("button[value=submit]")
        assert "E-02 · Place" in page.inner_text(".error-summary")
        page.fill("#E-02-place", "Hall 2")
        page.click("button[value=submit]")
        page.click(".form-page button[type=submit]")

    phone(steps, reverse("hazards:check_record", args=[draft.pk]), script=False)
    assert Hazard.objects.get().place == "Hall 2"
