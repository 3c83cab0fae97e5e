"""The same forms from several connections at once, and from a phone whose server was killed: one record each."""

import http.client
import os
import random
import signal
import threading
import uuid
from urllib.parse import urlencode, urlsplit

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts import once
from accounts.models import Submission
from suggestions.models import Suggestion

URL = reverse("suggestions:add")
SECRET = "a" * 32


class Line:
    """One connection to the running site, as a member who is signed in."""

    def __init__(self, address, session, person):
        self.place, self.session, self.person = urlsplit(address).netloc, session, person
        self.answers = []

    def send(self, keys):
        wire = http.client.HTTPConnection(self.place, timeout=60)
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"sessionid={self.session}; csrftoken={SECRET}",
        }
        for key in keys:
            data = {
                "title": f"Idea {key}",
                "happened_on": "2017-12-18",
                "submission": key,
                "submission_by": self.person,
                "csrfmiddlewaretoken": SECRET,
            }
            wire.request("POST", URL, urlencode(data), headers)
            response = wire.getresponse()
            self.answers.append((key, response.status, response.read()))
        wire.close()


def replay(live_server, world, *, forms, sendings, lines):
    """Send each form often over many connections, in any order; what was answered to each."""
    client = Client()
    client.force_login(world.member)
    keys = [str(uuid.uuid4()) for _form in range(forms)]
    rng = random.Random(forms)
    all_of_them = [
        Line(live_server.url, client.cookies["sessionid"].value, world.member.pk) for _n in range(lines)
    ]
    threads = []
    for line in all_of_them:
        order = keys * (sendings // (forms * lines))
        rng.shuffle(order)
        threads.append(threading.Thread(target=line.send, args=[order]))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers = {}
    for line in all_of_them:
        for key, code, text in line.answers:
            answers.setdefault(key, []).append((code, text))
    return keys, answers


@pytest.mark.parametrize(
    ("forms", "sendings", "lines"),
    [
        pytest.param(10, 200, 4, id="short"),
        pytest.param(500, 12_000, 8, id="long", marks=pytest.mark.nightly),
    ],
)
def test_replays_over_several_connections_make_one_record_a_form(
    transactional_db, world, live_server, forms, sendings, lines
):
    keys, answers = replay(live_server, world, forms=forms, sendings=sendings, lines=lines)
    assert Suggestion.objects.count() == Submission.objects.count() == forms
    assert set(answers) == set(keys)
    assert sum(map(len, answers.values())) == sendings
    for key in keys:
        assert len(set(answers[key])) == 1
        assert answers[key][0][0] == 200
    titles = Suggestion.objects.values_list("title", flat=True)
    assert set(titles) == {f"Idea {key}" for key in keys}


def killed_after_the_commit(person, data):
    """Another process takes a form and is killed before it answers."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        once._first_answer = lambda *_args: os.kill(os.getpid(), signal.SIGKILL)
        client = Client()
        client.force_login(person)
        client.post(URL, data)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return status


@pytest.mark.parametrize(
    "times", [pytest.param(3, id="short"), pytest.param(50, id="long", marks=pytest.mark.nightly)]
)
def test_a_server_killed_between_commit_and_answer_has_taken_the_form_once(transactional_db, world, times):
    client = Client()
    client.force_login(world.member)
    for number in range(1, times + 1):
        data = {"title": f"Idea {number}", "happened_on": "2017-12-18", "submission": str(uuid.uuid4())}
        assert killed_after_the_commit(world.member, data) == signal.SIGKILL
        assert Suggestion.objects.count() == number
        for _again in range(2):
            response = client.post(URL, data, headers={"Accept": "application/json"})
            assert response.json()["record"] == Suggestion.objects.latest("pk").get_absolute_url()
        assert Suggestion.objects.count() == Submission.objects.count() == number


def test_a_server_killed_before_the_commit_has_taken_nothing(transactional_db, world, monkeypatch):
    data = {"title": "Idea", "happened_on": "2017-12-18", "submission": str(uuid.uuid4())}
    monkeypatch.setattr(once, "is_taken", lambda *_args: os.kill(os.getpid(), signal.SIGKILL))
    assert killed_after_the_commit(world.member, data) == signal.SIGKILL
    monkeypatch.undo()
    assert not Suggestion.objects.exists()
    client = Client()
    client.force_login(world.member)
    assert client.post(URL, data).status_code == 302
    assert Suggestion.objects.count() == Submission.objects.count() == 1


def test_the_second_of_two_at_once_waits_for_the_first(transactional_db, world, monkeypatch):
    """The first is held open inside its transaction while the second arrives."""
    data = {"title": "Idea", "happened_on": "2017-12-18", "submission": str(uuid.uuid4())}
    inside, go_on, answers = threading.Event(), threading.Event(), []
    judged = once.is_taken

    def hold(*given):
        inside.set()
        assert go_on.wait(20)
        return judged(*given)

    def post(client):
        answers.append(client.post(URL, data)["Location"])
        connections.close_all()

    clients = [Client(), Client()]
    for client in clients:
        client.force_login(world.member)
    monkeypatch.setattr(once, "is_taken", hold)
    threads = [threading.Thread(target=post, args=[client]) for client in clients]
    threads[0].start()
    assert inside.wait(20)
    threads[1].start()
    threads[1].join(0.5)
    assert answers == []
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert answers == [Suggestion.objects.get().get_absolute_url()] * 2
