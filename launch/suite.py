"""`make test`: the whole suite on SQLite, and what uses the database again on PostgreSQL + Redis where installed.

What could not be run is said in the last lines; with CI=true a missing program is a failure. The very
last line counts the tests of all runs. `make coverage` measures one run on SQLite: tracing takes as long again. With
CI=true the run on SQLite is the measured one.
`make browser` looks at every page in both languages on a phone and on a desk.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from launch import servers, virtualenv
from launch.console import Refusal, say, stop_on_signals

PROCESSES = "2"
OURS = (
    "DATABASE_URL",
    "CELERY_BROKER_URL",
    "DJANGO_SETTINGS_MODULE",  # the tests have settings of their own
    "PYTHONDONTWRITEBYTECODE",  # each of the many processes of a run would compile every file again
)
NIGHTLY = ("-m", "nightly or not nightly", "--durations=20")
MEASURED = ("--cov", "--cov-report=", "--cov-fail-under=0")
ALONE = {
    "--coverage": (
        "-m",
        "not nightly and not browser",
        "--ignore=launch",
        "--ignore=score_mis/tests/test_access.py",
        *MEASURED,
    ),
    "--browser": ("-m", "browser"),
}
"""Runs on SQLite alone, and what pytest is told for them."""
PROOFS = {
    "--histories": ("reports/tests/test_histories.py", "hundreds_of_histories", False),
    "--storm": ("reports/tests/test_storm.py", "long_storm", True),
    "--outage": ("reports/tests/test_storm.py", "without_the_job_queue", True),
}
"""Long tests that can be run alone: file, part of the name, and whether only PostgreSQL + Redis can show it."""


@dataclass(frozen=True)
class Run:
    """One pass of the suite: where it ran, pytest's exit code, the numbers of its report."""

    name: str
    code: int
    passed: int
    failed: int
    skipped: int
    shown: tuple[str, ...] = ()


def run(arguments: Sequence[str]) -> int:
    """Run the suite everywhere it can run; return 0 only when all of it passed."""
    stop_on_signals()
    asked = {word for word in arguments if word in ("--nightly", *ALONE, *PROOFS)}
    chosen = [word for word in arguments if word not in (*asked, "--")]
    missing = missing_programs()
    if missing and in_ci():
        raise Refusal("CI=true, but not installed: " + "; ".join(missing))
    python = virtualenv.ensure("requirements-dev.txt")
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="score-tests-") as scratch:
        if alone := asked & ALONE.keys():
            options = ALONE[alone.pop()]
            runs = [pytest(python, Path(scratch), "SQLite", {}, [*options, *chosen])]
        elif proofs := asked & PROOFS.keys():
            path, name, servers_only = PROOFS[proofs.pop()]
            runs = everywhere(python, Path(scratch), True, [path, "-k", name, *chosen], servers_only)
        else:
            runs = everywhere(python, Path(scratch), "--nightly" in asked, chosen)
        is_measured = "--coverage" in asked or (in_ci() and not asked and not chosen)
        covered = not is_measured or coverage(python, Path(scratch))
    return conclude(runs, covered, missing, time.monotonic() - begun)


def in_ci() -> bool:
    """Whether this is a run of the build server, where nothing may be missing."""
    return os.environ.get("CI", "").lower() in ("true", "1", "yes")


def missing_programs() -> list[str]:
    """Name what is not installed and what is therefore not tested."""
    missing = []
    if not servers.postgresql_programs():
        missing.append("PostgreSQL (initdb, postgres, psql): the suite is not run on PostgreSQL + Redis")
    if not servers.redis_program():
        missing.append("Redis (redis-server): the suite is not run on PostgreSQL + Redis")
    if not any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        missing.append("Chromium: the browser tests are not run")
    if not shutil.which("xgettext"):
        missing.append("gettext (xgettext): whether every string is in the message files is not checked")
    return missing


def everywhere(
    python: Path, scratch: Path, nightly: bool, chosen: Sequence[str], servers_only: bool = False
) -> list[Run]:
    """Run the suite on the embedded default, then on private PostgreSQL and Redis servers (or on these only)."""
    options: Sequence[str] = NIGHTLY if nightly else MEASURED if in_ci() and not chosen else ()
    runs = [] if servers_only else [pytest(python, scratch, "SQLite", {}, [*options, *chosen])]
    programs, redis = servers.postgresql_programs(), servers.redis_program()
    if servers_only and not (programs and redis):
        raise Refusal("PostgreSQL and Redis are needed; " + "; ".join(missing_programs()))
    if programs and redis:
        with ExitStack() as stack:
            urls = {
                "DATABASE_URL": stack.enter_context(servers.postgresql(programs)),
                "CELERY_BROKER_URL": stack.enter_context(servers.redis(redis)),
            }
            options = NIGHTLY if nightly else ("--uses-database",)
            runs.append(pytest(python, scratch, "PostgreSQL + Redis", urls, [*options, *chosen]))
    return runs


def pytest(python: Path, scratch: Path, name: str, urls: Mapping[str, str], options: Sequence[str]) -> Run:
    """Run pytest once, its output going straight to the terminal."""
    say(f"\n===== {name} =====")
    tag = name.split()[0].lower()
    report = scratch / f"{tag}.xml"
    command = [str(python), "-m", "pytest", "-n", PROCESSES, "--dist", "loadgroup", f"--junitxml={report}"]
    command += ["-q", "-p", "no:cacheprovider"]
    env = environment(scratch, tag, urls) | {
        "HYPOTHESIS_PROFILE": "nightly" if NIGHTLY[1] in options else "default"
    }
    done = subprocess.run([*command, *options], cwd=virtualenv.ROOT, env=env, check=False)
    return Run(name, done.returncode, *count(report), shown(report))


def environment(scratch: Path, tag: str, urls: Mapping[str, str]) -> dict[str, str]:
    """Return pytest's environment: none of this machine's servers, a run-time folder to throw away."""
    env = {name: value for name, value in virtualenv.clean_environment().items() if name not in OURS}
    var = scratch / f"{tag}-var"
    var.mkdir()
    env |= {"SCORE_TEST_VAR": str(var), "COVERAGE_FILE": str(scratch / f".coverage.{tag}")}
    return env | dict(urls)


def count(report: Path) -> tuple[int, int, int]:
    """Return passed, failed (with errors) and skipped tests of a JUnit report; zeros without one."""
    if not report.exists():
        return 0, 0, 0
    suites = ElementTree.parse(report).getroot().iter("testsuite")
    totals = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for suite in suites:
        for name in totals:
            totals[name] += int(suite.get(name, "0"))
    failed = totals["failures"] + totals["errors"]
    return max(totals["tests"] - failed - totals["skipped"], 0), failed, totals["skipped"]


def shown(report: Path) -> tuple[str, ...]:
    """Return what tests say they have shown, in a line each; numbers of one name are added up."""
    if not report.exists():
        return ()
    found: dict[str, list[str]] = {}
    for entry in ElementTree.parse(report).getroot().iter("property"):
        found.setdefault(str(entry.get("name")), []).append(str(entry.get("value")))
    return tuple(
        f"{name}: {sum(map(int, values)) if all(value.isdigit() for value in values) else '; '.join(values)}"
        for name, values in found.items()
    )


def coverage(python: Path, scratch: Path) -> bool:
    """Print the line coverage of rules, services and tallies; whether it is enough."""
    say("\n===== Coverage of rules, services and tallies =====")
    env = virtualenv.clean_environment() | {"COVERAGE_FILE": str(scratch / ".coverage")}
    for words in (["combine", "--quiet", str(scratch)], ["report"]):
        done = subprocess.run(
            [str(python), "-m", "coverage", *words], cwd=virtualenv.ROOT, env=env, check=False
        )
        if done.returncode:
            return False
    return True


def conclude(runs: Sequence[Run], covered: bool, missing: Sequence[str], seconds: float) -> int:
    """Print what was not run, what is wrong and, last, the count over all runs; return the exit code."""
    bad = [item for item in runs if item.code]
    say()
    for text in missing:
        say(f"!!! NOT INSTALLED: {text}.")
    for item in bad:
        say(f"!!! {item.name}: pytest ended with exit code {item.code}.")
    if not covered:
        say("!!! Coverage of rules, services and tallies is below what .coveragerc asks for.")
    for item in runs:
        for line in item.shown:
            say(f"{item.name}, {line}")
    each = ", ".join(f"{item.name} {item.passed}" for item in runs)
    skipped = sum(item.skipped for item in runs)
    failed = sum(item.failed for item in runs)
    passed = sum(item.passed for item in runs)
    say(f"{passed} passed, {failed} failed, {skipped} skipped in {seconds:.0f} s ({each})")
    sys.stdout.flush()
    return 1 if bad or not covered else 0
