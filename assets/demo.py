"""The registers of the demo city: as many devices and items on each 31 March as the printed sheet says.

Every row has its own days. Of each year's disposals some fall on 31 March itself and no longer count, of each year's
purchases some on 1 April and not yet for the year before.
"""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

from assets.actions import save_import
from assets.comparing import compare
from assets.registers import REGISTERS, Register
from common.importing import Record
from staff.models import Department, Staff

DEVICES = {2015: 640, 2016: 665, 2017: 708, 2018: 850, 2019: 898, 2020: 916, 2021: 931, 2022: 940, 2023: 946}
DEVICES |= {2024: 958, 2025: 965}
ITEMS = {2015: 1080, 2016: 1096, 2017: 1141, 2018: 1127, 2019: 1122, 2020: 1122, 2021: 1130, 2022: 1134, 2023: 1129}
ITEMS |= {2024: 1138, 2025: 1140}
"""Held on 31 March at the end of each fiscal year: the printed sheet from 2016 to 2019, its forecast for 2020."""
FIRST = dt.date(2010, 4, 1)
KINDS = (
    ("業務用パソコン", "パソコン"),
    ("複合機", "複合機"),
    ("スイッチ", "ネットワーク機器"),
    ("業務端末", "パソコン"),
)
FILES = (
    ("住民基本台帳", ("氏名", "生年月日", "住所", "世帯主", "続柄", "個人番号"), "住民基本台帳法"),
    ("個人市民税課税台帳", ("氏名", "住所", "所得額", "控除額", "税額", "口座番号"), "地方税法"),
    ("国民健康保険被保険者台帳", ("氏名", "被保険者番号", "資格取得日", "保険税額"), "国民健康保険法"),
    ("介護保険被保険者台帳", ("氏名", "被保険者番号", "要介護度", "保険料額"), "介護保険法"),
    ("児童手当受給者台帳", ("氏名", "児童名", "口座番号", "支給額"), "児童手当法"),
    ("学齢簿", ("児童氏名", "保護者氏名", "住所", "学校名"), "学校教育法施行令"),
    ("水道使用者台帳", ("使用者氏名", "住所", "使用水量", "口座番号"), "真岡市水道事業給水条例"),
    ("職員人事記録", ("氏名", "生年月日", "給与額", "健康診断結果"), "地方公務員法"),
)
ASSETS = (
    ("住民基本台帳データ", "住民記録", "システム", "3", "2", "2", "電算室", "永年"),
    ("税務課税データ", "市税賦課", "システム", "3", "2", "2", "電算室", "10年"),
    ("職員人事記録", "人事管理", "紙", "3", "2", "1", "人事課書庫", "永年"),
    ("契約書綴り", "契約事務", "紙", "2", "2", "1", "財政課書庫", "10年"),
    ("公開ホームページ", "広報", "クラウド", "1", "2", "2", "外部サービス", "1年"),
    ("会議資料", "一般事務", "電子データ", "2", "1", "1", "ファイルサーバ", "5年"),
)


class Lot(NamedTuple):
    """One row to be: its running number and its days."""

    number: int
    acquired_on: dt.date
    disposed_on: dt.date | None


def lots(held: dict[int, int], seed: str, today: dt.date) -> list[Lot]:
    """Return rows of which exactly `held[year]` are held at the end of each fiscal year; those to come are left out."""
    rng = random.Random(seed)  # noqa: S311
    first = min(held)
    acquired = [_day(rng, FIRST.year, first) for _ in range(held[first])]
    disposed: dict[int, dt.date] = {}
    for year in [*sorted(held)[1:], max(held) + 1]:
        present = [index for index in range(len(acquired)) if index not in disposed]
        leaving = rng.sample(present, rng.randint(12, 30))
        last_day = dt.date(year + 1, 3, 31)
        disposed |= {index: last_day if n < 2 else _day(rng, year, year) for n, index in enumerate(leaving)}
        bought = held.get(year, len(present)) - len(present) + len(leaving)
        acquired += [dt.date(year, 4, 1) if n < 2 else _day(rng, year, year) for n in range(bought)]
    past = [(index, day) for index, day in enumerate(acquired) if day <= today]
    return [
        Lot(index + 1, day, gone if (gone := disposed.get(index)) and gone <= today else None) for index, day in past
    ]


def _day(rng: random.Random, first_year: int, last_year: int) -> dt.date:
    """Return a day from May of the first to February of the last fiscal year."""
    start, end = dt.date(first_year, 5, 1), dt.date(last_year + 1, 2, 28)
    return start + dt.timedelta(days=rng.randrange((end - start).days))


def load(by: Staff, today: dt.date) -> None:
    """Write the three registers as an import would; loading again changes nothing."""
    codes = list(Department.objects.in_force(today).filter(code__regex=r"^\d{6}$").values_list("code", flat=True))
    _save(by, REGISTERS["devices"], _devices(codes, today), today)
    _save(by, REGISTERS["personal_data"], _items(codes, today), today)
    _save(by, REGISTERS["information"], _assets(codes), today)


def _save(by: Staff, register: Register, rows: Iterator[dict[str, Any]], today: dt.date) -> None:
    held = set(register.model.objects.values_list("number", flat=True))
    columns = {column.heading: column for column in register.columns(today)}
    records = [
        Record(row, {columns[heading].name: columns[heading].field.clean(cell) for heading, cell in cells.items()})
        for row, cells in enumerate(rows, start=2)
        if cells["管理番号"] not in held
    ]
    save_import(by=by, comparison=compare(register, records), reason="デモ用のデータ")


def _devices(codes: list[str], today: dt.date) -> Iterator[dict[str, Any]]:
    for lot in lots(DEVICES, "devices", today):
        name, kind = KINDS[0 if lot.number % 10 < 7 else lot.number % len(KINDS)]
        yield {
            "管理番号": f"N-{lot.number:05d}",
            "名称": f"{name}{lot.number}",
            "種別": kind,
            "所属コード": codes[lot.number % len(codes)],
            "設置場所": f"本庁舎{lot.number % 5 + 1}階",
            "MACアドレス": f"02-00-00-00-{lot.number // 256:02X}-{lot.number % 256:02X}",
            "IPアドレス": f"192.0.2.{lot.number % 254 + 1}",
            "取得日": lot.acquired_on,
            "廃棄日": lot.disposed_on,
        }


def _items(codes: list[str], today: dt.date) -> Iterator[dict[str, Any]]:
    for lot in lots(ITEMS, "items", today):
        file_name, items, basis = FILES[lot.number % len(FILES)]
        yield {
            "管理番号": f"P-{lot.number:05d}",
            "個人情報ファイル名": file_name,
            "項目名": items[lot.number // len(FILES) % len(items)],
            "所属コード": codes[lot.number % len(codes)],
            "根拠": basis,
            "取得日": lot.acquired_on,
            "廃棄日": lot.disposed_on,
        }


def _assets(codes: list[str]) -> Iterator[dict[str, Any]]:
    for number in range(1, 61):
        name, work, form, *classes, place, retention = ASSETS[number % len(ASSETS)]
        cells = zip(("機密性", "完全性", "可用性"), classes, strict=True)
        yield {
            "管理番号": f"A-{number:04d}",
            "名称": name,
            "業務名": work,
            "所属コード": codes[number % len(codes)],
            "形態": form,
            **dict(cells),
            "保管場所": place,
            "保存期間": retention,
            "取得日": dt.date(2016 + number % 8, 4, 1),
            "廃棄日": None,
        }
