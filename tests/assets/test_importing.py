"""Importing the registers: any order, any writing of dates, all or nothing, every fault named."""

import datetime as dt
import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import Workbook

from assets.actions import save_entry, save_import
from assets.comparing import compare
from assets.models import ClassLevel, InformationAsset, NetworkDevice, PersonalDataItem
from assets.registers import REGISTERS
from audit.models import Event
from common.errors import Refused
from common.importing import read_records
from common.tables import ZIP_ENTRIES_MAX, csv_chunks, excel
from tests import cast
from tests.conftest import environment

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 4, 1)
INFORMATION = "管理番号,名称,業務名,所属コード,形態,機密性,完全性,可用性,保管場所,保存期間,取得日,廃棄日\n"
DEVICES = "廃棄日,取得日,IPアドレス,MACアドレス,設置場所,所属コード,種別,名称,管理番号\n"
ITEMS = "管理番号,個人情報ファイル名,項目名,所属コード,根拠,取得日,廃棄日\n"


@pytest.fixture(autouse=True)
def _departments(db: None) -> None:
    cast.department("0110", "総務部")
    cast.department("012010", "市民課")


def load(
    kind: str, content: str | bytes, tmp_path: Path, *options: str, encoding: str = "utf-8"
) -> tuple[int, str, str]:
    """Run the command; return its exit status, the last line it printed, and what it said was wrong."""
    file = tmp_path / "file.csv"
    file.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_assets", kind, str(file), *options, stdout=out, stderr=err)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue().splitlines()[-1], err.getvalue()
    return 0, out.getvalue().splitlines()[-1], err.getvalue()


def test_information_assets_come_in_with_their_classes(tmp_path: Path) -> None:
    row = "Ｘ－０００３,住民基本台帳,住民記録,012010,電子データ,3A,2,2,サーバー室,永年,令和元年5月1日,\n"
    assert load("information", INFORMATION + row, tmp_path, encoding="cp932")[:2] == (
        0,
        "1 added, 0 changed, 0 unchanged, 0 errors",
    )
    asset = InformationAsset.objects.get()
    assert (asset.number, asset.acquired_on, asset.disposed_on) == ("X-0003", dt.date(2019, 5, 1), None)
    assert (asset.form, asset.confidentiality.code, asset.integrity.label) == ("electronic", "3A", "自治体完全性2")


@pytest.mark.parametrize("date", ["2019-04-01", "2019/4/1", "H31.4.1", "平成31年4月1日", "２０１９／４／１"])
def test_a_date_of_any_writing_is_the_same_day(date: str, tmp_path: Path) -> None:
    row = f",{date},192.0.2.7,00-1A-2B-3C-4D-5E,2階,0110,PC,𠮷野の端末,D-1\n"
    assert load("devices", DEVICES + row, tmp_path)[0] == 0
    device = NetworkDevice.objects.get()
    assert (device.name, device.acquired_on) == ("𠮷野の端末", dt.date(2019, 4, 1))


def test_doing_it_again_changes_nothing_and_a_change_leaves_its_history(tmp_path: Path) -> None:
    first = ITEMS + "P-1,住民基本台帳,氏名,012010,住民基本台帳法,2019/4/1,\nP-2,住民基本台帳,住所,012010,,2019/4/1,\n"
    assert load("personal_data", first, tmp_path)[1] == "2 added, 0 changed, 0 unchanged, 0 errors"
    assert load("personal_data", first, tmp_path)[1] == "0 added, 0 changed, 2 unchanged, 0 errors"
    second = first.replace("住所,012010,,2019/4/1,", "住所,012010,,2019/4/1,R8.3.31")
    assert load("personal_data", second, tmp_path)[1] == "0 added, 1 changed, 1 unchanged, 0 errors"
    changed = PersonalDataItem.objects.get(number="P-2")
    newest = Event.objects.about("assets.PersonalDataItem", changed.pk)[0]
    assert newest.action == "assets.change_entry"
    assert newest.data["changes"] == [{"place": "disposed_on", "before": "", "after": "2026-03-31"}]
    assert newest.data["reason"].startswith("import of file.csv, SHA-256 ")
    assert newest.leaf_hash == newest.computed_leaf_hash()
    assert Event.objects.filter(action="assets.add_entry").count() == 2


def test_a_dry_run_counts_and_changes_nothing(tmp_path: Path) -> None:
    row = "P-1,住民基本台帳,氏名,012010,,2019/4/1,\n"
    assert load("personal_data", ITEMS + row, tmp_path, "--dry-run")[:2] == (
        0,
        "1 added, 0 changed, 0 unchanged, 0 errors",
    )
    assert not PersonalDataItem.objects.exists()
    assert not Event.objects.filter(action__startswith="assets.").exists()


def test_one_bad_cell_keeps_everything_out_and_all_are_named(tmp_path: Path) -> None:
    rows = (
        "1,良い資産,,0110,紙,3A,2,1,,,2019/4/1,\n"
        "2,,,9999,石板,9Z,2,1,,,昨日,\n"
        "3,廃棄が先,,0110,紙,2,1,1,,,2019/4/1,2019/3/31\n"
        "1,番号が同じ,,0110,紙,2,1,1,,,2019/4/1,\n"
    )
    status, last, said = load("information", INFORMATION + rows, tmp_path)
    assert (status, last) == (1, "0 added, 0 changed, 0 unchanged, 7 errors")
    columns = [
        "row 3 名称",
        "row 3 所属コード",
        "row 3 形態",
        "row 3 機密性",
        "row 3 取得日",
        "row 4 廃棄日",
        "row 5 管理番号",
    ]
    lines = said.splitlines()
    assert [line.partition(": ")[0] for line in lines] == columns
    assert all(line.partition(": ")[2] for line in lines)
    assert not InformationAsset.objects.exists()


def test_a_day_of_disposal_before_the_acquisition_is_named(tmp_path: Path) -> None:
    row = "P-1,台帳,氏名,012010,,2019/4/1,2019/3/31\nP-2,台帳,住所,012010,,2019/4/1,\n"
    status, last, said = load("personal_data", ITEMS + row, tmp_path)
    assert (status, last) == (1, "0 added, 0 changed, 0 unchanged, 1 errors")
    assert said.startswith("row 2 廃棄日: The day of disposal must not be before")


@pytest.mark.parametrize(
    ("column", "value"),
    [("MACアドレス", "00-1A-2B"), ("MACアドレス", "zz-1A-2B-3C-4D-5E"), ("IPアドレス", "192.0.2.999")],
)
def test_an_address_that_is_none_is_named(column: str, value: str, tmp_path: Path) -> None:
    cells = {"MACアドレス": "", "IPアドレス": "", column: value}
    row = f",2019/4/1,{cells['IPアドレス']},{cells['MACアドレス']},,0110,PC,端末,D-1\n"
    status, _last, said = load("devices", DEVICES + row, tmp_path)
    assert status == 1
    assert said.startswith(f"row 2 {column}: ")


@pytest.mark.parametrize("kind", REGISTERS)
def test_what_is_written_comes_back_unchanged(kind: str) -> None:
    register = REGISTERS[kind]
    by = cast.person("1")
    level = {level.aspect: level for level in ClassLevel.objects.in_force(TODAY)}
    values: dict[str, Any] = {
        "number": "=1",
        "name": "髙﨑「,」\"'",
        "department_code": "0110",
        "acquired_on": dt.date(2019, 4, 1),
        "disposed_on": None,
        "work": "+業務",
        "form": "cloud",
        "place": "",
        "retention": "10年",
        "kind": "PC",
        "mac_address": "",
        "ip_address": "2001:db8::1",
        "file_name": "台帳",
        "basis": "-",
        **level,
    }
    own = {name: values[name] for _heading, name in register.headings}
    save_entry(by=by, register=register, entry=None, values=own, reason="登録")
    headings = [heading for heading, _name in register.headings]
    for content in (
        b"".join(csv_chunks(headings, register.rows(register.model.objects.all()))),
        b"".join(csv_chunks(headings, register.rows(register.model.objects.all()), "cp932")),
        excel("台帳", headings, register.rows(register.model.objects.all())),
    ):
        reading = read_records(content, register.columns(TODAY), key=["number"])
        comparison = compare(register, reading.records, reading.problems)
        assert str(comparison.tally) == "0 added, 0 changed, 1 unchanged, 0 errors", comparison


def broken(content: bytes, change: tuple[bytes, bytes]) -> bytes:
    """Return a workbook with something in its sheet changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            new.writestr(part.filename, data.replace(*change) if "sheet1" in part.filename else data)
    return buffer.getvalue()


def crowded(content: bytes) -> bytes:
    """Return a workbook with far more parts than any has."""
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as book:
        for number in range(ZIP_ENTRIES_MAX):
            book.writestr(f"xl/media/{number}.xml", "")
    return buffer.getvalue()


ITEM = ["P-1", "住民基本台帳", "氏名", "012010", "", "2019/4/1", ""]
BOOK = excel("台帳", ITEMS.strip().split(","), [ITEM])
LINE = ",".join(ITEM) + "\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ((ITEMS + LINE).encode("cp932") + "髙﨑".encode(), "neither UTF-8 nor Shift_JIS"),
        ((ITEMS + LINE.replace(",012010", "")).encode(), "row 2 所属コード: "),
        ((ITEMS + LINE.strip() + ",余り\n").encode(), "row 2: This row has more cells"),
        ((ITEMS + LINE.replace("氏名", "氏\0名")).encode(), "row 2 項目名: The cell holds a control character"),
        ((ITEMS + LINE.replace("氏名", "氏\x1b名")).encode(), "row 2 項目名: The cell holds a control character"),
        ((ITEMS + LINE + LINE).encode(), "row 3 管理番号: The same entry stands in row 2."),
        ((ITEMS + LINE + LINE.replace("P-1", "Ｐ－１")).encode(), "row 3 管理番号: The same entry stands in row 2."),
        ((ITEMS + LINE.replace("氏名", '"氏名')).encode(), "quotation mark"),
        (b"<!DOCTYPE html><table><tr><td>1</td></tr></table>", "neither CSV nor .xlsx"),
        (b"\xef\xbb\xbf <html>", "neither CSV nor .xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 with a password", "without a password"),
        (BOOK[:-100], "damaged"),
        (BOOK[:200] + bytes(300) + BOOK[500:], "damaged"),
        (broken(BOOK, (b"<row ", b"<raw ")), "damaged"),
        (crowded(BOOK), "unpacks to far more"),
        (b"", "The file is empty."),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_a_hostile_or_damaged_file_is_told_in_words_and_changes_nothing(
    content: bytes, said: str, tmp_path: Path
) -> None:
    status, last, told = load("personal_data", content, tmp_path)
    assert (status, last) == (1, f"0 added, 0 changed, 0 unchanged, {len(told.splitlines())} errors")
    assert said in told
    assert not PersonalDataItem.objects.exists()


def test_a_formula_and_an_error_of_excel_are_named(tmp_path: Path) -> None:
    book = Workbook()
    for row in (ITEMS.strip().split(","), ["=1+1", *ITEM[1:]], ["P-2", "#REF!", *ITEM[2:]]):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    status, _last, told = load("personal_data", buffer.getvalue(), tmp_path)
    assert status == 1
    assert [line.partition(": The cell holds a")[0] for line in told.splitlines()] == [
        "row 2 管理番号",
        "row 3 個人情報ファイル名",
    ]


def test_rows_beyond_a_size_that_lies_come_in(tmp_path: Path) -> None:
    lying = broken(BOOK, (b'ref="A1:G2"', b'ref="A1:G1"'))
    assert load("personal_data", lying, tmp_path)[1] == "1 added, 0 changed, 0 unchanged, 0 errors"


def compared(text: str) -> Any:
    register = REGISTERS["devices"]
    reading = read_records(text.encode(), register.columns(TODAY), key=["number"])
    return compare(register, reading.records, reading.problems)


def test_a_number_that_somebody_else_took_meanwhile_is_told(tmp_path: Path) -> None:
    text = DEVICES + ",2019/4/1,,,,0110,PC,端末,D-1\n"
    comparison = compared(text)
    load("devices", text, tmp_path)
    with pytest.raises(Refused):
        save_import(by=cast.person("1"), comparison=comparison, reason="import")


def test_an_entry_that_somebody_else_changed_after_the_comparison_is_not_overwritten(tmp_path: Path) -> None:
    text = DEVICES + ",2019/4/1,,,1階,0110,PC,端末,D-1\n"
    load("devices", text, tmp_path)
    comparison = compared(text.replace("1階", "2階"))
    NetworkDevice.objects.update(name="ほかの人が付けた名")
    with pytest.raises(Refused):
        save_import(by=cast.person("1"), comparison=comparison, reason="import")
    device = NetworkDevice.objects.get()
    assert (device.name, device.place) == ("ほかの人が付けた名", "1階")


def test_an_import_changes_the_entries_it_names_alone(tmp_path: Path) -> None:
    rows = ",2019/4/1,,,1階,0110,PC,端末,D-1\n,2019/4/1,,,1階,0110,PC,端末,D-2\n"
    load("devices", DEVICES + rows, tmp_path)
    keys = dict(NetworkDevice.objects.values_list("number", "pk"))
    moved = DEVICES + ",2019/4/1,,,3階,0110,PC,端末,D-2\n"
    assert load("devices", moved, tmp_path)[1] == "0 added, 1 changed, 0 unchanged, 0 errors"
    assert dict(NetworkDevice.objects.values_list("number", "place")) == {"D-1": "1階", "D-2": "3階"}
    assert dict(NetworkDevice.objects.values_list("number", "pk")) == keys


def test_a_class_keeps_its_scheme_while_its_code_stays(tmp_path: Path) -> None:
    row = "1,古い台帳,,0110,紙,3,2,1,,,2010/4/1,\n"
    load("information", INFORMATION + row, tmp_path)
    asset = InformationAsset.objects.get()
    older = ClassLevel.objects.get(aspect="confidentiality", code="2", scheme__valid_from=dt.date(2003, 3, 1))
    InformationAsset.objects.update(confidentiality=older)
    moved = INFORMATION + row.replace(",紙,3,", ",紙,2,").replace("古い", "旧")
    assert load("information", moved, tmp_path)[1] == "0 added, 1 changed, 0 unchanged, 0 errors"
    asset.refresh_from_db()
    assert (asset.name, asset.confidentiality) == ("旧台帳", older)
    event = Event.objects.about("assets.InformationAsset", asset.pk)[0]
    assert event.data["changes"] == [{"place": "name", "before": "古い台帳", "after": "旧台帳"}]


def test_a_class_of_an_older_scheme_is_read_too(tmp_path: Path) -> None:
    row = "1,古い台帳,,0110,紙,3,2,1,,,2010/4/1,2019/3/31\n"
    assert load("information", INFORMATION + row, tmp_path)[0] == 0
    assert InformationAsset.objects.get().confidentiality.scheme.valid_from == dt.date(2003, 3, 1)


def test_what_is_held_counts_from_its_first_day_to_the_day_before_its_disposal() -> None:
    by = cast.person("1")
    for number, (acquired, disposed) in enumerate(
        [("2019-04-01", None), ("2020-03-31", None), ("2019-04-01", "2020-03-31")]
    ):
        values = {
            "number": str(number),
            "name": "端末",
            "kind": "PC",
            "department_code": "0110",
            "acquired_on": dt.date.fromisoformat(acquired),
            "disposed_on": disposed and dt.date.fromisoformat(disposed),
        }
        save_entry(by=by, register=REGISTERS["devices"], entry=None, values=values, reason="購入")
    held = {
        day: NetworkDevice.objects.held_on(dt.date.fromisoformat(day)).count()
        for day in ("2019-03-31", "2019-04-01", "2020-03-30", "2020-03-31", "2020-04-01")
    }
    assert held == {"2019-03-31": 0, "2019-04-01": 2, "2020-03-30": 2, "2020-03-31": 2, "2020-04-01": 2}


def test_a_number_is_taken_once(db: None) -> None:
    by = cast.person("1")
    values = {"number": "1", "name": "a", "kind": "PC", "department_code": "0110", "acquired_on": TODAY}
    first = save_entry(by=by, register=REGISTERS["devices"], entry=None, values=values, reason="購入")
    with pytest.raises(Refused):
        save_entry(by=by, register=REGISTERS["devices"], entry=None, values=values | {"name": "b"}, reason="購入")
    before = Event.objects.count()
    assert save_entry(by=by, register=REGISTERS["devices"], entry=first, values=values, reason="なし") == first
    assert Event.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_the_command_ends_with_1_in_a_shell(tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("管理番号\n1\n")
    command = [sys.executable, "manage.py", "import_assets", "devices", str(file)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith("0 added, 0 changed, 0 unchanged, ")
    assert "Traceback" not in done.stderr
