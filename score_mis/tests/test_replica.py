"""Pages read from a real streaming replica, and from the primary whenever the replica would show less."""

import json
import re
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import environ
import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection, connections
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import include, path, reverse
from django.utils import timezone

from enterprises.models import Sector
from launch import servers
from reports import tallies
from reports.models import TallyState
from reports.totals import TallyProvider
from score_mis.lib import environment, replica
from score_mis.lib.sessions import SessionStore, position
from suggestions.tests.factories import make_suggestion

pytestmark = [
    pytest.mark.xdist_group("replica"),
    pytest.mark.urls(__name__),
    pytest.mark.django_db(transaction=True, databases=["default", "replica"]),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has replicas"),
]
WITHIN = 30.0


def version():
    """A number of the database that only rises, in the place of the tally version."""
    return Sector.objects.count()


@replica.page(version)
def shown(request):
    """A page that says what it saw and where."""
    if request.method == "POST":
        add_sector()
    return HttpResponse(f"{version()} {replica.alias()}")


urlpatterns = [path("shown/", shown), path("", include("score_mis.urls"))]


def add_sector():
    return Sector.objects.create(code=f"X{version()}", name_en="Added", name_zh="新增")


def until(condition):
    """Ask until it is so."""
    deadline = time.monotonic() + WITHIN
    while not condition():
        assert time.monotonic() < deadline, "it did not become so in time"
        time.sleep(0.02)


def ask(alias, question):
    with connections[alias].cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


def caught_up():
    return Sector.objects.using("replica").count() == Sector.objects.using("default").count()


def get(client):
    """What the page saw and where."""
    response = client.get("/shown/")
    assert response.status_code == 200
    number, alias = response.content.decode().split()
    return int(number), alias


@pytest.fixture(scope="module")
def primary_url(django_db_setup, django_db_blocker):
    """The URL of the private server that this run of the suite started; others are left alone."""
    with django_db_blocker.unblock():
        where = connection.settings_dict
        folder = Path(ask("default", "SHOW data_directory")).parent.name
        connection.close()
    if not folder.startswith("score-postgresql-"):
        pytest.skip("replicas are made of the private servers of `make test` only")
    return f"postgres://{where['USER']}:{where['PASSWORD']}@{where['HOST']}:{where['PORT']}/{where['NAME']}"


@pytest.fixture(scope="module", autouse=True)
def server(primary_url):
    """A streaming replica, and in this process the database `replica`, as REPLICA_URL makes it at the start."""
    primary = connections["default"].settings_dict
    with (
        servers.replica(servers.postgresql_programs(), primary_url) as url,
        pytest.MonkeyPatch.context() as env,
    ):
        env.setenv("REPLICA_URL", url)
        added = environment.replica(environ.Env(), primary)["replica"]
        added["TEST"] = primary["TEST"] | added["TEST"]
        env.setitem(connections.settings, "replica", primary | added)
        yield


@pytest.fixture(autouse=True)
def _left_as_found():
    """Each test begins and ends without a connection, and with a replica that is asked."""
    yield
    forget_connection()
    replica.resting.end()


@pytest.fixture
def copy(world):
    """A site with a replica that has everything."""
    until(caught_up)


@contextmanager
def replica_at(port):
    """Let `replica` be the server at another port for a while."""
    where = connections.settings["replica"]
    before = where["PORT"]
    try:
        forget_connection()
        where["PORT"] = port
        yield
    finally:
        forget_connection()
        where["PORT"] = before


def forget_connection():
    connections["replica"].close()
    del connections["replica"]


@contextmanager
def paused():
    """Let the replica fall behind."""
    ask("replica", "SELECT pg_wal_replay_pause()::text")
    until(lambda: ask("replica", "SELECT pg_get_wal_replay_pause_state()") == "paused")
    try:
        yield
    finally:
        ask("replica", "SELECT pg_wal_replay_resume()::text")


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_a_page_is_read_from_the_replica_and_signing_in_from_the_primary(copy, world):
    client, now = signed_in(world.authority), version()
    with CaptureQueriesContext(connections["replica"]) as there, CaptureQueriesContext(connection) as here:
        assert get(client) == (now, "replica")
    assert any("enterprises_sector" in query["sql"] for query in there)
    assert any("REPEATABLE READ, READ ONLY" in query["sql"] for query in there)
    assert any("django_session" in query["sql"] for query in here)
    assert not any("enterprises_sector" in query["sql"] for query in here)


def test_a_session_never_sees_less_than_it_has_seen(copy, world):
    first, second = signed_in(world.authority), signed_in(world.staff)
    old = version()
    with paused():
        add_sector()
        assert get(first) == (old, "replica")
        replica.resting.begin()
        assert get(first) == (old + 1, "default")
        replica.resting.end()
        for _ in range(5):
            assert get(first) == (old + 1, "default")
        assert get(second) == (old, "replica"), (
            "who has not seen the newer one is still served by the replica"
        )
    until(caught_up)
    assert get(first) == (old + 1, "replica")
    assert get(second) == (old + 1, "replica")


def test_who_saves_something_finds_it_on_the_next_page(copy, world):
    client = signed_in(world.staff)
    old = version()
    with paused():
        client.post("/shown/")
        written = client.session[replica.WRITTEN]
        assert replica.SEEN not in client.session
        assert get(client) == (old + 1, "default")
    until(lambda: ask("replica", f"SELECT pg_last_wal_replay_lsn() >= '{written}'::pg_lsn"))
    assert get(client) == (old + 1, "replica")


def test_a_replica_that_lags_too_long_is_not_read(copy, world, monkeypatch, caplog):
    client = signed_in(world.authority)
    monkeypatch.setattr(replica, "TOO_OLD", -1.0)
    with caplog.at_level("INFO", logger=replica.__name__):
        assert get(client) == (version(), "default")
    assert "Read from the primary: the replica has replayed nothing for a while." in caplog.text


def test_a_server_that_is_no_replica_is_not_read(world, caplog):
    with replica_at(connection.settings_dict["PORT"]), caplog.at_level("INFO", logger=replica.__name__):
        assert get(signed_in(world.authority)) == (version(), "default")
    assert "is no replica any more" in caplog.text


def test_figures_and_their_freshness_come_from_the_replica(copy, world):
    tallies.drain()
    until(lambda: TallyState.objects.using("replica").filter(version=tallies.version()).exists())
    client = signed_in(world.authority)
    for address in (
        reverse("reports:home"),
        reverse("reports:dashboard"),
        reverse("reports:evidence", args=["adoption_rate", "denominator"]),
    ):
        with (
            CaptureQueriesContext(connections["replica"]) as there,
            CaptureQueriesContext(connection) as here,
        ):
            assert client.get(address).status_code == 200
        assert any("reports_tallystate" in query["sql"] for query in there), address
        assert {table_of(query) for query in here} <= {"django_session", "accounts_user", ""}, address


def table_of(query):
    """The first table that a query names."""
    found = re.search(r'(?:FROM|UPDATE|INTO) "(\w+)"', query["sql"])
    return found.group(1) if found else ""


def test_a_dashboard_never_goes_back_behind_a_drain(copy, world):
    tallies.drain()
    until(lambda: TallyState.objects.using("replica").filter(version=tallies.version()).exists())
    client = signed_in(world.authority)
    with paused():
        make_suggestion(world)
        tallies.drain()
        newest = tallies.version()
        assert board(client) == (newest - 1, "replica")
        replica.resting.begin()
        assert board(client) == (newest, "default")
        replica.resting.end()
        assert board(client) == (newest, "default")
    until(lambda: TallyState.objects.using("replica").filter(version=newest).exists())
    assert board(client) == (newest, "replica")


def test_a_page_that_the_reader_has_is_asked_of_the_primary_alone(copy, world, monkeypatch):
    moment = timezone.now().replace(second=10)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    tallies.drain()
    until(lambda: TallyState.objects.using("replica").filter(version=tallies.version()).exists())
    client = signed_in(world.authority)
    etag = client.get(reverse("reports:dashboard"))["ETag"]
    with CaptureQueriesContext(connections["replica"]) as there:
        again = client.get(reverse("reports:dashboard"), headers={"If-None-Match": etag})
    assert (again.status_code, len(there)) == (304, 0)
    make_suggestion(world)
    tallies.drain()
    until(lambda: TallyState.objects.using("replica").filter(version=tallies.version()).exists())
    assert client.get(reverse("reports:dashboard"), headers={"If-None-Match": etag}).status_code == 200


def test_tallies_on_other_pages_count_as_seen(copy, world):
    make_suggestion(world)
    tallies.drain()
    request = RequestFactory().get("/")
    request.user, request.session = world.authority, {}
    assert TallyProvider().tallied(request, "suggestions", {}).number == 1
    assert request.session == {replica.SEEN: tallies.version()}
    client = signed_in(world.authority)
    client.get(reverse("suggestions:list"))
    assert client.session[replica.SEEN] == tallies.version(), "the navigation tells overdue hazards"


def board(client):
    """The version that the dashboard shows, and where it was read; nothing is kept from the time before."""
    cache.clear()
    with CaptureQueriesContext(connections["replica"]) as there:
        response = client.get(reverse("reports:dashboard"))
    assert response.status_code == 200
    figures = any("reports_area" in query["sql"] for query in there)
    (standing,) = response.wsgi_request.standings.values()
    return standing.fresh["version"], "replica" if figures else "default"


def test_the_command_reads_from_the_replica(copy, world, capsys):
    tallies.drain()
    until(lambda: TallyState.objects.using("replica").filter(version=tallies.version()).exists())
    with CaptureQueriesContext(connections["replica"]) as there:
        call_command("indicators", format="json")
    assert any("reports_area" in query["sql"] for query in there)
    assert json.loads(capsys.readouterr().out)["computed_at"]


def test_a_page_that_fails_on_the_replica_is_made_on_the_primary(copy):
    asked = []

    def work():
        asked.append(replica.alias())
        if replica.alias() == "replica":
            raise OperationalError("canceling statement due to conflict with recovery")
        return "made"

    assert replica.read(work, version=version) == ("made", version())
    assert asked == ["replica", "default"]
    assert replica.resting


def test_what_a_failed_attempt_kept_on_its_request_is_forgotten(copy):
    @replica.page(version)
    def failing(request):
        assert not hasattr(request, "kept"), "read in another snapshot"
        assert not request.user.known, "found out in another snapshot"
        request.kept = request.user.known["reach"] = version()
        if replica.alias() == "replica":
            raise OperationalError("canceling statement due to conflict with recovery")
        return HttpResponse(replica.alias())

    request = RequestFactory().get("/")
    request.user, request.session = SimpleNamespace(known={}), {}
    assert failing(request).content == b"default"
    assert request.session == {replica.SEEN: version()}


def test_a_dead_replica_breaks_no_page(primary_url, world, caplog):
    client = signed_in(world.authority)
    with ExitStack() as running:
        url = running.enter_context(servers.replica(servers.postgresql_programs(), primary_url))
        with replica_at(urlsplit(url).port):
            add_sector()
            until(caught_up)
            assert get(client) == (version(), "replica")
            running.close()
            assert get(client) == (version(), "default"), "the connection that was open is gone"
            assert "the replica failed" in caplog.text
            assert replica.resting, "the next pages do not wait for it"
            replica.resting.end()
            assert get(client) == (version(), "default"), "nor is there a new one"


def test_nothing_can_be_written_through_the_replica(copy):
    with pytest.raises(DatabaseError, match="read-only transaction"):
        Sector.objects.using("replica").create(code="X", name_en="No", name_zh="否")
    assert ask("replica", "SHOW default_transaction_read_only") == "on"
    token = replica._alias.set("replica")
    try:
        assert add_sector()._state.db == "default", "what a page saves goes to the primary"
    finally:
        replica._alias.reset(token)


def test_overlapping_requests_of_a_session_keep_the_highest_marks(copy, world):
    key = signed_in(world.staff).session.session_key
    early, late = SessionStore(key), SessionStore(key)
    early[replica.SEEN], early[replica.WRITTEN] = 9, "1/0"
    late[replica.SEEN], late[replica.WRITTEN], late["language"] = 7, "0/FFFFFFFF", "en"
    early.save()
    late.save()
    stored = Session.objects.get(pk=key).get_decoded()
    assert (stored[replica.SEEN], stored[replica.WRITTEN], stored["language"]) == (9, "1/0", "en")


def test_positions_are_compared_as_numbers():
    assert position("1/0") > position("0/FFFFFFFF") > position("0/A") > position("0/9")
