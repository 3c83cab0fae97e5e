"""A page that only reads sees one moment of the database, and holds nobody up."""

import threading

import pytest
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import RequestFactory

from enterprises.models import Sector
from score_mis.lib import replica


def add_sector(code):
    return Sector.objects.create(code=code, name_en="Added", name_zh="新增")


def elsewhere(work):
    """Do something on a connection of its own, and wait until it is done."""
    problems = []

    def run():
        try:
            work()
        except DatabaseError as error:
            problems.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=15)
    assert not thread.is_alive()
    assert problems == []


def test_what_is_saved_meanwhile_is_not_seen(transactional_db):
    add_sector("A")
    with replica.snapshot():
        assert Sector.objects.count() == 1
        elsewhere(lambda: add_sector("B"))
        assert Sector.objects.count() == 1
    assert Sector.objects.count() == 2


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no transactions that only read")
def test_nothing_is_written_in_a_snapshot(transactional_db):
    with pytest.raises(DatabaseError, match="read-only transaction"), replica.snapshot():
        add_sector("A")


def test_writing_is_as_before_after_a_snapshot(transactional_db):
    mode = getattr(connection, "transaction_mode", None)
    with replica.snapshot():
        Sector.objects.count()
    add_sector("A")
    assert getattr(connection, "transaction_mode", None) == mode
    assert not connection.in_atomic_block


def test_a_snapshot_inside_a_transaction_is_that_transaction(db):
    add_sector("A")
    with replica.snapshot(), replica.snapshot():
        assert Sector.objects.count() == 1


def test_without_a_replica_a_page_keeps_nothing_in_the_session(db):
    def version():
        raise AssertionError("there is no replica to be compared with")

    @replica.page(version)
    def shown(request):
        return HttpResponse(replica.alias())

    assert not replica.configured()
    for method in ("get", "post"):
        request = getattr(RequestFactory(), method)("/")
        request.session = {}
        assert shown(request).content == b"default"
        assert request.session == {}


def test_reads_and_writes_find_their_database():
    router = replica.Router()
    assert router.db_for_read(Sector) == router.db_for_write(Sector) == "default"
    assert router.allow_migrate("default", "enterprises")
    assert not router.allow_migrate("replica", "enterprises")
    assert router.allow_relation(Sector(), Sector())
