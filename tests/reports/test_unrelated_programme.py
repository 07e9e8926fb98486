"""Another city's year, through the public commands alone: every figure is what plain Python counts from the same rows."""

import csv
import datetime as dt
import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.reports.programmes import programme

YEARS = range(2017, 2022)
SEED = 20190401
Rows = list[dict[str, str]]
DEPARTMENTS: Rows = [
    {"所属コード": code, "所属名": name, "上位所属コード": above, "建制順": order, "開始日": "2010-04-01", "終了日": ""}
    for code, name, above, order in (
        ("10", "企画部", "", "1"),
        ("1010", "電算課", "10", "2"),
        ("20", "水道局", "", "3"),
    )
]
LINES = (
    ("activity", 1, "研修の回数", "sessions_held", "during", {}),
    ("activity", 2, "周知の回数", "notices_given", "during", {"per": "channel"}),
    ("target", 1, "正職員数", "headcount", "start", {}),
    ("target", 2, "端末台数", "devices", "end", {}),
    ("target", 3, "個人情報の項目", "personal_data_items", "end", {}),
)


def some_day(rng: random.Random) -> dt.date:
    """A day of the years tried; often the last of March or the first of April."""
    year = rng.choice([2016, *YEARS, 2022])
    edge = rng.choice([dt.date(year, 3, 31), dt.date(year, 4, 1)])
    return edge if rng.random() < 0.4 else edge + dt.timedelta(days=rng.randrange(365))


def sessions(rng: random.Random) -> Rows:
    return [
        {
            "講座名": f"講座{rng.randrange(6)}",
            "開催日": some_day(rng).isoformat(),
            "対象": rng.choice(["全職員", "管理職", "議員"]),
            "種別": rng.choice(["集合", "eラーニング", "外部"]),
            "状態": rng.choice(["実施済", "実施済", "中止"]),
            "会場": "",
            "講師": "",
            "参加者数": str(rng.randrange(200)),
        }
        for _ in range(60)
    ]


def notices(rng: random.Random) -> Rows:
    return [
        {
            "件名": f"通知{number}",
            "発信日": some_day(rng).isoformat(),
            "手段": rng.choice(["メール", "課長会議", "メール、文書"]),
            "対象": "全職員",
            "情報提供に数える": rng.choice(["はい", "はい", "いいえ"]),
        }
        for number in range(80)
    ]


def held(rng: random.Random, heading: str) -> Rows:
    rows = []
    for number in range(150):
        first, second = sorted((some_day(rng), some_day(rng)))
        row = {"管理番号": f"{number:04d}", heading: f"名称{number}", "所属コード": rng.choice(["10", "1010", "20"])}
        rows.append({**row, "取得日": first.isoformat(), "廃棄日": second.isoformat() if rng.random() < 0.5 else ""})
    return rows


def devices(rng: random.Random) -> Rows:
    return [row | {"種別": "端末", "設置場所": "", "MACアドレス": "", "IPアドレス": ""} for row in held(rng, "名称")]


def items(rng: random.Random) -> Rows:
    return [row | {"個人情報ファイル名": "台帳", "根拠": ""} for row in held(rng, "項目名")]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def within(text: str, year: int) -> bool:
    return dt.date(year, 4, 1) <= day(text) <= dt.date(year + 1, 3, 31)


def still_held(row: dict[str, str], year: int) -> bool:
    last = dt.date(year + 1, 3, 31)
    return day(row["取得日"]) <= last and (not row["廃棄日"] or day(row["廃棄日"]) > last)


EXPECTED: dict[str, Callable[[dict[str, Rows], int], int]] = {
    "sessions_held": lambda data, year: sum(
        row["状態"] == "実施済" and within(row["開催日"], year) for row in data["sessions"]
    ),
    "notices_given": lambda data, year: sum(
        len(row["手段"].split("、"))
        for row in data["notices"]
        if row["情報提供に数える"] == "はい" and within(row["発信日"], year)
    ),
    "headcount": lambda data, year: sum(day(row["採用日"]) <= dt.date(year, 4, 1) for row in data["people"]),
    "devices": lambda data, year: sum(still_held(row, year) for row in data["devices"]),
    "personal_data_items": lambda data, year: sum(still_held(row, year) for row in data["items"]),
}


def command(*words: str) -> str:
    told = io.StringIO()
    call_command(*words, stdout=told)
    return told.getvalue()


def load(folder: Path, name: str, rows: Rows, *words: str) -> str:
    file = folder / f"{name}.csv"
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.DictWriter(opened, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return command(*words, str(file)).strip().splitlines()[-1]


@pytest.fixture
def data(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Rows]:
    """The rows that went through the commands, by their kind."""
    rng = random.Random(SEED)
    made = {"sessions": sessions(rng), "notices": notices(rng), "devices": devices(rng), "items": items(rng)}
    made["people"] = [{"職員番号": f"{n:03d}", "採用日": some_day(rng).isoformat()} for n in range(25)]
    load(tmp_path, "departments", DEPARTMENTS, "import_departments")
    for row in made["people"]:
        monkeypatch.setattr("sys.stdin", io.StringIO("a-long-enough-password-2003\n"))
        command("add_person", row["職員番号"], "見本 太郎", "--joined", row["採用日"])
    load(tmp_path, "sessions", made["sessions"], "import_sessions")
    load(tmp_path, "notices", made["notices"], "import_notices")
    load(tmp_path, "devices", made["devices"], "import_assets", "devices")
    load(tmp_path, "items", made["items"], "import_assets", "personal_data")
    file = tmp_path / "programme.json"
    lines = [
        {
            "group": group,
            "slot": slot,
            "name": name,
            "source": source,
            "as_of": as_of,
            "recorded_from": 2017,
            "rule": rule,
        }
        for group, slot, name, source, as_of, rule in LINES
    ]
    sheets = [{"fiscal_year": 2021, "era_style": "era"}]
    file.write_text(json.dumps(programme(code="other-city", indicators=lines, sheets=sheets)))
    command("import_programme", str(file))
    return made


def figures(year: int) -> dict[str, dict[str, Any]]:
    return {one["source"]: one for one in json.loads(command("figures", "other-city", str(year), "--json"))}


def test_every_figure_is_what_the_rows_say(data: dict[str, Rows]) -> None:
    for year in YEARS:
        found = figures(year)
        assert {source: one["value"] for source, one in found.items()} == {
            source: expected(data, year) for source, expected in EXPECTED.items()
        }, year
        assert {one["basis"] for one in found.values()} == {"actual"}
    assert sum(figures(2019)[source]["value"] for source in EXPECTED) > 100


def test_years_before_the_records_are_blank_and_not_zero(data: dict[str, Rows]) -> None:
    found = json.loads(command("figures", "other-city", "2016", "--json"))
    assert [(one["value"], one["records"], one["source"]) for one in found] == [(None, None, "manual")] * 5


def test_one_changed_row_moves_its_figure_and_no_other(data: dict[str, Rows], tmp_path: Path) -> None:
    before = {source: one["value"] for source, one in figures(2019).items()}
    row = next(row for row in data["devices"] if still_held(row, 2019) and still_held(row, 2020))
    row["廃棄日"] = "2020-03-31"
    assert load(tmp_path, "devices", data["devices"], "import_assets", "devices").startswith("0 added, 1 changed")
    after = {source: one["value"] for source, one in figures(2019).items()}
    assert after == before | {"devices": before["devices"] - 1}
    row["廃棄日"] = "2020-04-01"
    load(tmp_path, "devices", data["devices"], "import_assets", "devices")
    assert figures(2019)["devices"]["value"] == before["devices"]


def test_a_session_that_turns_out_cancelled_no_longer_counts(data: dict[str, Rows], tmp_path: Path) -> None:
    before = figures(2019)["sessions_held"]["value"]
    row = next(row for row in data["sessions"] if row["状態"] == "実施済" and within(row["開催日"], 2019))
    row["状態"] = "中止"
    last = load(tmp_path, "sessions", data["sessions"], "import_sessions")
    assert last == "0 added, 1 changed, 59 unchanged, 0 errors"
    assert figures(2019)["sessions_held"]["value"] == before - 1
