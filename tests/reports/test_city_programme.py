"""The city's own programme file against its printed sheet: nothing changed, added or left out."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from common.numbers_ja import format_number
from common.wareki import format_fiscal_year
from reports.programme_document import GROUPS, MONEY_SOURCES, CostKey, Kind
from reports.programme_file import Document, parse, to_json

ROOT = Path(__file__).resolve().parents[2]
CITY_FILE = ROOT / "reports" / "data" / "moka-security-policy.json"
SOURCE = (ROOT / "tests" / "data" / "moka-sheet-source.txt").read_text(encoding="utf-8")
LINES = [line.split("\t") for line in SOURCE.split("\n")]

SLOTS = "アイウエオ"
COLUMNS: tuple[tuple[int, Kind], ...] = (
    (2016, "actual"),
    (2017, "actual"),
    (2018, "actual"),
    (2019, "actual"),
    (2020, "forecast"),
)
HEADINGS = ["28年度(実績)", "29年度(実績)", "30年度(実績)", "31年度(実績)", "32年度(見込)"]
COST_LINES: dict[str, tuple[CostKey, str]] = {
    "国庫支出金": ("national", "千円"),
    "県支出金": ("prefectural", "千円"),
    "地方債": ("bonds", "千円"),
    "その他": ("other", "千円"),
    "一般財源": ("general", "千円"),
    "正規職員従事人数": ("staff_count", "人"),
    "延べ業務時間": ("hours", "時間"),
    "人件費計(B)": ("labour", "千円"),
}
BOX = '<input type="checkbox"/>'
QUESTIONS = (
    "①この事務事業を開始したきっかけは何か？ いつごろどんな経緯で開始されたのか？",
    "②事務事業を取り巻く状況（対象者や根拠法令等）はどう変化しているか、"
    "開始時期あるいは5年前と比べてどう変わったのか？",
    "③この事務事業に対して関係者（住民、議会、事業対象者、利害関係者等）からどんな意見や要望が寄せられているか？",
)


@pytest.fixture
def city() -> Document:
    return parse(CITY_FILE.read_bytes())


def printed(document: Document, key: CostKey) -> list[str]:
    """The five figures of a cost line as the sheet prints them."""
    return [format_number(document["costs"][year][kind][key]) for year, kind in COLUMNS]


def cost_line(label: str) -> list[str]:
    """The unit and the five figures printed behind ``label`` in the cost table of the source."""
    (cells,) = [cells for cells in LINES if label in cells]
    return [cell for cell in cells[cells.index(label) + 1 :] if cell]


def figures(cells: list[str]) -> list[int]:
    return [int(cell.replace(",", "")) for cell in cells]


def source_tables() -> list[list[list[str]]]:
    """The four indicator tables of the source: each its five lines ア to オ as lists of cells."""
    lines = [cells for cells in LINES if cells[0] in tuple(SLOTS)]
    return [lines[start : start + 5] for start in range(0, len(lines), 5)]


def test_every_cell_of_the_indicator_tables_is_in_the_file_and_the_other_way_round(city: Document) -> None:
    tables = source_tables()
    assert len(tables) == len(GROUPS)
    for group, table in zip(GROUPS, tables, strict=True):
        by_slot = {one["slot"]: one for one in city["indicators"] if one["group"] == group}
        for slot, cells in enumerate(table, start=1):
            if one := by_slot.pop(slot, None):
                values = [one[kind].pop(year) for year, kind in COLUMNS]
                assert not one["actual"] and not one["forecast"], "the file has a year the sheet has not"
                expected = [SLOTS[slot - 1], one["name"], one["unit"], *map(format_number, values)]
            else:
                expected = [SLOTS[slot - 1]]
            assert [cell for cell in cells if cell] == expected
        assert not by_slot


@pytest.mark.parametrize("label", COST_LINES)
def test_every_figure_of_the_cost_table_is_in_the_file(city: Document, label: str) -> None:
    key, unit = COST_LINES[label]
    assert cost_line(label) == [unit, *printed(city, key)]


def test_the_file_has_no_cost_the_sheet_has_not(city: Document) -> None:
    assert [(year, kind) for year, kinds in city["costs"].items() for kind in kinds] == list(COLUMNS)


def test_the_tables_name_the_five_years_of_the_file() -> None:
    headings = [cells for cells in LINES if "単位" in cells]
    assert len(headings) == 5
    for cells in headings:
        assert [cell for cell in cells[cells.index("単位") + 1 :] if cell] == HEADINGS


def test_the_sums_printed_on_the_sheet_follow_from_the_file(city: Document) -> None:
    years = [city["costs"][year][kind] for year, kind in COLUMNS]
    operating = [sum((year[source] for source in MONEY_SOURCES), Decimal(0)) for year in years]
    total = [amount + year["labour"] for amount, year in zip(operating, years, strict=True)]
    assert figures(cost_line("事業費計(A)")[1:]) == operating == [243, 243, 243, 358, 495]
    assert figures(cost_line("トータルコスト(A)+(B)")[1:]) == total == [1157, 1156, 1160, 1571, 1384]


def test_the_source_printed_again_from_the_file_is_the_source_character_by_character(city: Document) -> None:
    again = "\n".join(["", "", *head(city), *tables(city), *costs(city), *circumstances(city)])
    assert again == SOURCE


def test_what_the_source_prints_empty_is_empty_in_the_file(city: Document) -> None:
    assert SOURCE.count(BOX) == 4
    assert city["priority"] is False
    assert city["supplementary_measure"] == city["related_plan"] == city["legal_basis"] == ""


def test_the_notes_say_that_the_ticked_period_is_inferred(city: Document) -> None:
    assert city["period"] == {"kind": "yearly", "from": 2002, "to": None}
    notes = "".join(city["notes"])
    assert "すべてのチェック欄が空欄" in notes
    assert re.search("「単年度繰返」に該当すると推定", notes)


def test_the_file_is_written_as_the_portal_writes_it(city: Document) -> None:
    assert to_json(city) == CITY_FILE.read_text(encoding="utf-8")


def head(city: Document) -> list[str]:
    """The upper part of the sheet, from the name of the programme to its overview."""
    start = city["period"]["from"]
    assert start is not None
    policy, measure, budget = city["policy"], city["measure"], "\t".join(city["budget"])
    return [
        f"事務事業名\t{city['name']}\t\t\t\t担当\t{' '.join(city['section'])}\t\t",
        f"政策名\t{policy['code']}\t{policy['name']}\t\t\t増補版施策名\t{city['supplementary_measure']}\t\t",
        f"施策名\t{measure['code']}\t{measure['name']}\t\t\t{BOX} 実施計画上の主要事業\t\t\t",
        f"関連個別計画\t{city['related_plan']}\t\t\t\t事業期間\t{BOX} 単年度のみ\t\t",
        f"法令根拠\t{city['legal_basis']}\t\t\t\t\t{BOX} 単年度繰返"
        f"（開始年度 {format_fiscal_year(start, 'era')}～）\t\t",
        f"予算科目\t{budget}\t\t{BOX} 期間限定複数年度（ 年度～ 年度）\t\t",
        f"事業概要\t{paragraphs(city['overview'])}" + "\t" * 7,
        "",
    ]


def paragraphs(texts: list[str]) -> str:
    return " ".join(f"<p>{text}</p>" for text in texts)


def bullets(texts: list[str]) -> str:
    return " ".join(f"・{text}" for text in texts)


def tables(city: Document) -> list[str]:
    """Part (1): the four text boxes, each followed by the table printed beside it."""
    purpose, (sheet,) = city["purpose"], city["sheets"]
    done, planned = (format_fiscal_year(sheet["fiscal_year"] + n, sheet["era_style"]) for n in (0, 1))
    did = f"{done}実績 {bullets(sheet['done'])} {planned}計画 {bullets(sheet['planned'])}"
    boxes = (
        f"① 手段（主な活動） {did}\t⑤ 活動指標（事務事業の活動量を表す指標）の推移",
        f"② 対象（誰、何を対象にしているのか）*人や自然資源等 {purpose['target']}"
        "\t⑥ 対象指標（対象の大きさを表す指標）の推移",
        f"③ 意図（この事業によって、対象をどう変えるのか） {bullets(purpose['intent'])}"
        "\t⑦ 成果指標（対象における意図された対象の程度）の推移",
        f"④ 結果（どんな結果(上位施策)に結びつけるのか） {purpose['result']}"
        "\t⑧ 上位成果指標（結果の達成度を表す指標）の推移",
    )
    lines = ["1. 現状把握の部 (1) 事務事業の目的と指標", ""]
    for group, box in zip(GROUPS, boxes, strict=True):
        lines += [box + "\t" * 6, "\t".join(["", "名称", "単位", *HEADINGS])]
        lines += ["\t".join(indicator_cells(city, group, slot)) for slot in range(1, 6)]
    return [*lines, ""]


def indicator_cells(city: Document, group: str, slot: int) -> list[str]:
    for one in city["indicators"]:
        if (one["group"], one["slot"]) == (group, slot):
            values = [format_number(one[kind][year]) for year, kind in COLUMNS]
            return [SLOTS[slot - 1], one["name"], one["unit"], *values]
    return [SLOTS[slot - 1], *[""] * 7]


def costs(city: Document) -> list[str]:
    """Part (2): the cost table with its two sums."""
    years = [city["costs"][year][kind] for year, kind in COLUMNS]
    operating = [sum((year[source] for source in MONEY_SOURCES), Decimal(0)) for year in years]
    total = [amount + year["labour"] for amount, year in zip(operating, years, strict=True)]

    def cells(label: str) -> str:
        key, unit = COST_LINES[label]
        return "\t".join([label, unit, *printed(city, key)])

    def sums(amounts: list[Decimal]) -> str:
        return "\t".join(["千円", *map(format_number, amounts)])

    return [
        "\t".join(["(2) 総事業費の推移", "", "単位", *HEADINGS, ""]),
        "投入量\t事業費\t財源内訳" + "\t" * 6,
        *(f"\t\t{cells(label)}" for label in ("国庫支出金", "県支出金", "地方債", "その他")),
        f"\t{cells('一般財源')}\t",
        f"\t事業費計(A)\t{sums(operating)}\t",
        f"\t人件費\t{cells('正規職員従事人数')}",
        f"\t\t{cells('延べ業務時間')}",
        f"\t\t{cells('人件費計(B)')}",
        f"トータルコスト(A)+(B)\t\t{sums(total)}\t",
        "",
    ]


def circumstances(city: Document) -> list[str]:
    """Part (3): the three questions with their answers."""
    background = city["background"]
    answers = (background["origin"], paragraphs(background["changes"]), background["opinions"])
    rows = (f"{question}\t{answer}" for question, answer in zip(QUESTIONS, answers, strict=True))
    return ["(3) 事務事業の環境変化・市民意見等\t", *rows]
