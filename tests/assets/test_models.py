"""What the database itself keeps of the registers: numbers for good, rows for good, days in order."""

import datetime as dt
from typing import Any

import psycopg2
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from assets.actions import save_entry
from assets.models import NetworkDevice
from assets.registers import REGISTERS
from tests import cast
from tests.conftest import as_owner

TABLES = ("assets_informationasset", "assets_networkdevice", "assets_personaldataitem")


@pytest.fixture
def device(transactional_db: None) -> NetworkDevice:
    cast.department("011010", "情報政策課")
    by, values = cast.person("1"), cast.device("X-1")
    return save_entry(by=by, register=REGISTERS["devices"], entry=None, values=values, reason="購入")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("sql", ["DELETE FROM {}", "TRUNCATE {}", "UPDATE {} SET number = 'Y-1'"])
def test_the_portal_s_role_may_neither_delete_nor_renumber_an_entry(db: None, table: str, sql: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql.format(table))


@pytest.mark.parametrize("sql", ["DELETE FROM {}", "UPDATE {} SET number = 'Y-1'"])
def test_a_mistake_of_the_owner_is_stopped(device: NetworkDevice, sql: str) -> None:
    owner = as_owner()
    with pytest.raises(psycopg2.errors.RestrictViolation), owner.cursor() as cursor:
        cursor.execute(sql.format("assets_networkdevice"))
    owner.close()
    assert NetworkDevice.objects.get().number == "X-1"


@pytest.mark.parametrize(
    "wrong", [{"disposed_on": cast.SINCE - dt.timedelta(days=1)}, {"acquired_on": None}, {"name": None}]
)
def test_the_database_refuses_what_cannot_be(device: NetworkDevice, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        NetworkDevice.objects.update(**wrong)
