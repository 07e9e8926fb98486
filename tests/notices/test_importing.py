"""A city's past notices from a file: read as people write them, all or nothing, and the same twice."""

import datetime as dt
import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import Workbook

from audit.models import Event
from notices.models import Notice
from tests.notices.telling import recorded

HEADINGS = ["件名", "発信日", "手段", "対象", "情報提供に数える"]
ROWS = [
    ["不審なメールについて", "2019-04-01", "メール", "全職員", "はい"],
    ["年度末の点検について", "令和2年3月31日", "メール、課長会議", "管理職", "はい"],
    ["研修の案内", "Ｈ３１．４．１５", "グループウェア", "新規採用職員", "いいえ"],
    ["保育所へのお願い", "2019/5/7", "文書", "保育所の職員", "はい"],
]


def csv(rows: list[list[str]], headings: list[str] = HEADINGS, encoding: str = "utf-8") -> bytes:
    return "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in [headings, *rows]).encode(encoding)


def run(tmp_path: Path, content: bytes, *words: str, name: str = "notices.csv") -> tuple[str, str, int]:
    file = tmp_path / name
    file.write_bytes(content)
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("import_notices", str(file), *words, stdout=out, stderr=err)
    except SystemExit as end:
        code = int(end.code or 0)
    return out.getvalue().strip().splitlines()[-1], err.getvalue(), code


def test_every_way_to_write_a_notice_is_read(people: SimpleNamespace, tmp_path: Path) -> None:
    assert run(tmp_path, csv(ROWS)) == ("4 added, 0 changed, 0 unchanged, 0 errors", "", 0)
    found = {notice.title: notice for notice in Notice.objects.all()}
    assert found["年度末の点検について"].given_on == dt.date(2020, 3, 31)
    assert found["年度末の点検について"].channels == ["mail", "meeting"]
    assert found["年度末の点検について"].audience == "managers"
    assert found["研修の案内"].given_on == dt.date(2019, 4, 15) and not found["研修の案内"].counts
    other = found["保育所へのお願い"]
    assert (other.audience, other.audience_note) == ("other", "保育所の職員")
    assert all(notice.record_only for notice in found.values())
    assert Notice.objects.in_year(2019).counting().count() == 3
    assert Event.objects.filter(action="notices.record_notice", data__reason__icontains="notices.csv").count() == 4


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_the_other_encodings_of_an_office_are_read_too(people: SimpleNamespace, tmp_path: Path, encoding: str) -> None:
    assert run(tmp_path, csv(ROWS, encoding=encoding))[0].startswith("4 added")


def test_excel_with_its_columns_in_another_order_is_read(people: SimpleNamespace, tmp_path: Path) -> None:
    book = Workbook()
    for row in [HEADINGS, *ROWS]:
        book.active.append(row[::-1])
    book.save(tmp_path / "draft.xlsx")
    content = (tmp_path / "draft.xlsx").read_bytes()
    assert run(tmp_path, content, name="notices.xlsx")[0] == "4 added, 0 changed, 0 unchanged, 0 errors"


def test_the_same_file_twice_changes_nothing(people: SimpleNamespace, tmp_path: Path) -> None:
    run(tmp_path, csv(ROWS))
    events = Event.objects.count()
    assert run(tmp_path, csv(ROWS)) == ("0 added, 0 changed, 4 unchanged, 0 errors", "", 0)
    assert (Notice.objects.count(), Event.objects.count()) == (4, events)


def test_a_changed_row_corrects_its_notice_and_leaves_the_history(people: SimpleNamespace, tmp_path: Path) -> None:
    run(tmp_path, csv(ROWS))
    changed = [*ROWS[:2], [*ROWS[2][:4], "はい"], ROWS[3]]
    assert run(tmp_path, csv(changed))[0] == "0 added, 1 changed, 3 unchanged, 0 errors"
    assert Notice.objects.get(title="研修の案内").counts
    event = Event.objects.get(action="notices.correct_notice")
    assert event.data["changes"] == [{"place": "counts", "before": False, "after": True}]


def test_a_corrected_channel_changes_its_notice_and_adds_none(people: SimpleNamespace, tmp_path: Path) -> None:
    run(tmp_path, csv(ROWS))
    changed = [["不審なメールについて", "2019-04-01", "メール、課長会議", "全職員", "はい"], *ROWS[1:]]
    assert run(tmp_path, csv(changed))[0] == "0 added, 1 changed, 3 unchanged, 0 errors"
    assert Notice.objects.get(title="不審なメールについて").channels == ["mail", "meeting"]
    assert run(tmp_path, csv(changed))[0] == "0 added, 0 changed, 4 unchanged, 0 errors"


def test_two_notices_alike_on_one_day_are_two(people: SimpleNamespace, tmp_path: Path) -> None:
    twice = [ROWS[0], ROWS[0]]
    assert run(tmp_path, csv(twice))[0] == "2 added, 0 changed, 0 unchanged, 0 errors"
    assert run(tmp_path, csv(twice))[0] == "0 added, 0 changed, 2 unchanged, 0 errors"


def test_a_dry_run_saves_nothing(people: SimpleNamespace, tmp_path: Path) -> None:
    assert run(tmp_path, csv(ROWS), "--dry-run")[0] == "4 added, 0 changed, 0 unchanged, 0 errors"
    assert not Notice.objects.exists()


def test_a_notice_given_by_the_portal_is_not_touched(people: SimpleNamespace, tmp_path: Path) -> None:
    recorded(people, title="別の件名")
    assert run(tmp_path, csv(ROWS))[0].startswith("4 added")
    assert Notice.objects.count() == 5


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("件名", "", "row 3 件名"),
        ("件名", "一行目\n二行目", "row 3 件名: The subject must be a single line."),
        ("発信日", "2019-02-30", "row 3 発信日"),
        ("発信日", "2199-04-01", "row 3 発信日: The date lies in the future."),
        ("発信日", "", "row 3 発信日"),
        ("手段", "伝書鳩", "row 3 手段: This must be one of: メール, 課長会議, グループウェア, 文書."),
        ("手段", "", "row 3 手段"),
        ("情報提供に数える", "たぶん", "row 3 情報提供に数える: This must be one of: はい, いいえ."),
        ("情報提供に数える", "", "row 3 情報提供に数える"),
    ],
)
def test_one_bad_cell_is_named_and_nothing_is_saved(
    people: SimpleNamespace, tmp_path: Path, column: str, cell: str, said: str
) -> None:
    bad = list(ROWS[1])
    bad[HEADINGS.index(column)] = cell
    last, errors, code = run(tmp_path, csv([ROWS[0], bad, ROWS[2]]))
    assert said in errors
    assert (last, code) == ("0 added, 0 changed, 0 unchanged, 1 errors", 1)
    assert not Notice.objects.exists()


@pytest.mark.parametrize("headings", [HEADINGS[:-1], [*HEADINGS[:-1], "備考"]])
def test_a_missing_or_unknown_heading_is_named(people: SimpleNamespace, tmp_path: Path, headings: Any) -> None:
    _last, errors, code = run(tmp_path, csv([row[: len(headings)] for row in ROWS], headings))
    assert "情報提供に数える: This heading is missing." in errors
    assert code == 1 and not Notice.objects.exists()
