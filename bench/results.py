"""RESULTS.md: every target beside what was measured, one section a scale; `results.json` keeps the numbers."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
NUMBERS = HERE / "results.json"
REPORT = HERE / "RESULTS.md"
MEANT_AT = 10_000
SMALL = 100
"""The scale that larger ones are compared with."""

HEAD = """# Measured

`make bench SCALE=100` fills a private PostgreSQL with the pilot's volume times the scale (`bench/generate.py`), counts,
starts the site under gunicorn and writes this file. All ratios are between medians of one run: absolute times move two
to four times from run to run on shared machines. The databases run without fsync, as they are thrown away.

- **hello** is an empty signed-in view without a template; **frame** is an empty page in the site's frame (programme,
  navigation). Targets are judged by hello, the stricter of the two. Pages are read over one open connection, gzipped.
- **REF** is one aggregate over all suggestions (count by state).
- A **stage** is one measure of `reports/registry.py` with all its breakdowns; a change of a suggestion touches
  {stages} of them. "A stage" divides by that.
- Changes are real writes: suggestions of the last days get another category, with the marks that saving each of them
  would write. Their number is the target's times scale / 10,000.
- † Multiples of REF are meant at x10000, where REF is seconds. At small scales REF is milliseconds, and what each
  statement costs whatever the rows weighs more; a miss there is no proof of a miss at x10000, nor of the contrary.
"""

Row = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Target:
    """One line of the table: at most `limit` times something."""

    name: str
    limit: float
    unit: str
    value: Callable[[Mapping[str, Any]], float | None]
    shown: Callable[[Mapping[str, Any]], str]

    def row(self, run: Mapping[str, Any]) -> Row:
        """The line; "not measured" where the run has no such number."""
        target = f"≤ {self.limit:g} {self.unit}"
        value = self.value(run)
        if value is None:
            return self.name, target, "not offered", "", "no"
        met = "yes" if value <= self.limit else "**no**"
        if "REF" in self.unit and run["scale"] < MEANT_AT:
            met += " †"
        return self.name, target, self.shown(run), f"{value:.3g}", met


def ms(seconds: float | None) -> str:
    """Seconds as people read them."""
    if seconds is None:
        return "–"
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _page(name: str, limit: float) -> Target:
    def value(run: Mapping[str, Any]) -> float | None:
        page = run["pages"].get(name)
        return page / run["pages"]["hello"] if page else None

    def shown(run: Mapping[str, Any]) -> str:
        pages = run["pages"]
        return f"{ms(pages[name])} (hello {ms(pages['hello'])}, frame {ms(pages['frame'])})"

    return Target(name, limit, "× hello", value, shown)


def _drain(name: str, limit: float) -> Target:
    def value(run: Mapping[str, Any]) -> float:
        return run["drains"][name]["seconds"] / run["stages"] / run["ref"]

    def shown(run: Mapping[str, Any]) -> str:
        found = run["drains"][name]
        each = found["seconds"] / run["stages"]
        return f"{ms(found['seconds'])} for {found['changed']:,} changes: {ms(each)} a stage"

    return Target(f"drain, {name}", limit, "× REF a stage", value, shown)


def _steps(run: Mapping[str, Any]) -> list[float]:
    """Seconds of the stages of the full build; item looks are a stage of their own."""
    return [seconds for name, seconds in run["build"]["found"] if name]


def _move(name: str, title: str) -> Target:
    def seconds(run: Mapping[str, Any]) -> float | None:
        return run.get("moves", {}).get(name)

    def ratio(run: Mapping[str, Any]) -> float | None:
        found = seconds(run)
        return None if found is None else found / run["ref"]

    return Target(title, 8, "× REF", ratio, lambda run: ms(seconds(run)))


TARGETS = (
    _page("dashboard", 3),
    _page("dashboard, matching ETag", 1.3),
    _page("list, first page", 8),
    _page("list, deep page", 8),
    _drain("1 change", 0.02),
    _drain("10,000 changes over 7 days", 0.1),
    _drain("1 M changes over 31 days", 0.5),
    _move("near", "an enterprise moves to another district"),
    _move("far", "an enterprise moves to another province"),
    Target("full build, slowest stage", 8, "× REF",
           lambda run: max(_steps(run)) / run["ref"],
           lambda run: f"{ms(max(_steps(run)))} ({_slowest(run)}); all {len(_steps(run))}: {ms(sum(_steps(run)))}"),
    Target("full build, mean of the stages", 8, "× REF",
           lambda run: sum(_steps(run)) / len(_steps(run)) / run["ref"],
           lambda run: ms(sum(_steps(run)) / len(_steps(run)))),
    Target("bytes of tallies against the records they count", 0.15, "×",
           lambda run: _bytes(run, True) / _bytes(run, False),
           lambda run: f"{_bytes(run, True) / 1e6:,.1f} MB / {_bytes(run, False) / 1e6:,.1f} MB"),
    Target("a one-row save with its mark against without", 1.3, "×",
           lambda run: run["saves"]["with"] / run["saves"]["without"],
           lambda run: f"{ms(run['saves']['with'])} / {ms(run['saves']['without'])}"),
    Target("memory of a drain", 150, "MB",
           lambda run: run["drains"]["memory"]["peak"], lambda run: _memory(run, run["drains"]["memory"])),
    Target("memory of a full build", 150, "MB",
           lambda run: run["build"]["peak"], lambda run: _memory(run, run["build"])),
    Target("pilot on SQLite: dashboard", 3, "× hello",
           lambda run: run["embedded"]["dashboard"] / run["embedded"]["hello"],
           lambda run: f"{ms(run['embedded']['dashboard'])} (hello {ms(run['embedded']['hello'])}, "
                       f"frame {ms(run['embedded']['frame'])})"),
    Target("pilot on SQLite: drain", 100, "ms",
           lambda run: run["embedded"]["drain"] * 1000, lambda run: ms(run["embedded"]["drain"])),
)  # fmt: skip
UNCOUNTED = ("historical", "checklist", "hazards_section")
ACROSS = (("dashboard", 1.25), ("list, first page", 1.25), ("list, deep page", 1.25))


def _slowest(run: Mapping[str, Any]) -> str:
    return max(run["build"]["found"], key=lambda step: step[1])[0]


def _bytes(run: Mapping[str, Any], tallies: bool) -> float:
    """Bytes of the tallies, or of the records and change rows that they count."""
    return sum(t["bytes"] for name, t in run["sizes"].items() if is_tally(name) is tallies and counts(name))


def is_tally(name: str) -> bool:
    """Whether a table is one of the tallies."""
    return name.startswith("reports_")


def counts(name: str) -> bool:
    """Whether a table belongs to the comparison: tallies, and records that are counted, with their change rows."""
    if is_tally(name):
        return True
    counted = ("suggestion", "safetycheck", "checkchange", "hazard", "counsellingvisit", "visitchange", "enrolment",
               "participant", "enterprises_enterprise")  # fmt: skip
    return any(word in name for word in counted) and not any(word in name for word in UNCOUNTED)


def _memory(run: Mapping[str, Any], child: Mapping[str, Any]) -> str:
    return f"{child['peak']:.0f} MB (an idle command of the site: {run['idle']['peak']:.0f} MB)"


def across(runs: Mapping[str, Mapping[str, Any]], scale: int) -> Iterator[Row]:
    """Pages at a scale against the small one, each first divided by its own run's hello."""
    small = runs.get(str(SMALL))
    if small is None or scale <= SMALL:
        return
    for name, limit in ACROSS:
        here, there = (run["pages"][name] / run["pages"]["hello"] for run in (runs[str(scale)], small))
        shown = f"{here:.2f} / {there:.2f} × hello"
        met = "yes" if here / there <= limit else "**no**"
        yield f"{name}, x{scale} against x{SMALL} (two runs)", f"≤ {limit}", shown, f"{here / there:.3g}", met


def keep(scale: int, run: Mapping[str, Any]) -> None:
    """Keep a run's numbers in place of those of the same scale, and write the report anew."""
    runs = json.loads(NUMBERS.read_text(encoding="utf-8")) if NUMBERS.exists() else {}
    runs[str(scale)] = run
    runs = dict(sorted(runs.items(), key=lambda item: int(item[0])))
    NUMBERS.write_text(json.dumps(runs, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    REPORT.write_text(report(runs), encoding="utf-8")


def report(runs: Mapping[str, Mapping[str, Any]]) -> str:
    """The whole report."""
    latest = list(runs.values())[-1]
    return "\n".join([HEAD.format(stages=latest["stages"]), *(section(runs, int(scale)) for scale in runs)])


def section(runs: Mapping[str, Mapping[str, Any]], scale: int) -> str:
    """What was measured at one scale."""
    run = runs[str(scale)]
    where = run["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in where["versions"].items())
    settings = ", ".join(f"{name} {value}" for name, value in where["settings"].items())
    lines = [
        f"## x{scale}: {run['generated']['enterprises_enterprise']:,} enterprises",
        "",
        f"{where['day']} · {where['processor']}, {where['cores']} cores, {where['memory']} · {where['system']} · "
        f"{versions} · {settings}. REF {ms(run['ref'])}; the records were made in {run['seconds']['generate']:.0f} s, "
        f"the whole run took {run['seconds']['all']:.0f} s. Load of the machine: {where['load']} before, "
        f"{run['load']} after; more than its cores means that other programs ran beside and all times are longer.",
        "",
        *_table(
            ("", "Target", "Measured", "Ratio", "Met"),
            [*(target.row(run) for target in TARGETS), *across(runs, scale)],
        ),
        "",
        "Pages:",
        "",
        *_table(
            ("Page", "Median", "× hello"),
            [(n, ms(s), f"{s / run['pages']['hello']:.2f}") for n, s in run["pages"].items()],
        ),
        "",
        *_beside(run),
        "",
        *_drained(run),
        "",
        "The full build, stage by stage:",
        "",
        *_table(("Stage", "Seconds", "× REF"), _stages(run)),
        "",
        "Tables (bytes with indexes; `*` counts into the ratio above):",
        "",
        *_table(("Table", "Rows", "MB", "Bytes a row"), _tables(run)),
        "",
    ]
    return "\n".join(lines)


def _beside(run: Mapping[str, Any]) -> list[str]:
    """The suggestion funnel by category, in other ways."""
    naive, sheet, page = run["others"]["naive"], run["others"]["spreadsheet"], run["pages"]
    whole = run["generated"]["enterprises_enterprise"]
    times = naive["seconds"] * whole / naive["enterprises"]
    guess = "" if naive["enterprises"] == whole else f", worked out from {naive['enterprises']:,} enterprises"
    rows = [
        ("the dashboard page (all of it)", ms(page["dashboard"]), "1"),
        ("a page that counts by SQL", ms(page["live page"]), f"{page['live page'] / page['dashboard']:,.1f}"),
        (f"a naive loop over {whole:,} enterprises{guess}", ms(times), f"{times / page['dashboard']:,.0f}"),
        *(
            (f"a pivot of {sheet['lines']:,} spreadsheet rows, {name}", ms(sheet[name]),
             f"{sheet[name] / page['dashboard']:,.0f}")
            for name in ("openpyxl", "calamine")
        ),
    ]  # fmt: skip
    return [
        "The suggestion funnel by category in other ways:",
        "",
        *_table(("", "Time", "× dashboard"), rows),
    ]


def _drained(run: Mapping[str, Any]) -> list[str]:
    found = [
        (name, f"{d['changed']:,}", f"{d['marks']:,}", ms(d["seconds"]), f"{d['seconds'] / run['ref']:.3g}")
        for name, d in run["drains"].items()
        if name != "memory"
    ]
    return ["Drains, whole:", "", *_table(("After", "Changed", "Marks", "Seconds", "× REF"), found)]


def _stages(run: Mapping[str, Any]) -> list[tuple[str, ...]]:
    steps = sorted(run["build"]["found"], key=lambda step: -step[1])
    return [(name or "switch and sweep", f"{s:.2f}", f"{s / run['ref']:.2f}") for name, s in steps]


def _tables(run: Mapping[str, Any]) -> list[tuple[str, ...]]:
    found = sorted(run["sizes"].items(), key=lambda item: -item[1]["bytes"])
    return [
        (f"{name}{' *' if counts(name) else ''}", f"{t['rows']:,}", f"{t['bytes'] / 1e6:,.1f}",
         f"{t['bytes'] / t['rows']:.0f}")
        for name, t in found
        if t["rows"]
    ]  # fmt: skip


def _table(head: tuple[str, ...], lines: Sequence[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, tuple("---" for _ in head), *lines)]
