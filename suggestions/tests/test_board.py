"""The board: columns, counts, cards and buttons."""

from datetime import timedelta

from django.urls import reverse

from conftest import TODAY, assign, make_enterprise
from enterprises.models import Role
from suggestions import board
from suggestions.models import Suggestion
from suggestions.tests.factories import DAY, TO_STATUS, make_suggestion, step

URL = reverse("suggestions:board")


def columns(response):
    return {column["status"]: column for column in response.context["columns"]}


def counts(response):
    return [(column["label"], column["count"]) for column in response.context["columns"]]


def moves_on(response, status):
    return [[move["move"] for move in card["moves"]] for card in columns(response)[status]["cards"]]


def test_each_column_has_its_count(world, as_leader):
    for status in TO_STATUS:
        make_suggestion(world, status)
    response = as_leader.get(URL)
    assert counts(response) == [("Submitted", 2), ("Adopted", 1), ("Implemented", 2)]
    left = {str(column["status"]): column["count"] for column in response.context["left_out"]}
    assert left == {"rejected": 1, "withdrawn": 1, "cancelled": 1}


def test_each_count_leads_to_as_many_records(world, as_leader):
    for status in TO_STATUS:
        make_suggestion(world, status)
    response = as_leader.get(URL)
    for column in [*response.context["columns"], *response.context["left_out"]]:
        address = f"?enterprise={world.enterprise.pk}&amp;status={column['status']}"
        assert address in response.content.decode()
        shown = as_leader.get(reverse("suggestions:list"), {"status": column["status"]})
        assert shown.context["count"] == column["count"]


def test_buttons_are_what_the_person_may_do(world, as_leader, client):
    make_suggestion(world)
    make_suggestion(world, "adopted")
    make_suggestion(world, "implemented")
    response = as_leader.get(URL)
    assert moves_on(response, "undecided") == [["adopt", "defer", "reject"]]
    assert moves_on(response, "adopted") == [["assign", "implement"]]
    assert moves_on(response, "done") == [["verify", "send_back"]]
    suggestion = columns(response)["undecided"]["cards"][0]["suggestion"]
    assert reverse("suggestions:move", args=[suggestion.pk, "adopt"]) in response.content.decode()
    client.force_login(world.authority)
    assert moves_on(client.get(URL), "undecided") == [[]]


def test_whoever_implemented_has_no_button_to_verify(world, as_leader):
    step(world, make_suggestion(world, "adopted"), "implement", by=world.leader)
    assert moves_on(as_leader.get(URL), "done") == [[]]


def test_what_waits_longest_comes_first(world, as_leader):
    make_suggestion(world, title="New", on=TODAY - timedelta(days=7))
    make_suggestion(world, title="Old", on=TODAY - timedelta(days=8))
    cards = columns(as_leader.get(URL))["undecided"]["cards"]
    told = [(card["suggestion"].title, card["days_open"], card["answer_is_late"]) for card in cards]
    assert told == [("Old", 8, True), ("New", 7, False)]


def test_what_is_due_comes_first_and_late_is_said(world, as_leader):
    for title, due_on in (("Some day", None), ("Soon", TODAY), ("Late", TODAY - timedelta(days=1))):
        step(world, make_suggestion(world, title=title), "adopt", fields={"due_on": due_on})
    response = as_leader.get(URL)
    cards = columns(response)["adopted"]["cards"]
    assert [(card["suggestion"].title, card["late"]) for card in cards] == [
        ("Late", True),
        ("Soon", False),
        ("Some day", False),
    ]
    assert "overdue since" in response.content.decode()


def test_a_long_column_is_cut_and_says_so(world, as_leader, monkeypatch):
    monkeypatch.setattr(board, "CARDS", 2)
    for _ in range(3):
        make_suggestion(world)
    response = as_leader.get(URL)
    column = columns(response)["undecided"]
    assert (column["count"], len(column["cards"])) == (3, 2)
    assert "2 of 3 shown" in response.content.decode()


def test_a_person_with_several_enterprises_chooses(client, world):
    other = make_enterprise(
        programme=world.programme, area=world.district, sector=world.sector, by=world.staff, code="T02"
    )
    assign(world.consultant, Role.CONSULTANT, other)
    assign(world.member, Role.EIT_MEMBER, other)
    make_suggestion(world, enterprise=other, title="Elsewhere")
    client.force_login(world.consultant)
    assert counts(client.get(URL))[0] == ("Submitted", 0)
    response = client.get(URL, {"enterprise": other.pk})
    assert counts(response)[0] == ("Submitted", 1)
    assert f"{reverse('suggestions:add')}?enterprise={other.pk}" in response.content.decode()


def test_it_hides_other_enterprises(client, world):
    client.force_login(world.outsider)
    assert client.get(URL, {"enterprise": world.enterprise.pk}).status_code == 404
    assert client.get(URL, {"enterprise": "x"}).status_code == 404
    response = client.get(URL)
    assert response.status_code == 200
    assert "No enterprise yet." in response.content.decode()


def test_it_refuses_the_wrong_method(as_leader):
    assert as_leader.post(URL).status_code == 405


def test_the_number_of_queries_does_not_grow(world, as_leader, django_assert_max_num_queries):
    Suggestion.objects.bulk_create(
        Suggestion(enterprise=world.enterprise, number=number, title=str(number), submitted_on=DAY)
        for number in range(1, 41)
    )
    as_leader.get(URL)
    with django_assert_max_num_queries(30):
        as_leader.get(URL)
