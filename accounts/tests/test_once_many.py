"""The same forms over several connections at once, and from a phone whose server is killed: one record each.

The server is gunicorn, as people run it, on the database of the tests.
"""

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from accounts import once
from accounts.models import Submission
from launch.children import die_with_parent
from launch.virtualenv import ROOT
from score_mis.tests.browser.conftest import address_of, environment, wait_for
from suggestions.models import Suggestion

URL = reverse("suggestions:add")
SECRET = "a" * 32
DYING = "accounts.tests.dying:application"


class Server:
    """gunicorn with one process and eight threads; starts again on the same port."""

    def __init__(self, var: Path) -> None:
        for folder in ("broker/queue", "broker/control"):
            (var / folder).mkdir(parents=True)
        self.env = environment() | {
            "SCORE_VAR": str(var),
            "MEDIA_ROOT": str(var / "media"),
            "DATABASE_URL": address_of(connection.settings_dict["NAME"]),
        }
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.place = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.child: subprocess.Popen | None = None

    def start(self) -> None:
        """Start it and wait for its first answer; those who knock meanwhile wait too."""
        command = ["gunicorn", DYING, "--bind", f"fd://{self.listener.fileno()}", "--threads", "8"]
        command += ["--no-control-socket", "--log-level", "error"]
        self.child = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=self.env,
            pass_fds=[self.listener.fileno()],
            preexec_fn=die_with_parent,
            stderr=subprocess.DEVNULL,
        )
        wait_for(f"http://{self.place}", self.child)

    def stop(self) -> None:
        """Stop it."""
        if self.child:
            self.child.terminate()
            self.child.wait()
        self.listener.close()


@pytest.fixture
def server(transactional_db, world, tmp_path):
    made = Server(tmp_path / "var")
    made.start()
    yield made
    made.stop()


class Line:
    """One connection to the running site, as a member who is signed in."""

    def __init__(self, place, session, person):
        self.place, self.session, self.person = place, session, person
        self.answers = []

    def send(self, keys, **headers):
        wire = http.client.HTTPConnection(self.place, timeout=300)
        headers |= {
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"sessionid={self.session}; csrftoken={SECRET}",
        }
        for key in keys:
            data = {
                "title": key,
                "happened_on": "2017-12-18",
                "submission": key,
                "submission_by": self.person,
                "csrfmiddlewaretoken": SECRET,
            }
            wire.request("POST", URL, urlencode(data), headers)
            response = wire.getresponse()
            self.answers.append((key, response.status, response.read()))
        wire.close()


def line_to(server, world):
    client = Client()
    client.force_login(world.member)
    return Line(server.place, client.cookies["sessionid"].value, world.member.pk)


def in_parallel(lines, orders):
    threads = [
        threading.Thread(target=line.send, args=[order]) for line, order in zip(lines, orders, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize(
    ("forms", "sendings", "lines"),
    [
        pytest.param(10, 160, 8, id="short"),
        pytest.param(500, 12_000, 8, id="long", marks=pytest.mark.nightly),
    ],
)
def test_replays_over_several_connections_make_one_record_a_form(server, world, forms, sendings, lines):
    keys = [str(uuid.uuid4()) for _form in range(forms)]
    rng = random.Random(forms)
    begun = time.monotonic()
    all_of_them = [line_to(server, world) for _number in range(lines)]
    orders = [rng.sample(keys, forms) * (sendings // (forms * lines)) for _line in all_of_them]
    in_parallel(all_of_them, orders)
    answers = {}
    for line in all_of_them:
        for key, code, text in line.answers:
            answers.setdefault(key, []).append((code, text))
    assert sum(map(len, answers.values())) == sendings
    assert set(answers) == set(keys)
    assert {code for each in answers.values() for code, _text in each} == {200}
    assert {len(set(each)) for each in answers.values()} == {1}
    assert sorted(Suggestion.objects.values_list("title", flat=True)) == sorted(keys)
    assert Submission.objects.count() == forms
    seconds = time.monotonic() - begun
    print(
        f"{connection.vendor}: {sendings:,} sendings of {forms} forms over {lines} connections in {seconds:.0f} s: "
        f"{Suggestion.objects.count()} records"
    )


@pytest.mark.parametrize(
    "times", [pytest.param(2, id="short"), pytest.param(50, id="long", marks=pytest.mark.nightly)]
)
def test_a_server_killed_between_commit_and_answer_has_taken_the_form_once(server, world, times):
    """Every process of the server gets SIGKILL after the commit; the phone hears nothing and sends again."""
    line = line_to(server, world)
    for number in range(1, times + 1):
        key = str(uuid.uuid4())
        with pytest.raises((http.client.HTTPException, OSError)):
            line.send([key], **{"X-Die": "1"})
        assert server.child.wait() == -signal.SIGKILL
        assert Suggestion.objects.count() == Submission.objects.count() == number
        server.start()
        line.send([key, key])
        assert [code for _key, code, _text in line.answers[-2:]] == [200, 200]
        assert line.answers[-1] == line.answers[-2]
        assert Suggestion.objects.count() == Submission.objects.count() == number
    print(
        f"{connection.vendor}: killed {times} times between commit and answer: {number} forms, {number} records"
    )


def killed_before_the_commit(person, data):
    """Another process takes a form and is killed before it has finished."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        once.is_taken = lambda *_args: os.kill(os.getpid(), signal.SIGKILL)
        client = Client()
        client.force_login(person)
        with suppress(Exception):
            client.post(URL, data)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return status


def test_a_server_killed_before_the_commit_has_taken_nothing(transactional_db, world):
    data = {"title": "Idea", "happened_on": "2017-12-18", "submission": str(uuid.uuid4())}
    assert killed_before_the_commit(world.member, data) == signal.SIGKILL
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
