"""The notices of the demo city: as many in each fiscal year as the printed sheet says, and some that never count."""

import datetime as dt
import random

from notices import actions
from notices.models import Channel, Notice, Reminder
from staff.audience import Audience
from staff.models import Staff

COUNTING = {
    2016: 41,
    2017: 36,
    2018: 37,
    2019: 39,
    2020: 47,
    2021: 44,
    2022: 42,
    2023: 45,
    2024: 43,
    2025: 46,
    2026: 45,
}
"""Notices that count, by fiscal year: the printed sheet until 2019, its forecast for 2020, made up afterwards."""
OTHERS = 3
SUBJECTS = (
    "不審なメールへの注意について",
    "パスワードの管理について",
    "USBメモリの取扱いについて",
    "離席時の画面ロックについて",
    "パソコンの持出しについて",
    "ウイルス対策ソフトの更新について",
    "個人情報の誤送信の防止について",
    "他の自治体での情報漏えいの事例について",
    "年末年始の情報セキュリティ対策について",
    "ソフトウェアの更新のお知らせ",
    "紙の文書の廃棄について",
    "サポートが終わるソフトウェアについて",
)
NOT_COUNTING = "研修会の開催案内"
CHANNELS = ([Channel.MAIL], [Channel.MAIL], [Channel.MEETING], [Channel.GROUPWARE], [Channel.MAIL, Channel.MEETING])
TOLD_NOW = (
    "年度末に向けた情報資産の点検について",
    "所管する情報資産の台帳を確かめ、使わなくなった機器を情報政策課へ知らせてください。",
)
REMINDED = ("情報セキュリティ基本方針の確認のお願い", "まだ確認していない方は、期限までに確認してください。")


def load(by: Staff, today: dt.date) -> None:
    """Write the notices; loading again changes nothing."""
    if Notice.objects.exists():
        return
    for year, count in COUNTING.items():
        _year(by, year, count, today)
    title, text = TOLD_NOW
    actions.give_notice(
        by=by,
        title=title,
        text=text,
        channels=[Channel.MAIL, Channel.MEETING],
        audience=Audience.MANAGERS,
        on=today,
    )
    title, text = REMINDED
    some = Staff.objects.employed_on(today).filter(employee_number__startswith="demo-")
    if not Reminder.objects.exists():
        actions.remind(by=by, title=title, text=text, about="policies.Policy basic-policy", people=some, on=today)


def _year(by: Staff, year: int, count: int, today: dt.date) -> None:
    rng = random.Random(year)  # noqa: S311
    first = dt.date(year, 4, 1)
    days = [
        first,
        dt.date(year + 1, 3, 31),
        *(first + dt.timedelta(days=rng.randrange(1, 360)) for _ in range(count - 2)),
    ]
    for number, given_on in enumerate(sorted(days), start=1):
        title = f"{SUBJECTS[number % len(SUBJECTS)]}（{year}年度 第{number}号）"
        _record(by, title, given_on, rng, today, counts=True)
    for number in range(OTHERS):
        _record(
            by,
            f"{NOT_COUNTING}（{year}年度 第{number + 1}回）",
            dt.date(year, 6 + number, 10),
            rng,
            today,
            counts=False,
        )


def _record(by: Staff, title: str, given_on: dt.date, rng: random.Random, today: dt.date, *, counts: bool) -> None:
    if given_on < today:
        audience = rng.choice([Audience.ALL, Audience.MANAGERS])
        channels = rng.choice(CHANNELS)
        actions.record_notice(
            by=by, title=title, channels=channels, given_on=given_on, audience=audience, counts=counts, on=today
        )
