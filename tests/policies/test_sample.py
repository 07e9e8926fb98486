"""The sample policies: put together for each year, numbered through, every reference right."""

import re
from pathlib import Path

import pytest

from policies import sample
from policies.demo import FOLDERS
from policies.reading import TEXT_MAX, read

YEARS = (2003, 2008, 2012, 2015, 2019)
BASIC, STANDARD = FOLDERS


def text(folder: Path, year: int) -> str:
    policy = sample.read(folder)
    return policy.text_of(next(version for version in policy.about["versions"] if version["year"] == year))


def headings(folder: Path, year: int, kind: str) -> list[str]:
    return [entry.text for entry in read(text(folder, year)).contents if re.match(rf"第[0-9０-９]+{kind}", entry.text)]


@pytest.mark.parametrize(("folder", "counts"), [(BASIC, (14, 16, 17, 18, 18)), (STANDARD, (61, 73, 80, 86, 90))])
def test_each_year_has_its_articles_numbered_through(folder: Path, counts: tuple[int, ...]) -> None:
    for year, count in zip(YEARS, counts, strict=True):
        numbers = [heading.partition("（")[0] for heading in headings(folder, year, "条")]
        assert numbers == [sample.ordinal(n, "条") for n in range(1, count + 1)]


def test_a_chapter_that_comes_in_moves_those_behind_it() -> None:
    assert headings(STANDARD, 2012, "章")[3] == "第４章　物理的対策"
    assert headings(STANDARD, 2015, "章")[3:5] == ["第４章　情報システム全体の強靭性", "第５章　物理的対策"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
@pytest.mark.parametrize("year", YEARS)
def test_no_reference_is_left_open_and_none_leads_beyond_the_last_article(folder: Path, year: int) -> None:
    written = text(folder, year)
    assert "{" not in written
    last = len(headings(folder, year, "条"))
    body = re.sub(r"（(昭和|平成|令和)[^）]*法律第[^）]*）[^。]*?第[0-9０-９]+条", "", written)
    assert all(int(number) <= last for number in re.findall(r"(?<!法)第([0-9０-９]+)条(?!例)", body))
    assert len(written) < TEXT_MAX


def test_the_same_article_follows_its_number_from_year_to_year() -> None:
    def number(year: int) -> str:
        return next(one for one in headings(STANDARD, year, "条") if "自己点検" in one).partition("（")[0]

    assert len({number(year) for year in YEARS}) == len(YEARS)


def test_the_newest_standard_ends_with_supplement_and_appendices() -> None:
    ends = [entry.text for entry in read(text(STANDARD, 2019)).contents][-3:]
    assert ends[0] == "附則"
    assert re.fullmatch(r"別表第１（第[0-9０-９]+条関係）", ends[1])
    assert re.fullmatch(r"様式第１号　同意書（第[0-9０-９]+条関係）", ends[2])


@pytest.mark.parametrize(("number", "written"), [(1, "第１条"), (9, "第９条"), (10, "第10条"), (90, "第90条")])
def test_one_digit_is_printed_full_width(number: int, written: str) -> None:
    assert sample.ordinal(number, "条") == written
