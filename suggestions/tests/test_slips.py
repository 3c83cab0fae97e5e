"""Slips for proposers, and the page behind their code: it tells what became of the idea and nothing else."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from score_mis.lib import codes
from suggestions.models import Slip
from suggestions.services import slips_for
from suggestions.tests.factories import TO_STATUS, accepted_photo, make_suggestion
from suggestions.views.answers import GUESSES

ASK = reverse("suggestions:answer_by_code")


def slip_url(suggestion):
    return reverse("suggestions:slip", args=[suggestion.pk])


def page_of(code):
    return reverse("suggestions:answer", args=[code])


def code_of(suggestion):
    return slips_for([suggestion])[0].code


# Codes


def test_codes_are_random_and_of_signs_that_are_not_mixed_up():
    drawn = {codes.new_code() for _turn in range(500)}
    assert len(drawn) == 500
    signs = set("".join(drawn))
    assert signs == set(codes.ALPHABET)
    assert not signs & set("01OILSZBUAE5")
    assert {len(code) for code in drawn} == {codes.LENGTH}


def test_a_code_is_read_however_it_is_written():
    code = codes.new_code()
    for typed in (
        code,
        code.lower(),
        codes.grouped(code),
        f"  {code[:3]} {code[3:]} ",
        f"{code[:5]}—{code[5:]}",
    ):
        assert codes.as_code(typed) == code


@pytest.mark.parametrize("typed", ["", "x", "0" * 10, "２" * 9, "\x00" * 10, "é" * 10, "C" * 11, "9" * 5000])
def test_what_is_no_code_is_empty(typed):
    assert codes.as_code(typed) == ""


def test_one_wrong_sign_and_two_swapped_ones_are_seen():
    code = codes.new_code()
    for place in range(len(code)):
        for sign in codes.ALPHABET:
            wrong = code[:place] + sign + code[place + 1 :]
            assert bool(codes.as_code(wrong)) is (wrong == code)


# The slip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_slip_has_code_and_picture(client, world, language):
    world.member.language = language
    world.member.save()
    suggestion = make_suggestion(world)
    client.force_login(world.member)
    page = client.get(slip_url(suggestion)).content.decode()
    slip = Slip.objects.get()
    assert slip.shown_code in page
    assert "http://testserver/s/" in page
    assert page.count('class="qr"') == 1
    assert "style=" not in page
    assert f'lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in page


def test_slips_of_generated_records_say_so_each(client, world):
    client.force_login(world.member)
    for is_generated in (False, True):
        type(world.programme).objects.update(is_generated=is_generated)
        slip = client.get(slip_url(make_suggestion(world))).content.decode().partition('class="slip"')[2]
        assert ("Generated records" in slip) is is_generated


def test_a_slip_keeps_its_code(client, world):
    suggestion = make_suggestion(world)
    client.force_login(world.member)
    client.get(slip_url(suggestion))
    code = Slip.objects.get().code
    client.get(slip_url(suggestion))
    assert Slip.objects.get().code == code


def test_a_code_that_is_taken_is_drawn_again(world, monkeypatch):
    first, second = make_suggestion(world), make_suggestion(world, title="Other")
    taken = code_of(first)
    drawn = iter([taken, taken, codes.new_code()])
    monkeypatch.setattr("suggestions.services.new_code", lambda: next(drawn))
    assert code_of(second) != taken


@pytest.mark.parametrize(
    ("part", "code"),
    [("member", 200), ("leader", 200), ("consultant", 200), ("inspector", 403), ("authority", 403),
     ("staff", 403), ("outsider", 404), ("administrator", 404)],
)  # fmt: skip
def test_slips_are_made_by_those_who_enter(client, world, part, code):
    suggestion = make_suggestion(world)
    client.force_login(getattr(world, part))
    assert client.get(slip_url(suggestion)).status_code == code
    assert Slip.objects.exists() is (code == 200)
    link = slip_url(suggestion) in client.get(suggestion.get_absolute_url()).content.decode()
    assert link is (code == 200)


def test_a_slip_refuses_the_wrong_method(client, world):
    client.force_login(world.member)
    assert client.post(slip_url(make_suggestion(world))).status_code == 405


# The page behind the code


SECRETS = {
    "title": "Rail at furnace nine",
    "text": "Near the northern gate",
    "proposer": "Wang Xiaoming",
    "department": "Foundry",
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("status", list(TO_STATUS))
def test_it_tells_what_became_and_nothing_else(client, world, status, language):
    suggestion = make_suggestion(world, status, photo=accepted_photo(), **SECRETS)
    code = code_of(suggestion)
    client.cookies["django_language"] = language
    response = client.get(page_of(code))
    assert response.status_code == 200
    page = response.content.decode()
    hidden = [
        *SECRETS.values(),
        suggestion.reference,
        "T01",
        world.enterprise.name_en,
        world.enterprise.name_zh,
    ]
    hidden += ["/photos/", "Member", "Leader", "As agreed", code]
    shown = re.sub(r'<input type="hidden" name="(next|csrfmiddlewaretoken)"[^>]*>', "", page)
    assert [text for text in hidden if text in shown] == []
    assert ("Too dear" in page) is (status == "rejected")
    assert f'lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in page
    assert response["Cache-Control"] == "private, no-store"
    assert "noindex" in response["X-Robots-Tag"]
    assert re.findall(r'<a [^>]*href="([^"#][^"]*)"', page) in (["/"], [])


def test_every_state_has_its_own_sentence(client, world):
    found = {}
    for status in TO_STATUS:
        suggestion = make_suggestion(world, status, title=f"Idea about {status}")
        found[status] = client.get(page_of(code_of(suggestion))).context["outcome"].sentence
    assert found["implemented"] == found["verified"]
    assert len(set(found.values())) == len(found) - 1


def test_a_voided_suggestion_keeps_its_answer_to_itself(client, world):
    suggestion = make_suggestion(world, "void", title="x")
    suggestion.decision_reason = "Secret"
    suggestion.save()
    assert "Secret" not in client.get(page_of(code_of(suggestion))).content.decode()


def test_a_code_as_typed_leads_to_its_page(client, world):
    code = code_of(make_suggestion(world))
    assert client.get(ASK, {"code": codes.grouped(code).lower()}).url == page_of(code)
    assert client.get(page_of(code.lower())).url == page_of(code)


@pytest.mark.parametrize("typed", ["nonsense", "\x00", "<script>alert(1)</script>"])
def test_a_wrong_code_is_a_sentence_and_what_was_typed_stays(client, db, typed):
    response = client.get(ASK, {"code": typed})
    assert response.status_code == 404
    page = response.content.decode()
    assert "There is no suggestion with this code" in page
    assert "<script>alert" not in page


def test_it_asks_for_a_code(client, db):
    response = client.get(ASK)
    assert response.status_code == 200
    assert "There is a problem" not in response.content.decode()


def test_an_unknown_code_and_a_wrong_one_look_alike(client, world):
    unknown = client.get(page_of(codes.new_code()))
    wrong = client.get(page_of("NONSENSE"))
    assert unknown.status_code == wrong.status_code == 404
    assert unknown.context["is_wrong"]
    assert wrong.context["is_wrong"]


def test_guessing_ends(client, world):
    code = code_of(make_suggestion(world))
    for _turn in range(GUESSES.most):
        assert client.get(page_of(codes.new_code())).status_code == 404
    response = client.get(page_of(codes.new_code()))
    assert response.status_code == 429
    assert response["Retry-After"] == "600"
    assert client.get(page_of(code)).status_code == 429
    assert client.get(page_of(code), REMOTE_ADDR="10.0.0.9").status_code == 200
    cache.clear()
    assert client.get(page_of(code)).status_code == 200


def test_slips_of_the_pen_are_no_guesses(client, world):
    code = code_of(make_suggestion(world))
    wrong = code[:-1] + next(sign for sign in codes.ALPHABET if sign != code[-1])
    for _turn in range(GUESSES.most + 1):
        assert client.get(page_of(wrong)).status_code == 404
    assert client.get(page_of(code)).status_code == 200


def test_reading_ones_own_answer_is_never_limited(client, world):
    code = code_of(make_suggestion(world))
    assert {client.get(page_of(code)).status_code for _turn in range(GUESSES.most + 5)} == {200}


@pytest.mark.parametrize("url", [ASK, page_of("NONSENSE")])
def test_it_refuses_the_wrong_method(client, db, url):
    assert client.post(url).status_code == 405
