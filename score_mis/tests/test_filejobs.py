"""Files of jobs: asked for once, made by one worker, offered whole or not at all, given up with a sentence."""

import hashlib
import os
import signal
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.http import parse_header_parameters
from kombu.exceptions import OperationalError

from score_mis.lib import filejobs, replica
from score_mis.lib.filejob import folder_of
from score_mis.lib.filejobs import CannotMake, State, Stopped, ask, asked_again, make
from sheets.models import SheetFile

TASK = "tests.make"


@pytest.fixture
def sent(monkeypatch):
    """The jobs that were given to the queue."""
    found = []
    monkeypatch.setattr(
        "celery.current_app.send_task", lambda name, args, **_options: found.append((name, args))
    )
    monkeypatch.setattr(filejobs, "OFTEN", 0.0)
    return found


@pytest.fixture
def wish(world, sent, django_capture_on_commit_callbacks):
    """Ask for a file as the inspector."""

    def one(**given):
        values = {
            "asked_by": world.inspector,
            "language": "en",
            "format": "csv",
            "name": "Ledger",
            "sheet": "x",
        }
        with django_capture_on_commit_callbacks(execute=True):
            return ask(SheetFile(**values | given), TASK)

    return one


def written(job, path, beat):
    path.write_bytes(b"whole")


def files():
    return sorted(path.name for path in folder_of(SheetFile).glob("*"))


def no_sign_of_life(job, **more):
    late = timezone.now() - filejobs.PATIENCE - timedelta(seconds=1)
    SheetFile.objects.filter(pk=job.pk).update(beat_at=late, **more)


def test_a_file_is_made_and_offered_with_its_hash(wish, sent):
    job = wish()
    assert sent == [(TASK, [job.pk])]
    assert make(SheetFile, job.pk, written) is True
    job.refresh_from_db()
    assert (job.state, job.size, job.attempts) == (State.READY, 5, 1)
    assert job.sha256 == hashlib.sha256(b"whole").hexdigest()
    assert job.file.read_bytes() == b"whole"
    assert job.key.hex in job.path
    assert files() == [job.file.name]


def test_asking_twice_makes_one_file(wish, sent):
    assert wish().pk == wish().pk
    assert wish(name="Other").pk != wish().pk
    assert len(sent) == 2
    assert SheetFile.objects.count() == 2


def test_asking_twice_at_the_same_moment_makes_one_file(wish, world, monkeypatch):
    """The first look finds nothing, as when both asked at once; the database decides."""
    first = wish()
    real = type(SheetFile.objects.all()).first
    looks = iter([None])
    monkeypatch.setattr("django.db.models.query.QuerySet.first", lambda rows: next(looks, real(rows)))
    assert wish().pk == first.pk


def test_what_is_ready_may_be_asked_for_again(wish):
    first = wish()
    make(SheetFile, first.pk, written)
    assert wish().pk != first.pk


def test_nothing_is_sent_before_the_commit(world, sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        ask(SheetFile(asked_by=world.staff, language="en", format="csv", name="L", sheet="x"), TASK)
    assert sent == []
    assert len(callbacks) == 1


def test_a_dead_broker_only_makes_it_wait(wish, sent, monkeypatch):
    def refuse(*_args, **_options):
        raise OperationalError("no broker")

    with monkeypatch.context() as patch:
        patch.setattr("celery.current_app.send_task", refuse)
        job = wish()
        assert asked_again(SheetFile, TASK) == 0
    assert SheetFile.objects.get(pk=job.pk).state == State.WAITING
    assert asked_again(SheetFile, TASK) == 1
    assert sent == [(TASK, [job.pk])]
    assert asked_again(SheetFile, TASK) == 0, "it was asked for just now"


def test_two_workers_never_make_the_same_file(wish):
    job = wish()
    inside = []

    def write(job, path, beat):
        inside.append(make(SheetFile, job.pk, written))
        written(job, path, beat)

    assert make(SheetFile, job.pk, write) is True
    assert inside == [False]
    assert make(SheetFile, job.pk, written) is False, "it is ready"
    assert make(SheetFile, 0, written) is False


def test_a_killed_workers_claim_is_taken_again(wish, sent, client, world):
    """It wrote half a file and was killed: nothing is offered, the next worker begins anew, nothing is left over."""
    job = wish()

    def killed(job, path, beat):
        path.write_bytes(b"hal")
        raise SystemExit  # leaves without a word, below

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filejobs._Making, "__exit__", lambda *_args: False)
        with pytest.raises(SystemExit):
            make(SheetFile, job.pk, killed)
    assert len(files()) == 1
    client.force_login(world.inspector)
    assert client.get(job.file_url()).status_code == 404
    assert make(SheetFile, job.pk, written) is False, "it may still be alive"
    no_sign_of_life(job)
    sent.clear()
    assert asked_again(SheetFile, TASK) == 1
    assert sent == [(TASK, [job.pk])]
    assert make(SheetFile, job.pk, written) is True
    job.refresh_from_db()
    assert job.attempts == 2
    assert files() == [job.file.name]
    assert b"".join(client.get(job.file_url()).streaming_content) == b"whole"


def killed_in_the_middle(job):
    """Make a file in a process that is killed (SIGKILL) when half of it is written."""

    def half(_job, path, beat):
        path.write_bytes(b"hal")
        time.sleep(60)

    child = os.fork()
    if not child:
        _parents, connection.connection = (
            connection.connection,
            None,
        )  # one of its own; the other is never closed
        try:
            make(SheetFile, job.pk, half)
        finally:
            os._exit(1)
    until = time.monotonic() + 30
    while not (files() and all((folder_of(SheetFile) / name).stat().st_size for name in files())):
        assert time.monotonic() < until
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def test_a_process_that_was_really_killed_leaves_nothing_to_offer(transactional_db, sent, tmp_path):
    user = SheetFile._meta.get_field("asked_by").related_model.objects.create_user("u", "", "p")
    job = ask(SheetFile(asked_by=user, language="en", format="csv", name="L", sheet="x"), TASK)
    killed_in_the_middle(job)
    job.refresh_from_db()
    assert (job.state, job.path) == (State.MAKING, "")
    no_sign_of_life(job)
    assert asked_again(SheetFile, TASK) == 1
    assert make(SheetFile, job.pk, written) is True
    job.refresh_from_db()
    assert (job.state, job.attempts, job.file.read_bytes()) == (State.READY, 2, b"whole")
    assert files() == [job.file.name]


def test_what_kills_every_worker_is_given_up(wish):
    job = wish()
    no_sign_of_life(job, state=State.MAKING, attempts=filejobs.ATTEMPTS)
    assert asked_again(SheetFile, TASK) == 0
    job.refresh_from_db()
    assert (job.state, job.sentence) == (
        State.FAILED,
        "The file could not be made; the administrators were told.",
    )


def test_a_slow_worker_stops_when_another_has_its_row(wish):
    """Its file never takes the place of the other one's."""
    job = wish()

    def slow(own, path, beat):
        no_sign_of_life(job)
        assert make(SheetFile, job.pk, written) is True
        with pytest.raises(Stopped):
            beat(1, 2, "step")
        path.write_bytes(b"too late")

    assert make(SheetFile, job.pk, slow) is False
    job.refresh_from_db()
    assert job.file.read_bytes() == b"whole"
    assert files() == [job.file.name]


def test_a_deleted_job_stops(wish):
    job = wish()

    def write(own, path, beat):
        SheetFile.objects.all().delete()
        beat(1, 2, "step")

    assert make(SheetFile, job.pk, write) is False
    assert files() == []


def test_progress_is_told_at_most_once_a_second(wish, monkeypatch, django_assert_num_queries):
    job = wish()
    seen = []

    def write(own, path, beat):
        beat(1, 10, "Rows")
        seen.append(SheetFile.objects.values_list("done", "total", "step").get())
        monkeypatch.setattr(filejobs, "OFTEN", 60.0)
        with django_assert_num_queries(0):
            beat(2, 10, "Rows")
        path.write_bytes(b"")

    make(SheetFile, job.pk, write)
    assert seen == [(1, 10, "Rows")]


def test_a_reason_for_people_fails_at_once(wish):
    job = wish()

    def write(own, path, beat):
        raise CannotMake("There is no such quarter.")

    assert make(SheetFile, job.pk, write) is False
    job.refresh_from_db()
    assert (job.state, job.sentence, files()) == (State.FAILED, "There is no such quarter.", [])


def test_a_full_disk_is_told_in_the_askers_language(wish, world):
    world.inspector.language = "zh-hans"
    world.inspector.save()
    job = wish()

    def write(own, path, beat):
        raise OSError(28, "No space left on device")

    assert make(SheetFile, job.pk, write) is False
    job.refresh_from_db()
    with translation.override("zh-hans"):
        assert job.sentence == "服务器上没有存放此文件的空间。"


def test_other_errors_are_tried_three_times(wish):
    job = wish()

    def write(own, path, beat):
        path.write_bytes(b"half")
        raise ZeroDivisionError

    for attempt in range(1, 4):
        with pytest.raises(ZeroDivisionError):
            make(SheetFile, job.pk, write)
        job.refresh_from_db()
        assert (job.attempts, job.state == State.FAILED) == (attempt, attempt == 3)
        assert files() == []
    assert job.sentence == "The file could not be made; the administrators were told."


def test_progress_is_written_beside_a_snapshot_that_may_not_write(transactional_db, sent):
    """Reads of one moment and signs of life do not meet: they have a connection each."""
    user = SheetFile._meta.get_field("asked_by").related_model.objects.create_user("u", "", "p")
    job = ask(SheetFile(asked_by=user, language="en", format="csv", name="L", sheet="x"), TASK)
    seen = []

    def look():
        seen.append(SheetFile.objects.values_list("done", flat=True).get())
        connection.close()

    def write(own, path, beat):
        with replica.snapshot():
            SheetFile.objects.count()
            beat(3, 4, "Rows")
            thread = threading.Thread(target=look)
            thread.start()
            thread.join(10)
        path.write_bytes(b"")

    assert make(SheetFile, job.pk, write) is True
    assert seen == [3]


def test_the_page_shows_how_far_it_is(client, wish, world):
    job = wish(name="台账 2017")
    client.force_login(world.inspector)
    page = client.get(job.get_absolute_url())
    assert page["Refresh"] == "2"
    assert "Waits for a worker." in page.content.decode()
    SheetFile.objects.filter(pk=job.pk).update(state=State.MAKING, done=3, total=7, step="Rows")
    text = client.get(job.get_absolute_url()).content.decode()
    assert '<progress id="progress" class="w-100" max="7" value="3">' in text
    assert "3 of 7" in text
    SheetFile.objects.filter(pk=job.pk).update(state=State.WAITING)
    make(SheetFile, job.pk, written)
    page = client.get(job.get_absolute_url())
    job.refresh_from_db()
    assert "Refresh" not in page
    for part in (job.file_url(), job.sha256, "台账 2017.csv"):
        assert part in page.content.decode()


def test_a_failed_file_is_asked_for_again_by_a_button(client, wish, world, sent):
    job = wish()
    SheetFile.objects.filter(pk=job.pk).update(state=State.FAILED, error="No data.", attempts=3)
    client.force_login(world.inspector)
    page = client.get(job.get_absolute_url())
    assert "No data." in page.content.decode()
    assert "Refresh" not in page
    assert client.post(job.get_absolute_url()).url == job.get_absolute_url()
    job.refresh_from_db()
    assert (job.state, job.error, job.attempts) == (State.WAITING, "", 0)


def test_asking_again_for_what_waits_already_shows_the_list(client, wish, world):
    failed = wish()
    SheetFile.objects.filter(pk=failed.pk).update(state=State.FAILED)
    wish()
    client.force_login(world.inspector)
    assert client.post(failed.get_absolute_url()).url != failed.get_absolute_url()


@pytest.mark.parametrize("address", ["get_absolute_url", "file_url"])
def test_it_hides_the_files_of_others(client, wish, world, address):
    job = wish()
    make(SheetFile, job.pk, written)
    for name, person in world.cast().items():
        client.force_login(person)
        expected = 200 if name == "inspector" else 404
        assert client.get(getattr(job, address)()).status_code == expected, name


def test_a_file_is_saved_under_its_name_and_kept_by_none(client, wish, world):
    job = wish(name="隐患台账/2017")
    make(SheetFile, job.pk, written)
    client.force_login(world.inspector)
    answer = client.get(job.file_url())
    kind, given = parse_header_parameters(answer["Content-Disposition"])
    assert (kind, given["filename"]) == ("attachment", "隐患台账-2017.csv")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "text/csv; charset=utf-8"


def test_a_lost_file_is_not_found(client, wish, world):
    job = wish()
    make(SheetFile, job.pk, written)
    job.refresh_from_db()
    job.file.unlink()
    client.force_login(world.inspector)
    assert client.get(job.file_url()).status_code == 404


def test_old_files_are_swept_with_what_was_left_over(wish):
    old, waiting = wish(), wish(name="Waiting")
    make(SheetFile, old.pk, written)
    fresh = wish(name="Fresh")
    make(SheetFile, fresh.pk, written)
    fresh.refresh_from_db()
    SheetFile.objects.exclude(pk=fresh.pk).update(beat_at=timezone.now() - timedelta(days=40))
    left = Path(folder_of(SheetFile), f".{'0' * 32}-1.csv.part")
    left.write_bytes(b"")
    os.utime(left, (0, 0))
    assert filejobs.swept(SheetFile, timedelta(days=30)) == 1
    assert set(SheetFile.objects.all()) == {waiting, fresh}
    assert files() == [fresh.file.name]


def test_a_wish_inside_a_transaction_that_fails_asks_for_nothing(
    world, sent, django_capture_on_commit_callbacks
):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ask(SheetFile(asked_by=world.staff, language="en", format="csv", name="L", sheet="x"), TASK)
        raise ZeroDivisionError
    assert sent == []
    assert not SheetFile.objects.exists()
