"""Nothing that waits on a phone is lost or taken twice, whatever happens to session, person, server, clock and room."""

import json
from pathlib import Path

import pytest
from django.urls import reverse

from score_mis.tests.browser.phone import (
    ADD,
    ATTENTION,
    SUBMIT,
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

pytestmark = pytest.mark.browser

SECRET = "document.querySelector('main input[name=csrfmiddlewaretoken]').value = 'a'.repeat(64)"

HOTEL = """({knows, newer}) => {
  const person = document.querySelector('[data-person]').dataset.person;
  const data = (found) => new Response(JSON.stringify(found), {headers: {'Content-Type': 'application/json'}});
  self.fetch = async (url) => {
    if (url.includes('who') && knows) return data({person, token: 'a', taken: []});
    if (url.includes('who') || !newer) return new Response('<p>Please pay');
    const [entry] = await outbox.all();
    const fields = entry.fields.map(([name, value]) => [name, name === 'title' ? newer : value]);
    await outbox.add({...entry, fields, made: entry.made + 1000});
    return data({taken: true, record: '/suggestions/1/', told: []});
  };
}"""
"""Another network answers for the server; it may know who is signed in, and take a form while a newer one comes."""
A_DAY_AHEAD = """async (path) => {
  const pages = await caches.open('pages');
  const kept = await pages.match(path, {ignoreVary: true});
  const headers = new Headers(kept.headers);
  headers.set('X-Phone', Number(headers.get('X-Phone')) + 864e5);
  await pages.put(path, new Response(await kept.text(), {headers}));
}"""
"""The page is kept as by a phone whose clock is a day ahead."""


def drained(page):
    """Send; what came of it."""
    while (result := page.evaluate("outbox.drain()")) == "busy":
        continue
    return result


def test_another_person_sends_nothing_and_drops_nothing(phone):
    page = phone.open("member")
    open_online(page, ADD)
    with phone.without_network():
        suggest(page, "Fremd")
        phone.sign_out()
    page.goto("/outbox/")
    page.goto("/sign-in/")
    phone.sign_in("leader")
    page.goto("/outbox/")
    page.wait_for_selector("#entries[data-ready]")
    assert state(page, "waiting")
    assert "Fremd" not in page.inner_text("main")
    assert "1" in page.inner_text("[data-strangers]")
    assert records(page, "Fremd") == []
    with phone.without_network():
        page.goto("/")
        assert "Add suggestion" not in page.inner_text("main")
    phone.sign_in("member")
    page.goto("/")
    state(page, "sent")
    assert len(records(page, "Fremd")) == 1
    phone.sign_out()
    page.goto("/outbox/")
    page.wait_for_selector("#entries[data-ready]")
    assert page.is_hidden("[data-list=sent]")


@pytest.mark.parametrize("how", ["session", "secret"])
def test_a_form_sent_when_the_session_has_ended_waits_for_its_owner(phone, how):
    page = phone.open("member")
    open_online(page, ADD)
    page.goto(ADD)
    page.fill("#id_title", f"Gasse {how}")
    choose(page, "#id_photo", "navy", "red")
    if how == "secret":
        page.evaluate(SECRET)
    else:
        phone.sign_out()
    submit(page)
    page.wait_for_selector("#entries[data-ready]")
    assert page.url.split("?")[0].endswith("/outbox/")
    if how == "session":
        assert "Sign in" in page.inner_text("main")
        phone.sign_in("member")
        page.goto("/")
    state(page, "sent")
    found = records(page, f"Gasse {how}")
    assert len(found) == 1
    assert photos_of(page, found[0]) == 2


def test_a_refused_form_stays_and_is_mended(phone):
    page = phone.open("member")
    open_online(page, ADD)
    with phone.without_network():
        page.goto(ADD)
        page.evaluate(UNFOLD)
        page.fill("#id_title", "Morgen")
        page.fill("#id_happened_on", "2018-03-01")
        choose(page, "#id_photo", "navy", "red")
        submit(page)
    send(page)
    state(page, "attention")
    page.wait_for_selector(ATTENTION)
    text = page.inner_text(ATTENTION)
    assert "future" in text
    assert "Morgen" in text
    assert "happened_on" not in text
    page.reload()
    with page.expect_download() as saved:
        page.click(f"{ATTENTION} [data-act=file]")
    kept = json.loads(Path(saved.value.path()).read_text(encoding="utf-8"))
    assert ["title", "Morgen"] in kept["fields"]
    photos = [value for name, value in kept["fields"] if name == "photo"]
    assert [value.split(",")[0] for value in photos] == ["data:image/jpeg;base64"] * 2
    page.click(f"{ATTENTION} [data-act=mend]")
    until(page, "document.querySelector('#id_title')?.value === 'Morgen'")
    until(page, "document.querySelectorAll('.shelf li').length === 2")
    page.fill("#id_happened_on", "2017-12-19")
    submit(page)
    assert page.is_visible(".alert-success")
    state(page, "sent")
    found = records(page, "Morgen")
    assert len(found) == 1
    assert photos_of(page, found[0]) == 2


def test_what_is_nearly_the_same_is_asked_about_and_sent_again(phone):
    page = phone.open("member")
    open_online(page, ADD)
    with phone.without_network():
        suggest(page, "Kette am Haken drei")
        suggest(page, "Kette am Haken vier")
    send(page)
    state(page, "attention")
    page.wait_for_selector(ATTENTION)
    assert "one like it" in page.inner_text(ATTENTION)
    page.click(f"{ATTENTION} [data-act=again]")
    state(page, "sent")
    assert len(records(page, "Kette")) == 2


def test_a_conflict_shows_both_versions_and_may_be_sent_as_a_new_one(phone):
    page = phone.open("member")
    open_online(page, ADD)
    page.goto(ADD)
    number = page.input_value("input[name=submission]")
    page.fill("#id_title", "Zweimal Ofen")
    submit(page)
    with phone.without_network():
        page.goto(ADD)
        page.evaluate(
            "number => { document.querySelector('input[name=submission]').value = number; }", number
        )
        page.fill("#id_title", "Zweimal Pumpe")
        submit(page)
    send(page)
    state(page, "attention")
    page.wait_for_selector(ATTENTION)
    text = page.inner_text(ATTENTION)
    assert "Zweimal Ofen" in text
    assert "Zweimal Pumpe" in text
    assert len(records(page, "Zweimal")) == 1
    page.goto("/outbox/")
    page.click(f"{ATTENTION} [data-act=fresh]")
    state(page, "sent")
    assert len(records(page, "Zweimal")) == 2


def test_a_double_tap_makes_one_record(phone):
    page = phone.open("member")
    page.goto(ADD)
    page.fill("#id_title", "Doppelt")
    page.evaluate(
        """() => {
          const form = document.querySelector('.form-page form');
          fetch(form.action, {method: 'POST', body: new FormData(form)});
        }"""
    )
    submit(page)
    assert page.is_visible(".alert-success")
    assert len(records(page, "Doppelt")) == 1


def test_a_double_tap_without_a_network_makes_one_entry(phone):
    page = phone.open("member")
    open_online(page, ADD)
    with phone.without_network():
        page.goto(ADD)
        page.fill("#id_title", "Zwilling")
        with page.expect_navigation():
            page.evaluate(f"for (const _ of [1, 2]) document.querySelector('{SUBMIT}').click()")
        waiting(page, 1)
    send(page)
    state(page, "sent")
    assert len(records(page, "Zwilling")) == 1


def test_two_tabs_that_send_at_the_same_time_make_one_record(phone):
    page = phone.open("member")
    open_online(page, ADD)
    with phone.without_network():
        suggest(page, "Tafel")
        suggest(page, "Bohrer")
        other = phone.tab()
        other.goto("/outbox/")
        waiting(other, 2)
    for tab in (page, other):
        tab.evaluate("() => { outbox.drain(); outbox.drain(); }")
    for tab in (page, other):
        state(tab, "sent")
    assert [len(records(page, word)) for word in ("Tafel", "Bohrer")] == [1, 1]


def test_an_answer_that_was_lost_is_asked_for_again(phone):
    """The server takes the form, the phone hears nothing: it sends again and there is one record."""
    page = phone.open("member")
    open_online(page, ADD)
    page.goto(ADD)
    page.fill("#id_title", "Verloren")
    page.evaluate(
        """async () => {
          const form = document.querySelector('.form-page form');
          await fetch(form.action, {method: 'POST', body: new FormData(form), redirect: 'manual'});
        }"""
    )
    with phone.without_network():
        submit(page)
        state(page, "waiting")
    send(page)
    state(page, "sent")
    assert len(records(page, "Verloren")) == 1


def test_a_network_that_answers_for_the_server_takes_nothing(phone):
    """A hotel's sign-in page answers 200 to everything: the form goes on waiting."""
    page = phone.open("member")
    open_online(page, ADD)
    with phone.without_network():
        suggest(page, "Hotel")
        page.evaluate(HOTEL, {"knows": False})
        assert drained(page) == "offline"
        page.evaluate(HOTEL, {"knows": True})
        assert drained(page) == "later"
        state(page, "waiting")
        page.goto("/outbox/")
    send(page)
    state(page, "sent")
    assert len(records(page, "Hotel")) == 1


def test_a_newer_version_is_not_overwritten_by_the_answer_to_an_older_one(phone):
    page = phone.open("member")
    open_online(page, ADD)
    with phone.without_network():
        suggest(page, "Alt")
        page.evaluate(HOTEL, {"knows": True, "newer": "Neuer"})
        assert drained(page) == "sent"
        [entry] = page.evaluate("outbox.all()")
        assert entry["state"] == "waiting"
        assert ["title", "Neuer"] in entry["fields"]


def test_photos_of_all_versions_of_a_sheet_are_kept(phone):
    page = phone.open("member")
    path = reverse("hazards:check_record", args=[phone.site.keys["offline_sheet_of_photos"]])
    open_online(page, path)
    with phone.without_network():
        for colours in (("navy",), ("red", "green"), ("navy",)):
            page.goto(path)
            item = page.locator("fieldset.opens").first
            item.locator(".choice-bad").click()
            choose(page, f"#{item.get_attribute('id')}-photo", *colours)
            submit(page, "button[value=save]")
            waiting(page, 1)
    send(page)
    state(page, "sent")
    page.goto(path)
    assert "3 photos are saved" in page.inner_text("fieldset.opens >> nth=0")


def test_a_phone_without_room_says_so_and_leaves_the_form_open(phone):
    page = phone.open("member")
    open_online(page, ADD)
    wire = phone.context.new_cdp_session(page)
    with phone.without_network():
        page.goto(ADD)
        page.fill("#id_title", "Voll")
        choose(page, "#id_photo", "navy", "red")
        wire.send("Storage.overrideQuotaForOrigin", {"origin": phone.site.url, "quotaSize": 1})
        page.click(SUBMIT)
        page.wait_for_selector("[data-stays]:not([hidden])")
        assert "no room" in page.inner_text("[data-stays]")
        assert page.input_value("#id_title") == "Voll"
        assert page.locator(".shelf li").count() == 2
        wire.send("Storage.overrideQuotaForOrigin", {"origin": phone.site.url})
        submit(page)
        state(page, "waiting")
    send(page)
    state(page, "sent")
    found = records(page, "Voll")
    assert len(found) == 1
    assert photos_of(page, found[0]) == 2


def test_no_password_is_kept(phone):
    page = phone.open("staff")
    path = reverse("enterprises:person_add")
    page.goto(path)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(path)
    with phone.without_network():
        page.fill("#id_username", "newcomer")
        page.fill("#id_password", "quite-a-long-one")
        page.click(SUBMIT)
        page.wait_for_selector("[data-stays]:not([hidden])")
        assert page.input_value("#id_username") == "newcomer"
        assert page.evaluate("outbox.all()") == []


@pytest.mark.parametrize("ahead", [True, False])
def test_the_day_of_a_kept_page_follows_the_time_that_passed_not_the_clock(phone, ahead):
    """A phone's clock that is always a day ahead changes nothing; a day that passed does. None is lost."""
    page = phone.open("member")
    open_online(page, ADD)
    title = "Uhr geht vor" if ahead else "Morgen frisch"
    with phone.without_network():
        page.clock.install()
        page.clock.fast_forward("24:00:00")
        if ahead:
            page.evaluate(A_DAY_AHEAD, ADD)
        page.goto(ADD)
        page.wait_for_selector("[data-kept-page]:not([hidden])")
        page.fill("#id_title", title)
        page.evaluate(UNFOLD)
        assert page.input_value("#id_happened_on") == ("2017-12-19" if ahead else "2017-12-20")
        submit(page)
        waiting(page, 1)
    send(page)
    state(page, "sent" if ahead else "attention")
    assert len(records(page, title)) == ahead
