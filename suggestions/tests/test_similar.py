"""Suggestions like the title that is typed: only of the enterprise, shown while typing or after the first try."""

import pytest
from django.urls import reverse

from suggestions.models import Suggestion
from suggestions.similar import LIKE, NEARLY_SAME, likeness, pieces, similar
from suggestions.tests.factories import make_suggestion

URL = reverse("suggestions:similar")
ADD = reverse("suggestions:add")
RAIL = "Paint the guard rail of the furnace yellow"


def alike(one, other):
    return likeness(pieces(one), pieces(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (RAIL, "Paint guard rails of the furnace"),
        (RAIL, "paint the guard-rail of the FURNACE yellow!"),
        (RAIL, "Paint the gard rail of furnace yelow"),
        ("给高炉护栏刷黄色油漆", "高炉护栏刷黄漆"),
        ("更换仓库的灯", "仓库灯具更换"),
        ("ＦＯＲＫＬＩＦＴ horn", "forklift horn"),
    ],
)
def test_what_means_the_same_is_like(one, other):
    assert alike(one, other) >= LIKE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (RAIL, "Better food in the canteen"),
        (RAIL, "给高炉护栏刷黄色油漆"),
        ("给高炉护栏刷黄色油漆", "食堂饭菜改善"),
        ("", RAIL),
        ("!!!", RAIL),
    ],
)
def test_what_is_another_idea_is_not_like(one, other):
    assert alike(one, other) < LIKE


def test_the_same_title_is_wholly_like():
    assert alike(RAIL, RAIL) == pytest.approx(1)
    assert alike("仓库灯", "仓库灯") == pytest.approx(1)


def test_the_most_alike_come_first_and_no_more_than_five(world):
    for title in [
        RAIL,
        "Paint the guard rail",
        "Paint the door",
        "Canteen",
        *[f"{RAIL} {n}" for n in range(9)],
    ]:
        make_suggestion(world, title=title)
    found = similar(world.enterprise, RAIL)
    assert len(found) == 5
    assert found[0].suggestion.title == RAIL
    assert [round(a.likeness, 6) for a in found] == sorted(
        (round(a.likeness, 6) for a in found), reverse=True
    )


def test_void_ones_and_other_enterprises_are_left_out(world, second):
    make_suggestion(world, "void", title=RAIL)
    make_suggestion(world, title=RAIL, enterprise=second, by=world.consultant)
    assert similar(world.enterprise, RAIL) == []


def test_two_letters_say_nothing_and_ask_nothing(world, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert similar(world.enterprise, "a") == []


def test_it_is_one_query(world, django_assert_num_queries):
    for number in range(3):
        make_suggestion(world, title=f"{RAIL} {number}")
    with django_assert_num_queries(1):
        assert [alike.suggestion.reference for alike in similar(world.enterprise, RAIL)]


# The endpoint


@pytest.mark.parametrize("part", ["member", "consultant"])
def test_it_answers_with_what_the_page_shows(client, world, part):
    suggestion = make_suggestion(world, "adopted", title=RAIL)
    client.force_login(getattr(world, part))
    response = client.get(URL, {"title": "paint guard rail", "enterprise": world.enterprise.pk})
    assert response["Cache-Control"] == "private, no-store"
    assert response.json() == {
        "similar": [
            {
                "key": suggestion.pk,
                "url": suggestion.get_absolute_url(),
                "reference": suggestion.reference,
                "title": RAIL,
                "status": "adopted",
            }
        ]
    }


def test_the_only_enterprise_need_not_be_named(client, world):
    make_suggestion(world, title=RAIL)
    client.force_login(world.member)
    assert len(client.get(URL, {"title": RAIL}).json()["similar"]) == 1
    assert client.get(URL).json() == {"similar": []}


@pytest.mark.parametrize(
    ("part", "code"), [("inspector", 403), ("authority", 403), ("outsider", 404), ("administrator", 404)]
)
def test_it_is_closed_to_those_who_enter_nothing(client, world, part, code):
    client.force_login(getattr(world, part))
    assert client.get(URL, {"title": RAIL, "enterprise": world.enterprise.pk}).status_code == code


@pytest.mark.parametrize("enterprise", ["x", "9" * 50])
def test_an_enterprise_that_is_none_is_not_found(client, world, enterprise):
    client.force_login(world.member)
    assert client.get(URL, {"title": RAIL, "enterprise": enterprise}).status_code == 404


def test_another_enterprise_is_never_searched(client, world, second):
    make_suggestion(world, title=RAIL, enterprise=second, by=world.consultant)
    client.force_login(world.member)
    assert client.get(URL, {"title": RAIL}).json() == {"similar": []}
    assert client.get(URL, {"title": RAIL, "enterprise": second.pk}).status_code == 404


def test_it_refuses_the_wrong_method(client, world):
    client.force_login(world.member)
    assert client.post(URL).status_code == 405


def test_a_very_long_title_is_cut(client, world):
    make_suggestion(world, title=RAIL)
    client.force_login(world.member)
    assert client.get(URL, {"title": "x " * 20_000}).status_code in {200, 400}


# The page


@pytest.fixture
def post(client, world):
    client.force_login(world.member)

    def send(**values):
        return client.post(ADD, {"title": RAIL, "happened_on": "2017-12-01", **values})

    return send


def test_nearly_the_same_is_asked_about_once(world, post):
    first = make_suggestion(world, title=RAIL)
    response = post(text="It is grey")
    form = response.context["form"]
    assert list(form.errors) == ["title"]
    assert form["text"].value() == "It is grey"
    assert first.get_absolute_url() in response.content.decode()
    assert Suggestion.objects.count() == 1
    assert f'name="looked_at" value="{first.pk}"' in response.content.decode()
    assert post(text="It is grey", looked_at=form.looked_at).status_code == 302
    assert Suggestion.objects.count() == 2


def test_who_saw_it_while_typing_is_not_asked(world, post):
    first = make_suggestion(world, title=RAIL)
    assert post(looked_at=f"{first.pk},4711").status_code == 302


def test_what_is_only_like_it_does_not_stop_anybody(world, post):
    make_suggestion(world, title="Paint the guard rails at the gate")
    assert LIKE <= alike(RAIL, "Paint the guard rails at the gate") < NEARLY_SAME
    assert post().status_code == 302


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_has_the_place_for_the_script(client, world, language):
    world.member.language = language
    world.member.save()
    client.force_login(world.member)
    page = client.get(ADD).content.decode()
    assert f'data-similar="{URL}"' in page
    assert "score/js/similar.js" in page
    assert "score/js/photos.js" in page
