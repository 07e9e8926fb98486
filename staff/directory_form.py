"""What is asked for reading the directory from a file, and for taking it away."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.exporting import ExportForm
from common.fields import JapaneseDateField
from common.uploads import KeptForm, Reading, UploadForm
from staff.directory import Listing, read
from staff.directory_plan import Comparison, Terms, compare
from staff.models import Staff


class PeopleUploadForm(UploadForm):
    """Which file to read, for which day it holds, and whether it is a list of everybody."""

    on = JapaneseDateField(
        label=_("Base date"),
        initial=timezone.localdate,
        help_text=_("The day for which the list holds, for example R8.4.1. Read the lists of later days last."),
    )
    full = forms.BooleanField(
        label=_("People who are not in this list have left"),
        required=False,
        help_text=_("Only for a list of everybody. Their last day is the day before the base date."),
    )


class PeopleKeptForm(KeptForm):
    """Saving what the preview showed; `confirmed` is asked only where many would leave."""

    on = JapaneseDateField(label=_("Base date"), widget=forms.HiddenInput)
    full = forms.BooleanField(
        label=_("People who are not in this list have left"), required=False, widget=forms.HiddenInput
    )
    confirmed = forms.BooleanField(label=_("I have checked that all these people have left"), required=False)
    field_order = ("token", "seen", "on", "full", "confirmed", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "kept_%s", **kwargs})


class RejectsForm(KeptForm):
    """Taking the bad rows of a kept file away."""

    seen = None  # type: ignore[assignment]
    reason = None  # type: ignore[assignment]
    on = JapaneseDateField(label=_("Base date"), widget=forms.HiddenInput)
    full = forms.BooleanField(
        label=_("People who are not in this list have left"), required=False, widget=forms.HiddenInput
    )


class DirectoryExportForm(ExportForm):
    """As of which day the directory is taken away, and as which kind of file."""

    on = JapaneseDateField(label=_("Base date"), initial=timezone.localdate)
    field_order = ("on", "kind")


class DirectoryReading(Reading):
    """Both steps of reading the directory; `listing` and `found` are what the file at hand says and would do."""

    choose_form = PeopleUploadForm
    keep_form = PeopleKeptForm
    form: Any

    def __init__(self, data: Mapping[str, Any] | None, uploads: Any, *, by: Staff) -> None:
        super().__init__(data, uploads)
        self.listing: Listing | None = None
        self.found: Comparison | None = None
        self.terms = terms_of(self.form)
        if self.upload and self.terms:
            self.listing = read(self.upload.content)
            self.found = compare(self.listing, self.terms, by=by)

    def carried(self) -> dict[str, Any]:
        """Return the base date and whether the list is one of everybody."""
        return {"on": self.terms.on.isoformat(), "full": self.terms.full} if self.terms else {}

    def confirms(self) -> bool:
        """Tell whether many may leave where many would; otherwise say so at the box to be ticked."""
        if self.found and self.found.too_many_leave and not self.form.cleaned_data["confirmed"]:
            self.form.add_error("confirmed", self.found.many_leave)
            return False
        return True


def terms_of(form: Any) -> Terms | None:
    """Return what a form says of how to read the file; None while the base date could not be read."""
    cleaned = getattr(form, "cleaned_data", {})
    return Terms(cleaned["on"], timezone.localdate(), cleaned["full"]) if cleaned.get("on") else None
