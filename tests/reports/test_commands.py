"""The commands as an administrator meets them."""

from io import StringIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.management import CommandError, call_command

from audit.models import Event
from reports.models import Programme, SheetBuild
from staff.models import Staff
from tests.cast import CITY_FILE


def run(*words: Any) -> tuple[str, str]:
    """Run a command; returns what it printed on standard output and on standard error."""
    out, err = StringIO(), StringIO()
    call_command(*[str(word) for word in words], stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_import_adds_then_leaves_alone(db: None) -> None:
    assert "moka-security-policy: added" in run("import_programme", CITY_FILE)[0]
    assert "moka-security-policy: unchanged, 0 contents changed." in run("import_programme", CITY_FILE)[0]
    assert Programme.objects.get().revision == 1


def test_import_by_a_person_is_recorded_under_that_person(people: Any) -> None:
    run("import_programme", CITY_FILE, "--by", people.officer.employee_number)
    assert Event.objects.get(action="reports.save_programme").actor_uid == people.officer.uid


def test_import_without_a_name_is_the_systems(db: None) -> None:
    run("import_programme", CITY_FILE)
    system = Staff.objects.get(employee_number="SYSTEM")
    assert Event.objects.get(action="reports.save_programme").actor_uid == system.uid
    assert not system.is_active


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", ""),
        (b"{", ""),
        (CITY_FILE.read_bytes()[:2000], ""),
        (CITY_FILE.read_text().replace('"slot": 1', '"slot": 6', 1).encode(), "indicators[0].slot"),
        (CITY_FILE.read_text().replace("moka-security-policy", "../../etc/passwd", 1).encode(), "code"),
        (CITY_FILE.read_text().replace('"activity"', '"hobby"', 1).encode(), "indicators[0].group"),
        (CITY_FILE.read_text().replace("243", "1" * 13, 1).encode(), "costs.2016.actual.general"),
        (CITY_FILE.read_text().replace('"2016": 2', '"12016": 2', 1).encode(), "indicators[0].actual"),
        (CITY_FILE.read_text().replace("真岡市セキュリティ", "真" * 100_000, 1).encode(), "name"),
    ],
    ids=["empty", "broken", "truncated", "slot 6", "path code", "group", "13 digits", "year 12016", "long name"],
)
def test_a_bad_file_is_named_place_by_place_and_changes_nothing(
    db: None, tmp_path: Path, content: bytes, said: str
) -> None:
    file = tmp_path / "bad.json"
    file.write_bytes(content)
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("import_programme", str(file), stderr=err)
    assert any(line.startswith(said or "bad.json") for line in err.getvalue().splitlines())
    assert not Programme.objects.exists()
    assert not Event.objects.filter(action="reports.save_programme").exists()


def test_all_problems_of_a_file_are_told_at_once(db: None, tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    file.write_text(
        CITY_FILE.read_text().replace('"slot": 1', '"slot": 6').replace('"priority": false', '"priority": 0')
    )
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("import_programme", str(file), stderr=err)
    places = [line.partition(":")[0] for line in err.getvalue().splitlines()]
    assert "priority" in places
    assert len([place for place in places if place.endswith(".slot")]) == 4


def test_a_missing_file_is_one_plain_line(db: None) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run("import_programme", "/nonexistent/file.json")


def test_build_sheet_writes_the_pdf_without_a_worker(people: Any, programme: Any, tmp_path: Path) -> None:
    out, _ = run("build_sheet", programme.code, 2019, "--output", tmp_path / "sheet.pdf", "--by", "003")
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF-")
    assert "2 pages" in out
    build = SheetBuild.objects.get()
    assert (build.state, build.requested_by) == ("done", people.officer)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["sheet.pdf"]


def test_build_sheet_archive_is_a_pdf_a_file(programme: Any, tmp_path: Path) -> None:
    run("build_sheet", programme.code, 2019, "--output", tmp_path / "sheet.pdf", "--archive")
    with pikepdf.open(tmp_path / "sheet.pdf") as pdf, pdf.open_metadata() as metadata:
        assert metadata.pdfa_status == "2A"
    assert SheetBuild.objects.get().archive


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["moka-security-policy", "1999"], "2019"),
        (["unknown", "2019"], "no sheet of unknown"),
        (["../x", "2019"], "no sheet of"),
        (["nul\0code", "2019"], "no sheet of"),
        (["moka-security-policy", "2019", "--by", "nobody"], "nobody"),
    ],
)
def test_build_sheet_names_what_it_does_not_find(programme: Any, tmp_path: Path, words: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run("build_sheet", *words, "--output", tmp_path / "sheet.pdf")
    assert not SheetBuild.objects.exists()


def test_build_sheet_into_a_missing_folder_asks_for_nothing(programme: Any, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="not a folder"):
        run("build_sheet", programme.code, 2019, "--output", tmp_path / "none" / "sheet.pdf")
    assert not SheetBuild.objects.exists()


def test_request_sheet_without_a_worker_says_so_and_keeps_the_row(programme: Any) -> None:
    with pytest.raises(CommandError, match="worker"):
        run("request_sheet", programme.code, 2019, "--wait", 1)
    assert SheetBuild.objects.get().state == SheetBuild.State.QUEUED


def test_sweep_says_how_many_it_rang_for(db: None) -> None:
    assert run("sweep")[0] == "0 rung again, 0 mails wait, 0 links wait.\n"
