"""Suggestions, checks and hazards: planned by stories, inserted in the order of their days."""

from bench.ground import person
from bench.loading import LAST_DAY, Loader, literal, run, table
from bench.plans import begin, change_rows, days, denormalised, write_book
from bench.stories import CHECKS, HAZARDS, SUGGESTIONS, Book
from hazards.models import CheckChange, ChecklistItem, ChecklistVersion, Hazard, HazardChange, SafetyCheck
from reports.pilot import texts
from reports.pilot.places import EVERYWHERE
from suggestions.models import Suggestion, SuggestionChange
from training.models import Module

DAILY = 5
OPENINGS = 101
"""From how many places of the list a check may begin; every third item."""

ANSWERED = range(10, 26)
"""How many items a check goes on through; up to 18 it is a daily round, with five items that are looked at each day."""


def _planned(book: Book, quota: str) -> str:
    """Records of a book with keys and numbers in the order of their days."""
    return f"""
        SELECT row_number() OVER (ORDER BY d1, gi) AS id,
            row_number() OVER (PARTITION BY enterprise ORDER BY d1, gi) AS number, s.*,
            {days("gi", "s.d1")}[1:s.steps] AS days
        FROM ({begin(book, quota)}) s"""


def write_suggestions(loader: Loader) -> None:
    """Insert the suggestions and their change rows."""
    write_book(SUGGESTIONS)
    loader.stage("suggestion", _planned(SUGGESTIONS, "ideas"))
    place = EVERYWHERE[0]
    ideas, counts = [], dict[str, int]()
    for idea in texts.ideas():
        n = counts[idea.category] = counts.get(idea.category, 0) + 1
        ideas.append((idea.category, n - 1, idea.title(place), idea.text()))
    table("idea", "category text, n int, title text, text text", ideas)
    table("topic", "category text, ideas int, low int, high int", _shares(counts))
    run("CREATE UNIQUE INDEX ON bench.idea (category, n)")
    module = literal(Module.objects.get(number=1).pk)
    loader.insert(
        Suggestion,
        {
            "id": "t.id", "enterprise": "t.enterprise", "number": "t.number", "title": "idea.title",
            "text": "idea.text", "category": "CASE WHEN bench.roll(t.gi, 9, 100) = 0 THEN '' ELSE idea.category END",
            "team": "t.enterprise", "module": f"CASE WHEN bench.roll(t.gi, 10, 100) < 93 THEN {module}::bigint END",
            "is_anonymous": "bench.roll(t.gi, 11, 100) < 6",
            "proposer": "CASE WHEN bench.roll(t.gi, 11, 100) < 15 THEN '' ELSE concat('Worker ', t.enterprise, '-', "
            "bench.roll(t.gi, 12, 140), ' (generated)') END",
            "proposer_sex": _weighted("t.gi", 13, {"female": 37, "male": 54, "": 9}),
            "proposer_role": _weighted("t.gi", 14, {"frontline": 71, "technician": 13, "manager": 8, "": 8}),
            "department": literal(str(place)),
            "decision_reason": "CASE WHEN t.days[s.at_decided_on] IS NOT NULL AND bench.roll(t.gi, 15, 10) < 6 "
            f"THEN {literal(texts.ANSWERS[0])} ELSE '' END",
            "owner": "CASE WHEN t.days[s.at_adopted_on] IS NOT NULL THEN 'maintenance team' ELSE '' END",
            "due_on": "t.days[s.at_adopted_on] + 7 + bench.roll(t.gi, 16, 30)",
            "cost": "CASE WHEN t.days[s.at_adopted_on] IS NOT NULL AND bench.roll(t.gi, 17, 10) < 4 THEN "
            "50 + 10 * bench.roll(t.gi, 18, 395) END",
            "saving_estimated": "CASE WHEN topic.saves AND bench.roll(t.gi, 19, 10) < 6 THEN "
            "800 + round((59200 * power(bench.chance(t.gi, 20), 3))::numeric, -1) END",
            "saving_actual": "CASE WHEN topic.saves AND t.days[s.at_implemented_on] IS NOT NULL AND "
            "bench.roll(t.gi, 21, 100) < 62 THEN 500 + round((47500 * power(bench.chance(t.gi, 22), 3))::numeric, -1) "
            "END",
            **denormalised(SUGGESTIONS),
        },
        """FROM bench.suggestion t JOIN bench.story_suggestion s USING (story)
        JOIN (SELECT *, category IN ('productivity', 'quality', 'cleaner') AS saves FROM bench.topic) topic
            ON bench.roll(t.gi, 8, 100) >= topic.low AND bench.roll(t.gi, 8, 100) < topic.high
        JOIN bench.idea idea ON idea.category = topic.category AND idea.n = bench.roll(t.gi, 23, topic.ideas)
        ORDER BY t.id""",
    )  # fmt: skip
    change_rows(loader, SUGGESTIONS, SuggestionChange)
    run("DROP TABLE bench.suggestion")


def _shares(counts: dict[str, int]) -> list[tuple]:
    """How many of a hundred suggestions fall into each category, as in the pilot."""
    found, low = [], 0
    for category, share in {
        "safety": 38, "workplace": 20, "productivity": 14, "quality": 11, "cleaner": 9, "people": 6, "other": 2,
    }.items():  # fmt: skip
        found.append((category, counts[category], low, low + share))
        low += share
    return found


def _weighted(key: str, topic: int, weights: dict[str, int]) -> str:
    """One of several words by weights that add up to a hundred, as SQL."""
    cases, upto = "", 0
    for word, weight in weights.items():
        upto += weight
        cases += f" WHEN bench.roll({key}, {topic}, 100) < {upto} THEN {literal(word)}"
    return f"CASE{cases} END"


def plan_checks(loader: Loader) -> None:
    """Say when each check was made; checks that replace superseded ones come after all others."""
    write_book(CHECKS)
    loader.stage("check_begun", _planned(CHECKS, "checks"))
    columns = "gi, enterprise, kind, k, steps, least, width, mode"
    loader.stage(
        "check",
        f"""
        SELECT id, number, {columns}, story, d1, days, NULL::bigint AS replaces FROM bench.check_begun
        UNION ALL
        SELECT (SELECT max(id) FROM bench.check_begun) + row_number() OVER (ORDER BY id),
            newest.number + row_number() OVER (PARTITION BY enterprise ORDER BY id),
            gi, enterprise, kind, k, 2, least, width, 'correction', 0, d1, ARRAY[days[3], days[3]], id
        FROM bench.check_begun c
        JOIN (SELECT enterprise, max(number) AS number FROM bench.check_begun GROUP BY enterprise) newest
            USING (enterprise)
        WHERE mode = 'corrected'""",
    )
    run("DROP TABLE bench.check_begun")
    run("CREATE INDEX ON bench.check (enterprise, d1) WHERE story = 0 AND replaces IS NULL")
    run("ANALYZE bench.check")


def plan_hazards(loader: Loader) -> None:
    """Say which check found each hazard, at which item, and how its deadline lies."""
    write_book(HAZARDS)
    _findings()
    found = f"""
        SELECT b.*, c.id AS check_event, coalesce(c.days[2], b.d1) AS found_on, f.*
        FROM ({begin(HAZARDS, "hazards")}) b
        LEFT JOIN LATERAL (SELECT id, days FROM bench.check c WHERE c.enterprise = b.enterprise AND c.d1 >= b.d1
            AND story = 0 AND replaces IS NULL AND bench.roll(b.gi, 30, 10) > 0 ORDER BY c.d1 LIMIT 1) c ON true
        JOIN bench.finding f ON f.major = (b.mode LIKE 'major%')
            AND f.n = bench.roll(b.gi, 31,
                CASE WHEN b.mode LIKE 'major%' THEN {_count("major")} ELSE {_count("general")} END)"""
    loader.stage(
        "hazard_found",
        f"""
        SELECT row_number() OVER (ORDER BY found_on, gi) AS id,
            row_number() OVER (PARTITION BY enterprise ORDER BY found_on, gi) AS number, s.*,
            {days("gi", "s.found_on")}[1:s.steps] AS days FROM ({found}) s""",
    )
    last, ahead = literal(LAST_DAY), "bench.roll(gi, 33, 30)"
    loader.stage(
        "hazard",
        f"""
        SELECT h.*, CASE WHEN mode = 'extended' THEN deadline + 12 ELSE deadline END AS extended,
            CASE WHEN bench.roll(gi, 34, 40) = 0 AND mode = 'kept'
                 THEN lag(id, 3) OVER (PARTITION BY enterprise ORDER BY number) END AS repeat_of
        FROM (SELECT *, CASE mode
            WHEN 'kept' THEN greatest(coalesce(days[5], days[3]), days[2] + 6 + bench.roll(gi, 32, 25))
            WHEN 'extended' THEN days[3] + bench.roll(gi, 32, 3)
            WHEN 'late' THEN greatest(days[2], days[3] - 1 - bench.roll(gi, 32, 6))
            WHEN 'major' THEN greatest(days[3], days[2] + 24 + bench.roll(gi, 32, 12))
            WHEN 'overdue' THEN greatest(days[2], least({last} - 1, days[2] + 7 + bench.roll(gi, 32, 10)))
            WHEN 'ahead' THEN {last} + 1 + {ahead} WHEN 'major ahead' THEN {last} + 20 + {ahead} END AS deadline
            FROM bench.hazard_found) h""",
    )
    run("DROP TABLE bench.hazard_found")


def _findings() -> None:
    """Write what may be wrong at the items, and remember how many findings there are of each level."""
    items = {item.code: item for item in ChecklistItem.objects.all()}
    counts, found = {True: 0, False: 0}, []
    for finding in texts.findings():
        item, major = items[finding.item], finding.level == "major"
        found.append(
            (major, counts[major], item.pk, item.code, item.kind, finding.description, finding.measures,
             finding.evidence)
        )  # fmt: skip
        counts[major] += 1
    table(
        "finding",
        "major bool, n int, item bigint, code text, category text, description text, measures text, evidence text",
        found,
    )


def _count(level: str) -> int:
    return sum(1 for finding in texts.findings() if finding.level == level)


def _sheets(loader: Loader) -> None:
    """Ready answers of a round through the list: one for each trade, opening and length."""
    items = ChecklistItem.objects.count()
    loader.stage(
        "sheet",
        f"""
        SELECT trade, opening, answered, jsonb_object_agg(code, answer) AS answers
        FROM generate_series(0, 9) trade, generate_series(0, {OPENINGS - 1}) opening,
            generate_series({ANSWERED.start}, {ANSWERED.stop - 1}) answered,
            LATERAL (
                SELECT i.code, CASE WHEN bench.roll(i.n, 40 + trade, 9) = 0 THEN 'n' ELSE 'o' END AS answer
                FROM generate_series(0, answered - 1 + CASE WHEN answered < 19 THEN {DAILY} ELSE 0 END) step
                JOIN bench.item i ON i.n = CASE WHEN step < answered THEN (opening * 3 + step) % {items}
                    ELSE (trade * 29 + step * 41) % {items} END
                WHERE bench.roll(i.n * 10 + trade, 50, 75) > 0
            ) a
        GROUP BY trade, opening, answered""",
    )
    run("CREATE UNIQUE INDEX ON bench.sheet (trade, opening, answered)")


def write_checks(loader: Loader) -> None:
    """Insert the checks with their answers: a round through the list, and the hazards that were found."""
    run("CREATE INDEX ON bench.item (n)")
    _sheets(loader)
    loader.stage(
        "wrong",
        "SELECT check_event, jsonb_object_agg(code, 'h') AS answers FROM bench.hazard "
        "WHERE check_event IS NOT NULL GROUP BY check_event",
    )
    version = literal(ChecklistVersion.objects.get().pk)
    by = "bench.roll(t.gi, 60, 2322)"
    daily = f"{by} >= 186"
    loader.insert(
        SafetyCheck,
        {
            "id": "t.id", "enterprise": "t.enterprise", "number": "t.number", "version": version,
            "performed_by": f"CASE WHEN {by} < 90 THEN 'inspector' WHEN {by} < 130 THEN 'consultant' "
            f"WHEN {daily} THEN 'self_check' ELSE 'joint' END",
            "inspector": f"CASE WHEN {by} < 90 OR {by} BETWEEN 130 AND 185 THEN {person('inspector')} END",
            "consultant": f"CASE WHEN {by} BETWEEN 90 AND 185 THEN {person('consultant')} END",
            "people": "'Member, Leader (generated)'", "site_area": literal(str(EVERYWHERE[1])),
            "answers": "CASE WHEN w.answers IS NULL THEN sheet.answers ELSE sheet.answers || w.answers END",
            "replaces": "t.replaces", **denormalised(CHECKS),
        },
        f"""FROM bench.check t JOIN bench.story_check s USING (story)
        JOIN bench.sheet sheet ON sheet.trade = t.kind AND sheet.opening = ((t.number * 14) / 3) % {OPENINGS}
            AND sheet.answered =
                CASE WHEN {daily} THEN 10 + bench.roll(t.gi, 61, 9) ELSE 19 + bench.roll(t.gi, 61, 7) END
        LEFT JOIN bench.wrong w ON w.check_event = t.id
        ORDER BY t.id""",
    )  # fmt: skip
    change_rows(loader, CHECKS, CheckChange)
    run("DROP TABLE bench.check, bench.wrong, bench.sheet")


def write_hazards(loader: Loader) -> None:
    """Insert the hazards and their change rows, each with the deadline in force after it."""
    ordered, put_right = "t.days[s.at_assigned_on] IS NOT NULL", "t.days[s.at_rectified_on] IS NOT NULL"
    loader.insert(
        Hazard,
        {
            "id": "t.id", "enterprise": "t.enterprise", "number": "t.number", "check_event": "t.check_event",
            "item": "CASE WHEN t.check_event IS NOT NULL THEN t.item END", "repeat_of": "t.repeat_of",
            "description": "t.description", "place": literal(str(EVERYWHERE[2])), "found_by": "'Member (generated)'",
            "category": "t.category", "defect_type": "'generated'",
            "level": "CASE WHEN t.major THEN 'major' ELSE 'general' END",
            "responsible": f"CASE WHEN {ordered} THEN 'safety officer' ELSE '' END",
            "measures": f"CASE WHEN {ordered} THEN t.measures ELSE '' END",
            "funds": f"CASE WHEN {ordered} AND bench.roll(t.gi, 35, 10) < 3 THEN 100 + 50 * bench.roll(t.gi, 36, 170) "
            "END",
            "deadline": "t.extended", "original_deadline": "t.deadline",
            "interim_control": f"CASE WHEN t.major THEN {literal(texts.INTERIM)} ELSE '' END",
            "contingency": f"CASE WHEN t.major THEN {literal(texts.CONTINGENCY)} ELSE '' END",
            "evidence": f"CASE WHEN {put_right} THEN t.evidence ELSE '' END",
            "no_photo_reason": f"CASE WHEN {put_right} THEN {literal(texts.NO_PHOTO)} ELSE '' END",
            "verification_note": "CASE WHEN t.days[s.at_verified_on] IS NOT NULL THEN "
            f"{literal(texts.VERIFIED_NOTES[0])} ELSE '' END",
            **denormalised(HAZARDS),
        },
        "FROM bench.hazard t JOIN bench.story_hazard s USING (story) ORDER BY t.id",
    )  # fmt: skip
    deadline = """CASE WHEN w.seq = 1 OR w.source = 'identified' AND w.target <> 'assigned' THEN NULL
        WHEN t.mode = 'extended' AND w.seq >= 3 THEN t.extended ELSE t.deadline END"""
    change_rows(loader, HAZARDS, HazardChange, {"deadline": deadline})
    run("DROP TABLE bench.hazard")
