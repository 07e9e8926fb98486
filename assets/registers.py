"""The three registers as tables: which columns their files have, and how a cell is read and written.

The headings are those of the registers usual in Japanese cities; they are matched in any order.
"""

import datetime as dt
import ipaddress
from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assets.models import ClassLevel, Held, InformationAsset, NetworkDevice, PersonalDataItem
from common.fields import CodeField, JapaneseDateField
from common.importing import Column, WordField
from common.tables import NEVER_SEEN
from staff.models import Department

FORMS = {
    "電子データ": InformationAsset.Form.ELECTRONIC,
    "紙": InformationAsset.Form.PAPER,
    "可搬媒体": InformationAsset.Form.MEDIA,
    "機器": InformationAsset.Form.DEVICE,
    "システム": InformationAsset.Form.SYSTEM,
    "クラウド": InformationAsset.Form.CLOUD,
}
FORM_WORDS = {value: word for word, value in FORMS.items()}
ASPECTS = tuple(ClassLevel.Aspect.values)
SEEN = RegexValidator(NEVER_SEEN, CodeField.default_error_messages["unseen"], inverse_match=True)
MAC = RegexValidator(
    r"^[0-9A-Fa-f]{2}([:-]?[0-9A-Fa-f]{2}){5}\Z", gettext_lazy("Enter a MAC address like 00-1A-2B-3C-4D-5E.")
)


def valid_address(value: str) -> None:
    """Raise `ValidationError` unless `value` is an IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(value)
    except ValueError:
        raise ValidationError(_("Enter an IP address like 192.0.2.1.")) from None


KEY = (("管理番号", "number"),)
SECTION = (("所属コード", "department_code"),)
DAYS = (("取得日", "acquired_on"), ("廃棄日", "disposed_on"))


class Register(NamedTuple):
    """One register: its name in addresses and commands, its model, and the headings of its files with their fields."""

    name: str
    model: type[Held]
    headings: tuple[tuple[str, str], ...]

    def heading(self, name: str) -> str:
        """Return the heading of a field."""
        return next(heading for heading, field in self.headings if field == name)

    def labels(self) -> dict[str, str]:
        """Return what each field is called on screen: the words of its heading, in the person's language."""
        return {name: self._label(name) for _heading, name in self.headings}

    def _label(self, name: str) -> str:
        if name in ASPECTS:
            return str(capfirst(ClassLevel.Aspect(name).label))
        if name == "name":
            return _("Item of the file") if self.model is PersonalDataItem else _("Name")
        return capfirst(str(self.model._meta.get_field(name).verbose_name))  # type: ignore[union-attr]

    def columns(self, on: dt.date) -> list[Column]:
        """Return the columns that read a file on the day `on`."""
        known = fields(on)
        return [Column(heading, name, known[name]) for heading, name in self.headings]

    @property
    def free_fields(self) -> list[str]:
        """The fields that may change once an entry is there: all but those that the model freezes."""
        return [name for _heading, name in self.headings if name not in self.model.frozen_fields]

    def rows_with_levels(self) -> Any:
        """Return all entries, their class levels read with them."""
        related = [name for _heading, name in self.headings if name in ASPECTS]
        return self.model.objects.select_related(*related) if related else self.model.objects.all()

    def rows(self, entries: Any) -> Iterator[list[Any]]:
        """Yield the cells of `entries`, a QuerySet of the model, in the order of the headings."""
        names = [name for _heading, name in self.headings]
        for entry in entries.select_related(*(name for name in names if name in ASPECTS)).iterator(chunk_size=2000):
            yield [cell(entry, name) for name in names]


REGISTERS = {
    "information": Register(
        "information",
        InformationAsset,
        (
            *KEY,
            ("名称", "name"),
            ("業務名", "work"),
            *SECTION,
            ("形態", "form"),
            ("機密性", "confidentiality"),
            ("完全性", "integrity"),
            ("可用性", "availability"),
            ("保管場所", "place"),
            ("保存期間", "retention"),
            *DAYS,
        ),
    ),
    "devices": Register(
        "devices",
        NetworkDevice,
        (
            *KEY,
            ("名称", "name"),
            ("種別", "kind"),
            *SECTION,
            ("設置場所", "place"),
            ("MACアドレス", "mac_address"),
            ("IPアドレス", "ip_address"),
            *DAYS,
        ),
    ),
    "personal_data": Register(
        "personal_data",
        PersonalDataItem,
        (*KEY, ("個人情報ファイル名", "file_name"), ("項目名", "name"), *SECTION, ("根拠", "basis"), *DAYS),
    ),
}


class DepartmentCodeField(CodeField):
    """The code of a department that exists or existed."""

    @cached_property
    def known(self) -> set[str]:
        """Every code that a department has or had, read once a file."""
        return set(Department.objects.values_list("code", flat=True))

    def clean(self, value: Any) -> str:
        """Return the code; raises `ValidationError` for one that no department ever had."""
        code: str = super().clean(value)
        if code not in self.known:
            raise ValidationError(_("No department has the code %(code)s.") % {"code": code})
        return code


def fields(on: dt.date) -> dict[str, forms.Field]:
    """Return the form field that reads each column, by the name of the model's field.

    A class is one of any scheme up to the day `on`; a code that several have is that of the newest.
    """
    levels: dict[str, dict[str, ClassLevel]] = {aspect: {} for aspect in ASPECTS}
    for level in ClassLevel.objects.filter(scheme__valid_from__lte=on).order_by("scheme__valid_from"):
        levels[level.aspect][level.code] = level
    return {
        "number": CodeField(max_length=40),
        "department_code": DepartmentCodeField(max_length=20),
        "form": WordField(FORMS),
        **{aspect: WordField(levels[aspect]) for aspect in ASPECTS},
        "mac_address": CodeField(max_length=40, required=False, validators=[MAC]),
        "ip_address": CodeField(max_length=45, required=False, validators=[valid_address]),
        "acquired_on": JapaneseDateField(),
        "disposed_on": JapaneseDateField(required=False),
        "name": _text(200, required=True),
        "kind": _text(100, required=True),
        "file_name": _text(200, required=True),
        "work": _text(200),
        "place": _text(200),
        "basis": _text(200),
        "retention": _text(100),
    }


def cell(entry: Held, name: str) -> Any:
    """Return one value of `entry` as a file writes it."""
    value = getattr(entry, name)
    return value.code if isinstance(value, ClassLevel) else word(value, name)


def word(value: Any, name: str) -> Any:
    """Return a value of the field `name` as a file writes it, the form as its word."""
    return FORM_WORDS[value] if name == "form" else value


def _text(length: int, *, required: bool = False) -> forms.CharField:
    return forms.CharField(max_length=length, required=required, strip=False, validators=[SEEN])
