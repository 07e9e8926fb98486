"""What an auditor searches the trail by."""

import datetime as dt
import ipaddress
import unicodedata
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from audit.models import Event, EventQuerySet
from audit.wording import action_codes, object_kinds, topics
from common.fields import CodeField, JapaneseDateField
from common.listing import TEXT_MAX, ListForm
from staff.models import Staff
from staff.trail import as_uid

SHOWN_PEOPLE = 20
KEY_MAX = 2**63 - 1
Choices = list[tuple[str, Any]]


def _actions() -> list[tuple[Any, Any]]:
    """Return nothing, then for each topic the whole of it and its actions."""
    groups: list[tuple[Any, Any]] = [("", _("All"))]
    for topic, words in topics().items():
        whole = (topic.slug, _("%(topic)s (all)") % {"topic": topic.label})
        groups.append((topic.label, [whole, *sorted(words.items(), key=lambda entry: str(entry[1]))]))
    return groups


def _kinds() -> Choices:
    return [("", _("All")), *sorted(object_kinds().items(), key=lambda entry: entry[1])]


class TrailFilter(ListForm):
    """Which events to show. A name or number that is typed becomes the uid of the person it fits."""

    since = JapaneseDateField(label=_("From"), help_text="")
    until = JapaneseDateField(label=_("Until"), help_text="")
    who = forms.CharField(label=_("Who (name or number)"), max_length=TEXT_MAX)
    action = forms.ChoiceField(label=_("What was done"), choices=_actions)
    object_type = forms.ChoiceField(label=_("Kind of object"), choices=_kinds)
    object_id = CodeField(label=_("Number of the object"), max_length=64)
    address = forms.CharField(label=_("Address of the computer"), max_length=45)
    request_id = CodeField(label=_("Inquiry number"), max_length=36)
    person = forms.UUIDField(widget=forms.HiddenInput)

    candidates: list[Staff] = []
    """The people whom the typed name or number fits."""
    named: uuid.UUID | None = None
    """The one whom it names."""

    def clean_address(self) -> str:
        """Return the address as the trail writes it."""
        typed = unicodedata.normalize("NFKC", self.cleaned_data["address"]).strip()
        try:
            return str(ipaddress.ip_address(typed)) if typed else ""
        except ValueError:
            raise ValidationError(_("Enter an IP address such as 192.0.2.10.")) from None

    def clean_who(self) -> str:
        """Find the person; raises `ValidationError` unless the words fit exactly one."""
        typed: str = self.cleaned_data["who"]
        self.named = as_uid(typed)
        if not typed or self.named:
            return typed
        self.candidates = list(people_called(typed)[: SHOWN_PEOPLE + 1])
        if not self.candidates:
            raise ValidationError(_("Nobody has this name or number."))
        if len(self.candidates) > SHOWN_PEOPLE:
            raise ValidationError(_("This fits more than %(n)s people. Type more of the name.") % {"n": SHOWN_PEOPLE})
        if len(self.candidates) > 1:
            raise ValidationError(_("This fits several people. Choose one of those below."))
        self.named = self.candidates[0].uid
        return typed

    def clean(self) -> dict[str, Any]:
        """Set the person whom `who` names, and refuse what cannot be searched for."""
        wanted: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = wanted.get("since"), wanted.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day lies before the first."))
        if wanted.get("object_id") and not wanted.get("object_type") and "object_type" not in self.errors:
            self.add_error("object_type", _("Choose the kind of object too."))
        if wanted.pop("who", ""):
            wanted["person"] = self.named
        return wanted

    @property
    def choosing(self) -> list[Staff]:
        """The people to choose from, when the typed name fits a few."""
        return self.candidates if 1 < len(self.candidates) <= SHOWN_PEOPLE else []

    def query(self, **other: str) -> dict[str, str]:
        """Return the filters as parameters of an address, which names a person by uid alone."""
        wanted = {**self.cleaned_data, **other}
        return {name: _as_text(value) for name, value in wanted.items() if value}


class TurnForm(forms.Form):
    """Which page of the trail: what comes after the event `before`, or what came up after the event `after`."""

    before = forms.IntegerField(min_value=1, max_value=KEY_MAX, required=False)
    after = forms.IntegerField(min_value=1, max_value=KEY_MAX, required=False)


def people_called(words: str) -> QuerySet[Staff]:
    """Return the people whom an employee number or a part of a name fits; a whole number fits one alone."""
    number = unicodedata.normalize("NFKC", words).strip()
    exact = Staff.objects.get_queryset().filter(employee_number=number)
    if exact.exists():
        return exact
    return Staff.objects.get_queryset().found_by(words).order_by("search_key", "employee_number")


def narrowed(wanted: dict[str, Any]) -> EventQuerySet:
    """Return the events that the cleaned filters leave."""
    events = Event.objects.between(wanted.get("since"), wanted.get("until"))
    if wanted.get("person"):
        events = events.filter(actor_uid=wanted["person"])
    if action := wanted.get("action"):
        whole = {code for code, words in action_codes().items() if words.topic.slug == action}
        events = events.filter(action__in=whole) if whole else events.filter(action=action)
    equal = {name: wanted[name] for name in ("object_type", "object_id", "address", "request_id") if wanted.get(name)}
    return events.filter(**equal)


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)
