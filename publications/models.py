"""Reports that are planned, and what was frozen of them.

A `Report` says what is to be reported: kind, scope, days, languages. A `Snapshot` is what one freeze of it found: the
figures, and the rows of every record that they count. Snapshots and their rows are never changed or deleted; the
database itself refuses it.
"""

import zlib
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from enterprises.models import Area, Cohort, Enterprise, Milestone, Programme, Reach, Sector
from publications.choices import LANGUAGES, Kind
from score_mis.lib.filejobs import FileJob
from score_mis.lib.immutable import Immutable
from score_mis.lib.names import Bilingual, has_a_name


class ScopedQuerySet(models.QuerySet):
    """Reports and snapshots: seen by those who see their whole scope."""

    def visible_to(self, user: Any) -> Self:
        """Those of areas that the person covers, and of enterprises that the person sees."""
        reach = Reach.of(user)
        covered = Q()
        for path in reach.paths:
            covered |= Q(area__path__startswith=path)
        own = Q(enterprise__in=Enterprise.objects.visible_to(user))
        return self.filter(own | covered) if reach.paths else self.filter(own)

    def for_list(self) -> Self:
        """With what a list shows."""
        return self.select_related("area", "sector", "enterprise", "cohort")


class Scoped(models.Model):
    """What both have: whose records are reported, up to which day."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("area"))
    sector = models.ForeignKey(
        Sector, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sector")
    )
    enterprise = models.ForeignKey(
        Enterprise,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("enterprise"),
    )
    cohort = models.ForeignKey(
        Cohort, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cohort")
    )
    as_of = models.DateField(_("cut-off day"))
    since = models.DateField(
        _("period from"),
        null=True,
        blank=True,
        help_text=_("Empty: only what stands on the cut-off day, from the beginning."),
    )

    class Meta:
        abstract = True

    @property
    def scope_name(self) -> str:
        """The scope in words a person reads."""
        parts = [str(part) for part in (self.enterprise, self.cohort, self.sector) if part is not None]
        return " · ".join([*parts, *([] if self.enterprise else [self.area.name])])


class Report(Bilingual, Scoped):
    """What is to be reported. Until it is frozen everything may change; afterwards it can be frozen again."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.MTR)
    milestone = models.ForeignKey(
        Milestone,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("milestone"),
    )
    languages = models.JSONField(_("languages"), default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(_("entered at"))
    history = HistoricalRecords()
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-as_of", "-pk"]
        indexes = [models.Index(fields=["-as_of", "-id"], name="report_in_order")]
        constraints = [
            has_a_name("report_has_a_name"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="report_kind_known"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(since__lte=F("as_of")),
                name="report_period_begins_first",
                violation_error_message=_("The period begins after it ends."),
            ),
            models.CheckConstraint(
                condition=Q(enterprise__isnull=True) | Q(sector__isnull=True, cohort__isnull=True),
                name="report_of_one_enterprise_is_not_narrowed",
                violation_error_message=_("A report on one enterprise is narrowed by nothing else."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The report's page."""
        return reverse("publications:detail", args=[self.pk])

    def clean(self) -> None:
        """The languages are known ones, each once; what is chosen lies within the area."""
        if not self.languages or not set(self.languages) <= set(LANGUAGES):
            raise ValidationError({"languages": _("Choose at least one language.")})
        chosen = self.enterprise
        if chosen is not None and self.area_id and not chosen.area.path.startswith(self.area.path):
            raise ValidationError({"enterprise": _("The enterprise does not lie in the area.")})

    def titles(self) -> dict[str, str]:
        """The title by language; a missing one is that of the other language."""
        return {"en": self.name_en or self.name_zh, "zh-hans": self.name_zh or self.name_en}


class SigningKey(models.Model):
    """A public key of this installation; its private part lies in a file that only the site can read.

    Keys that were retired still verify what they signed.
    """

    key_id = models.CharField(_("key"), max_length=16, unique=True)
    public = models.CharField(_("public key (Ed25519, base64)"), max_length=64)
    made_at = models.DateTimeField(_("made at"))
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)
    is_in_use = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_in_use"], condition=Q(is_in_use=True), name="signing_key_one_in_use"
            ),
            models.CheckConstraint(
                condition=Q(is_in_use=True, retired_at__isnull=True)
                | Q(is_in_use=False, retired_at__isnull=False),
                name="signing_key_in_use_or_retired",
            ),
        ]

    def __str__(self) -> str:
        return self.key_id


class Snapshot(Scoped):
    """What one freeze found: the canonical content, its SHA-256 and signature. Never changed."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="snapshots")
    code = models.CharField(_("code"), max_length=6, unique=True)
    frozen_at = models.DateTimeField(_("frozen at"))
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("frozen by"),
    )
    software = models.CharField(_("software version"), max_length=40)
    definitions = models.PositiveSmallIntegerField(_("version of the definitions"))
    packed = models.BinaryField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField("SHA-256", max_length=64)
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="+", verbose_name=_("key"))
    signature = models.CharField(_("signature"), max_length=100)
    made_for = models.UUIDField(null=True, unique=True, editable=False)
    """The key of the job that asked for it, so that a job which is done again does not freeze again."""
    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("frozen report")
        verbose_name_plural = _("frozen reports")
        ordering = ["-frozen_at", "-pk"]
        indexes = [models.Index(fields=["-frozen_at", "-id"], name="snapshot_in_order")]
        constraints = [Immutable(name="snapshot_never_changes")]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        """The page of the frozen report."""
        return reverse("publications:snapshot", args=[self.code])

    def written(self) -> bytes:
        """The canonical bytes."""
        return zlib.decompress(bytes(self.packed))


class SnapshotRows(models.Model):
    """The rows of one kind of record of one enterprise that a snapshot counts, packed; never changed.

    `enterprise_ref` is the key the enterprise had, 0 for what belongs to none; no link, so that it holds for ever.
    `counts` says how many of the rows are in each of the snapshot's sets.
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="rows")
    enterprise_ref = models.BigIntegerField()
    kind = models.CharField(max_length=24)
    n = models.PositiveIntegerField()
    counts = models.JSONField()
    packed = models.BinaryField()
    sha256 = models.CharField("SHA-256", max_length=64)

    class Meta:
        verbose_name = _("frozen rows")
        verbose_name_plural = _("frozen rows")
        ordering = ["snapshot", "kind", "enterprise_ref"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "kind", "enterprise_ref"], name="snapshot_rows_once"),
            Immutable(name="snapshot_rows_never_change"),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot_id} {self.kind} {self.enterprise_ref}"

    def written(self) -> bytes:
        """The canonical bytes."""
        return zlib.decompress(bytes(self.packed))


class Freezing(FileJob):
    """A freeze that somebody asked for; its file is the signed snapshot as JSON."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="freezings")
    snapshot = models.OneToOneField(Snapshot, on_delete=models.PROTECT, null=True, related_name="freezing")

    class Meta(FileJob.Meta):
        verbose_name = _("freeze")
        verbose_name_plural = _("freezes")

    def wanted(self) -> tuple[Any, ...]:
        """One freeze of a report at a time, whoever asked."""
        return ("freeze", self.report_id)

    def get_absolute_url(self) -> str:
        """The page that shows how far it is."""
        return reverse("publications:freezing", args=[self.key])

    def file_url(self) -> str:
        """The signed snapshot."""
        return reverse("publications:freezing_file", args=[self.key])


class Document(FileJob):
    """A file that was issued of a snapshot: one of each format and language, made once."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="documents")

    class Meta(FileJob.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = (  # type: ignore[assignment]
            *FileJob.Meta.constraints,
            models.UniqueConstraint(
                fields=["snapshot", "format", "language"], name="document_once_a_format_and_language"
            ),
        )

    def wanted(self) -> tuple[Any, ...]:
        """The same document, whoever asked."""
        return ("document", self.snapshot_id, self.format, self.language)

    def get_absolute_url(self) -> str:
        """The page that shows how far it is."""
        return reverse("publications:document", args=[self.key])

    def file_url(self) -> str:
        """The file itself."""
        return reverse("publications:document_file", args=[self.key])
