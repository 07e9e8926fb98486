"""The people and departments of a first run: made up, apart from the section that the city's own sheet names."""

import datetime as dt
from typing import NamedTuple

from staff.roles import Role

PASSWORD = "moka-demo-2003-03-01"  # noqa: S105
SINCE = dt.date(2016, 4, 1)
JOINED = dt.date(2010, 4, 1)


class DemoDepartment(NamedTuple):
    """A department of the demo city."""

    code: str
    name: str
    parent_code: str


class DemoPerson(NamedTuple):
    """A demo account, its posting and its role."""

    number: str
    name: str
    kana: str
    department: str
    position: str
    is_head: bool
    role: str
    told: str


DEPARTMENTS = (
    DemoDepartment("00", "特別職", ""),
    DemoDepartment("0110", "総務部", ""),
    DemoDepartment("011010", "情報政策課", "0110"),
    DemoDepartment("01101010", "情報管理係", "011010"),
    DemoDepartment("011020", "総務課", "0110"),
    DemoDepartment("0120", "市民生活部", ""),
    DemoDepartment("012010", "市民課", "0120"),
    DemoDepartment("01201010", "窓口係", "012010"),
    DemoDepartment("02", "監査委員事務局", ""),
)
PEOPLE = (
    DemoPerson("demo-employee", "𠮷田 瀨奈", "よしだ せな", "01201010", "主事", False, "", "職員"),
    DemoPerson("demo-manager", "德永 誠", "とくなが まこと", "012010", "課長", True, "", "所属長（市民課長）"),
    DemoPerson("demo-officer", "髙橋 花子", "たかはし はなこ", "01101010", "係長", False, Role.OFFICER, "情報政策課"),
    DemoPerson("demo-ciso", "山﨑 隆", "やまざき たかし", "00", "副市長", False, Role.CISO, "CISO"),
    DemoPerson("demo-auditor", "草彅 薫", "くさなぎ かおる", "02", "書記", False, Role.AUDITOR, "監査担当"),
    DemoPerson(
        "demo-admin",
        "中村 真",
        "なかむら まこと",
        "01101010",
        "主査",
        False,
        Role.ADMINISTRATOR,
        "システム管理者",
    ),
)
