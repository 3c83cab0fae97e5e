"""Puts the pilot data set together: every step, one transaction, and the proof at the end."""

from datetime import date
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import translation

from enterprises.models import Cohort, Programme, Role
from hazards import checklist_file
from hazards.models import Checklist, Section
from hazards.services import load_checklist
from reports.pilot import figures, photos
from reports.pilot.checks import looks_of, write_checks
from reports.pilot.found import find
from reports.pilot.hazards import write_hazards
from reports.pilot.people import account, assign, opening, write_officers, write_site
from reports.pilot.places import (
    ACTIVE,
    NAME_EN,
    Pilot,
    keep,
    write_areas,
    write_enterprises,
    write_programme,
    write_sectors,
)
from reports.pilot.suggestions import write_suggestions
from reports.pilot.training import write_enrolments, write_modules, write_workshops
from reports.pilot.visits import write_visits

CHECKLIST_PUBLISHED = date(2017, 4, 5)
OURS = ("accounts", "enterprises", "training", "suggestions", "hazards")


def is_there() -> bool:
    """Whether the pilot data set was written already; one query."""
    return Programme.objects.filter(name_en=NAME_EN, is_generated=True).exists()


def other_data() -> tuple[Any, int] | None:
    """Return the first of our models that holds rows, and how many; None when the database is empty."""
    for label in OURS:
        for model in apps.get_app_config(label).get_models():
            count = model._default_manager.count() if model._meta.managed else 0
            if count:
                return model._meta.verbose_name_plural, count
    return None


def build(password: str) -> dict[str, int]:
    """Write the whole set into an empty database and return the published figures as counted from it.

    Demo accounts get `password`; without one they cannot sign in. Raises PilotError, and writes nothing, if the records
    do not add up to the published figures.
    """
    photos.store()
    with transaction.atomic(), translation.override("en"):
        pilot = write_ground(password)
        write_visits(pilot)
        write_enrolments(pilot)
        write_workshops(pilot)
        write_suggestions(pilot)
        write_safety(pilot)
        photos.mark()
        figures.prove()
    return figures.counted()


def write_ground(password: str) -> Pilot:
    """Write the programme, its places, people, enterprises, modules and the checklist."""
    start = opening()
    programme = write_programme(start)
    country, district = write_areas(programme, start)
    staff = account("staff", password)
    assign(staff, Role.PROGRAMME_STAFF, staff, area=country)
    cohort = Cohort(
        programme=programme,
        name_en="Cohort 2017 (module 1)",
        name_zh="2017年第一批（模块一）",
        started_on=ACTIVE,
    )
    keep(cohort, start, staff)
    pilot = Pilot(programme, country, district, write_sectors(start), cohort, staff)
    write_modules(pilot)
    officers = write_officers(pilot, password)
    for number, enterprise in enumerate(write_enterprises(pilot), 1):
        pilot.sites.append(write_site(pilot, enterprise, number, officers, password))
    pilot.version, _new = load_checklist(
        programme=programme,
        source=checklist_file.read(checklist_file.STARTER),
        publish_on=CHECKLIST_PUBLISHED,
    )
    Checklist.history.update(history_date=start)
    pilot.items = list(pilot.version.items.order_by("position"))
    pilot.sections = Section.objects.in_bulk({item.section_id for item in pilot.items})
    return pilot


def write_safety(pilot: Pilot) -> None:
    """Write the checks with their answers, then the hazards that they found."""
    looks = {site.number: looks_of(site) for site in pilot.sites}
    found = [one for site in pilot.sites for one in find(pilot, site, looks[site.number])]
    corrected = write_checks(pilot, [look for mine in looks.values() for look in mine])
    write_hazards(pilot, found, corrected)
