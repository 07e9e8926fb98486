"""What the city holds: information assets, network devices and personal-data items, each as a dated row.

A row is never deleted: what is gone has a day of disposal. A department is named by its code, which outlives renames.
"""

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.permissions import Permission
from staff.models import Staff


class ClassificationScheme(models.Model):
    """A way to classify information from a day on, for example the five steps of confidentiality of October 2024."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    valid_from = models.DateField(_("from"), unique=True)

    class Meta:
        verbose_name = _("classification scheme")
        ordering: ClassVar = ["-valid_from"]

    def __str__(self) -> str:
        return self.name


class ClassLevelQuerySet(models.QuerySet["ClassLevel"]):
    """Reads of class levels."""

    def in_force(self, on: dt.date) -> "ClassLevelQuerySet":
        """The levels of the scheme in force on the day `on`."""
        newest = ClassificationScheme.objects.filter(valid_from__lte=on).order_by("-valid_from").values("pk")[:1]
        return self.filter(scheme__in=newest)


class ClassLevel(models.Model):
    """One level of one aspect of a scheme: its code as it is written in the register, and what it means."""

    class Aspect(models.TextChoices):
        """What is protected: from being seen, from being changed, from being lost."""

        CONFIDENTIALITY = "confidentiality", _("confidentiality")
        INTEGRITY = "integrity", _("integrity")
        AVAILABILITY = "availability", _("availability")

    scheme = models.ForeignKey(ClassificationScheme, on_delete=models.PROTECT, related_name="levels")
    aspect = models.CharField(_("aspect"), max_length=16, choices=Aspect)
    code = models.CharField(_("code"), max_length=10)
    label = models.CharField(_("label"), max_length=100)
    order = models.PositiveSmallIntegerField(_("order"))

    objects = ClassLevelQuerySet.as_manager()

    class Meta:
        verbose_name = _("class level")
        ordering: ClassVar = ["scheme", "aspect", "order"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme", "aspect", "code"], name="class_level_key"),
        ]

    def __str__(self) -> str:
        return self.label


def held(day: dt.date) -> Q:
    """Return the condition that the city holds a row at the end of `day`: acquired and not disposed of by then."""
    return Q(acquired_on__lte=day) & (Q(disposed_on__isnull=True) | Q(disposed_on__gt=day))


class HeldQuerySet(models.QuerySet[Any]):
    """Reads that the three registers share."""

    def visible_to(self, user: Staff, on: dt.date) -> "HeldQuerySet":
        """What `user` may see on the day `on`: the whole city, or the sections he or she heads and those below."""
        if not user.has_permission(Permission.VIEW_ASSETS):
            return self.none()
        if user.has_permission(Permission.VIEW_WHOLE_CITY):
            return self
        return self.filter(department_code__in=user.headed_codes_on(on))

    def held_on(self, day: dt.date) -> "HeldQuerySet":
        """What the city holds at the end of `day`: acquired by then and not disposed of by then."""
        return self.filter(held(day))

    def disposed_by(self, day: dt.date) -> "HeldQuerySet":
        """What was gone by the end of `day`."""
        return self.filter(disposed_on__lte=day)


class Held(models.Model):
    """What every row of a register has: its number, its department and its days.

    Each register freezes the number, so the database refuses to change it and to delete a row (`audit/protection.py`).
    """

    frozen_fields: ClassVar[tuple[str, ...]]

    number = models.CharField(_("control number"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    department_code = models.CharField(_("department code"), max_length=20, db_index=True)
    acquired_on = models.DateField(_("acquired on"))
    disposed_on = models.DateField(_("disposed of on"), null=True, blank=True)

    objects = HeldQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering: ClassVar = ["number"]
        indexes: ClassVar = [models.Index(fields=["acquired_on", "disposed_on"], name="%(class)s_days")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(disposed_on__isnull=True) | Q(disposed_on__gte=F("acquired_on")),
                name="%(class)s_disposed_after_acquired",
                violation_error_message=_("The day of disposal must not be before the day of acquisition."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class InformationAsset(Held):
    """One entry of the register of information assets (情報資産台帳), with its three classes."""

    frozen_fields: ClassVar = ("number",)

    class Form(models.TextChoices):
        """What the information stands on."""

        ELECTRONIC = "electronic", _("electronic")
        PAPER = "paper", _("paper")
        MEDIA = "media", _("portable media")
        DEVICE = "device", _("device")
        SYSTEM = "system", _("system")
        CLOUD = "cloud", _("cloud service")

    work = models.CharField(_("work"), max_length=200, blank=True)
    form = models.CharField(_("form"), max_length=16, choices=Form)
    confidentiality = models.ForeignKey(ClassLevel, on_delete=models.PROTECT, related_name="+")
    integrity = models.ForeignKey(ClassLevel, on_delete=models.PROTECT, related_name="+")
    availability = models.ForeignKey(ClassLevel, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(_("where it is kept"), max_length=200, blank=True)
    retention = models.CharField(_("retention period"), max_length=100, blank=True)

    class Meta(Held.Meta):
        verbose_name = _("information asset")


class NetworkDevice(Held):
    """A device connected to the city's networks (ネットワーク接続機器)."""

    frozen_fields: ClassVar = ("number",)

    kind = models.CharField(_("kind"), max_length=100)
    place = models.CharField(_("where it stands"), max_length=200, blank=True)
    mac_address = models.CharField(_("MAC address"), max_length=40, blank=True)
    ip_address = models.CharField(_("IP address"), max_length=45, blank=True)

    class Meta(Held.Meta):
        verbose_name = _("network device")


class PersonalDataItem(Held):
    """One item (項目) of a personal-information file that a section keeps; `name` is the item."""

    frozen_fields: ClassVar = ("number",)

    file_name = models.CharField(_("personal-information file"), max_length=200)
    basis = models.CharField(_("legal basis"), max_length=200, blank=True)

    class Meta(Held.Meta):
        verbose_name = _("personal-data item")
