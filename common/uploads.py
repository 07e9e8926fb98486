"""A table file between its preview and its saving: kept under its hash, named in the page by a signed word."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common import files
from common.tables import FILE_BYTES_MAX

SALT = "common.uploads"
SUFFIX = ".upload"
KEPT: dt.timedelta = settings.UPLOADS_KEPT


class Upload(NamedTuple):
    """An uploaded file: its name as given, its content, the signed word that finds it again, and its SHA-256 as hex."""

    name: str
    content: bytes
    token: str
    sha256: str


class UploadForm(forms.Form):
    """Which file to read."""

    file = forms.FileField(
        label=_("File"),
        max_length=200,
        help_text=_("CSV (UTF-8 or Shift_JIS) or Excel (.xlsx), 20 MB at most."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean_file(self) -> Any:
        """Refuse a file that no import would read."""
        file = self.cleaned_data["file"]
        if file.size > FILE_BYTES_MAX:
            raise ValidationError(_("The file is larger than %(mb)s MB.") % {"mb": FILE_BYTES_MAX // 1024 // 1024})
        return file

    def kept(self) -> Upload:
        """Keep the checked file and return it; files kept too long ago to be saved any more are deleted."""
        files.discard(SUFFIX, older_than=KEPT)
        file = self.cleaned_data["file"]
        content = file.read()
        sha256 = files.keep(content, SUFFIX)
        return Upload(file.name, content, signing.dumps([sha256, file.name], salt=SALT), sha256)


class KeptForm(forms.Form):
    """Saving what the preview showed: the file by its signed word, and why."""

    token = forms.CharField(max_length=4000, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=100, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def clean_token(self) -> Upload:
        """Return the kept file; raises `ValidationError` when it is too old or is not ours."""
        token = self.cleaned_data["token"]
        try:
            sha256, name = signing.loads(token, salt=SALT, max_age=KEPT)
            return Upload(name, files.load(sha256, SUFFIX), token, sha256)
        except (signing.BadSignature, files.FileDamaged) as error:
            raise ValidationError(_("The file is no longer there. Choose it again.")) from error


class Reading:
    """Both steps of reading a file on one page: choosing it, then saving what its preview showed.

    `upload` is the file at hand, None before one is chosen; `form` is the form in use, bound once it was sent. What a
    subclass asks beside the file (`choose_form`) its `carried` takes over into the second step (`keep_form`).
    """

    SHOWN_MAX = 50
    choose_form: type[UploadForm] = UploadForm
    keep_form: type[KeptForm] = KeptForm

    def __init__(self, data: Mapping[str, Any] | None, uploads: Any) -> None:
        self.saving = data is not None and "token" in data
        self.outdated = False
        self.form = self._bound(data, uploads)
        valid = self.form.is_valid()
        self.upload: Upload | None = None
        if self.saving:
            self.upload = self.form.cleaned_data.get("token")
        elif valid:
            self.upload = self.form.kept()

    def _bound(self, data: Mapping[str, Any] | None, uploads: Any) -> Any:
        return self.keep_form(data) if self.saving else self.choose_form(data, uploads if data is not None else None)

    def carried(self) -> dict[str, Any]:
        """Return what the first step asked beside the file, as the second step sends it again."""
        return {}

    def saves(self, found: Any) -> bool:
        """Tell whether the second step was sent whole, for a file that changes something and as its preview showed it.

        `found` has `tally`, `problems` and perhaps `fingerprint`, what the preview stands for.
        """
        if not self.saving or not self.form.is_valid() or found.problems:
            return False
        if not found.tally.writes:
            return False
        self.outdated = self.form.cleaned_data["seen"] != _fingerprint(found)
        return not self.outdated

    @property
    def is_refused(self) -> bool:
        """Whether something was sent that could not be taken."""
        return bool(self.outdated or (self.form.is_bound and not self.form.is_valid()))

    def status(self, found: Any) -> int:
        """Return 400 when something was sent that cannot be taken, else 200; `found` is None before a file is read."""
        return 400 if self.is_refused or (found and found.problems) else 200

    def context(self, found: Any) -> dict[str, Any]:
        """Return what `import_page.html` shows; `found` is None before a file is read."""
        problems = found.problems if found else []
        return {
            "found": found,
            "upload": self.upload,
            "choose": self.choose_form() if self.saving else self.form,
            "saving": self._saving(found),
            "is_refused": self.is_refused,
            "outdated": self.outdated,
            "problems": problems[: self.SHOWN_MAX],
            "more_problems": max(0, len(problems) - self.SHOWN_MAX),
        }

    def _saving(self, found: Any) -> Any:
        if self.saving and not self.outdated:
            return self.form
        token, seen = (self.upload.token, _fingerprint(found)) if self.upload and found else ("", "")
        kept = {"token": token, "seen": seen, "reason": self.form.data.get("reason", "")}
        return self.keep_form(initial=kept | self.carried())


def _fingerprint(found: Any) -> str:
    return str(getattr(found, "fingerprint", found.tally))
