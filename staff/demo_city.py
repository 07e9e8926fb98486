"""The people of the demo city over the years: made up, the same each time, and as many as the printed sheet says.

A plain simulation without the database: who joins and leaves when, who heads which department, who moves. The names
are words for "sample" and "fictitious", so that nobody takes them for people.
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from staff.demo import DEPARTMENTS, HEADED, SINCE
from staff.models import Staff

HEADCOUNT = {
    2016: 470,
    2017: 467,
    2018: 472,
    2019: 485,
    2020: 487,
    2021: 489,
    2022: 486,
    2023: 484,
    2024: 488,
    2025: 486,
    2026: 487,
}
"""Regular staff on 1 April: the printed sheet until 2019, its forecast for 2020, made up afterwards."""
FAMILIES = (
    ("見本", "みほん"),
    ("架空", "かくう"),
    ("仮名", "かめい"),
    ("例示", "れいじ"),
    ("雛形", "ひながた"),
    ("模擬", "もぎ"),
    ("想定", "そうてい"),
    ("試用", "しよう"),
    ("標本", "ひょうほん"),
    ("仮想", "かそう"),
    ("書式", "しょしき"),
    ("試作", "しさく"),
)
GIVEN_HEADS: tuple[tuple[str, str], ...] = (
    ("一", "いち"),
    ("二", "に"),
    ("三", "さん"),
    ("四", "し"),
    ("五", "ご"),
    ("六", "ろく"),
    ("七", "しち"),
)
GIVEN_HEADS += (("八", "はち"), ("九", "く"), ("十", "じゅう"), ("百", "もも"), ("千", "ち"))
GIVEN_TAILS = (("郎", "ろう"), ("子", "こ"), ("太", "た"), ("美", "み"), ("男", "お"), ("代", "よ"))
REGULAR, FISCAL_YEAR = Staff.EmploymentKind.REGULAR, Staff.EmploymentKind.FISCAL_YEAR
REAPPOINTED = Staff.EmploymentKind.REAPPOINTED
FIRST_FISCAL_YEAR_STAFF = 2020
FISCAL_YEAR_STAFF, REAPPOINTED_STAFF = 110, 6
LEAVERS, MOVERS = (9, 14), 40
SEED = "moka 2003-03-01"


@dataclass
class DemoPosting:
    """One posting of a made-up person; `until` None is open."""

    code: str
    position: str
    is_head: bool
    since: dt.date
    until: dt.date | None = None


@dataclass
class Employee:
    """One made-up person with the postings of all years."""

    number: str
    name: str
    kana: str
    kind: str
    joined_on: dt.date
    left_on: dt.date | None = None
    postings: list[DemoPosting] = field(default_factory=list)

    def move(self, code: str, position: str, on: dt.date, *, is_head: bool = False) -> None:
        """End the posting held the day before `on`, and begin another."""
        if self.postings:
            self.postings[-1].until = on - dt.timedelta(days=1)
        self.postings.append(DemoPosting(code, position, is_head, on))

    def leave(self, on: dt.date) -> None:
        """Leave the city; `on` is the last day."""
        self.left_on = on
        if self.postings:
            self.postings[-1].until = on


class City:
    """The demo city while its years go by."""

    def __init__(self, accounts: int) -> None:
        """Begin on 1 April 2016, with `accounts` regular people who are known by name already."""
        self.random = random.Random(SEED)  # noqa: S311
        self.names = self._names()
        self.accounts = accounts
        self.everybody: list[Employee] = []
        self.present: list[Employee] = []
        self.temporary: list[Employee] = []
        self.units = [d.code for d in DEPARTMENTS if len(d.code) == 8]
        self.headed = [d for d in DEPARTMENTS if len(d.code) in (4, 6) and d.code not in HEADED]
        self.heads: dict[str, Employee] = {}

    def _names(self) -> Iterator[tuple[str, str]]:
        given = [(head[0] + tail[0], head[1] + tail[1]) for head in GIVEN_HEADS for tail in GIVEN_TAILS]
        pairs = [(f"{f[0]} {g[0]}", f"{f[1]} {g[1]}") for f in FAMILIES for g in given]
        self.random.shuffle(pairs)
        return iter(pairs)

    def join(self, on: dt.date, kind: str = REGULAR, since: dt.date | None = None) -> Employee:
        """Add a person who joined on the day `on` and is posted somewhere from `since` (that day when left out)."""
        name, kana = next(self.names)
        first = 100001 if kind == REGULAR else 900001
        number = str(first + sum((one.kind == REGULAR) == (kind == REGULAR) for one in self.everybody))
        person = Employee(number, name, kana, kind, on)
        person.move(self.random.choice(self.units), POSITIONS.get(kind, "主事"), since or on)
        self.everybody.append(person)
        (self.present if kind == REGULAR else self.temporary).append(person)
        return person

    def begin(self) -> None:
        """The people of 1 April 2016, and those who had left the day before."""
        for _ in range(3):
            gone = self.join(dt.date(1980, 4, 1), since=dt.date(2015, 4, 1))
            gone.leave(dt.date(2016, 3, 31))
            self.present.remove(gone)
        for number in range(HEADCOUNT[2016] - self.accounts):
            joined = SINCE if number < 14 else dt.date(self.random.randint(1982, 2015), 4, 1)
            self.join(joined, since=SINCE)
        self._fill_heads(SINCE)

    def turn(self, year: int) -> None:
        """Let the fiscal year before `year` pass, with its end of March and 1 April."""
        self.join(dt.date(year - 1, 4, 2))
        end, start = dt.date(year, 3, 31), dt.date(year, 4, 1)
        for person in self.random.sample(self.present, self.random.randint(*LEAVERS)):
            self._leave(person, end)
        for _ in range(HEADCOUNT[year] - self.accounts - len(self.present)):
            self.join(start)
        for person in self.random.sample([one for one in self.present if one.joined_on < start], MOVERS):
            if person not in self.heads.values():
                person.move(self.random.choice(self.units), _position(person, year), start)
        self._fill_heads(start)
        self._others(year)

    def _leave(self, person: Employee, on: dt.date) -> None:
        person.leave(on)
        self.present.remove(person)
        self.heads = {code: head for code, head in self.heads.items() if head is not person}

    def _fill_heads(self, on: dt.date) -> None:
        free = [one for one in self.present if one not in self.heads.values() and on.year - one.joined_on.year > 15]
        for department in self.headed:
            if department.code not in self.heads:
                person = free.pop(self.random.randrange(len(free)))
                title = "部長" if len(department.code) == 4 else "課長"
                if person.postings[-1].since == on:
                    person.postings.pop()
                person.move(department.code, title, on, is_head=True)
                self.heads[department.code] = person

    def _others(self, year: int) -> None:
        """Reappointed people, and since 2020 those appointed for a fiscal year: none of them is regular staff."""
        start = dt.date(year, 4, 1)
        for kind, since, number in (
            (REAPPOINTED, 2018, REAPPOINTED_STAFF),
            (FISCAL_YEAR, FIRST_FISCAL_YEAR_STAFF, FISCAL_YEAR_STAFF),
        ):
            held = [one for one in self.temporary if one.kind == kind]
            for person in self.random.sample(held, min(len(held), 5)):
                person.leave(dt.date(year, 3, 31))
                self.temporary.remove(person)
            for _ in range(number - max(0, len(held) - 5) if year >= since else 0):
                self.join(start, kind)


POSITIONS: dict[str, str] = {FISCAL_YEAR: "会計年度任用職員", REAPPOINTED: "再任用職員"}


def _position(person: Employee, year: int) -> str:
    served = year - person.joined_on.year
    return next(title for years, title in ((20, "係長"), (12, "主査"), (6, "主任"), (-99, "主事")) if served >= years)


def employees(accounts: int) -> list[Employee]:
    """Return everybody from 2016 on, `accounts` regular demo accounts apart; the same people each time."""
    city = City(accounts)
    city.begin()
    for year in sorted(HEADCOUNT)[1:]:
        city.turn(year)
    city.join(dt.date(max(HEADCOUNT), 4, 2))
    return city.everybody
