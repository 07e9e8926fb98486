"""What an administrator types for one step of a reorganisation, and who goes where in it."""

import copy
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.fields import CodeField, CountField, JapaneseDateField, LinesField
from common.fiscal_year import nearest_first_day
from common.listing import ListForm
from staff.fields import DepartmentCodesField
from staff.models import Department, Posting
from staff.reorganisation import Impossible, Kind, Part, Wanted
from staff.reorganisation_plan import Plan, plan

PARTS_MAX = 20
CHOOSE = _("Choose a department")
CODE_MAX = 20
CODE = CodeField(max_length=CODE_MAX)
SEPARATOR = re.compile(r"[\s,、]+")
NAME_MAX = 100
NAME = forms.CharField(max_length=NAME_MAX, required=False)


def departments() -> Iterator[tuple[str, str]]:
    """Yield the departments of today and those to come, as choices by code in the official order."""
    found: dict[str, str] = {}
    for one in Department.objects.not_over(timezone.localdate()).order_by("order", "code", "-valid_from"):
        found[one.code] = f"{one.code} {one.name}"
    yield from found.items()


class ChosenDepartment(forms.ChoiceField):
    """One of the departments of today and to come; `empty` says what no choice means. See `offer_departments`."""

    def __init__(self, *, empty: Any, **kwargs: Any) -> None:
        self.empty = empty
        super().__init__(**kwargs)


def offer_departments(fields: Mapping[str, forms.Field]) -> None:
    """Give every `ChosenDepartment` among the fields of a form its choices, read once for all of them."""
    found = list(departments())
    for field in fields.values():
        if isinstance(field, ChosenDepartment):
            field.choices = [("", field.empty), *found]


def usual_first_day() -> dt.date:
    """Return the nearest 1 April: the next one while it is prepared, the last one while late news of it arrives."""
    return nearest_first_day(timezone.localdate())


class StartForm(ListForm):
    """The department that a page leads here from; a wrong one is passed over."""

    code = CodeField(max_length=CODE_MAX)


class Step:
    """What the form of every step has: the first day, the reason, and the `plan` of what was typed once it is valid."""

    kind: ClassVar[Kind]
    plan: Plan
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = JapaneseDateField(label=_("First day"), initial=usual_first_day)
        reason = forms.CharField(
            label=_("Reason"), max_length=200, help_text=_("For example the ordinance. It is kept with each change.")
        )
        self.fields = {"on": first, **self.fields, "reason": reason}
        offer_departments(self.fields)

    def clean(self) -> dict[str, Any]:
        """Work the step out once every field could be read."""
        form: Any = self
        data: dict[str, Any] = form.cleaned_data
        if not form.errors:
            try:
                self.plan = plan(self.wanted(data), today=timezone.localdate())
            except Impossible as no:
                form.add_error(no.place if no.place in form.fields else None, str(no))
        return data

    def wanted(self, data: dict[str, Any], **chosen: Any) -> Wanted:
        """Return the step as it was asked for; `chosen` says who goes where."""
        codes = data.get("codes") or [data["code"]]
        return Wanted(self.kind, data["on"], tuple(codes), tuple(self.left(data)), **chosen)

    def left(self, data: dict[str, Any]) -> list[Part]:
        """Return the departments that the step leaves."""
        raise NotImplementedError


class RenameForm(Step, forms.Form):
    """Another name from a day on; the code and the people stay."""

    kind = Kind.RENAME

    code = ChosenDepartment(label=_("Department"), empty=CHOOSE)
    name = forms.CharField(label=_("New name"), max_length=NAME_MAX)

    def left(self, data: dict[str, Any]) -> list[Part]:
        """Return the department with its new name."""
        return [Part(data["code"], data["name"])]


class MoveForm(Step, forms.Form):
    """Another department above, or another place in the official order; the people stay."""

    kind = Kind.MOVE

    code = ChosenDepartment(label=_("Department"), empty=CHOOSE)
    parent_code = ChosenDepartment(label=_("Department above"), empty=_("at the top of the city"), required=False)
    order = CountField(
        label=_("Official order"), required=False, max_value=2_000_000_000, help_text=_("Empty: as it is.")
    )

    def left(self, data: dict[str, Any]) -> list[Part]:
        """Return the department in its new place."""
        return [Part(data["code"], parent_code=data["parent_code"], order=data["order"])]


class AddForm(Step, forms.Form):
    """A new department, nobody in it yet."""

    kind = Kind.ADD

    code = CodeField(label=_("Department code"), max_length=CODE_MAX)
    name = forms.CharField(label=_("Name"), max_length=NAME_MAX)
    parent_code = ChosenDepartment(label=_("Department above"), empty=_("at the top of the city"), required=False)
    order = CountField(label=_("Official order"), max_value=2_000_000_000)

    def wanted(self, data: dict[str, Any], **chosen: Any) -> Wanted:
        """Return the step, which is about no department of today."""
        return Wanted(self.kind, data["on"], (), tuple(self.left(data)), **chosen)

    def left(self, data: dict[str, Any]) -> list[Part]:
        """Return the new department."""
        return [Part(data["code"], data["name"], data["parent_code"], data["order"])]


class CloseForm(Step, forms.Form):
    """A department without people and without departments below ends."""

    kind = Kind.CLOSE

    code = ChosenDepartment(label=_("Department"), empty=CHOOSE)

    def left(self, data: dict[str, Any]) -> list[Part]:
        """Return nothing: the department is gone."""
        return []


class MergeForm(Step, forms.Form):
    """Several departments become one, new or one that is there."""

    kind = Kind.MERGE

    codes = DepartmentCodesField(
        label=_("Codes of the departments to be merged"),
        max_length=500,
        help_text=_("With blanks or commas between them. The first one gives a new department its place."),
    )
    code = CodeField(
        label=_("Code of the department they become"),
        max_length=CODE_MAX,
        help_text=_("A new code, the code of one of them, or that of another department that takes them in."),
    )
    name = forms.CharField(
        label=_("Name of the department they become"),
        max_length=NAME_MAX,
        required=False,
        help_text=_("Needed for a new department. Empty: a department that is there keeps its name."),
    )

    def left(self, data: dict[str, Any]) -> list[Part]:
        """Return the one department."""
        return [Part(data["code"], data["name"])]


class SplitForm(Step, forms.Form):
    """One department becomes several; who goes where is chosen with the preview."""

    kind = Kind.SPLIT

    code = ChosenDepartment(label=_("Department"), empty=CHOOSE)
    parts = LinesField(
        label=_("The departments it becomes"),
        max_length=5_000,
        rows=5,
        help_text=_(
            "One a line: the code, a blank, the name. A line with the code of today lets the department go on; its "
            "name may be left out. People go to the first one unless you choose otherwise in the next step."
        ),
    )

    def clean_parts(self) -> list[str]:
        """Refuse a line that holds no code or a name that is too long."""
        lines = self.cleaned_data["parts"]
        if len(lines) > PARTS_MAX:
            raise ValidationError(_("Name %(n)s departments at most.") % {"n": PARTS_MAX})
        for number, line in enumerate(lines, start=1):
            try:
                NAME.clean(_part(line).name)
            except ValidationError as error:
                told = {"n": number, "why": " ".join(error.messages)}
                raise ValidationError(_("Line %(n)s: %(why)s") % told) from error
        return lines

    def left(self, data: dict[str, Any]) -> list[Part]:
        """Return the departments by line."""
        return [_part(line) for line in data["parts"]]


def _part(line: str) -> Part:
    code, _mark, name = SEPARATOR.sub("\n", line.strip(), count=1).partition("\n")
    return Part(CODE.clean(code), name.strip())


STEPS = {form.kind: form for form in (RenameForm, MergeForm, SplitForm, MoveForm, AddForm, CloseForm)}


class ArrangeForm(forms.Form):
    """Who goes where and who stays head, for the step worked out as `found`; everybody to the first part when left.

    `seen` is the fingerprint of what the page showed.
    """

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, found: Plan) -> None:
        super().__init__(data, initial={"seen": found.fingerprint})
        self.found = found
        self.is_split = found.wanted.kind == Kind.SPLIT
        parts = [(part.code, f"{part.code} {found.result[part.code].name}") for part in found.wanted.parts]
        for one in found.resettling.people:
            if self.is_split:
                self.fields[f"to-{one.pk}"] = forms.ChoiceField(label=_("Goes to"), choices=parts, required=False)
            if one.is_head:
                initial = one.pk in found.resettling.heads
                self.fields[f"head-{one.pk}"] = forms.BooleanField(label=_("Head"), initial=initial, required=False)
        for section in found.sections:
            field = forms.ChoiceField(label=_("Stands below"), choices=parts, required=False)
            self.fields[f"section-{section.pk}"] = field

    def rows(self) -> Iterator[tuple[Posting, Any, Any]]:
        """Yield each posting with its field for where it goes and that for being head, None where there is none."""
        for one in self.found.resettling.people:
            to, head = (self[name] if name in self.fields else None for name in (f"to-{one.pk}", f"head-{one.pk}"))
            yield one, to, head

    def section_rows(self) -> Iterator[tuple[Department, Any]]:
        """Yield each department below with its field for where it goes."""
        for section in self.found.sections:
            yield section, self[f"section-{section.pk}"]

    def chosen(self) -> dict[str, Any]:
        """Return what was chosen, for `Wanted`."""
        data, people = self.cleaned_data, self.found.resettling.people
        first = self.found.wanted.parts[0].code if self.found.wanted.parts else ""
        return {
            "people": {one.pk: data.get(f"to-{one.pk}") or first for one in people if self.is_split},
            "sections": {one.code: data[f"section-{one.pk}"] or first for one in self.found.sections},
            "heads": frozenset(one.pk for one in people if data.get(f"head-{one.pk}")),
        }

    def say_outdated(self, refusal: Refused, fresh: Plan) -> "ArrangeForm":
        """Return the form for what is there now, with the choices made and the reason why nothing was saved."""
        data: Any = copy.copy(self.data)
        data["seen"] = fresh.fingerprint
        form = ArrangeForm(data, found=fresh)
        form.add_error(None, str(refusal))
        return form
