"""`make bench SCALE=100`: generate, count, serve, measure, write RESULTS.md. Everything is thrown away afterwards.

`make check-scale` (`--check`) only generates, counts, changes, drains and recounts; it fails where a tally is wrong.
"""

import argparse
import os
import secrets
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

from bench import results
from launch import servers
from launch.console import Refusal, stop_on_signals
from score_mis.lib.environment import KNOWN

LARGE = 1000
"""From this scale on the server gets more memory."""

SERVER = {
    False: ("shared_buffers=512MB", "work_mem=32MB", "maintenance_work_mem=256MB", "max_wal_size=4GB"),
    True: ("shared_buffers=4GB", "work_mem=128MB", "maintenance_work_mem=1GB", "max_wal_size=8GB"),
}
ROUNDS = 30


def settle(folder: Path, url: str) -> None:
    """Let this process and its children work on the private server, blind to the machine's own settings."""
    for name in KNOWN:
        os.environ.pop(name, None)
    for part in ("broker/queue", "broker/control"):
        (folder / part).mkdir(parents=True)
    os.environ |= {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "LOG_LEVEL": "ERROR",
        "PROGRAMME_TODAY": "2017-12-19",
        "SCORE_VAR": str(folder),
        "SECRET_KEY": secrets.token_urlsafe(50),
    }
    django.setup()


def measure(scale: int, folder: Path) -> dict[str, Any]:
    """Everything that is measured at a scale."""
    from bench import measure as m  # noqa: PLC0415 (needs the settings)
    from bench.generate import generate  # noqa: PLC0415
    from bench.loading import run  # noqa: PLC0415
    from bench.machine import describe  # noqa: PLC0415
    from bench.site import serving  # noqa: PLC0415

    begun = time.monotonic()
    call_command("migrate", verbosity=0)
    found: dict[str, Any] = {"scale": scale, "machine": describe(), "generated": generate(scale, say=say)}
    found["seconds"] = {"generate": time.monotonic() - begun}
    found["idle"] = m.in_child("idle")
    found["build"] = m.in_child("build")
    say(f"full build: {found['build']['seconds']:.1f} s, {found['build']['peak']:.0f} MB")
    run("VACUUM ANALYZE")
    found["ref"] = m.reference()
    say(f"REF: {found['ref']:.3f} s")
    found["stages"] = m.stages("suggestion")
    found["sizes"] = m.sizes()
    sessions = m.in_child("sessions")["found"]
    with serving({}, folder / "site.log") as port:
        found["pages"] = m.pages(port, sessions, ROUNDS)
    for name, seconds in found["pages"].items():
        say(f"{name}: {seconds * 1000:.1f} ms")
    found["drains"] = m.drains(scale, say)
    found["moves"] = m.moves()
    say(f"an enterprise moves: {found['moves']} s")
    call_command("tally")
    call_command("tally", check=True)  # exits 1 where a tally is not what the records say
    found["saves"] = m.saves()
    found["others"] = m.others(scale)
    found["embedded"] = m.embedded(folder)
    found["seconds"]["all"] = time.monotonic() - begun
    found["load"] = round(os.getloadavg()[2], 1)
    return found


def check(scale: int) -> None:
    """Build, change and drain at a scale, then recount everything; exits 1 on a difference."""
    from bench import measure as m  # noqa: PLC0415 (needs the settings)
    from bench.generate import generate  # noqa: PLC0415
    from reports import tallies  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    parts: dict[str, float] = {}
    parts["generated"] = m.timed(lambda: generate(scale, say=lambda line: None))
    parts["built"] = m.timed(tallies.build_all)
    parts["drained"] = m.timed(lambda: m.drained_changes(scale))
    parts["recounted"] = m.timed(lambda: call_command("tally", check=True))
    told = ", ".join(f"{name} in {seconds:.0f} s" for name, seconds in parts.items())
    say(f"x{scale}: {told}; no difference in {sum(parts.values()):.0f} s")


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run; exit code 2 where PostgreSQL is not installed."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument(
        "--scale", type=int, default=100, help="how many times the pilot's volume (default 100)"
    )
    parser.add_argument("--check", action="store_true", help="count and recount only; exit 1 on a difference")
    options = parser.parse_args()
    scale = options.scale
    programs = servers.postgresql_programs()
    if scale < 1 or programs is None:
        sys.stderr.write("SCORE MIS: a scale of 1 or more, and PostgreSQL's programs, are needed.\n")
        return 2
    stop_on_signals()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="score-bench-") as folder,
            servers.postgresql(programs, more=SERVER[scale >= LARGE]) as url,
        ):
            settle(Path(folder), url)
            if options.check:
                check(scale)
                return 0
            results.keep(scale, measure(scale, Path(folder)))
    except Refusal as problem:
        sys.stderr.write(f"SCORE MIS: {problem}\n")
        return 2
    say(results.REPORT.read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
