"""Entering a suggestion."""

import pytest
from django.urls import reverse

from conftest import START, TODAY, assign, make_enterprise
from enterprises.models import Programme, Role, Team
from suggestions.models import Suggestion
from suggestions.tests.factories import DAY, make_suggestion, upload
from training.models import CounsellingVisit, Module

URL = reverse("suggestions:add")


def typed(**values):
    return {"title": "Light over press 4", "happened_on": "2017-12-18"} | values


def errors(response):
    assert response.status_code == 200
    return response.context["form"].errors


def fields(response):
    return set(response.context["form"].fields)


def test_a_title_is_enough(world, as_member):
    response = as_member.post(URL, {"title": "Light over press 4", "happened_on": "2017-12-18"})
    suggestion = Suggestion.objects.get()
    assert response.status_code == 302
    assert response["Location"] == suggestion.get_absolute_url()
    assert (suggestion.title, suggestion.enterprise) == ("Light over press 4", world.enterprise)
    assert (suggestion.status, suggestion.reference) == ("submitted", "T01-S0001")
    assert str(suggestion.submitted_on) == "2017-12-18"
    assert suggestion.changes.get().by == world.member


def test_everything_can_be_given(world, as_member):
    module = Module.objects.create(programme=world.programme, number=1, name_en="Cooperation")
    visit = CounsellingVisit.objects.create(
        enterprise=world.enterprise, due_on=DAY, planned_on=DAY, consultant=world.consultant
    )
    given = {
        "text": "It flickers.", "category": "safety", "team": world.team.pk, "module": module.pk,
        "visit": visit.pk, "proposer": "Wang Fang", "proposer_sex": "female", "proposer_role": "frontline",
        "department": "Press shop", "saving_estimated": "1200.50",
    }  # fmt: skip
    as_member.post(URL, typed(**given, photo=upload()))
    suggestion = Suggestion.objects.get()
    for name, value in given.items():
        saved = getattr(suggestion, f"{name}_id" if name in ("team", "module", "visit") else name)
        assert str(saved) == str(value), name
    assert suggestion.photos.get().kind == "before"


def test_the_page_opens_with_today_and_few_fields_first(world, as_member):
    response = as_member.get(URL)
    shown = response.content.decode()
    assert 'value="2017-12-19"' in shown
    assert 'name="enterprise"' not in shown
    first, more = shown.split('<details class="more-fields', 1)
    for name in (
        "title",
        "text",
        "category",
        "proposer_role",
        "proposer_sex",
        "department",
        "is_anonymous",
        "photo",
    ):
        assert f'name="{name}"' in first, name
    for name in ("proposer", "team", "module", "visit", "saving_estimated", "happened_on"):
        assert f'name="{name}"' in more, name
    assert not more.startswith(' mb-3" open')


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "   "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"happened_on": "2017-12-20"}, "happened_on"),
        ({"happened_on": "yesterday"}, "happened_on"),
        ({"happened_on": ""}, "happened_on"),
        ({"category": "magic"}, "category"),
        ({"saving_estimated": "-1"}, "saving_estimated"),
        ({"saving_estimated": "much"}, "saving_estimated"),
        ({"is_anonymous": "on", "proposer": "Wang Fang"}, "proposer"),
        ({"module": "99"}, "module"),
    ],
)
def test_bad_input_stays_on_the_page_beside_a_sentence(world, as_member, values, field):
    response = as_member.post(URL, typed(**({"text": "Do not lose this."} | values)))
    assert list(errors(response)) == [field]
    shown = response.content.decode()
    assert "Do not lose this." in shown
    assert "<title>Error:" in " ".join(shown.split())
    assert not Suggestion.objects.exists()


def test_the_fold_opens_around_an_error(world, as_member):
    response = as_member.post(URL, typed(is_anonymous="on", proposer="Wang Fang"))
    assert '<details class="more-fields mb-3" open>' in response.content.decode()


def test_a_file_that_is_no_photo_is_refused_beside_its_field(world, as_member):
    bad = upload()
    bad.seek(0)
    bad.file.truncate(0)
    bad.file.write(b"MZ not a photo")
    response = as_member.post(URL, typed(photo=bad))
    assert list(errors(response)) == ["photo"]
    assert not Suggestion.objects.exists()


@pytest.mark.parametrize("part", ["inspector", "authority", "staff", "administrator", "outsider"])
def test_it_refuses_other_roles(client, world, part):
    client.force_login(getattr(world, part))
    assert client.get(URL).status_code == 403
    assert client.post(URL, typed()).status_code == 403
    assert not Suggestion.objects.exists()


def test_it_refuses_the_wrong_method(as_member):
    assert as_member.put(URL).status_code == 405


def test_it_asks_for_the_enterprise_where_there_is_a_choice(client, world, second):
    client.force_login(world.consultant)
    response = client.get(URL)
    assert "enterprise" in fields(response)
    assert response.context["form"]["enterprise"].initial is None
    assert not {"team", "visit", "module"} & fields(response)
    response = client.post(URL, typed(enterprise=""))
    assert list(errors(response)) == ["enterprise"]
    client.post(URL, typed(enterprise=second.pk))
    assert Suggestion.objects.get().enterprise == second


def test_it_opens_for_the_enterprise_in_the_address(client, world, second):
    team = Team.objects.create(enterprise=second, name_en="Second team", formed_on=START)
    client.force_login(world.consultant)
    response = client.get(f"{URL}?enterprise={second.pk}")
    assert response.context["form"]["enterprise"].initial == second.pk
    assert list(response.context["form"].fields["team"].queryset) == [team]
    client.post(f"{URL}?enterprise={second.pk}", typed(enterprise=second.pk, team=team.pk))
    assert Suggestion.objects.get().team == team


def test_it_opens_for_the_visit_in_the_address(client, world, second):
    module = Module.objects.create(programme=world.programme, number=1, name_en="Cooperation")
    visit = CounsellingVisit.objects.create(
        enterprise=second, due_on=DAY, planned_on=DAY, consultant=world.consultant, module=module
    )
    client.force_login(world.consultant)
    form = client.get(f"{URL}?visit={visit.pk}").context["form"]
    assert [form[name].value() for name in ("enterprise", "visit", "module")] == [
        second.pk,
        visit.pk,
        module.pk,
    ]


@pytest.mark.parametrize("query", ["enterprise={other}", "enterprise=x", "visit={visit}", "visit=99999"])
def test_what_the_person_may_not_see_is_not_found(as_member, world, second, query):
    visit = CounsellingVisit.objects.create(
        enterprise=second, due_on=DAY, planned_on=DAY, consultant=world.consultant
    )
    assert as_member.get(f"{URL}?{query.format(other=second.pk, visit=visit.pk)}").status_code == 404


def test_an_enterprise_one_only_watches_is_refused(client, world, second):
    assign(world.member, Role.AUTHORITY, world.district)
    client.force_login(world.member)
    assert client.get(f"{URL}?enterprise={second.pk}").status_code == 403
    assert "enterprise" not in fields(client.get(URL))


@pytest.mark.parametrize("part", ["member", "consultant"])
def test_a_foreign_enterprise_is_refused(client, world, second, part):
    foreign = make_enterprise(
        programme=world.programme, area=world.other_district, sector=world.sector, by=world.staff, code="T03"
    )
    client.force_login(getattr(world, part))
    response = client.post(URL, typed(enterprise=foreign.pk))
    if part == "consultant":
        assert list(errors(response)) == ["enterprise"]
        assert not Suggestion.objects.exists()
    else:  # not asked for, so what was sent is not read
        assert Suggestion.objects.get().enterprise == world.enterprise


def test_choices_belong_to_the_enterprise_and_the_programme(world, as_member, second):
    Team.objects.create(enterprise=second, name_en="Foreign team", formed_on=START)
    Team.objects.create(enterprise=world.enterprise, name_en="Old team", formed_on=START, dissolved_on=DAY)
    elsewhere = Programme.objects.create(name_en="Elsewhere", launched_on=DAY)
    Module.objects.create(programme=elsewhere, number=1, name_en="Foreign module")
    Module.objects.create(programme=world.programme, number=2, name_en="Old module", is_offered=False)
    Module.objects.create(programme=world.programme, number=1, name_en="Cooperation")
    CounsellingVisit.objects.create(
        enterprise=second, due_on=DAY, planned_on=DAY, consultant=world.consultant
    )
    form = as_member.get(URL).context["form"]
    assert list(form.fields["team"].queryset) == [world.team]
    assert [str(module) for module in form.fields["module"].queryset] == ["1 Cooperation"]
    assert not form.fields["visit"].queryset.exists()


def test_another_programme_day_is_not_needed(world, as_member):
    as_member.post(URL, typed(happened_on=TODAY.isoformat()))
    assert make_suggestion(world).number == 2
