"""What may be handed out: kinds of file, told by their content and not by their name alone."""

import io
import zipfile
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common.tables import EXCEL

MAGIC = {".pdf": b"%PDF-", ".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff"}
OFFICE = {".xlsx": "xl/workbook.xml", ".docx": "word/document.xml", ".pptx": "ppt/presentation.xml"}
CONTENT_TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".xlsx": EXCEL,
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


def checked_suffix(name: str, content: bytes) -> str:
    """Return the kind of a file, for example `.pdf`; raises `ValidationError` when content and name do not agree."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in CONTENT_TYPES:
        raise ValidationError(_("This kind of file cannot be handed out. Make a PDF of it."))
    if not (content.startswith(MAGIC[suffix]) if suffix in MAGIC else _is_office(content, OFFICE[suffix])):
        raise ValidationError(_("The content of this file is not what its name says."))
    return suffix


def _is_office(content: bytes, part: str) -> bool:
    try:
        return part in zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
