"""A file is kept whole under the hash of its content, or not at all."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from common import files
from common.errors import Refused

CONTENT = "真岡市".encode() * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
ROOT = Path(__file__).resolve().parents[2]


def everything_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def test_what_was_stored_can_be_loaded_and_lies_under_its_hash(settings: Any) -> None:
    assert files.store(CONTENT, ".pdf") == SHA256
    assert files.load(SHA256, ".pdf") == CONTENT
    assert everything_in(settings.FILES_DIR) == [f"{SHA256[:2]}/{SHA256}.pdf"]


def test_storing_the_same_content_twice_keeps_one_file(settings: Any) -> None:
    assert files.store(CONTENT, ".pdf") == files.store(CONTENT, ".pdf")
    assert len(everything_in(settings.FILES_DIR)) == 1
    assert files.load(SHA256, ".pdf") == CONTENT


def test_an_empty_file_is_a_file() -> None:
    assert files.load(files.store(b"", ".pdf"), ".pdf") == b""


@pytest.mark.parametrize(
    "damaged", [CONTENT[:-1], CONTENT + b" ", b"", b"x" + CONTENT[1:]], ids=["cut", "longer", "empty", "changed"]
)
def test_a_changed_file_is_never_handed_out_and_storing_it_anew_mends_it(damaged: bytes) -> None:
    files.store(CONTENT, ".pdf")
    files.path_of(SHA256, ".pdf").write_bytes(damaged)
    with pytest.raises(files.FileDamaged, match=SHA256):
        files.load(SHA256, ".pdf")
    files.store(CONTENT, ".pdf")
    assert files.load(SHA256, ".pdf") == CONTENT


def test_a_missing_file_and_one_of_another_kind_are_told() -> None:
    with pytest.raises(files.FileDamaged, match=SHA256):
        files.load(SHA256, ".pdf")
    files.store(CONTENT, ".pdf")
    with pytest.raises(files.FileDamaged):
        files.load(SHA256, ".json")


def test_a_folder_in_the_place_of_the_file_is_told_and_leaves_no_draft(settings: Any) -> None:
    in_the_way = files.path_of(SHA256, ".pdf")
    (in_the_way / "something").mkdir(parents=True)
    with pytest.raises(OSError, match=SHA256):
        files.store(CONTENT, ".pdf")
    assert everything_in(settings.FILES_DIR) == []
    with pytest.raises(files.FileDamaged):
        files.load(SHA256, ".pdf")


def test_a_file_in_the_place_of_the_folder_is_told(settings: Any) -> None:
    settings.FILES_DIR.write_bytes(b"")
    with pytest.raises(OSError, match="files"):
        files.store(CONTENT, ".pdf")
    with pytest.raises(files.FileDamaged):
        files.load(SHA256, ".pdf")


NO_ROOM = """
import resource, sys
from django.conf import settings
settings.configure(FILES_DIR=sys.argv[1])
from common import files
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    files.store(bytes(5000), ".pdf")
except OSError as error:
    print("OSError", error.errno)
print(files.store(bytes(500), ".pdf"))
"""


def test_a_place_without_room_is_told_leaves_nothing_half_written_and_works_again_later(tmp_path: Path) -> None:
    """The operating system refuses the write in the middle, as a full disk does."""
    command = [sys.executable, "-c", NO_ROOM, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ})
    small = hashlib.sha256(bytes(500)).hexdigest()
    assert done.stdout.split("\n")[:2] == ["OSError 27", small]
    assert everything_in(tmp_path) == [f"{small[:2]}/{small}.pdf"]


def test_a_disk_that_takes_no_upload_is_told_in_a_sentence(settings: Any, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path / "a file"
    settings.FILES_DIR.write_text("in the way")
    with translation.override("en"), pytest.raises(Refused, match="could not store"):
        files.keep(CONTENT, ".pdf")
