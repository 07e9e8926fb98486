"""Policies in versions, who must confirm a version, and who has confirmed it."""

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from common.permissions import Permission
from staff.models import Department, Staff

SHA256 = r"^[0-9a-f]{64}$"
OWN_DRAFT = _("You wrote this draft. Another person has to publish it.")
NO_DECISION = _("The decision record is not complete: day, document number and who decided.")
LATE = _("The day to confirm by has passed already. Change it before you publish.")
OUT_OF_ORDER = _("A later version is effective earlier than the one before it. Check the dates.")


class Policy(models.Model):
    """One document that people must know, at one of the three levels; what it says stands in its versions."""

    class Level(models.TextChoices):
        """The three levels of an information-security policy."""

        BASIC_POLICY = "basic_policy", _("basic policy")
        STANDARD = "standard", _("standard")
        PROCEDURE = "procedure", _("procedure")

    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200)
    level = models.CharField(_("level"), max_length=16, choices=Level)
    order = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering: ClassVar = ["order", "code"]

    def __str__(self) -> str:
        return self.name


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    """Reads of versions. In force and superseded follow from the dates and are never stored."""

    def visible_to(self, user: Staff) -> "PolicyVersionQuerySet":
        """Published versions, which everybody may read; drafts too for those who write or publish them."""
        if user.has_permission(Permission.MANAGE_POLICIES) or user.has_permission(Permission.PUBLISH_POLICIES):
            return self.filter(discarded_at__isnull=True)
        return self.published()

    def published(self) -> "PolicyVersionQuerySet":
        """The versions that have been published."""
        return self.filter(published_at__isnull=False)

    def drafts(self) -> "PolicyVersionQuerySet":
        """The versions still being written."""
        return self.filter(published_at__isnull=True, discarded_at__isnull=True)

    def not_superseded(self, on: dt.date) -> "PolicyVersionQuerySet":
        """Published versions that no later one has replaced by the day `on`; those not yet effective included."""
        later = PolicyVersion.objects.published().filter(
            policy=OuterRef("policy"), number__gt=OuterRef("number"), effective_on__lte=on
        )
        return self.published().exclude(Exists(later))

    def in_force(self, on: dt.date) -> "PolicyVersionQuerySet":
        """The version of each policy that binds on the day `on`: effective by then and not superseded."""
        return self.not_superseded(on).filter(effective_on__lte=on)


class PolicyVersion(models.Model):
    """One version of a policy: a draft until it is published by another person than its author, then unchangeable.

    `text` is Markdown, kept as given; `text_sha256` is the SHA-256 of its UTF-8 bytes. An empty `confirm_by` asks
    nobody to confirm (versions from before the portal). `number` counts the published versions from 1, and a later
    number is never effective earlier.
    """

    frozen_fields: ClassVar = ("policy", "author", "created_at")
    closed_by: ClassVar = "published_at"

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"), null=True, blank=True)
    text = models.TextField(_("text"))
    summary = models.TextField(_("what changed"), blank=True)
    established_on = models.DateField(_("established on"))
    effective_on = models.DateField(_("effective from"))
    confirm_by = models.DateField(_("to be confirmed by"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    document_number = models.CharField(_("document number"), max_length=100, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=100, blank=True)
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("author"))
    last_edited_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("last edited by")
    )
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    revision = models.PositiveIntegerField(default=1)
    discarded_at = models.DateTimeField(_("discarded at"), null=True, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("published by")
    )
    text_sha256 = models.CharField(_("SHA-256 of the text"), max_length=64, blank=True)

    objects = PolicyVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a policy")
        ordering: ClassVar = ["policy", F("number").desc(nulls_first=True), "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_version_number"),
            models.CheckConstraint(
                condition=Q(effective_on__gte=F("established_on")),
                name="policy_version_effective_after_established",
                violation_error_message=_("A version cannot take effect before it is established."),
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by__isnull=True, number__isnull=True, text_sha256="")
                | Q(
                    published_at__isnull=False,
                    published_by__isnull=False,
                    number__isnull=False,
                    number__gte=1,
                    text_sha256__regex=SHA256,
                    discarded_at__isnull=True,
                    decided_on__isnull=False,
                )
                & ~Q(document_number="")
                & ~Q(decided_by=""),
                name="policy_version_published_whole",
            ),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True)
                | ~(Q(published_by=F("author")) | Q(published_by=F("last_edited_by"))),
                name="policy_version_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.number or ''}".strip()

    def hindrances(self, by: Staff, on: dt.date) -> list[str]:
        """Return in words everything that keeps `by` from publishing this draft on the day `on`; empty for nothing."""
        newest = self.policy.versions.published().order_by("-number").first()
        rules = (
            (by.pk in (self.author_id, self.last_edited_by_id), OWN_DRAFT),
            (not (self.decided_on and self.document_number and self.decided_by), NO_DECISION),
            (self.decided_on and self.decided_on > on, _("The day of the decision lies in the future.")),
            (self.confirm_by and self.confirm_by < on, LATE),
            (newest and self.effective_on < newest.effective_on, OUT_OF_ORDER),
        )
        return [str(sentence) for hinders, sentence in rules if hinders]


class ReaderQuerySet(models.QuerySet["Reader"]):
    """Reads of who must confirm."""

    def with_confirmation(self) -> "ReaderQuerySet":
        """Add `confirmed_at`: when the person confirmed this very version, None while he or she has not."""
        given = Acknowledgement.objects.filter(version=OuterRef("version"), person=OuterRef("person"))
        return self.annotate(confirmed_at=models.Subquery(given.values("at")[:1]))

    def with_currency(self, on: dt.date) -> "ReaderQuerySet":
        """Add `is_current`: whether no later version has taken the place of this one by the day `on`."""
        current = PolicyVersion.objects.not_superseded(on).filter(pk=OuterRef("version"))
        return self.annotate(is_current=Exists(current))

    def visible_to(self, user: Staff, on: dt.date) -> "ReaderQuerySet":
        """Whom `user` may follow up: the whole city, or the departments headed on the day `on` and those below."""
        if not user.has_permission(Permission.VIEW_READERS):
            return self.none()
        if user.has_permission(Permission.VIEW_WHOLE_CITY):
            return self
        return self.filter(department_code__in=user.headed_codes_on(on))

    def below(self, code: str) -> "ReaderQuerySet":
        """Of the readers of one version those of a department and all below it, as it was when they were asked."""
        asked_on = self.values_list("since", flat=True).first()
        codes = Department.objects.codes_below([code], asked_on) if asked_on else [code]
        return self.filter(department_code__in=codes)

    def by_department(self, on: dt.date) -> models.QuerySet[Any, Any]:
        """Count by department of the day of asking: `must`, `confirmed`, and `left` without confirming by `on`."""
        given = Acknowledgement.objects.filter(version=OuterRef("version"), person=OuterRef("person"))
        counts = {
            "must": Count("pk"),
            "confirmed": Count("pk", filter=Q(done=True)),
            "left": Count("pk", filter=Q(done=False, person__left_on__lt=on)),
        }
        rows = self.annotate(done=Exists(given)).order_by().values("department_code", "since")
        return rows.annotate(**counts).order_by("department_code")

    def outstanding_for(self, person: Staff, on: dt.date) -> "ReaderQuerySet":
        """What `person` still has to confirm on the day `on`: versions not superseded, the most pressing first."""
        current = PolicyVersion.objects.not_superseded(on)
        given = Acknowledgement.objects.filter(version=OuterRef("version"), person=OuterRef("person"))
        mine = self.filter(~Exists(given), person=person, version__in=current).order_by("version__confirm_by", "pk")
        return mine.select_related("version__policy").defer("version__text")


class Reader(models.Model):
    """One person who must confirm one version: written when it is published, with the department of that day."""

    append_only: ClassVar = True

    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="readers")
    person = models.ForeignKey(
        Staff, on_delete=models.PROTECT, to_field="uid", db_column="person_uid", related_name="policy_readers"
    )
    department_code = models.CharField(_("department code"), max_length=20, blank=True)
    since = models.DateField(_("asked on"))

    objects = ReaderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reader")
        ordering: ClassVar = ["version", "department_code", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "person"], name="reader_key")]

    def __str__(self) -> str:
        return f"{self.version} {self.person_id}"


class Acknowledgement(models.Model):
    """One person's confirmation of having read one version: when by the database's clock, and of which text.

    The person stands here only as the random `uid`. Never changed and never deleted.
    """

    append_only: ClassVar = True

    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="acknowledgements")
    person = models.ForeignKey(
        Staff, on_delete=models.PROTECT, to_field="uid", db_column="person_uid", related_name="acknowledgements"
    )
    at = models.DateTimeField(_("confirmed at"), db_default=Now())
    text_sha256 = models.CharField(_("SHA-256 of the text"), max_length=64)

    class Meta:
        verbose_name = _("acknowledgement")
        ordering: ClassVar = ["version", "at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "person"], name="acknowledgement_key"),
            models.CheckConstraint(condition=Q(text_sha256__regex=SHA256), name="acknowledgement_text_is_sha256"),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.person_id}"
