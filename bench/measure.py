"""The measurements of one run; every number is a median of that run, in seconds."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.apps import apps

from bench import changes, works
from bench.loading import rows, run
from bench.site import Reader, serving
from launch.virtualenv import ROOT
from reports import tallies
from reports.registry import MEASURES
from score_mis.lib.keyset import Ordered, encode
from suggestions.models import Suggestion

REF = "SELECT status, count(*) FROM suggestions_suggestion GROUP BY status"
PAGES = {
    "hello": ("staff", "/bench/hello/"),
    "frame": ("staff", "/bench/frame/"),
    "dashboard": ("staff", "/dashboard/?n={turn}"),
    "dashboard, kept": ("staff", "/dashboard/"),
    "dashboard of a province": ("authority", "/dashboard/?n={turn}"),
    "dashboard of ten enterprises": ("consultant", "/dashboard/?n={turn}"),
    "list, first page": ("staff", "/suggestions/"),
    "list, filtered": ("staff", "/suggestions/?category=safety&status=implemented"),
    "live page": ("staff", "/bench/live/"),
}
"""Who asks for what. An address with a number is new each time, so that nothing that was kept answers."""

KEPT = "dashboard, kept"
ETAG = "dashboard, matching ETag"
WARM = 3
PATIENCE = 10.0
"""Seconds after which a page has been asked for often enough, however few times that was (but five)."""

RECORDS = ("enterprises", "training", "suggestions", "hazards")
NO_RECORDS = ("enterprises_mark", "enterprises_areaancestor")

Say = Callable[[str], None]


def median(values: list[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def timed(work: Callable[[], Any]) -> float:
    """Seconds of a piece of work."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def in_child(word: str, env: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Let a process of its own do one thing; what it found, its seconds and its memory."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.child", word],
        cwd=ROOT,
        env=os.environ | dict(env or {}),
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def reference(rounds: int = 5) -> float:
    """REF: one aggregate over all suggestions, count by state."""
    return median([timed(lambda: rows(REF)) for _ in range(rounds)])


def pages(port: int, sessions: Mapping[str, str], rounds: int) -> dict[str, float]:
    """Medians of pages, asked for in turn so that all meet the same machine."""
    wanted = dict(PAGES)
    middle: tuple[Any, ...] = (
        Suggestion.objects.order_by("pk").filter(pk__gte=_half()).values_list("submitted_on", "pk")[0]
    )
    source = Ordered(Suggestion.objects.all())
    wanted["list, deep page"] = (
        "staff",
        f"/suggestions/?after={encode(source, [str(part) for part in middle])}",
    )
    readers = {name: Reader(port, session) for name, session in sessions.items()}
    found: dict[str, list[float]] = {name: [] for name in wanted}
    tag = ""
    for turn in range(rounds + WARM):
        for name, (who, path) in wanted.items():
            if len(found[name]) >= 5 and sum(found[name]) > PATIENCE:
                continue
            answer = readers[who].get(path.format(turn=turn))
            if answer.status != HTTPStatus.OK:
                raise RuntimeError(f"{path} answers {answer.status}")
            if name == KEPT:
                tag = answer.headers.get("etag", "")
            if turn >= WARM:
                found[name].append(answer.seconds)
        answer = readers["staff"].get(wanted[KEPT][1], tag)
        if answer.status == HTTPStatus.NOT_MODIFIED and turn >= WARM:
            found.setdefault(ETAG, []).append(answer.seconds)
    return {name: median(values) for name, values in found.items()}


def _half() -> int:
    ((half,),) = rows("SELECT max(id) / 2 FROM suggestions_suggestion")
    return half


def stages(kind: str) -> int:
    """How many measures a change of this kind of record touches."""
    return sum(1 for measure in MEASURES.values() if any(stream.kind == kind for stream in measure.streams))


def drains(scale: int, say: Say) -> dict[str, Any]:
    """Seconds of a drain after so many changes, and the memory of the largest one."""
    many, most = max(1, scale), max(1, 100 * scale)
    plans = (
        ("1 change", lambda seed: changes.change_suggestions(1, 7, seed), 5),
        ("1 change of an old record", changes.change_an_old_one, 3),
        ("10,000 changes over 7 days", lambda seed: changes.change_suggestions(many, 7, seed), 3),
        (
            "1 M changes over 31 days",
            lambda seed: changes.change_suggestions(most, 31, seed),
            3 if scale < 1000 else 1,
        ),
    )
    found: dict[str, Any] = {}
    for name, write, rounds in plans:
        seconds, written = [], {}
        for seed in range(rounds):
            written = write(seed)
            run("ANALYZE enterprises_mark")
            seconds.append(timed(tallies.drain))
        found[name] = {"seconds": median(seconds), **written}
        say(f"drain, {name}: {median(seconds):.3f} s ({written})")
    changes.change_suggestions(most, 31, 99)
    found["memory"] = in_child("drain")
    return found


def moves(rounds: int = 3) -> dict[str, float]:
    """Seconds of the drain after an enterprise moved to another district: of its own province, and of another."""
    found: dict[str, float] = {}
    for name, far in (("near", False), ("far", True)):
        seconds: list[float] = []
        while len(seconds) < rounds and sum(seconds) < PATIENCE:
            changes.move_an_enterprise(len(seconds) % 2 == 0, far=far)
            seconds.append(timed(tallies.drain))
        found[name] = median(seconds)
    return found


def drained_changes(scale: int) -> None:
    """Drains after some changes of each kind that is measured: few, many, old ones, a save through the moves."""
    for write in (
        lambda: changes.change_suggestions(scale, 31, 1),
        lambda: changes.change_an_old_one(1),
        lambda: changes.Saver().save(),
        lambda: changes.move_an_enterprise(there=True, far=False),
    ):
        write()
        tallies.drain()


def saves(rounds: int = 100) -> dict[str, float]:
    """Medians of a one-row save with and without its mark, in turn."""
    saver = changes.Saver()
    found: dict[str, list[float]] = {"with": [], "without": []}
    for turn in range(rounds + 10):
        plain, marked = saver.save_without_mark(), saver.save()
        if turn >= 10:
            found["with"].append(marked)
            found["without"].append(plain)
    tallies.drain()
    return {name: median(values) for name, values in found.items()}


def sizes() -> dict[str, Any]:
    """Rows and bytes (indexes included) of every table of ours, and which are records, which tallies."""
    found = {}
    for model in apps.get_models():
        name = model._meta.db_table
        if model._meta.app_label in (*RECORDS, "reports") and model._meta.managed:
            ((count, size, heap),) = rows(
                f"SELECT (SELECT count(*) FROM {name}), pg_total_relation_size('{name}'), pg_relation_size('{name}')"
            )
            found[name] = {"rows": count, "bytes": size, "heap": heap, "app": model._meta.app_label}
    return found


def embedded(folder: Path) -> dict[str, float]:
    """The pilot on SQLite: hello, dashboard, and a drain after one change."""
    env = {"DATABASE_URL": f"sqlite:///{folder / 'pilot.sqlite3'}"}
    for command in (["migrate", "--verbosity=0"], ["seed_pilot"], ["tally", "--all"]):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=os.environ | env,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    reader_of = in_child("sessions", env)["found"]
    seconds: dict[str, list[float]] = {"hello": [], "frame": [], "dashboard": []}
    with serving(env, folder / "pilot-site.log") as port:
        reader = Reader(port, reader_of["staff"])
        for turn in range(43):
            for name in seconds:
                answer = reader.get(PAGES[name][1].format(turn=turn))
                if turn >= 3:
                    seconds[name].append(answer.seconds)
    return {name: median(values) for name, values in seconds.items()} | in_child("pilot", env)["found"]


def others(scale: int) -> dict[str, Any]:
    """The same work done otherwise: a naive page and a spreadsheet."""
    return {"naive": works.naive(min(10 * scale, 1000)), "spreadsheet": works.spreadsheet()}
