"""Field work without a network: Chromium is set offline, forms wait on the phone, and the server takes each once."""

import pytest
from django.urls import reverse

from score_mis.tests.browser.phone import (
    ADD,
    ATTENTION,
    UNFOLD,
    choose,
    open_online,
    photos_of,
    records,
    send,
    state,
    submit,
    suggest,
    until,
    waiting,
)
from score_mis.tests.browser.test_pages import both_ways, look

pytestmark = pytest.mark.browser

HAZARD = reverse("hazards:hazard_add")
IDEAS = (
    "Brighter light over press four",
    "Handrail at the east stairs",
    "Mark fire exits in the store",
    "Trolley for heavy castings",
    "Fan beside the furnace",
    "Paint all aisles yellow",
    "Shelves for grinding wheels",
    "Rubber mats where people stand",
    "Label every chemical drum",
    "Cover the belt of a pump",
    "Drinking water nearer",
)
"""No two of them alike: the site asks about suggestions that are nearly the same."""


def report(page, text: str) -> None:
    """Report a hazard with two photos."""
    page.goto(HAZARD)
    page.fill("#id_description", text)
    page.fill("#id_place", "Hall 2")
    choose(page, "#id_photo", "navy", "red")
    submit(page)


def rectify(page, path: str, text: str) -> None:
    """Report a hazard as rectified, with a photo of afterwards."""
    page.goto(path)
    page.fill("#id_evidence", text)
    choose(page, "#id_photo", "green")
    submit(page)


def answer(page, path: str, place: str) -> None:
    """Answer all items of a sheet, the last one with a hazard and two photos, and save it."""
    page.goto(path)
    items = page.locator("fieldset.opens")
    for number in range(items.count() - 1):
        items.nth(number).locator("label").first.click()
    last = items.last
    last.locator(".choice-bad").click()
    last.locator("textarea").fill("Guard is missing")
    last.locator("input[name$=place]").fill(place)
    code = last.get_attribute("id")
    choose(page, f"#{code}-photo", "navy", "red")
    submit(page, "button[value=submit]")


@pytest.mark.parametrize(
    ("suggestions", "hazards", "rectified", "number", "language"),
    [
        pytest.param(1, 1, 1, 0, "en", id="short"),
        pytest.param(11, 9, 9, 1, "en", id="long", marks=pytest.mark.nightly),
    ],
)
def test_entries_with_photos_outlive_the_network_and_the_browser(
    phone, suggestions, hazards, rectified, number, language
):
    phone.language, keys = language, phone.site.keys
    word = f"Zq{number}x"
    sheet = ("offline_check", "offline_sheet")[number]
    check = reverse("hazards:check_record", args=[keys[sheet]])
    first = 0 if number else 10
    orders = [keys[f"to_rectify_{first + place}"] for place in range(rectified)]
    moves = [reverse("hazards:hazard_move", args=[order, "rectify"]) for order in orders]
    page = phone.open("member")
    open_online(page, ADD, HAZARD, check, *moves)
    phone.context.set_offline(True)
    made = 0
    entries = [
        *((suggest, f"{IDEAS[place]} {word}") for place in range(suggestions)),
        *((report, f"{word} {place}") for place in range(hazards)),
        *((rectify, move, f"Welded {word}") for move in moves),
        (answer, check, word),
    ]
    for act, *what in entries:
        act(page, *what)
        made += 1
        waiting(page, made)
    assert made == suggestions + hazards + rectified + 1
    phone.close()
    page = phone.open()
    page.goto("/")
    until(
        page,
        "!['', 'waiting'].includes(document.querySelector('[data-worker]').dataset.state || '')",
        within=300,
    )
    page.goto("/outbox/")
    page.wait_for_selector("#entries[data-ready]")
    assert page.locator(ATTENTION).all_inner_texts() == []
    state(page, "sent")
    for _look in range(2):
        ideas, found = records(page, word), records(page, word, "hazards")
        assert (len(ideas), len(found)) == (suggestions, hazards)
        assert [photos_of(page, path) for path in ideas] == [1] * suggestions
        assert [photos_of(page, path) for path in found] == [2] * hazards
        for order in orders:
            path = reverse("hazards:hazard_detail", args=[order])
            page.goto(path)
            assert page.inner_text("main").count(f"Welded {word}") >= 1
            assert photos_of(page, path) == 1
        page.goto(check)
        assert page.locator("fieldset input:checked").count() == page.locator("fieldset.opens").count()
        assert "2 photos are saved" in page.inner_text("fieldset.opens:last-of-type >> nth=-1")
    page.goto("/outbox/")
    page.wait_for_selector("#entries[data-ready]")
    assert page.locator("[data-list=sent] li").count() == min(made, 20)
    print(f"{made} forms without a network, browser closed: {made} records with all photos, 0 twice")


def test_a_check_is_answered_looked_over_and_submitted(phone):
    """The whole way without a network but for the look over what is submitted."""
    page = phone.open("member")
    check = phone.site.keys["offline_draft"]
    path = reverse("hazards:check_record", args=[check])
    open_online(page, path)
    with phone.without_network():
        for place in (0, 1):
            page.goto(path)
            page.locator("fieldset").nth(place).locator("label").first.click()
            submit(page, "button[value=save]")
            assert "1" in state(page, "waiting")
        answer(page, path, "Hall 3")
        waiting(page, 1)
    send(page)
    state(page, "sent")
    page.goto("/outbox/")
    page.wait_for_selector("[data-list=sent] li")
    assert "Look them over" in page.inner_text("[data-list=sent]")
    review = reverse("hazards:check_move", args=[check, "submit"])
    open_online(page, review)
    with phone.without_network():
        page.goto(review)
        submit(page)
        state(page, "waiting")
    send(page)
    state(page, "sent")
    detail = reverse("hazards:check_detail", args=[check])
    page.goto(detail)
    assert "Guard is missing" in page.inner_text("main")
    assert "submitted" in page.inner_text("main .sub")


def test_a_visit_is_logged_with_actions_and_one_is_ticked(phone):
    page = phone.open("consultant")
    visit = phone.site.keys["offline_visit"]
    detail = reverse("training:visit_detail", args=[visit])
    path = reverse("training:visit_move", args=[visit, "log"])
    open_online(page, detail, path)
    with phone.without_network():
        page.goto(path)
        assert page.is_visible("[data-kept-page]")
        for name in ("women_workers", "men_workers", "women_managers", "men_managers"):
            page.fill(f"#id_{name}", "2")
        page.fill("#id_topics", "Order at the workplace")
        page.fill("#id_observations", "Aisles are marked")
        while page.locator("#actions fieldset").count() < 4:
            page.click("#more")
        for row in range(4):
            page.fill(f"#id_actions-{row}-text", f"Mark aisle {row}")
            page.fill(f"#id_actions-{row}-owner", "Li Na")
            page.fill(f"#id_actions-{row}-due_on", "2018-01-10")
        submit(page)
        state(page, "waiting")
        page.wait_for_selector("[data-list=waiting] li")
        text = page.inner_text("[data-list=waiting]")
        assert "Mark aisle 3" in text
        assert "actions-" not in text
        assert "women_workers" not in text
    send(page)
    state(page, "sent")
    open_online(page, detail)
    assert all(f"Mark aisle {row}" in page.inner_text("main") for row in range(4))
    with phone.without_network():
        page.goto(detail)
        submit(page, "li:has-text('Mark aisle 2') form button")
        state(page, "waiting")
    send(page)
    state(page, "sent")
    page.goto(detail)
    assert page.locator("li:has-text('Mark aisle 2') form").count() == 0
    assert page.locator("li:has-text('Mark aisle 1') form").count() == 1


def test_two_piles_of_slips_are_typed_in(phone):
    """One page, opened twice without a network, is two piles; rows are added without the server."""
    page = phone.open("member")
    path = reverse("suggestions:pile_add")
    open_online(page, path)
    with phone.without_network():
        for number, word in enumerate(("Stapler", "Kran")):
            page.goto(path)
            rows = page.locator("table.pile tbody tr").count()
            page.click("button[name=more]")
            assert page.locator("table.pile tbody tr").count() == rows + 1
            page.fill(f"#id_row-{rows}-title", f"{word} am Tor")
            page.fill("#id_row-0-title", f"{word} und Lager")
            submit(page, "button[name=save]")
            waiting(page, number + 1)
    send(page)
    state(page, "sent")
    assert [len(records(page, word)) for word in ("Stapler", "Kran")] == [2, 2]


def test_a_hazard_that_was_rectified_meanwhile_needs_attention(phone):
    """Somebody was quicker: the form is refused with a sentence, and stays."""
    page = phone.open("member")
    order = phone.site.keys["to_rectify_11"]
    path = reverse("hazards:hazard_move", args=[order, "rectify"])
    open_online(page, path)
    other = phone.tab()
    other.goto(path)
    other.fill("#id_evidence", "Welded by Li")
    choose(other, "#id_photo", "red")
    submit(other)
    assert other.is_visible(".alert-success")
    with phone.without_network():
        rectify(page, path, "Welded by Wang")
        waiting(page, 1)
    send(page)
    state(page, "attention")
    page.wait_for_selector(ATTENTION)
    text = page.inner_text(ATTENTION)
    assert "Welded by Wang" in text
    assert "evidence" not in text
    assert "not possible" in text
    assert page.is_visible(f"{ATTENTION} [data-act=file]")


def test_without_a_network_and_without_a_kept_page_the_outbox_is_shown(phone):
    page = phone.open("member")
    open_online(page, ADD)
    phone.context.set_offline(True)
    page.goto("/suggestions/")
    page.wait_for_selector("#entries[data-ready]")
    assert page.is_visible("[data-list=pages] a[href$='/suggestions/add/']")


@both_ways
def test_what_is_seen_without_a_network_has_no_flaw(phone, language, width):
    """A kept form, one that waits, the list of kept pages, a refused form, a conflict, the empty outbox."""
    phone.language, phone.width = language, width
    page = phone.open("member")
    open_online(page, ADD)
    found = {}
    with phone.without_network():
        page.goto(ADD)
        page.wait_for_selector("[data-kept-page]:not([hidden])")
        found["kept form"] = look(page, language, width)
        page.goto(ADD)
        page.fill("#id_title", f"Morgen {language}")
        page.evaluate(UNFOLD)
        page.fill("#id_happened_on", "2018-03-01")
        choose(page, "#id_photo", "navy", "red")
        submit(page)
        page.wait_for_selector("[data-list=waiting] li")
        found["waiting"] = look(page, language, width)
        page.goto("/dashboard/")
        page.wait_for_selector("#entries[data-ready]")
        found["no page"] = look(page, language, width)
    page.goto("/outbox/")
    send(page)
    state(page, "attention")
    page.wait_for_selector(ATTENTION)
    found["refused"] = look(page, language, width)
    page.goto("/outbox/")
    page.wait_for_selector(ATTENTION)
    page.once("dialog", lambda dialog: dialog.accept())
    page.click(f"{ATTENTION} [data-act=remove]")
    state(page, "sent")
    page.goto("/outbox/")
    page.wait_for_selector("[data-nothing]:not([hidden])")
    found["empty"] = look(page, language, width)
    page.goto(ADD)
    page.evaluate(
        """() => {
          document.dispatchEvent(new Event('submit'));
          new BroadcastChannel('score-outbox').postMessage({stay: 'full'});
        }"""
    )
    page.wait_for_selector("[data-stays].alert-danger")
    found["no room"] = look(page, language, width)
    number = page.input_value("input[name=submission]")
    page.goto(ADD)
    for title in (f"Haken {width} {language}", "Kran und Seil"):
        page.goto(ADD)
        page.evaluate("n => { document.querySelector('input[name=submission]').value = n; }", number)
        page.fill("#id_title", title)
        submit(page)
    found["conflict"] = look(page, language, width)
    assert page.locator("main table").count() == 1
    phone.sign_out()
    page.goto("/outbox/")
    page.wait_for_selector("#entries[data-ready]")
    found["signed out"] = look(page, language, width)
    assert found == {seen: [] for seen in found}
