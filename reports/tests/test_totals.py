"""The totals above lists equal the lists, for every list, filter and role; most of them come from the tallies."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from conftest import TODAY
from enterprises.models import Assignment, Enterprise, Mark, Role
from hazards.models import Category, Hazard, Level, PerformedBy
from reports import tallies, totals
from reports.scope import scope_for
from score_mis.lib.totals import Total, asked_of
from score_mis.lib.workflow import perform
from suggestions.models import Category as Idea, Suggestion, SuggestionChange
from training.models import Enrolment, Module

KINDS = {
    "suggestions:list": "suggestions",
    "hazards:hazard_list": "hazards",
    "hazards:check_list": "checks",
    "training:visit_list": "visits",
    "enterprises:list": "enterprises",
}
TALLIED = {
    "suggestions:list": [
        {},
        {"status": "done"},
        {"module": "module"},
        {"category": "safety", "status": "done"},
        *[{"category": value} for value in Idea.values],
    ],
    "hazards:hazard_list": [
        {},
        *[{"status": value} for value in ("open", "rectified", "verified")],
        {"overdue": "yes"},
        {"overdue": "yes", "level": "general"},
        {"found": "check"},
        {"found": "other"},
        *[{"level": value} for value in Level.values],
        *[{"category": value} for value in Category.values],
        {"category": "thing", "level": "general", "status": "open"},
    ],
    "hazards:check_list": [
        {},
        {"status": "submitted"},
        *[{"performed_by": value} for value in PerformedBy.values],
    ],
    "training:visit_list": [{}, {"module": "module"}],
    "enterprises:list": [
        {"status": "in_programme"},
        {"status": "in_programme", "area": "area"},
        {"status": "in_programme", "sector": "sector"},
    ],
}
COUNTED = {
    "suggestions:list": [
        {"status": "adopted"},
        {"status": "void"},
        {"q": "a"},
        {"category": "safety", "module": "module"},
        {"submitted_from": "2017-06-01"},
        {"enterprise": "enterprise"},
    ],
    "hazards:hazard_list": [{"status": "void"}, {"status": "assigned"}, {"overdue": "no"}, {"q": "a"}],
    "hazards:check_list": [{"status": "draft"}, {"found": "yes"}, {"until": "2017-06-01"}],
    "training:visit_list": [{"status": "done"}, {"type": "intake"}, {"done_until": "2017-09-01"}],
    "training:enrolment_list": [{}, {"status": "completed"}],
    "training:workshop_list": [{}],
    "enterprises:list": [{}, {"status": "active"}],
}
OF_AREAS = (Role.PROGRAMME_STAFF, Role.AUTHORITY, Role.INSPECTOR)
OF_ENTERPRISES = (Role.CONSULTANT, Role.EIT_MEMBER)


@pytest.fixture
def known(pilot):
    """What filters ask for by name, and the tallies up to date."""
    tallies.drain()
    enterprise = Enterprise.objects.order_by("code").first()
    return {
        "module": Module.objects.order_by("number").first().pk,
        "enterprise": enterprise.pk,
        "area": enterprise.area.code,
        "sector": enterprise.sector.pk,
    }


def person(role):
    return User.objects.filter(assignments__role=role).order_by("pk").first()


def ask(client, name, query, known):
    response = client.get(reverse(name), {key: known.get(value, value) for key, value in query.items()})
    assert response.status_code == 200
    return response


def answer(response, name):
    """What the tallies say to a list's filters, drafts added."""
    filterset = response.context["filter"]
    found = totals.TallyProvider().tallied(response.wsgi_request, KINDS[name], asked_of(filterset))
    if found is None:
        return None
    drafts = filterset.drafts() if hasattr(filterset, "drafts") else None
    return found.number + (drafts.count() if drafts is not None else 0)


def test_every_total_is_that_of_the_list(known, client):
    for role in (*OF_AREAS, *OF_ENTERPRISES):
        client.force_login(person(role))
        for name in COUNTED:
            for query in TALLIED.get(name, []) + (COUNTED[name] if role == Role.AUTHORITY else []):
                response = ask(client, name, query, known)
                number = response.context["filter"].qs.count()
                assert response.context["total"] == Total(number), (role, name, query)
                if name in KINDS:
                    is_tallied = role in OF_AREAS and query in TALLIED[name]
                    expected = number if is_tallied else None
                    assert answer(response, name) == expected, (role, name, query)


def test_a_total_of_a_large_area_is_read_and_not_counted(known, client, monkeypatch, today):
    client.force_login(person(Role.PROGRAMME_STAFF))
    monkeypatch.setattr("score_mis.lib.totals.MOST", 60)
    response = ask(client, "suggestions:list", {}, known)
    assert response.context["total"].attribute.startswith('data-count="12')
    scope = totals.scope_of(response.wsgi_request)
    overdue = Hazard.objects.filter(scope.q("enterprise")).overdue(today).count()
    assert totals.overdue(response.wsgi_request, None, today) == overdue
    late = ask(client, "suggestions:list", {"status": "adopted"}, known)
    assert late.context["total"].number <= 60
    enterprise = Enterprise.objects.first()
    Mark.objects.append(enterprise.marks_for("suggestion", {enterprise.registered_on}))
    behind = ask(client, "suggestions:list", {}, known).content.decode()
    assert "newer changes wait" in behind
    assert 'data-about="12' in behind


def test_who_has_one_more_enterprise_elsewhere_has_a_list(world, today):
    assert scope_for(world.inspector, today).area == world.district
    other = Enterprise.objects.get(pk=world.enterprise.pk)
    other.pk, other.code, other.area = None, "T99", world.other_district
    other.save()
    Assignment.objects.create(user=world.inspector, role=Role.INSPECTOR, enterprise=other, from_on=today)
    assert scope_for(world.inspector, today).only == (world.enterprise.pk, other.pk)


def test_a_number_is_kept_until_the_tallies_change(known, client):
    client.force_login(person(Role.PROGRAMME_STAFF))
    first = ask(client, "suggestions:list", {"category": "safety"}, known).context["count"]
    with CaptureQueriesContext(connection) as queries:
        assert ask(client, "suggestions:list", {"category": "safety"}, known).context["count"] == first
    assert not [query for query in queries if "reports_area" in query["sql"]]
    change = SuggestionChange.objects.filter(suggestion__category="safety", in_force=True).first()
    copy = Suggestion.objects.get(pk=change.suggestion_id)
    copy.pk, copy.number, copy._state.adding = None, 9999, True
    copy.save()
    change.pk, change.suggestion = None, copy
    change.save()
    Mark.objects.append(copy.marks())
    tallies.drain()
    assert ask(client, "suggestions:list", {"category": "safety"}, known).context["count"] == first + 1


def test_a_kept_number_is_only_for_those_who_see_the_same(known, client):
    names = {"staff": person(Role.PROGRAMME_STAFF), "district": person(Role.INSPECTOR)}
    district = Enterprise.objects.order_by("code").first().area
    Assignment.objects.filter(user=names["district"]).update(area=district, enterprise=None)
    for _round in range(2):
        for user in names.values():
            client.force_login(user)
            for query in ({}, {"area": "area"}, {"sector": "sector"}):
                response = ask(client, "enterprises:list", {"status": "in_programme", **query}, known)
                assert response.context["count"] == response.context["filter"].qs.count()


EVERYTHING = {"submitted_from": "2016-01-01"}
"""More than a page, and no question to the tallies."""


def test_what_was_counted_is_kept_until_a_record_is_written(known, client):
    client.force_login(person(Role.PROGRAMME_STAFF))
    count = ask(client, "suggestions:list", EVERYTHING, known).context["count"]
    with CaptureQueriesContext(connection) as queries:
        assert ask(client, "suggestions:list", EVERYTHING, known).context["count"] == count > 50
    assert not [q for q in queries if "COUNT(" in q["sql"] and "suggestions_suggestion" in q["sql"]]
    few = {**EVERYTHING, "submitted_until": "2017-09-30"}
    assert ask(client, "suggestions:list", few, known).context["count"] < count
    member = person(Role.EIT_MEMBER)
    own = Enterprise.objects.get(assignments__user=member)
    perform(
        Suggestion(enterprise=own),
        "submit",
        by=member,
        today=TODAY,
        fields={"enterprise": own, "title": "New"},
    )
    for _round in range(2):
        assert ask(client, "suggestions:list", EVERYTHING, known).context["count"] == count + 1
        tallies.drain()


def test_what_was_counted_is_kept_for_each_reach_alone(known, client):
    for _round in range(2):
        for role in (*OF_AREAS, *OF_ENTERPRISES):
            client.force_login(person(role))
            for name, query in (("suggestions:list", EVERYTHING), ("training:enrolment_list", {})):
                response = ask(client, name, query, known)
                assert response.context["count"] == response.context["filter"].qs.count(), (role, name)
            modules = client.get(reverse("training:module_list")).context["modules"]
            seen = Enrolment.objects.visible_to(person(role)).exclude(status="void")
            assert sum(module.enrolled for module in modules) == seen.count()


def test_nothing_is_kept_while_too_many_marks_wait_to_be_told_apart(known, client, monkeypatch):
    monkeypatch.setattr(totals, "MOST_MARKS", 0)
    enterprise = Enterprise.objects.first()
    Mark.objects.append(enterprise.marks_for("suggestion", {enterprise.registered_on}))
    client.force_login(person(Role.PROGRAMME_STAFF))
    count = ask(client, "suggestions:list", EVERYTHING, known).context["count"]
    Suggestion.objects.filter(pk=Suggestion.objects.counted().first().pk).update(status="void")
    assert ask(client, "suggestions:list", EVERYTHING, known).context["count"] == count - 1
