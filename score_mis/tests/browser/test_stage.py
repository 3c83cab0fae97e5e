"""The presentation of a meeting on a projector: nothing scrolls, the keys work, and without script the links do."""

import pytest
from django.urls import reverse

from score_mis.tests.browser.looking import look

pytestmark = pytest.mark.browser

SIZES = [(1280, 720), (1920, 1080)]
CUT = """() => {
  const page = document.documentElement;
  const boxes = document.querySelectorAll("main, main .card, main .card-body, main .stage-grow, main .stage-photos");
  return [
    ...(page.scrollHeight > innerHeight || page.scrollWidth > innerWidth ? ["the page scrolls"] : []),
    ...[...boxes].filter((box) => box.scrollHeight > box.clientHeight + 1)
      .map((box) => `${box.tagName} ${box.className} is ${box.scrollHeight} in ${box.clientHeight}`),
    ...[...document.querySelectorAll("main :is(a, .big, .parts, h1), .stage-foot .btn")]
      .filter((one) => one.getBoundingClientRect().bottom > innerHeight).map((one) => `${one.innerText} is below`),
  ];
}"""


def address(browser, name="show", number=1):
    return reverse(f"meetings:{name}", args=[browser.site.keys["meeting"], number])


@pytest.fixture
def stage(browser):
    """A window on the first slide, by size, language and whether it runs scripts."""

    def opened(size=SIZES[0], language="en", script=True, number=1, name="show"):
        page = browser.window("staff", language=language, script=script)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(address(browser, name, number))
        return page

    return opened


def arrive(page, number):
    """Wait until a slide is shown; the content policy forbids to wait for an expression."""
    page.wait_for_selector(f'.stage-nav .num:text-is("{number} / 12")')


def number_of(page):
    return page.inner_text(".stage-nav .num")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_no_slide_scrolls_or_is_cut(stage, size, language):
    page = stage(size, language)
    total = int(number_of(page).split("/")[1])
    assert total == 12
    for number in range(1, total + 1):
        assert number_of(page) == f"{number} / {total}"
        assert page.title().startswith(f"{number} / {total} · ")
        assert page.evaluate(CUT) == [], number
        if number < total:
            page.keyboard.press("ArrowRight")
            arrive(page, number + 1)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("number", [1, 3, 12])
def test_a_slide_has_no_flaw_on_a_projector(stage, number, language):
    page = stage(number=number, language=language)
    assert look(page, language, 1280) == []


def test_the_keys_go_through_the_slides(stage, browser):
    page = stage()
    for key, number in (
        ("ArrowRight", 2), ("PageDown", 3), ("ArrowLeft", 2), ("End", 12), ("ArrowRight", 12), ("Home", 1),
    ):  # fmt: skip
        page.keyboard.press(key)
        arrive(page, number)
        assert page.url.endswith(address(browser, number=number))
    page.keyboard.press("ArrowRight")
    arrive(page, 2)
    page.go_back()
    arrive(page, 1)
    page.keyboard.press("Escape")
    page.wait_for_url(f"**{reverse('meetings:detail', args=[browser.site.keys['meeting']])}")


def test_full_screen_stays_while_slides_change_and_a_decision_is_taken(stage):
    page = stage()
    page.keyboard.press("f")
    page.wait_for_selector(":root:fullscreen")
    page.keyboard.press("ArrowRight")
    arrive(page, 2)
    page.click("[data-go=decide]")
    page.wait_for_selector("#id_what")
    page.keyboard.press("f")  # a letter in a field
    assert page.input_value("#id_what") == "f"
    page.click("button[form=decide]")
    page.wait_for_selector(".error-summary")
    page.fill("#id_what", "Widen the gate of the store")
    page.fill("#id_owner_name", "Ms Zhou")
    page.fill("#id_due_on", "2018-01-10")
    page.click("button[form=decide]")
    page.wait_for_selector("text=Widen the gate of the store")
    assert page.evaluate("Boolean(document.fullscreenElement)")
    page.keyboard.press("f")
    page.wait_for_selector(":root:not(:fullscreen)")


def test_without_script_the_links_do(stage):
    page = stage(script=False)
    page.click("[data-go=next]")
    assert number_of(page) == "2 / 12"
    page.click("[data-go=last]")
    assert number_of(page) == "12 / 12"
    assert not page.is_visible("[data-fullscreen]")
    page.click("[data-go=back]")
    assert "/show/" not in page.url


def test_the_form_of_a_decision_fits_the_projector(stage):
    page = stage(name="decide", number=3)
    assert page.evaluate(CUT) == []
    assert look(page, "en", 1280) == []
