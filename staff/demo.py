"""The people and departments of a first run: made up, apart from the section that the city's own sheet names."""

import datetime as dt
from typing import NamedTuple

from staff.models import Staff
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
    kind: str = Staff.EmploymentKind.REGULAR


DEPARTMENTS = (
    DemoDepartment("00", "特別職", ""),
    DemoDepartment("0110", "総務部", ""),
    DemoDepartment("011010", "情報政策課", "0110"),
    DemoDepartment("01101010", "情報管理係", "011010"),
    DemoDepartment("01101020", "情報推進係", "011010"),
    DemoDepartment("011020", "総務課", "0110"),
    DemoDepartment("01102010", "総務係", "011020"),
    DemoDepartment("01102020", "文書法規係", "011020"),
    DemoDepartment("011030", "人事課", "0110"),
    DemoDepartment("01103010", "人事係", "011030"),
    DemoDepartment("01103020", "給与厚生係", "011030"),
    DemoDepartment("011040", "財政課", "0110"),
    DemoDepartment("01104010", "財政係", "011040"),
    DemoDepartment("01104020", "契約係", "011040"),
    DemoDepartment("011050", "税務課", "0110"),
    DemoDepartment("01105010", "市民税係", "011050"),
    DemoDepartment("01105020", "資産税係", "011050"),
    DemoDepartment("01105030", "収納係", "011050"),
    DemoDepartment("0115", "総合政策部", ""),
    DemoDepartment("011510", "総合政策課", "0115"),
    DemoDepartment("01151010", "企画係", "011510"),
    DemoDepartment("01151020", "統計係", "011510"),
    DemoDepartment("011520", "秘書広報課", "0115"),
    DemoDepartment("01152010", "秘書係", "011520"),
    DemoDepartment("01152020", "広報係", "011520"),
    DemoDepartment("011530", "プロジェクト推進課", "0115"),
    DemoDepartment("01153010", "推進係", "011530"),
    DemoDepartment("0120", "市民生活部", ""),
    DemoDepartment("012010", "市民課", "0120"),
    DemoDepartment("01201010", "窓口係", "012010"),
    DemoDepartment("01201020", "戸籍係", "012010"),
    DemoDepartment("012020", "国保年金課", "0120"),
    DemoDepartment("01202010", "国保係", "012020"),
    DemoDepartment("01202020", "年金係", "012020"),
    DemoDepartment("012030", "環境課", "0120"),
    DemoDepartment("01203010", "環境保全係", "012030"),
    DemoDepartment("01203020", "廃棄物対策係", "012030"),
    DemoDepartment("012040", "くらし安全課", "0120"),
    DemoDepartment("01204010", "防災係", "012040"),
    DemoDepartment("01204020", "交通防犯係", "012040"),
    DemoDepartment("0125", "健康福祉部", ""),
    DemoDepartment("012510", "社会福祉課", "0125"),
    DemoDepartment("01251010", "地域福祉係", "012510"),
    DemoDepartment("01251020", "障がい福祉係", "012510"),
    DemoDepartment("01251030", "保護係", "012510"),
    DemoDepartment("012520", "こども家庭課", "0125"),
    DemoDepartment("01252010", "児童福祉係", "012520"),
    DemoDepartment("01252020", "母子保健係", "012520"),
    DemoDepartment("012530", "保育課", "0125"),
    DemoDepartment("01253010", "保育係", "012530"),
    DemoDepartment("01253020", "保育所", "012530"),
    DemoDepartment("012540", "いきいき高齢課", "0125"),
    DemoDepartment("01254010", "高齢福祉係", "012540"),
    DemoDepartment("01254020", "介護保険係", "012540"),
    DemoDepartment("012550", "健康増進課", "0125"),
    DemoDepartment("01255010", "予防係", "012550"),
    DemoDepartment("01255020", "健康づくり係", "012550"),
    DemoDepartment("0130", "産業部", ""),
    DemoDepartment("013010", "農政課", "0130"),
    DemoDepartment("01301010", "農業振興係", "013010"),
    DemoDepartment("01301020", "農村整備係", "013010"),
    DemoDepartment("013020", "商工課", "0130"),
    DemoDepartment("01302010", "商工係", "013020"),
    DemoDepartment("01302020", "労政係", "013020"),
    DemoDepartment("013030", "観光課", "0130"),
    DemoDepartment("01303010", "観光係", "013030"),
    DemoDepartment("0135", "建設部", ""),
    DemoDepartment("013510", "建設課", "0135"),
    DemoDepartment("01351010", "道路係", "013510"),
    DemoDepartment("01351020", "河川係", "013510"),
    DemoDepartment("01351030", "維持係", "013510"),
    DemoDepartment("013520", "都市計画課", "0135"),
    DemoDepartment("01352010", "計画係", "013520"),
    DemoDepartment("01352020", "公園緑地係", "013520"),
    DemoDepartment("013530", "区画整理課", "0135"),
    DemoDepartment("01353010", "換地係", "013530"),
    DemoDepartment("01353020", "工事係", "013530"),
    DemoDepartment("013540", "建築課", "0135"),
    DemoDepartment("01354010", "建築指導係", "013540"),
    DemoDepartment("01354020", "住宅係", "013540"),
    DemoDepartment("0140", "上下水道部", ""),
    DemoDepartment("014010", "水道課", "0140"),
    DemoDepartment("01401010", "業務係", "014010"),
    DemoDepartment("01401020", "工務係", "014010"),
    DemoDepartment("014020", "下水道課", "0140"),
    DemoDepartment("01402010", "管理係", "014020"),
    DemoDepartment("01402020", "施設係", "014020"),
    DemoDepartment("0150", "教育委員会事務局", ""),
    DemoDepartment("015010", "学校教育課", "0150"),
    DemoDepartment("01501010", "学務係", "015010"),
    DemoDepartment("01501020", "指導係", "015010"),
    DemoDepartment("015020", "生涯学習課", "0150"),
    DemoDepartment("01502010", "社会教育係", "015020"),
    DemoDepartment("01502020", "図書館", "015020"),
    DemoDepartment("015030", "文化課", "0150"),
    DemoDepartment("01503010", "文化財係", "015030"),
    DemoDepartment("015040", "学校給食センター", "0150"),
    DemoDepartment("01504010", "給食係", "015040"),
    DemoDepartment("0160", "会計課", ""),
    DemoDepartment("0170", "議会事務局", ""),
    DemoDepartment("02", "監査委員事務局", ""),
)
RENAMED = ("013020", "商工課", "商工振興課", dt.date(2018, 4, 1))
"""A department that changed its name: code, old name, new name, since when."""
HEADED = ("012010",)
"""Departments headed by one of the accounts below."""
HEAD_WITH_DEPUTY = "demo-manager"
WHY_DEPUTY, WHY_LEAVE = "不在のときの代理", "育児休業"
SPECIAL = Staff.EmploymentKind.SPECIAL
PEOPLE = (
    DemoPerson("demo-employee", "𠮷田 瀨奈", "よしだ せな", "01201010", "主事", False, "", "職員"),
    DemoPerson("demo-manager", "德永 誠", "とくなが まこと", "012010", "課長", True, "", "所属長（市民課長）"),
    DemoPerson("demo-officer", "髙橋 花子", "たかはし はなこ", "01101010", "係長", False, Role.OFFICER, "情報政策課"),
    DemoPerson("demo-ciso", "山﨑 隆", "やまざき たかし", "00", "副市長", False, Role.CISO, "CISO", SPECIAL),
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
