"""Forms about areas and sectors."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, gettext_lazy as _

from enterprises.choosing import AreaField
from enterprises.models import Area, AreaParent, Programme, Reach, Sector
from enterprises.services import add_area, move_area
from enterprises.staff import areas_within
from score_mis.lib.moves import DayField
from score_mis.lib.records import RecordForm


class AreaAddForm(RecordForm):
    """A new area below one within reach."""

    given = ("programme",)
    from_on = DayField(label=_("Exists since"))

    class Meta(RecordForm.Meta):
        model = Area
        fields = ["parent", "code", "level", "name_en", "name_zh"]

    def __init__(self, *args: Any, reach: Reach, programme: Programme, **kwargs: Any) -> None:
        self.reach, self.programme = reach, programme
        super().__init__(*args, instance=Area(programme=programme), **kwargs)

    def prepare(self) -> None:
        """Every area but a country lies in another one."""
        self.fields["parent"] = AreaField(areas_within(self.reach), label=self.fields["parent"].label)

    def clean(self) -> dict[str, Any]:
        """Levels go down the tree."""
        cleaned = super().clean() or self.cleaned_data
        parent, level = cleaned.get("parent"), cleaned.get("level")
        if parent and level is not None and parent.level >= level:
            self.add_error("level", _("The level must be below that of the area it is part of."))
        return cleaned

    def save(self, commit: bool = True) -> Area:
        """Add the area with its place in the tree."""
        values = self.cleaned_data
        return add_area(
            programme=self.programme,
            code=values["code"],
            level=values["level"],
            name_en=values["name_en"],
            name_zh=values["name_zh"],
            on=values["from_on"],
            parent=values["parent"],
        )


class AreaEditForm(RecordForm):
    """Names and code of an area, and where it lies. A move keeps the old place in the history."""

    given = ("programme",)
    new_parent = AreaField(Area.objects.none(), label=_("Part of"))
    moved_on = DayField(
        label=_("Moved on"),
        required=False,
        help_text=_("Only when the area it is part of changes: the first day in the new one."),
    )

    class Meta(RecordForm.Meta):
        model = Area
        fields = ["name_en", "name_zh", "code"]

    def __init__(self, *args: Any, reach: Reach, today: date, **kwargs: Any) -> None:
        self.reach, self.today = reach, today
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Offer parents of a higher level; the topmost areas are not moved."""
        if self.instance.parent_id is None:
            del self.fields["new_parent"], self.fields["moved_on"]
            return
        choices = areas_within(self.reach).filter(level__lt=self.instance.level).exclude(
            path__startswith=self.instance.path
        ) | Area.objects.filter(pk=self.instance.parent_id)
        self.fields["new_parent"] = AreaField(choices, label=_("Part of"))
        self.initial["new_parent"] = self.instance.parent_id

    def clean(self) -> dict[str, Any]:
        """A move has a day: after the beginning of the present place, not in the future."""
        cleaned = super().clean() or self.cleaned_data
        if not self.moves:
            return cleaned
        day = cleaned.get("moved_on")
        since = AreaParent.objects.get(area=self.instance, until_on__isnull=True).from_on
        if "moved_on" in self.errors:
            return cleaned
        if day is None:
            self.add_error("moved_on", _("Give the first day in the new area."))
        elif day > self.today:
            self.add_error("moved_on", _("The day lies in the future."))
        elif day <= since:
            text = gettext("The area lies in the present one since %(day)s; the move must be later.")
            self.add_error("moved_on", text % {"day": since.isoformat()})
        return cleaned

    @property
    def moves(self) -> bool:
        """Whether another parent was chosen."""
        parent = self.cleaned_data.get("new_parent")
        return parent is not None and parent.pk != self.instance.parent_id

    def save(self, commit: bool = True) -> Area:
        """Save names and code; move the area where another parent was chosen."""
        with transaction.atomic():
            area = super().save(commit)
            if self.moves:
                move_area(area, parent=self.cleaned_data["new_parent"], on=self.cleaned_data["moved_on"])
        return area


class SectorForm(RecordForm):
    """A sector."""

    class Meta(RecordForm.Meta):
        model = Sector
        fields = ["code", "name_en", "name_zh", "edition", "isic"]
