"""Pages of cards: the library, starting from a suggestion or hazard, what others see, photos, the sheet of paper."""

import io

import pypdfium2
import pytest
from django.urls import reverse

from conftest import assign, make_enterprise
from enterprises.models import Role
from hazards.tests.factories import hazard_at, picture
from practices.models import LONGEST, Practice
from practices.tests.factories import CONSENT, make_practice, step
from score_mis.lib.photos import accept
from score_mis.lib.workflow import perform
from suggestions.tests.factories import make_suggestion, upload

LIST = "/practices/"


@pytest.fixture
def idea(world):
    """An implemented suggestion with photos of both kinds and a saving."""
    found = make_suggestion(
        world, "adopted", title="Fit a rail", text="At the bay", photo=accept(upload()), category="safety"
    )

    return perform(
        found, "implement", by=world.member, today=found.adopted_on, fields={"saving_actual": 900},
        photos=[accept(upload(colour="red"))],
    )  # fmt: skip


def shown(client, user, address, **query):
    client.force_login(user)
    return client.get(address, query).content.decode()


def test_one_button_on_a_suggestion_starts_a_card(client, world, idea):
    button = reverse("practices:add") + f"?suggestion={idea.pk}"
    assert button in shown(client, world.consultant, idea.get_absolute_url())
    assert button not in shown(client, world.inspector, idea.get_absolute_url())
    assert "practices/add" not in shown(client, world.member, make_suggestion(world).get_absolute_url())
    page = shown(client, world.consultant, button)
    for words in ('value="Fit a rail"', "At the bay", 'value="900', 'name="taken"'):
        assert words in page
    names = [name.split('"')[0] for name in page.split('name="taken" value="')[1:]]
    assert len(names) == 2
    idea.photos.update(is_placeholder=True)
    typed = {"title": "Fit a rail", "suggestion": idea.pk, "saving": "900", "category": "safety"}
    answer = client.post(button, typed | {"happened_on": "2017-12-19", "taken": names})
    card = Practice.objects.get()
    assert answer.url == card.get_absolute_url()
    idea.photos.update(is_placeholder=False)
    assert not card.photos.filter(is_placeholder=False).exists()
    assert (card.suggestion, card.saving, card.drafted_by) == (idea, 900, world.consultant)
    assert sorted(card.photos.values_list("kind", "file")) == sorted(idea.photos.values_list("kind", "file"))
    assert client.get(button).url == card.get_absolute_url()


def test_photos_that_are_not_ticked_stay_behind(client, world, idea):
    client.force_login(world.member)
    client.post(
        reverse("practices:add") + f"?suggestion={idea.pk}", {"title": "Rail", "happened_on": "2017-12-19"}
    )
    assert not Practice.objects.get().photos.exists()


def test_one_button_on_a_hazard_starts_a_card_that_removed_it(client, world):
    hazard = hazard_at(world, "verified")
    button = reverse("practices:add") + f"?hazard={hazard.pk}"
    assert button in shown(client, world.member, hazard.get_absolute_url())
    assert button not in shown(client, world.inspector, hazard.get_absolute_url())
    page = shown(client, world.member, button)
    for words in ("Exit blocked", "Clear the exit", "Cleared", f'value="{hazard.pk}"', "hazard-"):
        assert words in page, words
    name = page.split('name="taken" value="')[1].split('"')[0]
    typed = {"title": "Exit free", "hazards": [hazard.pk], "taken": [name], "happened_on": "2017-12-19"}
    client.post(button, typed)
    card = Practice.objects.get()
    assert list(card.hazards.all()) == [hazard]
    assert card.photos.get().kind == "after"
    typed = {"title": "Exit free", "hazards": []}
    client.post(reverse("practices:edit", args=[card.pk]), typed)
    assert not card.hazards.exists()


def test_a_move_of_another_kind_leaves_hazards_alone(client, world):
    card = make_practice(world)
    card.hazards.add(hazard_at(world, "verified"))
    client.force_login(world.leader)
    day = {"consent_on": "2017-12-01", "happened_on": "2017-12-19"}
    client.post(reverse("practices:move", args=[card.pk, "consent"]), CONSENT | day)
    card.refresh_from_db()
    assert (card.has_consent, card.hazards.count()) == (True, 1)


def test_the_library_is_for_everybody_and_drafts_are_not(client, world):
    card, draft = make_practice(world, "published", title="Rails"), make_practice(world, title="Nets")
    for user in (world.member, world.outsider, world.authority, world.staff):
        page = shown(client, user, LIST)
        assert ("Rails" in page, "Nets" in page, 'data-count="1"' in page) == (True, False, True)
    assert "Nets" in shown(client, world.member, LIST, status="draft")
    for user in (world.outsider, world.authority):
        assert "Nets" not in shown(client, user, LIST, status="draft")
        assert client.get(draft.get_absolute_url()).status_code == 404
        assert client.get(card.get_absolute_url()).status_code == 200
    assert "Rails" not in shown(client, world.administrator, LIST)


@pytest.mark.parametrize("state", ["draft", "returned", "reviewed", "withdrawn", "void"])
def test_what_is_not_published_is_in_no_library(client, world, state):
    make_practice(world, state)
    assert 'data-count="0"' in shown(client, world.staff, LIST)


def test_the_library_is_searched(client, world):
    ground = {"programme": world.programme, "by": world.staff, "sector": world.sector}
    far = make_enterprise(area=world.other_district, code="T02", **ground)

    assign(world.member, Role.EIT_MEMBER, far)
    make_practice(world, "published", title="Rails", category="safety")
    make_practice(world, "published", title="料仓防尘罩", enterprise=far, category="cleaner")
    for query, title in (
        ({"q": "防尘"}, "料仓防尘罩"),
        ({"q": "cart edge"}, "Rails"),
        ({"category": "cleaner"}, "料仓防尘罩"),
        ({"area": "110111"}, "Rails"),
        ({"area": "110112"}, "料仓防尘罩"),
    ):
        page = shown(client, world.authority, LIST, **query)
        assert title in page, query
        if "q" not in query or query["q"] == "防尘":
            assert 'data-count="1"' in page, query
    assert 'data-count="2"' in shown(client, world.authority, LIST, sector=str(world.sector.pk))
    assert 'data-count="2"' in shown(client, world.authority, LIST, area="110000")


def test_others_read_no_names_no_consent_and_no_history(client, world):
    card = make_practice(world, "published", photo=accept(picture()))
    page = shown(client, world.outsider, card.get_absolute_url())
    frame = page.count("Outsider")
    for words in ("Zhao Min", "Director", "Member", "Staff", 'id="history"', "Consent"):
        assert words not in page, words
    assert frame
    assert "Zhao Min" in shown(client, world.consultant, card.get_absolute_url())


def test_a_photo_is_taken_off_a_draft_and_its_file_stays(client, world, idea, settings):
    card = make_practice(world)
    card.add_photos([str(idea.photos.first().file.name)], "before", world.member)
    photo = card.photos.get()
    address = reverse("practices:photo_remove", args=[photo.key])
    client.force_login(world.inspector)
    assert client.post(address).status_code == 403
    client.force_login(world.member)
    assert client.post(address).url == card.get_absolute_url()
    assert not card.photos.exists()
    assert (settings.MEDIA_ROOT / photo.file.name).exists()
    assert client.post(address).status_code == 404


def test_a_published_card_keeps_its_photos(client, world):
    card = make_practice(world, "published", photo=accept(picture()))
    client.force_login(world.member)
    client.post(reverse("practices:photo_remove", args=[card.photos.get().key]))
    assert card.photos.count() == 1


def text_of(client, card):
    response = client.get(reverse("practices:card", args=[card.pk]))
    assert response["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(io.BytesIO(response.content))
    return len(document), "".join(page.get_textpage().get_text_range() for page in document)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_card_prints_on_one_page_in_two_languages_without_names(client, world, language):
    card = make_practice(world, "published", saving=1200, photo=accept(picture()))
    world.outsider.language = language
    world.outsider.save()
    client.force_login(world.outsider)
    pages, text = text_of(client, card)
    assert pages == 1
    for words in ("Rails at the loading bay", "Carts ran", "steel tube", "No cart", "CNY", "企业"):
        assert words in text, words
    assert text.index("Test enterprise") < text.index("企业") or language != "en"
    for words in ("Zhao Min", "Outsider", "Member"):
        assert words not in text


@pytest.mark.parametrize("letter", ["W ", "防", "m\n"])
def test_the_longest_card_still_fits_on_one_page(client, world, letter):
    text = (letter * LONGEST)[:LONGEST].strip().ljust(LONGEST, "防")
    told = {"title": text[:200], "problem": text, "idea": text, "result": text}
    card = make_practice(world, photo=accept(picture(size=(900, 1600))), **told)
    for kind in ("before", "after", "after"):
        card.add_photos([accept(picture(size=(900, 1600)))], kind, world.member)
    client.force_login(world.member)
    pages, found = text_of(client, card)
    assert pages == 1
    assert found.count("防") >= text.count("防")


def test_a_text_that_is_too_long_is_a_sentence_and_stays(client, world):
    client.force_login(world.member)
    typed = {"title": "Rails", "problem": "x" * (LONGEST + 1), "happened_on": "2017-12-19"}
    page = client.post(reverse("practices:add"), typed).content.decode()
    assert "x" * (LONGEST + 1) in page
    assert "at most 800" in page
    assert not Practice.objects.exists()


def test_the_list_asks_as_much_for_ten_cards_as_for_one(client, world, django_assert_max_num_queries):
    make_practice(world, "published", photo=accept(picture()))
    client.force_login(world.authority)
    client.get(LIST)
    with django_assert_max_num_queries(14) as first:
        client.get(LIST)
    for _number in range(9):
        make_practice(world, "published", photo=accept(picture()))
    with django_assert_max_num_queries(len(first)):
        client.get(LIST)


def test_moves_are_pages(client, world):
    card = make_practice(world)
    client.force_login(world.staff)
    day = {"happened_on": "2017-12-19"}
    client.post(reverse("practices:move", args=[card.pk, "return"]), day | {"reason": "Which bay?"})
    card.refresh_from_db()
    assert card.status == "returned"
    assert "Which bay?" in shown(client, world.member, card.get_absolute_url())
    card = step(world, card, "resubmit", by=world.member)
    client.force_login(world.member)
    assert client.get(reverse("practices:move", args=[card.pk, "review"])).status_code == 403
