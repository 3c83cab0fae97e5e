"""Plans in SQL: stories as small tables, records begun and told by them, change rows written from them."""

from collections.abc import Mapping

from bench.loading import LAST_DAY, Loader, literal, rows, table
from bench.stories import Book, tell
from score_mis.lib.workflow import Change

STEPS = 6
"""The most steps a story has."""

SKEW = 0.8
"""Work grows: less than 1 puts more days into the later part of the history."""

LATE = "(ARRAY[0,0,0,0,0,0,0,0,0,0,0,0,1,1,1,1,1,2,2,3])[1 + bench.roll(t.id * 8 + w.seq, 90, 20)]"
"""Most events are typed in on their day, some one to three days later, as in the pilot."""


def write_book(book: Book) -> None:
    """Write a book's stories, their steps and the slots of its block as tables."""
    dates, actors = book.columns()
    keys = dict(rows("SELECT name, id FROM bench.who"))
    stories, steps = [], []
    for number, story in enumerate(book.stories):
        told = tell(book.table, story.did)
        pad = (0,) * (STEPS - len(story.did))
        stories.append(
            (
                number,
                len(story.did),
                story.recent,
                story.room,
                story.mode,
                str(told.status),
                [*(did.least for did in story.did), *pad],
                [*(did.most - did.least + 1 for did in story.did), *(1 for _ in pad)],
                *(told.at.get(name) for name in dates),
                *(keys.get(told.who.get(name, "")) for name in actors),
            )
        )
        for row in told.rows:
            reason = "as the pilot tells" if row.needs_reason else ""
            steps.append((number, row.seq, row.move, row.source, row.target, keys[row.by], reason))
    extra = "".join(f", at_{name} int" for name in dates) + "".join(f", {name} bigint" for name in actors)
    columns = "story int, steps int, recent int, room int, mode text, status text, least int[], width int[]"
    table(f"story_{book.name}", columns + extra, stories)
    table(
        f"step_{book.name}",
        "story int, seq int, move text, source text, target text, by bigint, reason text",
        steps,
    )
    table(f"slot_{book.name}", "slot int, story int", list(enumerate(book.slots())))


def denormalised(book: Book) -> dict[str, str]:
    """State, date columns and actors of a record, out of its days (`t`) and its story (`s`)."""
    dates, actors = book.columns()
    found = {"status": "s.status"}
    found |= {name: f"t.days[s.at_{name}]" for name in dates}
    return found | {name: f"s.{name}" for name in actors}


def days(key: str, first: str, story: str = "s") -> str:
    """The days of a story's steps as an array: each so many days after the one before, none after the last day."""
    gaps = [
        f"{story}.least[{n}] + bench.roll({key}, {100 + n}, {story}.width[{n}])" for n in range(2, STEPS + 1)
    ]
    sums = ["0", *(" + ".join(gaps[: n + 1]) for n in range(len(gaps)))]
    steps = ", ".join(f"least({literal(LAST_DAY)}, ({first}) + {total})" for total in sums)
    return f"(ARRAY[{steps}])"


def begin(book: Book, quota: str, first: str = "e.first_on") -> str:
    """A query of records: enterprise, story and first day; `quota` says how many an enterprise has."""
    return f"""
        SELECT gi, enterprise, kind, k, story, steps, least, width, mode,
            d1 - (CASE WHEN extract(dow FROM d1) = 0 AND d1 > first THEN 1 ELSE 0 END) AS d1
        FROM (
            SELECT gi, enterprise, kind, k, s.story, s.steps, s.least, s.width, s.mode, first,
                first + floor((greatest(last, first) - first + 1)
                    * power(bench.chance(gi, 80), {SKEW}))::int AS d1
            FROM (
                SELECT e.id AS enterprise, e.kind, k, e.last_on,
                    {first} AS begins,
                    row_number() OVER (ORDER BY e.id, k) AS gi
                FROM bench.enterprise e, LATERAL generate_series(1, e.{quota}) k
            ) q
            JOIN bench.slot_{book.name} slot ON slot.slot = (gi * {book.stride}) % {book.block}
            JOIN bench.story_{book.name} s USING (story),
            LATERAL (SELECT greatest(begins, CASE WHEN s.recent > 0 THEN last_on - s.recent ELSE begins END)
                AS first, last_on - s.room AS last) w
        ) b"""


def change_rows(
    loader: Loader, book: Book, changes: type[Change], extra: Mapping[str, str] | None = None
) -> None:
    """Insert a change row for each step of each record, in the order of their days, as they would have been typed."""
    last = literal(LAST_DAY)
    typed = f"least({last}, t.days[w.seq] + {LATE}, coalesce(t.days[w.seq + 1], {last}))"
    loader.insert(
        changes,
        {
            "id": "t.id * 16 + w.seq", changes.record_field: "t.id", "seq": "w.seq", "move": "w.move",
            "source": "w.source", "target": "w.target", "happened_on": "t.days[w.seq]",
            "until_on": "t.days[w.seq + 1]",
            "entered_at": f"({typed} + time '09:00' + w.seq * interval '20 minutes' "
            "+ bench.roll(t.id, 91, 1200) * interval '1 second') AT TIME ZONE 'Asia/Shanghai'",
            "by": "w.by", "reason": "w.reason", "in_force": "true", **(extra or {}),
        },
        f"FROM bench.{book.name} t JOIN bench.step_{book.name} w USING (story) ORDER BY t.days[w.seq], t.id, w.seq",
    )  # fmt: skip
