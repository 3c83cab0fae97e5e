"""One running site with the pilot data, as `make run` serves it, and one Chromium for all browser tests.

The site is a gunicorn child on a copy of the pilot database and on collected, compressed static files. Signing in
takes no page: a session is laid into the database and its cookie handed to the browser. While the browser is open,
its event loop keeps Django's ORM from being used: what a test needs of the database is looked up before, in `Site`.
"""

import io
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as site_settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import User
from conftest import TODAY
from enterprises.models import Area, Enterprise, Milestone, Programme, Target, WorkforceCount
from hazards.models import ChecklistVersion, Hazard, SafetyCheck
from hazards.tests.factories import make_draft, make_hazard, make_order, make_rectified, picture
from launch.children import die_with_parent
from launch.virtualenv import ROOT
from meetings.tests.factories import hold_meeting, take
from practices.models import Practice
from practices.tests.factories import CARD
from publications import signing
from publications.freezing import freeze
from publications.tests.factories import make_report
from reports.tests.pilot import connected_to
from score_mis.lib import dates, workflow
from score_mis.lib.environment import KNOWN
from score_mis.lib.photos import accept
from score_mis.tests.browser.driver import ARGUMENTS, PATIENCE, is_loud
from score_mis.tests.browser.phone import Phone
from sheets.models import SheetFile
from suggestions.models import Suggestion
from training.models import CounsellingVisit, Enrolment, Module, Workshop

WIDTHS = {390: 844, 1280: 900}
PEOPLE = ("member", "leader", "consultant", "inspector", "authority", "staff", "admin")
PASSWORD = "for-this-run-only-7241"  # of the copy, which is thrown away
READY_WITHIN = 90.0
TO_RECTIFY = 12


@dataclass
class Site:
    """Where the site is, a session for each person, and keys of records to look at."""

    url: str
    sessions: dict[str, str]
    keys: dict[str, Any]


@pytest.fixture(scope="session")
def site(chromium, pilot_database, django_db_blocker, tmp_path_factory) -> Iterator[Site]:
    """The running site; what tests write stays until the last of them."""
    var = tmp_path_factory.mktemp("site")
    for folder in ("broker/queue", "broker/control"):
        (var / folder).mkdir(parents=True)
    name, media = pilot_database
    env = environment() | {"SCORE_VAR": str(var), "MEDIA_ROOT": str(media)}
    collecting = subprocess.Popen(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"],
        cwd=ROOT,
        env=env | {"DATABASE_URL": f"sqlite:///{var / 'none'}"},
    )
    with django_db_blocker.unblock():
        with connected_to(name):
            connection.creation.clone_test_db("browser", verbosity=0, autoclobber=True)
            copy = connection.creation.get_test_db_clone_settings("browser")["NAME"]
        with connected_to(copy):
            sessions, keys = sign_everybody_in(), look_up()
            call_command("tally", stdout=io.StringIO())
            keys |= freeze_report()
    assert collecting.wait() == 0
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        command = ["gunicorn", "score_mis.wsgi:application", "--bind", f"fd://{listener.fileno()}"]
        command += ["--threads", "4", "--no-control-socket", "--log-level", "warning"]
        child = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=env | {"DATABASE_URL": address_of(copy)},
            pass_fds=[listener.fileno()],
            preexec_fn=die_with_parent,
        )
    try:
        wait_for(url, child)
        yield Site(url, sessions, keys)
    finally:
        child.terminate()
        child.wait()
        with django_db_blocker.unblock():
            connection.creation._destroy_test_db(copy, verbosity=0)


def environment() -> dict[str, str]:
    """The environment of the site: none of this machine's settings, the tests' secret and day."""
    kept = {name: value for name, value in os.environ.items() if name not in KNOWN}
    kept |= {"PROGRAMME_TODAY": TODAY.isoformat(), "SECRET_KEY": site_settings.SECRET_KEY}
    return kept | {"DJANGO_SETTINGS_MODULE": "score_mis.settings", "LOG_LEVEL": "WARNING"}


def address_of(database: str) -> str:
    """DATABASE_URL of another database beside the one that is tested."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{database}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl()


def wait_for(url: str, child: subprocess.Popen) -> None:
    """Wait for the first answer."""
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and child.poll() is None:
        try:
            urllib.request.urlopen(url + "/sign-in/", timeout=READY_WITHIN).close()
        except urllib.error.URLError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("The site for the browser did not start.")


def freeze_report() -> dict[str, Any]:
    """Freeze a report on the pilot; the names of what there is to look at."""
    signing.make(dates.now())
    staff = User.objects.get(username="staff")
    report = make_report(Programme.objects.get(), Area.objects.get(code="110111"), staff)
    snapshot = freeze(report, by=staff, now=dates.now())
    return {"report": report.pk, "snapshot": snapshot.code}


def sign_everybody_in() -> dict[str, str]:
    """Make a session for each person; the leader also gets a password."""
    sessions = {}
    for user in User.objects.filter(username__in=PEOPLE):
        if user.username == "leader":
            user.set_password(PASSWORD)
            user.save()
        client = Client()
        client.force_login(user)
        sessions[user.username] = client.cookies["sessionid"].value
    return sessions


def look_up() -> dict[str, int | str]:
    """Keys of one record of each kind, where there is a choice with as much on its page as possible."""
    member, leader, inspector = (
        User.objects.get(username=name) for name in ("member", "leader", "inspector")
    )
    own = Enterprise.objects.get(assignments__user=member)
    team, version = own.teams.first(), ChecklistVersion.objects.get()
    codes = version.items.values_list("code", flat=True)
    draft = partial(make_draft, by=member, enterprise=own, version=version, on=TODAY)
    undecided = Suggestion.objects.filter(enterprise=own, status__in=("submitted", "deferred")).order_by("pk")
    check = SafetyCheck.objects.filter(enterprise=own, status="submitted")
    staff = User.objects.get(username="staff")
    decision = take(hold_meeting(own.programme, own.area), by=staff, owner=leader, enterprise=own)
    found = {
        "enterprise": own,
        "team": team,
        "team_member": team.members.first(),
        "person": member,
        "assignment": member.assignments.get(),
        "area": own.area,
        "sector": own.sector,
        "cohort": own.programme.cohorts.get(),
        "milestone": Milestone.objects.first()
        or Milestone.objects.create(programme=own.programme, name_en="Closing", planned_on=TODAY),
        "target": Target.objects.first()
        or Target.objects.create(programme=own.programme, indicator="adoption_rate", due_on=TODAY, value=80),
        "workforce": WorkforceCount.objects.filter(enterprise=own).first()
        or WorkforceCount.objects.create(enterprise=own, counted_on=TODAY, total=10),
        "module": Module.objects.get(number=1),
        "enrolment": Enrolment.objects.filter(enterprise=own).first(),
        "workshop": Workshop.objects.latest("held_on"),
        "visit": CounsellingVisit.objects.filter(enterprise=own, actions__isnull=False).first(),
        "planned_visit": plan_visit(own),
        "todays_visit": plan_visit(own),
        "version": version,
        "check": check.filter(hazards__isnull=False).first(),
        "draft": draft(answers=dict.fromkeys(codes[:20], "")),
        "offline_visit": plan_visit(own),
        "offline_draft": draft(answers=dict.fromkeys(codes[:20], "")),
        "offline_sheet": draft(answers=dict.fromkeys(codes[:4], "")),
        "offline_sheet_of_photos": draft(answers=dict.fromkeys(codes[:2], "")),
        "offline_check": draft(answers=dict.fromkeys(codes[:4], "")),
        **{f"to_rectify_{number}": order_rectification(own, number) for number in range(TO_RECTIFY)},
        "long_draft": draft(answers=dict.fromkeys(codes, "")),
        "hazard": Hazard.objects.filter(enterprise=own, status="verified", photos__isnull=False).first(),
        "open_hazard": make_hazard(by=member, enterprise=own, on=TODAY),
        "ordered": make_order(make_hazard(by=member, enterprise=own), by=inspector),
        "rectified": make_rectified(
            make_order(make_hazard(by=member, enterprise=own), by=inspector), by=leader
        ),
        "suggestion": Suggestion.objects.filter(enterprise=own, status="verified").first(),
        "practice": draft_card(own),
        "decision": decision,
        "meeting": decision.meeting,
        "undecided": undecided.first(),
        "to_adopt": undecided.last(),
    }
    keys = {name: record.pk for name, record in found.items()}
    keys["participant"] = found["workshop"].participants.first().pk
    keys |= {f"{state}_file": file_of_a_sheet(state) for state in ("ready", "failed")}
    keys["action"] = found["visit"].actions.first().pk
    return keys


def file_of_a_sheet(state: str) -> str:
    """A file that the staff asked for, made or failed; return its key."""
    staff = User.objects.get(username="staff")
    values = {
        "language": "en",
        "format": "xlsx",
        "sheet": "hazard-ledger",
        "sha256": "0" * 64,
        "size": 71_089,
    }
    job = SheetFile.objects.create(asked_by=staff, state=state, name="Hazard ledger", wish=state, **values)
    return str(job.key)


def order_rectification(enterprise: Enterprise, number: int) -> Hazard:
    """Report a hazard today and order its rectification."""
    member, inspector = User.objects.get(username="member"), User.objects.get(username="inspector")
    hazard = make_hazard(by=member, enterprise=enterprise, on=TODAY, description=f"Guard {number} is loose")
    return make_order(hazard, by=inspector, on=TODAY, deadline=date(2018, 1, 10))


def draft_card(enterprise: Enterprise) -> Practice:
    """Draft a good practice with a photo from before."""
    member = User.objects.get(username="member")
    card, photo = Practice(enterprise=enterprise), accept(picture())
    return workflow.perform(card, "draft", by=member, today=TODAY, on=TODAY, fields=CARD, photos=[photo])


def plan_visit(enterprise: Enterprise) -> CounsellingVisit:
    """Plan a visit of the consultant for today."""
    consultant = User.objects.get(username="consultant")
    fields = {"due_on": TODAY, "consultant": consultant}
    visit = CounsellingVisit(enterprise=enterprise)
    return workflow.perform(visit, "plan", by=consultant, today=TODAY, on=TODAY, fields=fields)


@dataclass
class Browser:
    """Chromium with windows for the people of the pilot data; collects what pages complain about."""

    site: Site
    engine: object
    contexts: dict[tuple, object] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def window(
        self,
        who: str | None = None,
        *,
        width: int = 1280,
        language: str = "en",
        script: bool = True,
        fresh: bool = False,
    ):
        """A page signed in as a person; the same window again for the same question unless it is to be fresh."""
        key = (who, width, language, script)
        if fresh or key not in self.contexts:
            page = self._open(who, width, language, script)
            if fresh:
                return page
            self.contexts[key] = page
        page = self.contexts[key]
        page.set_viewport_size({"width": width, "height": WIDTHS[width]})
        return page

    def _open(self, who, width, language, script):
        context = self.engine.new_context(
            base_url=self.site.url,
            viewport={"width": width, "height": WIDTHS[width]},
            java_script_enabled=script,
            reduced_motion="reduce",
            service_workers="block",
        )
        cookies = {"django_language": language}
        if who:
            cookies["sessionid"] = self.site.sessions[who]
        context.add_cookies(
            [{"name": name, "value": value, "url": self.site.url} for name, value in cookies.items()]
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", lambda request: self.complaints.append(f"{request.url}: {request.failure}"))
        return page

    def _heard(self, message) -> None:
        """Keep warnings and errors, but for the status of a page that is meant to be an error."""
        page = message.page and message.page.url
        if not is_loud(message):
            return
        if message.text.startswith("Service Worker registration blocked"):
            return  # by these windows themselves
        if message.text.startswith("Failed to load resource") and message.location["url"] == page:
            return
        self.complaints.append(f"{page}: {message.text}")


@pytest.fixture(scope="package")
def engine(site, chromium):
    """Chromium itself, closed when the last test of this folder is done."""
    from_package = pytest.importorskip("playwright.sync_api")
    with from_package.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def shared_browser(site, engine) -> Browser:
    return Browser(site, engine)


@pytest.fixture
def browser(shared_browser) -> Iterator[Browser]:
    """The browser; the test fails if a page broke the content policy or wrote to the console."""
    shared_browser.complaints.clear()
    yield shared_browser
    assert shared_browser.complaints == []


@pytest.fixture
def phone(site, engine, chromium, tmp_path) -> Iterator[Phone]:
    """A phone of the test's own, on which nobody is signed in yet."""
    made = Phone(engine, chromium, site, tmp_path / "phone")
    yield made
    made.close()
