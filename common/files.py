"""Files kept under the SHA-256 of their content, in FILES_DIR.

A file appears whole or not at all: it is written under a temporary name, flushed to disk and renamed. Storing the
same content twice is harmless.
"""

import contextlib
import datetime as dt
import hashlib
import logging
import os
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from common.errors import Refused

logger = logging.getLogger(__name__)


class FileDamaged(Exception):
    """A stored file is missing, or its content no longer has the hash it was stored under."""


def path_of(sha256: str, suffix: str) -> Path:
    """Return where the content with this hex digest (64 characters) lies; `suffix` is its kind, for example `.pdf`."""
    return Path(settings.FILES_DIR) / sha256[:2] / f"{sha256}{suffix}"


def store(content: bytes, suffix: str) -> str:
    """Keep `content` and return its SHA-256 as 64 hex characters; raises `OSError` when the disk will not take it."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(sha256, suffix)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o640)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).rename(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)
    return sha256


def keep(content: bytes, suffix: str) -> str:
    """Keep an uploaded file like `store`; a disk that will not take it is a sentence: raises `Refused`."""
    try:
        return store(content, suffix)
    except OSError as error:
        logger.error("A file of %s bytes could not be stored: %s", len(content), error)
        sentence = _("The portal could not store the file. Nothing was saved. Please tell the person in charge of it.")
        raise Refused(sentence) from error


def load(sha256: str, suffix: str) -> bytes:
    """Return the content stored under `sha256`; raises `FileDamaged` when it is gone or is not the same content."""
    try:
        content = path_of(sha256, suffix).read_bytes()
    except OSError as error:
        raise FileDamaged(f"{sha256}: {error.strerror}") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise FileDamaged(f"{sha256}: the content has changed")
    return content


def discard(suffix: str, *, older_than: dt.timedelta) -> None:
    """Delete the files of one kind that were last stored longer ago than that."""
    limit = time.time() - older_than.total_seconds()
    for path in Path(settings.FILES_DIR).glob(f"*/*{suffix}"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < limit:
                path.unlink()


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
