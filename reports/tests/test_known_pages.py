"""Pages and command: both values side by side, in the address, each leading to exactly its records."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from conftest import assign, make_user
from enterprises.models import Area, Enterprise, Role
from reports import answers, tallies
from reports.known import showing
from reports.tests.test_dashboard import COUNT, figures_of
from score_mis.lib import dates, workflow
from suggestions.models import Suggestion

DAY = "2017-12-20"


@pytest.fixture
def later(pilot, settings):
    """The pilot as it stood at the mid-term review, and two suggestions voided on the second of January."""
    settings.PROGRAMME_TODAY = dates.today() + timedelta(days=14)
    staff = make_user("later")
    assign(staff, Role.PROGRAMME_STAFF, Area.objects.get(parent=None))
    for suggestion in Suggestion.objects.filter(status="verified").order_by("pk")[:2]:
        workflow.perform(suggestion, "void", by=staff, today=dates.today(), reason="entered twice")
    tallies.drain()
    return staff


def test_both_values_of_each_figure_lead_to_their_records(later, client):
    client.force_login(later)
    page = client.get(reverse("reports:dashboard"), {"as_of": "2017-12-19", "known_on": DAY})
    assert page.status_code == 200
    figures = figures_of(page)
    values = {
        (name, "known_on" in url): n
        for name, n, url in figures
        if f"{name}/value/" in url and "by=" not in url
    }
    assert (values["suggestions_implemented", True], values["suggestions_implemented", False]) == (917, 915)
    assert (values["hazards_rectified", True], values["hazards_rectified", False]) == (288, 288)
    for name, value, url in sorted(set(figures)):
        if name.startswith(("suggestion", "item_coverage")):
            found = client.get(url)
            assert COUNT.search(found.content.decode()).group(1) == str(value), url


def test_a_list_of_then_names_the_number_of_today(later, client):
    client.force_login(later)
    url = reverse("reports:evidence", args=["suggestions_implemented", "value"])
    page = client.get(url, {"as_of": "2017-12-19", "known_on": DAY})
    text = page.content.decode()
    assert 'data-count="917"' in text
    assert 'data-today="915"' in text
    assert client.get(page.context["today"][1]).context["count"] == 915
    assert (
        client.get(url, page.wsgi_request.GET | {"after": page.context["page_obj"].after}).status_code == 200
    )


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"known_on": "2018-06-01"}, "The day lies in the future."),
        ({"known_on": "2016-12-31"}, "nothing was known before"),
        (
            {"known_on": "2017-11-01", "as_of": "2017-12-01"},
            "The day lies after the day on which it was known.",
        ),
        ({"known_on": "soon"}, "Enter a valid date."),
    ],
)
def test_days_of_which_nothing_is_known_are_refused(later, client, asked, sentence):
    client.force_login(later)
    for url in (reverse("reports:dashboard"), reverse("reports:evidence", args=["enterprises", "value"])):
        page = client.get(url, asked)
        assert page.status_code == 400
        assert sentence in page.content.decode()


def test_without_a_day_it_is_the_day_on_which_it_was_known(later, client):
    client.force_login(later)
    page = client.get(reverse("reports:evidence", args=["enterprises", "value"]), {"known_on": DAY})
    assert (page.context["span"].as_of, page.context["count"]) == (page.context["span"].known_on, 10)


def test_an_enterprise_that_is_elsewhere_today_is_shown_only_to_those_who_see_it(later, client):
    moved = Enterprise.objects.order_by("code").first()
    county = Area.objects.exclude(path__startswith=moved.area.path).filter(
        level=3
    ).first() or Area.objects.get(level=1)
    viewer = make_user("viewer")
    assign(viewer, Role.AUTHORITY, moved.area)
    workflow.perform(moved, "edit", by=later, today=dates.today(), fields={"area": county})
    asked = {"as_of": "2017-12-19", "known_on": DAY, "area": moved.area.code}
    url = reverse("reports:evidence", args=["enterprises", "value"])
    counts = {}
    for user in (later, viewer):
        client.force_login(user)
        counts[user.username] = client.get(url, asked).context["count"]
    assert counts == {"later": 10, "viewer": 9}
    page = client.get(reverse("reports:dashboard"), asked)
    assert "1 enterprise that lay here then is not yours to see today" in page.content.decode()


def test_what_is_too_big_goes_to_the_job_or_is_refused(later, client, monkeypatch):
    client.force_login(later)
    asked = {"as_of": "2017-12-19", "known_on": DAY}
    monkeypatch.setattr("reports.views.FEW", 5)
    refused = client.get(reverse("reports:evidence", args=["enterprises", "value"]), asked)
    assert refused.status_code == 400
    assert "at most 5 enterprises" in refused.content.decode()
    monkeypatch.setattr(answers, "FEW", 5)
    waits = client.get(reverse("reports:dashboard"), asked)
    assert waits["Refresh"] == "5"
    assert answers.make(answers.Answer.objects.get().pk)
    assert ("suggestions_implemented", 917) in {
        (n, v) for n, v, _u in figures_of(client.get(waits.wsgi_request.get_full_path()))
    }
    monkeypatch.setattr(showing, "MOST", 5)
    assert client.get(reverse("reports:dashboard"), asked | {"area": "110111"}).status_code == 400


def test_the_command_tells_what_was_known(later):
    def read(*more: str) -> dict:
        out = StringIO()
        call_command("indicators", "--as-of", "2017-12-19", "--format", "json", *more, stdout=out)
        return json.loads(out.getvalue())

    then, now = read("--known-on", DAY, "--by", "category"), read()
    assert then["known_on"] == DAY
    assert "known_on" not in now
    assert then["indicators"]["suggestions_implemented"]["value"] == 917
    assert now["indicators"]["suggestions_implemented"]["value"] == 915
    assert sum(row["indicators"]["suggestions_implemented"]["value"] for row in then["rows"]) == 917
    for known_on in ("2018-06-01", "2016-12-31", "2017-12-01"):
        with pytest.raises(CommandError):
            call_command("indicators", "--as-of", "2017-12-19", "--known-on", known_on, stdout=StringIO())
