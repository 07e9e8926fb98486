"""Files kept under the SHA-256 of their content, in FILES_DIR.

A file appears whole or not at all: it is written under a temporary name, flushed to disk and renamed. Storing the
same content twice is harmless.
"""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings


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


def load(sha256: str, suffix: str) -> bytes:
    """Return the content stored under `sha256`; raises `FileDamaged` when it is gone or is not the same content."""
    try:
        content = path_of(sha256, suffix).read_bytes()
    except OSError as error:
        raise FileDamaged(f"{sha256}: {error.strerror}") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise FileDamaged(f"{sha256}: the content has changed")
    return content


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
