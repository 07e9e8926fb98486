"""What the form pack asks of a field: its several controls, and which control an error leads to."""

from typing import NamedTuple

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


class Part(NamedTuple):
    """One control of a field that has several: its words, its id, its HTML, and whether nobody sees it."""

    label: str
    id: str
    control: SafeString
    is_hidden: bool


@register.filter
def parts(field: BoundField) -> list[Part]:
    """Return the controls of a field made of several (a date of three lists, a date and a time), each with its words.

    The words are the labels of a `MultiValueField`'s own fields; a date and a time have theirs.
    """
    widget = field.subwidgets[0].data
    found = []
    for number, part in enumerate(widget["subwidgets"]):
        html = field.form.renderer.render(part["template_name"], {"widget": part})
        hidden = part.get("type") == "hidden"
        found.append(Part(_words(field, part["name"], number), part["attrs"].get("id", ""), SafeString(html), hidden))
    return found


def _words(field: BoundField, name: str, number: int) -> str:
    if isinstance(field.field.widget, forms.SelectDateWidget):
        return {"year": _("Calendar year"), "month": _("Month"), "day": _("Day")}[name.rpartition("_")[2]]
    own = getattr(field.field, "fields", ())
    if number < len(own) and own[number].label:
        return str(own[number].label)
    if isinstance(field.field.widget, forms.SplitDateTimeWidget):
        return (_("Date"), _("Time"))[number]
    return _("Part %(number)s") % {"number": number + 1}


@register.filter
def first_control(field: BoundField) -> str:
    """Return the id of the control that a link to the field puts the focus on: of a group, its first one."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect):
        options = field.subwidgets
        return (options and options[0].id_for_label) or field.auto_id
    if isinstance(widget, forms.MultiWidget | forms.SelectDateWidget):
        return next((part.id for part in parts(field) if not part.is_hidden), field.auto_id)
    return field.id_for_label


@register.filter
def media_of(form: forms.BaseForm) -> forms.Media:
    """Return the scripts and styles of a form's widgets; `form.media` in a template may be a field of that name."""
    return form.media


@register.filter
def described_by(field: BoundField, form: forms.BaseForm) -> str:
    """Return the ids of what describes a field in a row of a table: the row's own error, its support text and error."""
    row = f"{form.prefix}-row_error" if form.is_bound and form.non_field_errors() else ""
    return " ".join(filter(None, [row, field.aria_describedby]))


@register.filter
def described(field: BoundField, form: forms.BaseForm) -> SafeString:
    """Return the control of a field in a row of a table, tied to all that describes it."""
    ids = described_by(field, form)
    return field.as_widget(attrs={"aria-describedby": ids} if ids else None)
