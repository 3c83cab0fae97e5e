"""Visits with what was agreed, enrolments in modules, workshops with the people who came."""

from bench.ground import person
from bench.loading import LAST_DAY, Loader, literal, table
from bench.plans import begin, change_rows, days, denormalised, write_book
from bench.stories import ENROLMENTS, VISITS
from enterprises.models import Programme
from reports.pilot import texts
from training.models import (
    CounsellingVisit,
    Enrolment,
    EnrolmentChange,
    Module,
    Participant,
    VisitAction,
    VisitChange,
    Workshop,
)

VISITS_EACH = 9
SENT = 4
"""People that an enterprise sends to a workshop, half of them managers."""

CLASS = 5
"""Enterprises in one workshop."""

REVIEWERS = 80
MODULE_SHARE = ((1, 100, 0), (2, 40, 120), (3, 15, 240), (4, 10, 300), (5, 100, 0))
"""Module, how many of a hundred enterprises take it, and after how many days they begin."""


def write_training(loader: Loader, programme: Programme) -> None:
    """Insert all of it."""
    table("module", "number int, module bigint", list(Module.objects.values_list("number", "pk")))
    _visits(loader)
    _enrolments(loader)
    _workshops(loader, programme)


def _visits(loader: Loader) -> None:
    write_book(VISITS)
    loader.stage(
        "visiting",
        f"SELECT *, CASE WHEN first_on IS NOT NULL THEN {VISITS_EACH} ELSE 0 END AS visits FROM bench.enterprise",
    )
    begun = begin(VISITS, "visits").replace("bench.enterprise e", "bench.visiting e")
    loader.stage(
        "visit",
        f"""
        SELECT *, CASE WHEN mode = 'ahead' THEN {literal(LAST_DAY)} + 1 + bench.roll(gi, 71, 30)
            WHEN mode = 'missed' THEN {literal(LAST_DAY)} - 1 - bench.roll(gi, 71, 10)
            ELSE coalesce(days[s_log], d1 + 10 + bench.roll(gi, 71, 5)) - bench.roll(gi, 72, 8) / 6 END AS due_on
        FROM (SELECT row_number() OVER (ORDER BY d1, gi) AS id,
                row_number() OVER (PARTITION BY enterprise ORDER BY d1, gi) AS number,
                v.*, s.at_done_on AS s_log, {days("gi", "v.d1", "v")}[1:v.steps] AS days
              FROM ({begun}) v JOIN bench.story_visit s USING (story)) p""",
    )
    talk = texts.talks("follow_up")[0]
    met = "s.at_done_on IS NOT NULL"
    loader.insert(
        CounsellingVisit,
        {
            "id": "t.id", "enterprise": "t.enterprise", "module": "CASE WHEN t.number <= 5 THEN m.module END",
            "type": "CASE WHEN t.number = 1 THEN 'intake' WHEN t.number < 5 THEN 'follow_up' WHEN t.number = 5 "
            "THEN 'final' ELSE 'monitoring' END",
            "sequence": "t.number", "due_on": "t.due_on", "consultant": person("consultant"),
            "inspector": person("inspector"),
            "women_workers": f"CASE WHEN {met} THEN 1 + bench.roll(t.id, 73, 5) ELSE 0 END",
            "men_workers": f"CASE WHEN {met} THEN 1 + bench.roll(t.id, 74, 7) ELSE 0 END",
            "women_managers": f"CASE WHEN {met} THEN bench.roll(t.id, 75, 3) ELSE 0 END",
            "men_managers": f"CASE WHEN {met} THEN 1 + bench.roll(t.id, 76, 3) ELSE 0 END",
            "topics": f"CASE WHEN {met} THEN {literal(texts.both(talk.topics_zh, talk.topics_en))} ELSE '' END",
            "observations": f"CASE WHEN {met} THEN "
            f"{literal(texts.both(talk.observations_zh, talk.observations_en))} ELSE '' END",
            **denormalised(VISITS),
        },
        "FROM bench.visit t JOIN bench.story_visit s USING (story) JOIN bench.module m ON m.number = 1 ORDER BY t.id",
    )  # fmt: skip
    moved = """CASE WHEN w.move = 'reschedule' THEN jsonb_build_object('due_on',
        jsonb_build_array(t.due_on - 2, t.due_on)) ELSE '{}'::jsonb END"""
    change_rows(loader, VISITS, VisitChange, {"details": moved})
    agreed = texts.actions()[0]
    loader.insert(
        VisitAction,
        {
            "visit": "id", "text": literal(texts.both(agreed.action_zh, agreed.action_en)),
            "owner": literal(texts.both(agreed.who_zh, agreed.who_en)), "due_on": "done + 14 + 7 * n",
            "done_on": f"CASE WHEN bench.roll(id * 2 + n, 77, 10) > 0 AND done + 20 <= {literal(LAST_DAY)} "
            "THEN done + 5 + bench.roll(id * 2 + n, 78, 15) END",
        },
        "FROM (SELECT id, days[s_log] AS done FROM bench.visit) v, generate_series(0, 1) n WHERE done IS NOT NULL",
    )  # fmt: skip


def _enrolments(loader: Loader) -> None:
    write_book(ENROLMENTS)
    shares = ", ".join(f"({number}, {share}, {wait})" for number, share, wait in MODULE_SHARE)
    loader.stage(
        "enrolment",
        f"""
        SELECT p.*, {
            days(
                "p.gi",
                f"CASE WHEN s.mode = 'plan' THEN {literal(LAST_DAY)} - bench.roll(p.gi, 83, 30) "
                "ELSE p.d1 END",
            )
        }[1:s.steps] AS days
        FROM (SELECT row_number() OVER (ORDER BY e.id, number) AS id, row_number() OVER (ORDER BY e.id, number) AS gi,
                e.id AS enterprise, number, least({literal(LAST_DAY)}, e.first_on + wait) AS d1,
                CASE WHEN number = 5 THEN 3 WHEN number = 1 THEN (ARRAY[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,1,2])
                    [1 + bench.roll(e.id, 81, 20)] ELSE (ARRAY[0,0,1,4])[1 + bench.roll(e.id * 5 + number, 82, 4)] END
                    AS story
              FROM bench.enterprise e, (VALUES {shares}) m(number, share, wait)
              WHERE e.first_on IS NOT NULL AND bench.roll(e.id * 5 + number, 84, 100) < share) p
        JOIN bench.story_enrolment s USING (story)""",
    )
    loader.insert(
        Enrolment,
        {
            "id": "t.id", "enterprise": "t.enterprise", "module": "m.module", "planned_start_on": "t.days[1] + 10",
            **denormalised(ENROLMENTS),
        },
        "FROM bench.enrolment t JOIN bench.story_enrolment s USING (story) JOIN bench.module m USING (number) "
        "ORDER BY t.id",
    )  # fmt: skip
    change_rows(loader, ENROLMENTS, EnrolmentChange)


def _workshops(loader: Loader, programme: Programme) -> None:
    """A workshop of module 1 for every five enterprises of a neighbourhood, and a review in each province."""
    loader.stage(
        "class",
        f"""
        SELECT id AS enterprise, area, first_on, 1 + (row_number() OVER (ORDER BY area, id) - 1) / {CLASS} AS workshop
        FROM bench.enterprise WHERE first_on IS NOT NULL""",
    )
    named = {
        "id": "id", "programme": str(programme.pk), "area": "area", "place": "'generated'",
        "name_en": "concat('Workshop ', id, ' (generated)')", "name_zh": "concat('研讨会', id)",
    }  # fmt: skip
    loader.insert(
        Workshop,
        named | {"module": "module", "kind": "'training'", "held_on": "held_on", "days": "2"},
        f"""FROM (SELECT workshop AS id, min(area) AS area, least({literal(LAST_DAY)}, max(first_on) + 14) AS held_on
            FROM bench.class GROUP BY workshop) w, bench.module m WHERE m.number = 1 ORDER BY id""",
    )
    loader.insert(
        Workshop,
        named | {"kind": "'mid_term_review'", "held_on": literal(LAST_DAY), "days": "1"},
        "FROM (SELECT (SELECT max(workshop) FROM bench.class) + row_number() OVER (ORDER BY id) AS id, id AS area "
        "FROM bench.area WHERE level = 1) w ORDER BY id",
    )
    sex = "(ARRAY['female','female','female','female','male','male','male','male','male',''])"
    loader.insert(
        Participant,
        {
            "workshop": "workshop", "enterprise": "enterprise", "kind": "'enterprise'",
            "standing": f"CASE WHEN n <= {SENT // 2} THEN 'manager' ELSE 'worker' END",
            "sex": f"{sex}[1 + bench.roll(enterprise * {SENT} + n, 79, 10)]",
        },
        f"FROM bench.class, generate_series(1, {SENT}) n ORDER BY workshop, enterprise, n",
    )  # fmt: skip
    loader.insert(
        Participant,
        {
            "workshop": "w.id", "kind": "(ARRAY['official','bureau','consultant','inspector','ilo'])"
            "[1 + bench.roll(w.id * 100 + n, 85, 5)]", "sex": f"{sex}[1 + bench.roll(w.id * 100 + n, 86, 10)]",
        },
        f"FROM training_workshop w, generate_series(1, {REVIEWERS}) n WHERE w.kind = 'mid_term_review'",
    )  # fmt: skip
