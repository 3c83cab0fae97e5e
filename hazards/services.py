"""Writes of the hazards app that touch several rows."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from enterprises.models import Programme
from hazards.checklist_file import ChecklistRefused, ChecklistSource, content_of
from hazards.models import Checklist, ChecklistItem, ChecklistVersion, Section


def load_checklist(
    *, programme: Programme, source: ChecklistSource, publish_on: date
) -> tuple[ChecklistVersion, bool]:
    """Save and publish a version of a checklist; return it and whether it is new.

    The same content under the same number changes nothing. Raises ChecklistRefused when other content stands under the
    number, or when a newer version exists: a published version never changes.
    """
    with transaction.atomic():
        checklist, _created = Checklist.objects.get_or_create(
            programme=programme, code=source.code, defaults=source.names
        )
        versions = ChecklistVersion.objects.filter(checklist=checklist)
        version = versions.filter(number=source.number).first()
        if version is not None:
            if content_of(version) != source.content():
                raise ChecklistRefused([_differs(source)])
            return version, False
        newest = versions.order_by("-number").first()
        if newest is not None:
            _refuse_older(newest, source, publish_on)
        version = ChecklistVersion.objects.create(
            checklist=checklist, number=source.number, published_on=publish_on
        )
        _save_items(version, source)
    return version, True


def _differs(source: ChecklistSource) -> str:
    return _(
        "Version %(number)s of “%(code)s” is published with other content; give the new content a new number."
    ) % {"number": source.number, "code": source.code}


def _refuse_older(newest: ChecklistVersion, source: ChecklistSource, publish_on: date) -> None:
    """A version that is added comes after those that are there, by number and by day."""
    if source.number < newest.number:
        raise ChecklistRefused(
            [
                _("Version %(number)s is older than version %(newest)s, which is loaded.")
                % {"number": source.number, "newest": newest.number}
            ]
        )
    if newest.published_on and publish_on < newest.published_on:
        raise ChecklistRefused(
            [
                _("A new version cannot be published before the one that is loaded (%(day)s).")
                % {"day": newest.published_on.isoformat()}
            ]
        )


def _save_items(version: ChecklistVersion, source: ChecklistSource) -> None:
    position = 0
    for place, part in enumerate(source.sections, 1):
        section = Section.objects.create(version=version, position=place, **part.fields)
        items = []
        for fields in part.items:
            position += 1
            items.append(ChecklistItem(version=version, section=section, position=position, **fields))
        ChecklistItem.objects.bulk_create(items)
