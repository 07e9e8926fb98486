"""The programme, its figures by year, the yearly sheet and its builds."""

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from common.fiscal_year import EARLIEST, LATEST, fiscal_year_of
from common.permissions import Permission
from common.wareki import EraStyle
from staff.models import Staff

YEAR_RANGE = Q(fiscal_year__gte=EARLIEST, fiscal_year__lte=LATEST)
PDF = ".pdf"
SHA256 = r"^[0-9a-f]{64}$"


class FigureKind(models.TextChoices):
    """Whether a yearly figure happened or is expected."""

    ACTUAL = "actual", _("actual")
    FORECAST = "forecast", _("forecast")


def figure_field(label: Any) -> models.DecimalField:
    """Return a column for a figure of the sheet: up to 12 digits and two decimals."""
    return models.DecimalField(label, max_digits=14, decimal_places=2)


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    """Reads of programmes."""

    def visible_to(self, user: Staff) -> "ProgrammeQuerySet":
        """The programmes `user` may see: all of them, or none without the right."""
        return self if user.has_permission(Permission.VIEW_SHEETS) else self.none()


class Programme(models.Model):
    """One programme (事務事業) of the city with the texts of its sheet that do not change from year to year.

    `texts` holds the parts of the programme file that are read whole and never searched: section, policy, measure,
    period, budget, overview, purpose, background and the like, as docs/programme-file.md describes them.
    `revision` grows with every saved change, so that two officers editing at once are told.
    """

    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200)
    texts = models.JSONField(_("texts"))
    revision = models.PositiveIntegerField(default=1)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name

    def next_sheet_year(self, on: dt.date) -> int:
        """Return the fiscal year after the newest sheet, that of the day `on` when there is none."""
        newest = self.sheets.order_by("-fiscal_year").first()
        return newest.fiscal_year + 1 if newest else fiscal_year_of(on)


class Indicator(models.Model):
    """One line (ア to オ, slot 1 to 5) of one of the sheet's four indicator tables.

    `source`, `as_of` and `rule` say where its figures come from, `recorded_from` since which fiscal year they are
    counted (None: always); docs/programme-file.md describes them. `ground` is what an entered figure rests on.
    """

    class Source(models.TextChoices):
        """Where the figures come from; all but the first are counted from the portal's records."""

        MANUAL = "manual", _("entered by hand")
        SESSIONS_HELD = "sessions_held", _("training sessions held")
        NOTICES_GIVEN = "notices_given", _("notices given")
        HEADCOUNT = "headcount", _("number of staff")
        DEVICES = "devices", _("network devices held")
        PERSONAL_DATA_ITEMS = "personal_data_items", _("personal-data items held")

    class AsOf(models.TextChoices):
        """As of when a figure is counted."""

        START = "start", _("first day of the fiscal year")
        END = "end", _("last day of the fiscal year")
        DURING = "during", _("during the fiscal year")

    class Group(models.TextChoices):
        """The four tables, ⑤ to ⑧."""

        ACTIVITY = "activity", _("activity indicator")
        TARGET = "target", _("target indicator")
        OUTCOME = "outcome", _("outcome indicator")
        UPPER_OUTCOME = "upper_outcome", _("higher outcome indicator")

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="indicators")
    group = models.CharField(_("table"), max_length=16, choices=Group)
    slot = models.PositiveSmallIntegerField(_("line"))
    name = models.CharField(_("name"), max_length=60)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    source = models.CharField(_("source"), max_length=20, choices=Source, default=Source.MANUAL)
    as_of = models.CharField(_("as of"), max_length=8, choices=AsOf, default=AsOf.DURING)
    recorded_from = models.PositiveSmallIntegerField(_("recorded from"), null=True, blank=True)
    rule = models.JSONField(_("what counts"), default=dict)
    ground = models.CharField(_("ground"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("indicator")
        ordering: ClassVar = ["programme", "group", "slot"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "group", "slot"], name="indicator_slot"),
            models.CheckConstraint(condition=Q(slot__gte=1, slot__lte=5), name="indicator_slot_1_to_5"),
            models.CheckConstraint(
                condition=Q(source="manual") | ~Q(group__in=["outcome", "upper_outcome"]),
                name="indicator_outcome_is_manual",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IndicatorValue(models.Model):
    """One entered figure of an indicator for one fiscal year: actual, forecast, or an override with its reason.

    Where the indicator is counted, the actual one is what a printed sheet said, and only an override replaces the
    counted figure.
    """

    OVERRIDE: ClassVar = "override"
    KINDS: ClassVar = [*FigureKind.choices, (OVERRIDE, _("override"))]

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="values")
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    kind = models.CharField(_("kind of figure"), max_length=8, choices=KINDS)
    value = figure_field(_("value"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("indicator value")
        ordering: ClassVar = ["indicator", "fiscal_year", "kind"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["indicator", "fiscal_year", "kind"], name="indicator_value_key"),
            models.CheckConstraint(condition=YEAR_RANGE, name="indicator_value_year"),
            models.CheckConstraint(
                condition=(Q(kind="override") & ~Q(reason="")) | (~Q(kind="override") & Q(reason="")),
                name="indicator_override_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year} {self.kind} {self.value}"


class Cost(models.Model):
    """What the programme cost in one fiscal year, in thousand yen; head-count in persons, hours in hours.

    The labour cost is entered as printed: it was hours × an hourly rate of that year, which the source does not tell.
    """

    MONEY: ClassVar = ("national", "prefectural", "bonds", "other", "general")

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="costs")
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    kind = models.CharField(_("actual or forecast"), max_length=8, choices=FigureKind)
    national = figure_field(_("national subsidy"))
    prefectural = figure_field(_("prefectural subsidy"))
    bonds = figure_field(_("local bonds"))
    other = figure_field(_("other sources"))
    general = figure_field(_("general revenue"))
    staff_count = figure_field(_("regular staff engaged"))
    hours = figure_field(_("working hours in total"))
    labour = figure_field(_("labour cost"))

    class Meta:
        verbose_name = _("cost")
        ordering: ClassVar = ["programme", "fiscal_year", "kind"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "fiscal_year", "kind"], name="cost_key"),
            models.CheckConstraint(condition=YEAR_RANGE, name="cost_year"),
            models.CheckConstraint(condition=Q(staff_count__gte=0, hours__gte=0), name="cost_effort_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year} {self.kind}"

    @property
    def operating(self) -> Decimal:
        """事業費計(A): the sum of the five sources, in thousand yen."""
        return sum((getattr(self, source) for source in self.MONEY), Decimal(0))

    @property
    def total(self) -> Decimal:
        """トータルコスト(A)+(B), in thousand yen."""
        return self.operating + self.labour


class EvaluationSheetQuerySet(models.QuerySet["EvaluationSheet"]):
    """Reads of sheets."""

    def visible_to(self, user: Staff) -> "EvaluationSheetQuerySet":
        """The sheets `user` may see: all of them, or none without the right."""
        return self if user.has_permission(Permission.VIEW_SHEETS) else self.none()

    def without_pdf(self) -> "EvaluationSheetQuerySet":
        """The sheets whose PDF nobody has asked for yet, or whose builds all failed."""
        return self.exclude(pk__in=SheetBuild.objects.exclude(state=SheetBuild.State.FAILED).values("sheet"))


class EvaluationSheet(models.Model):
    """The evaluation sheet of one programme for one fiscal year, with what was done and what is planned next."""

    class Style(models.TextChoices):
        """How the sheet writes its fiscal years."""

        HEISEI_CONTINUED = EraStyle.HEISEI_CONTINUED.value, _("31年度 (Heisei counted on, no era name)")
        ERA = EraStyle.ERA.value, _("令和元年度 (with the era name)")
        WESTERN = EraStyle.WESTERN.value, _("2019年度 (western year)")

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="sheets")
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    era_style = models.CharField(_("style of years"), max_length=16, choices=Style)
    done = ArrayField(models.TextField(), verbose_name=_("done in this fiscal year"))
    planned = ArrayField(models.TextField(), verbose_name=_("planned for the next fiscal year"))

    objects = EvaluationSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluation sheet")
        ordering: ClassVar = ["programme", "-fiscal_year"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "fiscal_year"], name="sheet_key"),
            models.CheckConstraint(condition=YEAR_RANGE, name="sheet_year"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.fiscal_year}"


class Failure(models.TextChoices):
    """Why a build was given up, as a person reads it."""

    WORKER_LOST = "worker_lost", _("The program that makes PDFs stopped in the middle, three times.")
    TIME_LIMIT = "time_limit", _("Making the PDF took too long. Shorten very long texts and build again.")
    NOT_STORED = "not_stored", _("The PDF could not be stored. The disk of the server may be full.")
    SNAPSHOT_CHANGED = (
        "snapshot_changed",
        _("The figures kept for this build are not the ones that were asked for."),
    )
    NOT_RENDERED = "not_rendered", _("The PDF could not be laid out. The log of the server names the cause.")


class SheetBuildQuerySet(models.QuerySet["SheetBuild"]):
    """Reads of builds."""

    def visible_to(self, user: Staff) -> "SheetBuildQuerySet":
        """The builds `user` may see: all of them, or none without the right."""
        return self if user.has_permission(Permission.VIEW_SHEETS) else self.none()

    def open(self) -> "SheetBuildQuerySet":
        """Builds that are neither done nor given up."""
        return self.filter(state__in=[SheetBuild.State.QUEUED, SheetBuild.State.BUILDING])

    def claimable(self, now: dt.datetime) -> "SheetBuildQuerySet":
        """Builds that wait, or whose worker's lease ran out at `now`."""
        lost = Q(state=SheetBuild.State.BUILDING, lease_until__lt=now)
        return self.filter(Q(state=SheetBuild.State.QUEUED) | lost)


class SheetBuild(models.Model):
    """One asked-for PDF of a sheet: the job itself. Redis only rings the bell for it.

    `snapshot` holds every figure and text that is printed, with who asked and when; the PDF is made from it alone, so
    the same snapshot gives the same bytes. A worker holds a build by `lease_until` and `token`.
    """

    frozen_fields: ClassVar = (
        "sheet",
        "snapshot",
        "snapshot_sha256",
        "archive",
        "requested_by",
        "requested_at",
    )

    closed_by: ClassVar = "finished_at"

    class State(models.TextChoices):
        """From queued to done or failed; a worker that dies leaves `building` until its lease runs out."""

        QUEUED = "queued", _("waiting")
        BUILDING = "building", _("being built")
        DONE = "done", _("ready")
        FAILED = "failed", _("failed")

    sheet = models.ForeignKey(EvaluationSheet, on_delete=models.PROTECT, related_name="builds")
    snapshot = models.JSONField()
    snapshot_sha256 = models.CharField(max_length=64)
    archive = models.BooleanField(_("for the archive"), default=False)
    requested_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    requested_at = models.DateTimeField(_("asked at"), db_default=Now())
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    file_sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True)
    file_size = models.PositiveIntegerField(_("size in bytes"), default=0)
    pages = models.PositiveSmallIntegerField(_("pages"), default=0)
    failure = models.CharField(_("reason of the failure"), max_length=32, blank=True, choices=Failure)

    objects = SheetBuildQuerySet.as_manager()

    class Meta:
        verbose_name = _("sheet build")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["lease_until"], condition=Q(state__in=["queued", "building"]), name="sheet_build_open")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(snapshot_sha256__regex=SHA256), name="sheet_build_snapshot_is_sha256"),
            models.CheckConstraint(
                condition=(Q(state="done") & Q(file_sha256__regex=SHA256) & Q(file_size__gt=0) & Q(pages__gt=0))
                | (~Q(state="done") & Q(file_sha256="")),
                name="sheet_build_done_has_file",
            ),
            models.CheckConstraint(
                condition=(Q(state="failed") & ~Q(failure="")) | (~Q(state="failed") & Q(failure="")),
                name="sheet_build_failed_has_reason",
            ),
            models.CheckConstraint(
                condition=(Q(state="building") & Q(token__isnull=False) & Q(lease_until__isnull=False))
                | (~Q(state="building") & Q(token__isnull=True) & Q(lease_until__isnull=True)),
                name="sheet_build_building_is_leased",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, state__in=["queued", "building"])
                | Q(finished_at__isnull=False, state__in=["done", "failed"]),
                name="sheet_build_finished_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} #{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether the build is still waiting or being made."""
        return self.state in (self.State.QUEUED, self.State.BUILDING)
