"""The registers on screen and as files, for those who may see them."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from assets.actions import save_entry
from assets.registers import REGISTERS
from common.importing import read_records
from tests import cast

pytestmark = pytest.mark.django_db
DEVICES = "/assets/devices/"
TODAY = dt.date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _today(time_machine: Any) -> None:
    time_machine.move_to(dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC))


@pytest.fixture
def devices(people: SimpleNamespace) -> None:
    held = [
        cast.device("X-0001", name="𠮷野の端末", department_code="012010"),
        cast.device("X-0002", name="課税用サーバー", kind="サーバー", department_code="013010"),
        cast.device("X-0003", name="古い端末", department_code="012010", disposed_on=dt.date(2026, 11, 24)),
        cast.device("X-0004", name="来週の端末", department_code="012010", acquired_on=dt.date(2026, 12, 1)),
    ]
    for values in held:
        save_entry(by=people.officer, register=REGISTERS["devices"], entry=None, values=values, reason="登録")


def numbers(browser: Client, address: str = "") -> list[str]:
    response = browser.get(f"{DEVICES}{address}")
    assert response.status_code == 200
    return [entry.number for entry in response.context["listing"].page]


def test_an_officer_sees_what_the_whole_city_holds_today(sign_in: Any, people: SimpleNamespace, devices: None) -> None:
    browser = sign_in(people.officer)
    assert numbers(browser) == ["X-0001", "X-0002"]
    page = browser.get(DEVICES).content.decode()
    for words in ("𠮷野の端末", "市民課", "H28.4.1", "全2件のうち1～2件を表示"):
        assert words in page


def test_a_manager_sees_the_own_section_only(sign_in: Any, people: SimpleNamespace, devices: None) -> None:
    assert numbers(sign_in(people.manager)) == ["X-0001"]
    assert numbers(sign_in(people.manager), "?department=0130") == []
    file = sign_in(people.manager).get(f"{DEVICES}file/?kind=csv").content.decode("utf-8-sig")
    assert "X-0001" in file and "X-0002" not in file


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("?state=disposed", ["X-0003"]),
        ("?state=all", ["X-0001", "X-0002", "X-0003", "X-0004"]),
        ("?q=サーバー", ["X-0002"]),
        ("?q=x-0001", ["X-0001"]),
        ("?department=0130", ["X-0002"]),
        ("?sort=-number", ["X-0002", "X-0001"]),
        ("?state=nothing", []),
        ("?q=%00", []),
    ],
)
def test_filters_and_order(
    address: str, found: list[str], sign_in: Any, people: SimpleNamespace, devices: None
) -> None:
    assert numbers(sign_in(people.officer), address) == found


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_file_reads_back(kind: str, sign_in: Any, people: SimpleNamespace, devices: None) -> None:
    response = sign_in(people.officer).get(f"{DEVICES}file/?kind={kind}&state=all")
    assert response.headers["Content-Disposition"].startswith('attachment; filename="devices_20261124.')
    reading = read_records(response.content, REGISTERS["devices"].columns(TODAY), key=["number"])
    assert reading.problems == []
    assert reading.records[0].values["name"] == "𠮷野の端末"
    assert len(reading.records) == 4


def test_what_shift_jis_cannot_hold_is_named(sign_in: Any, people: SimpleNamespace, devices: None) -> None:
    response = sign_in(people.officer).get(f"{DEVICES}file/?kind=cp932")
    assert response.status_code == 409
    assert "2行目の「名称」の「𠮷」" in response.content.decode()
    plain = sign_in(people.officer).get(f"{DEVICES}file/?kind=cp932&q=X-0002")
    assert "課税用サーバー" in plain.content.decode("cp932")


@pytest.mark.parametrize("address", ["file/", "file/?kind=exe", "file/?kind=csv&q=%00"])
def test_a_file_nobody_can_mean_is_refused_in_words(address: str, sign_in: Any, people: SimpleNamespace) -> None:
    response = sign_in(people.officer).get(f"{DEVICES}{address}")
    assert response.status_code == 409
    assert "選び直してください" in response.content.decode()


def test_the_files_of_a_filtered_list_hold_the_filtered_rows(
    sign_in: Any, people: SimpleNamespace, devices: None
) -> None:
    page = sign_in(people.officer).get(f"{DEVICES}?q=サーバー&page=1").content.decode()
    assert f"{DEVICES}file/?q=%E3%82%B5%E3%83%BC%E3%83%90%E3%83%BC&amp;kind=csv" in page
    file = sign_in(people.officer).get(f"{DEVICES}file/?q=サーバー&kind=csv").content.decode("utf-8-sig")
    assert [line.split(",")[0] for line in file.splitlines()] == ["管理番号", "X-0002"]
