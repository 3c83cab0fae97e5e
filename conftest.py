"""The cast of every test: six people with their roles at one enterprise, and the few things all tests share."""

import gc
import os
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import translation
from hypothesis import settings as search

from accounts.models import User
from enterprises.models import (
    Area,
    Assignment,
    Enterprise,
    Position,
    Programme,
    Role,
    Sector,
    Team,
    TeamMember,
)
from enterprises.services import add_area
from score_mis.lib.workflow import Move, perform_many

OWN_APPS = tuple(name for name in settings.INSTALLED_APPS if Path(settings.BASE_DIR, name).is_dir())
TODAY = date(2017, 12, 19)
START = date(2017, 4, 1)
pytest_plugins = ["reports.tests.pilot", "score_mis.tests.browser.driver"]

search.register_profile("default", max_examples=15, deadline=None)
search.register_profile("nightly", max_examples=400, deadline=None)
search.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_addoption(parser):
    parser.addoption(
        "--uses-database",
        action="store_true",
        help="leave out what never touches the database, and what a browser shows: on one database it has been seen",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """One process builds the pilot data set for all. With --uses-database, keep what may depend on the database."""
    for item in items:
        if "pilot_database" in item.fixturenames:
            item.add_marker(pytest.mark.xdist_group("pilot"))
    if not config.getoption("--uses-database"):
        return
    kept = [item for item in items if uses_database(item) and not item.get_closest_marker("browser")]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def pytest_collection_finish(session):
    """Let coverage trace a test with its first parameters only, and the garbage collector look less often.

    Tracing takes half as long again and finds next to nothing in later parameters or behind a browser. What is there
    now (modules, all tests) stays to the end: the collector is spared it.
    """
    traced = set()
    for item in session.items:
        function = (item.path, item.originalname)
        if function in traced or item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.no_cover)
        traced.add(function)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def uses_database(item) -> bool:
    """Whether a test asks for a database, itself or through its fixtures."""
    asked = {"db", "transactional_db", "pilot_database", "django_db_setup"} & set(item.fixturenames)
    return bool(asked or item.get_closest_marker("django_db"))


@pytest.fixture(autouse=True)
def _steady_settings(settings, tmp_path):
    """A fixed programme day and language, fast passwords, files and jobs that stay in the test."""
    settings.PROGRAMME_TODAY = TODAY
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PRODUCED_ROOT = tmp_path / "produced"
    settings.KEYS_ROOT = tmp_path / "keys"
    cache.clear()
    translation.deactivate()


@pytest.fixture
def today() -> date:
    return TODAY


@dataclass
class World:
    """A programme with two districts, an enterprise in the first, and everybody who works with it."""

    programme: Programme
    province: Area
    district: Area
    other_district: Area
    sector: Sector
    enterprise: Enterprise
    team: Team
    member: User
    leader: User
    consultant: User
    inspector: User
    authority: User
    staff: User
    administrator: User
    outsider: User

    def cast(self) -> dict[str, User]:
        """Everybody by the name of their part."""
        names = "member leader consultant inspector authority staff administrator outsider"
        return {name: getattr(self, name) for name in names.split()}


def make_user(username: str, **kwargs) -> User:
    """Save a person who can sign in with force_login."""
    return User.objects.create_user(
        username, f"{username}@example.org", "a-long-secret", name=username.title(), **kwargs
    )


def assign(
    user: User, role: str, place: Area | Enterprise, from_on: date = START, until_on: date | None = None
):
    """Give a person a role at an area or an enterprise."""
    where = {"area": place} if isinstance(place, Area) else {"enterprise": place}
    return Assignment.objects.create(user=user, role=role, from_on=from_on, until_on=until_on, **where)


ROWS: list[tuple[str, list]] = []
"""A statement for each table of the world, and the values of all its rows as the database gave them."""
MADE: list[bytes] = []
"""The world itself; each test unpacks one of its own."""


@pytest.fixture
def world(db) -> World:
    """The cast at their places. Made through the moves once; later tests get the same rows laid in at once."""
    if not MADE:
        MADE.append(pickle.dumps(make_world()))
        ROWS.extend(rows_of_world())
    else:
        with transaction.atomic(), connection.cursor() as cursor:  # rows may come before those they link to
            for statement, values in ROWS:
                cursor.execute(statement, values)
    return pickle.loads(MADE[0])


def rows_of_world() -> Iterator[tuple[str, list]]:
    """A statement for each table that has rows, which lays in all of them, and their values."""
    quoted = connection.ops.quote_name
    for model in apps.get_models():
        if model._meta.app_label not in OWN_APPS or not model._meta.managed:
            continue
        table = quoted(model._meta.db_table)
        columns = ", ".join(quoted(field.column) for field in model._meta.local_concrete_fields)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns} FROM {table}")
            rows = cursor.fetchall()
        if rows:
            places = "(" + ", ".join(["%s"] * len(rows[0])) + ")"
            values = [value for row in rows for value in row]
            yield f"INSERT INTO {table} ({columns}) VALUES {', '.join([places] * len(rows))}", values


def make_world() -> World:
    """Write the world."""
    programme = Programme.objects.create(name_en="Test programme", name_zh="测试项目", launched_on=START)
    country = add_area(programme=programme, code="000000", level=0, name_en="China", name_zh="中国", on=START)
    province = add_area(
        programme=programme,
        code="110000",
        level=1,
        parent=country,
        name_en="Beijing",
        name_zh="北京市",
        on=START,
    )
    district = add_area(
        programme=programme,
        code="110111",
        level=3,
        parent=province,
        name_en="Fangshan",
        name_zh="房山区",
        on=START,
    )
    other = add_area(
        programme=programme,
        code="110112",
        level=3,
        parent=province,
        name_en="Tongzhou",
        name_zh="通州区",
        on=START,
    )
    sector = Sector.objects.create(code="C30", name_en="Non-metallic minerals", name_zh="非金属矿物制品业")
    staff = make_user("staff")
    assign(staff, Role.PROGRAMME_STAFF, country)
    enterprise = make_enterprise(programme=programme, area=district, sector=sector, by=staff)
    people = {
        name: make_user(name)
        for name in ("member", "leader", "consultant", "inspector", "authority", "outsider")
    }
    assign(people["member"], Role.EIT_MEMBER, enterprise)
    assign(people["leader"], Role.EIT_MEMBER, enterprise)
    assign(people["consultant"], Role.CONSULTANT, enterprise)
    assign(people["inspector"], Role.INSPECTOR, district)
    assign(people["authority"], Role.AUTHORITY, province)
    assign(people["outsider"], Role.INSPECTOR, other)
    team = Team.objects.create(enterprise=enterprise, name_en="EIT", name_zh="企业改进小组", formed_on=START)
    for name, position in (("leader", Position.LEADER), ("member", Position.MEMBER)):
        TeamMember.objects.create(
            team=team, user=people[name], name=name, position=position, standing="worker", from_on=START
        )
    administrator = make_user("administrator", is_staff=True, is_superuser=True)
    return World(programme, province, district, other, sector, enterprise, team, staff=staff,
                 administrator=administrator, **people)  # fmt: skip


def make_enterprise(
    *, programme: Programme, area: Area, sector: Sector, by: User, code: str = "T01"
) -> Enterprise:
    """Register, enrol and activate an enterprise through its moves, all at once because every test does it."""
    fields = {
        "programme": programme,
        "code": code,
        "name_en": f"Test enterprise {code}",
        "name_zh": f"测试企业{code}",
        "area": area,
        "sector": sector,
    }
    enterprise = Enterprise(programme=programme, area=area)
    moves = [
        Move(record=enterprise, move=move, by=by, on=START, fields=fields if move == "register" else {})
        for move in ("register", "enrol", "activate")
    ]
    perform_many(moves, today=TODAY)
    return enterprise
