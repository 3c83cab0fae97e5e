"""The pilot data set: what it must add up to, counted by hand-written queries."""

import hashlib
import json
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from conftest import make_user
from enterprises.models import Enterprise, Programme
from hazards.models import Hazard, HazardChange, HazardPhoto, SafetyCheck
from reports.pilot import build, figures, people
from suggestions.models import Suggestion, SuggestionChange, SuggestionPhoto
from training.models import CounsellingVisit, Enrolment, Workshop

AS_OF = date(2017, 12, 19)
REAL = ("FS01", "FS02")
DIGEST = "cba49cb8302037549ca6461929bcfd84cc24a4491f69b78c66ca3319add8334b"
"""Of everything but keys and passwords. It changes when the set or the checklist changes, never by itself."""


def one(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def rows(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


@pytest.mark.parametrize(
    ("sql", "published"),
    [
        ("SELECT count(*) FROM enterprises_enterprise WHERE status = 'active'", 10),
        ("SELECT count(*) FROM suggestions_suggestion WHERE status <> 'void'", 1258),
        ("SELECT count(*) FROM suggestions_suggestion WHERE status <> 'void' AND adopted_on <= '2017-12-19'", 944),
        ("SELECT count(*) FROM suggestions_suggestion WHERE status IN ('implemented', 'verified')", 917),
        ("SELECT count(*) FROM hazards_checklistitem", 303),
        ("SELECT count(*) FROM hazards_safetycheck WHERE status = 'submitted'", 2322),
        ("SELECT count(*) FROM hazards_hazard WHERE status <> 'void'", 296),
        ("SELECT count(*) FROM hazards_hazard WHERE status IN ('rectified', 'verified')", 288),
        ("SELECT count(*) FROM training_enrolment e JOIN training_module m ON m.id = e.module_id"
         " WHERE m.number = 1 AND e.status = 'completed'", 10),
        ("SELECT count(*) FROM training_enrolment e JOIN training_module m ON m.id = e.module_id"
         " WHERE m.number = 5 AND e.status = 'planned'", 10),
        ("SELECT count(*) FROM training_participant p JOIN training_workshop w ON w.id = p.workshop_id"
         " WHERE w.held_on = '2017-12-19'", 80),
        ("SELECT count(*) FROM training_participant p JOIN training_workshop w ON w.id = p.workshop_id"
         " WHERE w.kind = 'training'", 40),
    ],
)  # fmt: skip
def test_a_published_figure_is_met(pilot, sql, published):
    assert one(sql) == published


@pytest.mark.parametrize(
    ("sql", "wanted"),
    [
        ("SELECT count(*) FROM suggestions_suggestion WHERE status = 'void'", 4),
        ("SELECT count(*) FROM suggestions_suggestion WHERE status = 'cancelled'", 3),
        ("SELECT count(*) FROM hazards_hazard WHERE status <> 'void' AND check_event_id IS NULL", 0),
        ("SELECT count(*) FROM hazards_hazard WHERE status = 'verified'", 275),
        ("SELECT count(*) FROM hazards_hazard WHERE status IN ('identified', 'assigned')", 8),
        ("SELECT count(*) FROM hazards_hazard WHERE status IN ('identified', 'assigned')"
         " AND deadline < '2017-12-19'", 3),
        ("SELECT count(*) FROM hazards_hazard WHERE status <> 'void' AND level = 'major'", 9),
        ("SELECT count(*) FROM hazards_hazard WHERE repeat_of_id IS NOT NULL", 7),
        ("SELECT count(*) FROM hazards_hazard WHERE fixed_by_id IS NOT NULL", 6),
        ("SELECT count(*) FROM hazards_safetycheck WHERE status = 'draft'", 2),
        ("SELECT count(*) FROM hazards_safetycheck WHERE status = 'superseded'", 2),
        ("SELECT count(*) FROM hazards_safetycheck WHERE replaces_id IS NOT NULL", 2),
    ],
)  # fmt: skip
def test_a_figure_of_the_story_is_met(pilot, sql, wanted):
    assert one(sql) == wanted


def test_the_enterprises_share_the_suggestions_as_they_should(pilot):
    found = rows(
        "SELECT e.code, count(s.adopted_on), count(s.implemented_on) FROM enterprises_enterprise e"
        " JOIN suggestions_suggestion s ON s.enterprise_id = e.id WHERE s.status <> 'void'"
        " GROUP BY e.code ORDER BY e.code"
    )
    wanted = [
        "171/169",
        "143/141",
        "118/116",
        "105/103",
        "96/94",
        "83/81",
        "72/70",
        "61/58",
        "52/48",
        "43/37",
    ]
    assert [f"{adopted}/{implemented}" for _code, adopted, implemented in found] == wanted


def test_most_checks_are_clean_and_every_hazard_answer_is_a_hazard(pilot):
    answered = {
        (pk, code)
        for pk, answers in SafetyCheck.objects.filter(status="submitted").values_list("pk", "answers")
        for code, answer in answers.items()
        if answer == "h"
    }
    found = set(
        Hazard.objects.exclude(status="void")
        .filter(check_event__isnull=False)
        .values_list("check_event", "item__code")
    )
    assert answered == found
    assert len(found) == 296
    assert 0.87 <= 1 - len({pk for pk, _code in answered}) / 2322 <= 0.89


def test_about_forty_items_were_never_looked_at(pilot):
    seen = {
        (enterprise, code)
        for enterprise, answers in SafetyCheck.objects.filter(status="submitted").values_list(
            "enterprise", "answers"
        )
        for code in answers
    }
    assert 10 * 303 - len(seen) == 40


def test_deadlines_are_mostly_kept(pilot):
    due = Hazard.objects.exclude(status="void").filter(original_deadline__lte=AS_OF)
    kept = [h for h in due if h.rectified_on and h.rectified_on <= h.original_deadline]
    assert 0.91 <= len(kept) / len(due) <= 0.95


def test_two_companies_are_real_and_nothing_bad_is_made_up_about_them(pilot):
    real = Enterprise.objects.filter(code__in=REAL)
    assert [e.name_en for e in real] == [
        "Beijing Guanhua Dongfang Glass Technology Co., Ltd.",
        "Beijing TOPLI Decorative Materials Co., Ltd.",
    ]
    assert not real.filter(workforce__isnull=False).exists()
    hazards = Hazard.objects.filter(enterprise__in=real)
    assert not hazards.filter(level="major").exists()
    assert not hazards.filter(status__in=["identified", "assigned"]).exists()
    assert [h for h in hazards if h.original_deadline and h.rectified_on > h.original_deadline] == []
    assert not Suggestion.objects.filter(enterprise__in=real, status="adopted", due_on__lte=AS_OF).exists()


def test_no_enterprise_has_a_credit_code_and_the_generated_ones_say_so(pilot):
    assert not Enterprise.objects.filter(uscc__isnull=False).exists()
    for enterprise in Enterprise.objects.exclude(code__in=REAL):
        assert "generated" in enterprise.name_en
        assert "生成" in enterprise.name_zh
        assert enterprise.workforce.exists()
    assert pilot.is_generated


def holidays():
    spans = [("2017-04-02", 3), ("2017-04-29", 3), ("2017-05-28", 3), ("2017-10-01", 8)]
    return {date.fromisoformat(first) + timedelta(days=n) for first, days in spans for n in range(days)}


@pytest.mark.parametrize(
    "table",
    [
        "enterprises_enterprisechange",
        "training_enrolmentchange",
        "training_visitchange",
        "suggestions_suggestionchange",
        "hazards_checkchange",
        "hazards_hazardchange",
    ],
)
def test_events_happen_on_working_days_and_are_typed_in_within_three_days(pilot, table):
    model = apps.get_model(*table.split("_"))
    off = holidays()
    zone = people.opening().tzinfo
    for happened, entered in model.objects.values_list("happened_on", "entered_at"):
        local = entered.astimezone(zone)
        assert happened.weekday() != 6
        assert local.weekday() != 6
        assert not {happened, local.date()} & off
        assert date(2017, 4, 1) <= happened <= AS_OF
        assert 0 <= (local.date() - happened).days <= 3
        assert local.date() <= AS_OF
        assert 8 <= local.hour < 18


@pytest.mark.parametrize(("model", "key"), [(SuggestionChange, "suggestion_id"), (HazardChange, "hazard_id")])
def test_moves_of_a_record_follow_each_other(pilot, model, key):
    last = {}
    for change in model.objects.order_by("seq"):
        before = last.get(getattr(change, key))
        if before is None:
            assert (change.seq, change.source) == (1, "")
        else:
            assert change.seq == before.seq + 1
            assert change.source == before.target
            assert before.happened_on <= change.happened_on
            assert before.until_on == change.happened_on
            assert before.entered_at < change.entered_at
        last[getattr(change, key)] = change


def test_dates_of_records_are_in_order(pilot):
    for s in Suggestion.objects.all():
        steps = [s.submitted_on, s.decided_on, s.implemented_on, s.verified_on]
        given = [day for day in steps if day]
        assert given == sorted(given)
        assert bool(s.implemented_on) <= bool(s.adopted_on)
    for h in Hazard.objects.all():
        given = [day for day in (h.identified_on, h.assigned_on, h.rectified_on, h.verified_on) if day]
        assert given == sorted(given)


def test_two_keys_are_kept(pilot):
    done = HazardChange.objects.filter(move__in=["rectify", "rectify_on_spot"]).values_list("hazard", "by")
    judged = HazardChange.objects.filter(move__in=["verify", "send_back"]).values_list("hazard", "by")
    assert not set(done) & set(judged)
    done = SuggestionChange.objects.filter(move="implement").values_list("suggestion", "by")
    judged = SuggestionChange.objects.filter(move__in=["verify", "send_back"]).values_list("suggestion", "by")
    assert not set(done) & set(judged)


def test_some_were_sent_back_and_done_again(pilot):
    sent_back = SuggestionChange.objects.filter(move="send_back").values("suggestion")
    assert Suggestion.objects.filter(pk__in=sent_back, status__in=["implemented", "verified"]).count() == 6
    sent_back = HazardChange.objects.filter(move="send_back").values("hazard")
    assert Hazard.objects.filter(pk__in=sent_back, status="verified").count() >= 5


def test_numbers_follow_the_order_of_entry(pilot):
    for model in (Suggestion, Hazard, SafetyCheck):
        first = model.changes.rel.related_model.objects.filter(seq=1)
        key = model.changes.rel.related_model.record_field
        for enterprise in Enterprise.objects.all():
            entered = first.filter(**{f"{key}__enterprise": enterprise}).order_by(f"{key}__number")
            moments = list(entered.values_list("entered_at", flat=True))
            assert moments == sorted(moments)


def test_visits_are_made_by_pairs_and_two_follow_the_workshop(pilot):
    visits = CounsellingVisit.objects.exclude(status="cancelled")
    assert visits.filter(inspector__isnull=False).count() == visits.count()
    done = visits.filter(done_on__isnull=False)
    assert done.filter(type="intake").count() == 10
    assert done.filter(type="follow_up").count() == 30
    after = visits.filter(type="follow_up", due_on=AS_OF + timedelta(days=1))
    assert sorted(after.values_list("enterprise__code", flat=True)) == list(REAL)
    for visit in done.filter(type="intake").select_related("enterprise"):
        enrolment = Enrolment.objects.get(enterprise=visit.enterprise, module__number=1)
        assert visit.done_on <= enrolment.trained_on


def test_the_review_workshop_counts_people_by_kind(pilot):
    workshop = Workshop.objects.get(kind="mid_term_review")
    kinds = rows(
        "SELECT kind, count(*) FROM training_participant WHERE workshop_id = %s GROUP BY kind ORDER BY kind",
        workshop.pk,
    )
    assert dict(kinds) == {
        "bureau": 13, "consultant": 6, "enterprise": 40, "ilo": 4, "inspector": 9, "official": 8,
    }  # fmt: skip


def test_photos_are_placeholders_and_share_two_files(pilot, settings):
    for model in (SuggestionPhoto, HazardPhoto):
        assert model.objects.exists()
        assert not model.objects.filter(is_placeholder=False).exists()
        names = set(model.objects.values_list("file", flat=True))
        assert names <= {"photos/generated-before.jpg", "photos/generated-after.jpg"}
        with model.objects.first().file.open() as file:
            assert file.read(3) == b"\xff\xd8\xff"


def test_every_person_is_marked_as_generated(pilot):
    names = rows("SELECT name FROM accounts_user UNION ALL SELECT name FROM enterprises_teammember")
    assert [name for (name,) in names if "generated" not in name] == []


def test_free_text_is_written_for_both_readers(pilot):
    texts = [
        *Suggestion.objects.values_list("title", flat=True),
        *Hazard.objects.values_list("description", flat=True),
    ]
    for text in texts:
        chinese, english = text.split(" · ")
        assert any("一" <= letter <= "鿿" for letter in chinese)
        assert english.isascii()


def test_there_is_one_demo_account_per_role(pilot):
    assert set(people.DEMO) <= {name for (name,) in rows("SELECT username FROM accounts_user")}
    assert one("SELECT count(*) FROM accounts_user WHERE is_superuser") == 1


def test_the_same_set_comes_out_every_time(pilot):
    assert digest() == DIGEST


SKIPPED = {"password", "id", "details", "path", "history_id", "created_at"}


def digest():
    """A digest of every record: what its fields hold, without keys and links, in the order of the keys."""
    found = hashlib.sha256()
    for label in build.OURS:
        for model in apps.get_app_config(label).get_models():
            if not model._meta.managed:
                continue
            names = [
                f.attname
                for f in model._meta.concrete_fields
                if not f.is_relation and f.attname not in SKIPPED
            ]
            if model._meta.model_name == "mark" or not names:
                continue
            for values in model._base_manager.order_by("pk").values_list(*names):
                given = {name: value for name, value in zip(names, values, strict=True) if value}
                found.update(json.dumps([model.__name__, given], default=str, sort_keys=True).encode())
    return found.hexdigest()


def test_a_second_run_changes_nothing(pilot, capsys):
    before = digest()
    call_command("seed_pilot")
    assert "there already" in capsys.readouterr().out
    assert digest() == before


@pytest.mark.django_db
def test_other_data_is_left_alone(capsys):
    make_user("somebody")
    with pytest.raises(CommandError, match="other data already") as caught:
        call_command("seed_pilot")
    assert caught.value.returncode == 2
    assert not Programme.objects.exists()


@pytest.mark.django_db
def test_nothing_is_kept_when_the_figures_are_not_met(monkeypatch):
    for step in ("write_visits", "write_enrolments", "write_workshops", "write_suggestions", "write_safety"):
        monkeypatch.setattr(build, step, lambda pilot: None)
    with pytest.raises(CommandError, match="suggestions submitted: 0, not 1258"):
        call_command("seed_pilot")
    assert build.other_data() is None


@pytest.mark.django_db
def test_a_demo_account_signs_in_only_with_a_password():
    assert people.account("member", "three plain words").check_password("three plain words")
    assert not people.account("leader", "").has_usable_password()


def test_the_division_adds_up_to_the_published_totals():
    ideas = figures.SUGGESTED
    assert sum(s.adopted for s in ideas) == 944
    assert sum(s.implemented for s in ideas) == 917
    assert sum(sum(s) - s.voided for s in ideas) == 1258
    assert sum(c.checks for c in figures.CHECKED) == 2322
    assert sum(c.found for c in figures.CHECKED) == 296
