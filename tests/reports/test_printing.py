"""The sheet on paper, read back: every text and figure of the city's sheet in its place."""

import copy
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from common.numbers_ja import format_number
from common.pdf import RenderedPdf
from reports import printing
from reports.sheet_wording import KINDS
from tests.reports import reading, snapshots

pytestmark = pytest.mark.xdist_group("pdf")

ROOT = Path(__file__).resolve().parents[2]
SLOTS = "アイウエオ"
TALL_FOOT = 130
COST_LABELS = {
    "national": "国庫支出金",
    "prefectural": "県支出金",
    "bonds": "地方債",
    "other": "その他",
    "general": "一般財源",
    "operating": "事業費計(A)",
    "staff_count": "正規職員従事人数",
    "hours": "延べ業務時間",
    "labour": "人件費計(B)",
    "total": "トータルコスト(A)+(B)",
}
HARD_TEXT = '<b>太字</b> {{ 7|add:1 }} {% now "Y" %} &amp; <img src="file:///etc/passwd"> <script>x</script>'


@pytest.fixture(scope="session")
def city() -> RenderedPdf:
    """The city's own sheet of FY2019."""
    return printing.render_sheet(snapshots.city_snapshot())


@pytest.fixture(scope="session")
def long() -> RenderedPdf:
    """A sheet whose texts, names and figures are as long as they may be."""
    return printing.render_sheet(snapshots.long_snapshot())


@pytest.fixture(scope="session")
def varied() -> RenderedPdf:
    """A sheet in era years with hard texts, rare kanji, negative, zero and missing figures, and answers."""
    snapshot = snapshots.city_snapshot(era_style="era")
    snapshot["programme"]["name"] = "髙﨑𠮷德瀨彅"
    snapshot["programme"]["overview"] = [HARD_TEXT, "一行目\n二行目"]
    snapshot["programme"]["priority"] = True
    snapshot["indicators"]["activity"][0]["name"] = HARD_TEXT
    snapshot["indicators"]["activity"][0]["values"] = ["-1234.50", "0", None, "0.25", "100.00"]
    snapshot["costs"][1] = None
    snapshot["costs"][2] = {**snapshot["costs"][2], "labour": None, "general": "-243"}
    snapshot["evaluation"] = {**snapshot["evaluation"], "answers": snapshots.full_answers(), "adopted": True}
    return printing.render_sheet(snapshot)


def grids(page: reading.PageWords) -> list[dict[tuple[str, str], str]]:
    """Return the tables with year columns on a page, top to bottom: {(row label, year heading): figure}.

    A figure belongs to the row label on its own height and to the column whose heading is nearest.
    """
    heads = [word for word in page.words if re.fullmatch(r"\d+年度\((実績|見込)\)", word.text)]
    tops = sorted({round(word.y, 1) for word in heads})
    tables = []
    for top, bottom in pairwise([*tops, page.height]):
        years = sorted((word for word in heads if round(word.y, 1) == top), key=lambda word: word.x)
        body = [word for word in page.words if top + 3 < word.y < bottom - 3]
        tables.append(dict(_cells(years, body)))
    return tables


def _cells(years: list[reading.Word], body: list[reading.Word]) -> Iterator[tuple[tuple[str, str], str]]:
    half = min(right.x - left.x for left, right in pairwise(years)) / 2
    edges = [(year, year.x - half, year.x + half) for year in years]
    labels = [word for word in body if word.text in (*SLOTS, *COST_LABELS.values())]
    for word in body:
        row = [label.text for label in labels if abs(label.y - word.y) < 1.5]
        column = [year.text for year, left, right in edges if left <= word.left and word.right <= right]
        if re.fullmatch(r"▲?[\d,.]+", word.text) and row and column:
            yield (row[0], column[0]), word.text


def expected_grids(snapshot: dict[str, Any]) -> list[dict[tuple[str, str], str]]:
    """Return what ``grids`` must find for a snapshot in the city's own year style."""
    years = [f"{c['fiscal_year'] - 1988}年度({KINDS[c['kind']]})" for c in snapshot["columns"]]
    tables = [
        {
            (SLOTS[indicator["slot"] - 1], year): format_number(value)
            for indicator in snapshot["indicators"][group]
            for year, value in zip(years, indicator["values"], strict=True)
        }
        for group in snapshots.GROUPS
    ]
    costs = {
        (label, year): format_number(cost[key])
        for key, label in COST_LABELS.items()
        for year, cost in zip(years, snapshot["costs"], strict=True)
    }
    return [*tables, costs]


def source_cells() -> list[str]:
    """Return every cell of the city's printed sheet, without white space, drawn boxes and paragraph marks."""
    text = snapshots.SOURCE_TEXT.read_text(encoding="utf-8")
    text = re.sub(r'<input type="checkbox"/>|</?p>', "", text)
    cells = (reading.squeeze(cell) for line in text.splitlines() for cell in line.split("\t"))
    return [cell for cell in cells if cell]


def test_the_city_sheet_has_a_front_and_a_back_page(city: RenderedPdf) -> None:
    front, back = reading.page_texts(city.content)
    assert city.pages == 2
    assert front.startswith("事務事業マネジメントシート（31年度）令和8年11月23日現在事務事業名真岡市")
    assert "2.評価の部様式案" in back
    assert "3.評価結果の総括と今後の方向性様式案" in back


def test_every_figure_lies_in_its_row_and_its_year(city: RenderedPdf) -> None:
    snapshot = snapshots.city_snapshot()
    expected = expected_grids(snapshot)
    assert grids(reading.pages(city.content)[0]) == expected
    assert [len(table) for table in expected] == [10, 15, 5, 5, 50]


def test_every_text_and_figure_of_the_printed_sheet_is_there(city: RenderedPdf) -> None:
    front = reading.page_texts(city.content)[0]
    missing = [cell for cell in source_cells() if cell not in front]
    assert missing == []


def test_each_row_of_the_printed_sheet_reads_on_in_order(city: RenderedPdf) -> None:
    front = reading.page_texts(city.content)[0]
    for row in (
        "名称単位28年度(実績)29年度(実績)30年度(実績)31年度(実績)32年度(見込)ア研修会等の開催回数回25344イ",
        "ウ各課が保有する個人情報の項目件数件1,0961,1411,1271,1221,122エオ③意図",
        "県支出金千円00000地方債千円00000その他千円00000一般財源千円243243243358495",
        "人件費計(B)千円9149139171,213889トータルコスト(A)+(B)千円1,1571,1561,1601,5711,384(3)",
    ):
        assert row in front


def test_boxes_are_drawn_and_named(city: RenderedPdf) -> None:
    drawn = [attributes["Alt"] for tag, attributes in reading.elements(city.content) if tag == "Figure"]
    assert drawn[:4] == ["非該当", "非該当", "該当", "非該当"]
    assert set(drawn[4:]) == {"未選択"}
    assert len(drawn[4:]) == 9 * 2 + 2 + 4 * 2 + 6 + 3 + 6


def test_tags_headings_and_language(city: RenderedPdf) -> None:
    elements = reading.elements(city.content)
    tags = [tag for tag, _attributes in elements]
    assert [tag for tag in tags if re.fullmatch(r"H\d", tag)] == [
        *("H1", "H2", "H3", "H4", "H4", "H4", "H4", "H3", "H3"),
        *("H2", "H2", "H3", "H3", "H3", "H3", "H3", "H3"),
    ]
    assert tags.count("Caption") == 4
    scopes = [attributes.get("Scope") for tag, attributes in elements if tag == "TH"]
    assert set(scopes) == {"/Row", "/Column"}
    with pikepdf.open(io.BytesIO(city.content)) as file:
        assert file.Root.Lang == "ja"
        assert file.docinfo["/Title"] == "事務事業マネジメントシート（31年度） 真岡市セキュリティポリシー遵守運用事業"
        assert file.docinfo["/Author"] == "総務部 情報政策課"
        assert file.docinfo["/CreationDate"] == "D:20261123091233+09'00"


@pytest.mark.parametrize("archive", [False, True])
def test_the_standard_is_declared(archive: bool, city: RenderedPdf) -> None:
    content = printing.render_sheet(snapshots.city_snapshot(), archive=True).content if archive else city.content
    with pikepdf.open(io.BytesIO(content)) as file, file.open_metadata() as metadata:
        assert metadata.pdfa_status == ("2A" if archive else "")
        assert metadata.get("pdfuaid:part") == (None if archive else "1")
        assert metadata["dc:title"].startswith("事務事業マネジメントシート")
    assert reading.text(content) == reading.text(city.content)


@pytest.mark.parametrize("sheet", ["city", "varied", "long"])
def test_fonts_are_embedded_truetype_and_no_glyph_is_missing(sheet: str, request: pytest.FixtureRequest) -> None:
    content = request.getfixturevalue(sheet).content
    fonts = reading.poppler(content, "pdffonts", "-").splitlines()[2:]
    assert fonts
    for font in fonts:
        assert re.search(r"CID TrueType +Identity-H +yes yes yes", font), font


@pytest.mark.parametrize("sheet", ["city", "varied", "long"])
def test_nothing_is_small_outside_the_page_or_over_other_text(sheet: str, request: pytest.FixtureRequest) -> None:
    content = request.getfixturevalue(sheet).content
    assert min(reading.font_sizes(content)) >= 7
    for page in reading.pages(content):
        assert (round(page.width), round(page.height)) == (595, 842)
        for word in page.words:
            assert 28 <= word.left < word.right <= page.width - 28, word
            assert 20 <= word.top < word.bottom <= page.height - 8, word
        assert list(overlaps(page.words)) == []


def overlaps(words: list[reading.Word]) -> Iterator[tuple[str, str]]:
    """Yield each pair of words whose boxes share more than a hair."""
    ordered = sorted(words, key=lambda word: word.top)
    for index, word in enumerate(ordered):
        for other in ordered[index + 1 :]:
            if other.top > word.bottom - 0.6:
                break
            if min(word.right, other.right) - max(word.left, other.left) > 0.6:
                yield word.text, other.text


def test_long_texts_flow_to_further_pages_whole(long: RenderedPdf) -> None:
    snapshot = snapshots.long_snapshot()
    footer = printing.footer_lines(snapshot["programme"]["name"], snapshot["requested"])
    text = ""
    for number, page in enumerate(reading.page_texts(long.content), start=1):
        foot = reading.squeeze("".join(footer)) + f"{number}/{long.pages}"
        assert foot in page
        page = page.replace(foot, "")
        text += re.sub("^(評価の観点評価項目評価理由|\\(3\\)事務事業の環境変化・市民意見等)", "", page)
    assert long.pages > 10
    missing = [part[:12] for part in texts_of(snapshot) if reading.squeeze(part) not in text]
    assert missing == []


def texts_of(snapshot: dict[str, Any]) -> Iterator[str]:
    """Yield every text a person wrote into a snapshot."""
    parts = [
        snapshot["programme"],
        snapshot["sheet"],
        snapshot["indicators"],
        snapshot["evaluation"]["answers"],
    ]
    while parts:
        part = parts.pop()
        if isinstance(part, str) and len(part) > 40:
            yield part
        elif isinstance(part, dict):
            parts.extend(part.values())
        elif isinstance(part, list):
            parts.extend(part)


def test_table_heads_repeat_on_further_pages(long: RenderedPdf) -> None:
    pages = reading.page_texts(long.content)
    assert sum(page.startswith("(3)事務事業の環境変化・市民意見等") for page in pages) >= 3
    assert sum(page.startswith("評価の観点評価項目評価理由") for page in pages) >= 3


def test_long_figures_stay_in_their_columns(long: RenderedPdf) -> None:
    pieces = 0
    for page in reading.pages(long.content):
        heads = [w for w in page.words if re.fullmatch(r"(平成|令和)(元|\d+)年度(\((実績|見込)\))?", w.text)]
        for word in page.words:
            above = [head for head in heads if head.y < word.y < page.height - TALL_FOOT]
            if not above or not re.fullmatch(r"▲?\d{1,3}(,\d{3})*(\.\d+)?,?", word.text):
                continue
            lowest = max(head.y for head in above)
            years = sorted((head for head in above if abs(head.y - lowest) < 1), key=lambda head: head.x)
            half = (years[1].x - years[0].x) / 2
            assert len(years) == 5
            assert any(head.x - half <= word.left < word.right <= head.x + half for head in years), word
            pieces += 1
    assert pieces > 100


def test_markup_and_template_syntax_print_literally(varied: RenderedPdf) -> None:
    front = reading.page_texts(varied.content)[0]
    assert front.count(reading.squeeze(HARD_TEXT)) == 2


def test_line_breaks_in_a_text_are_kept(varied: RenderedPdf) -> None:
    words = {word.text: word for word in reading.pages(varied.content)[0].words}
    assert words["二行目"].top > words["一行目"].bottom - 1


def test_rare_kanji_can_be_read_back(varied: RenderedPdf) -> None:
    assert "事務事業名髙﨑𠮷德瀨彅担当" in reading.text(varied.content)


def test_negative_zero_and_missing_figures(varied: RenderedPdf) -> None:
    front = reading.page_texts(varied.content)[0]
    assert reading.squeeze(HARD_TEXT) + "回▲1,234.500.25100イ" in front
    assert "一般財源千円243▲243358495事業費計" in front
    assert "人件費計(B)千円9141,213889" in front


def test_answers_are_ticked_and_an_adopted_form_is_no_draft(varied: RenderedPdf) -> None:
    back = reading.page_texts(varied.content)[-1]
    drawn = [attributes["Alt"] for tag, attributes in reading.elements(varied.content) if tag == "Figure"]
    assert "様式案" not in back
    assert drawn[0] == "該当"
    assert drawn[4:].count("選択") == 9 + 1 + 4 + 2 + 1
    assert snapshots.full_answers()["questions"]["burden"]["reason"] in back


@pytest.mark.parametrize(
    ("style", "headings", "title", "start", "activity"),
    [
        ("heisei_continued", "28年度(実績)31年度(実績)32年度(見込)", "31年度", "平成14年度", "32年度計画"),
        (
            "era",
            "平成28年度(実績)令和元年度(実績)令和2年度(見込)",
            "令和元年度",
            "平成14年度",
            "令和2年度計画",
        ),
        (
            "western",
            "2016年度(実績)2019年度(実績)2020年度(見込)",
            "2019年度",
            "2002年度",
            "2020年度計画",
        ),
    ],
)
def test_years_follow_the_style_of_the_sheet(style: str, headings: str, title: str, start: str, activity: str) -> None:
    context = printing.sheet_context(snapshots.city_snapshot(era_style=style))
    years = [f"{year['label']}({year['kind']})" for year in context["years"]]
    assert years[0] + years[3] + years[4] == headings
    assert context["year"] == title
    assert context["period"][1] == {"on": True, "text": f"単年度繰返（開始年度 {start}～）"}
    assert [part["heading"] for part in context["pairs"][0]["parts"]] == [f"{title}実績", activity]


@pytest.mark.parametrize(
    ("period", "ticked", "text"),
    [
        ({"kind": "single", "from": 2019, "to": None}, 0, "単年度のみ"),
        ({"kind": "limited", "from": 1988, "to": 2019}, 2, "期間限定複数年度（ 昭和63年度～ 令和元年度）"),
        ({"kind": "yearly", "from": None, "to": None}, 1, "単年度繰返（開始年度 年度～）"),
    ],
)
def test_one_kind_of_period_is_ticked(period: dict[str, Any], ticked: int, text: str) -> None:
    lines = printing.period_lines(period, printing.EraStyle.HEISEI_CONTINUED)
    assert [line["on"] for line in lines] == [number == ticked for number in range(3)]
    assert lines[ticked]["text"] == text


def test_the_foot_names_who_printed_and_when_in_japan_time(city: RenderedPdf) -> None:
    for number, page in enumerate(reading.page_texts(city.content), start=1):
        who = "出力者総務部情報政策課髙橋花子出力日時令和8年11月23日09:12"
        assert f"真岡市セキュリティポリシー遵守運用事業{who}{number}/2" in page
    utc = {"at": "2026-03-31T15:00:00+00:00", "name": "名", "department": ""}
    assert printing.footer_lines("事業", utc)[1] == "出力者 名　出力日時 令和8年4月1日 00:00"


def test_the_style_of_the_screens_does_not_reach_the_paper(settings: Any) -> None:
    pages = set()
    for style in ("era_first", "era_only", "western"):
        settings.DATE_STYLE = style
        pages.add(printing.render_html(snapshots.city_snapshot()))
    assert len(pages) == 1
    assert "令和8年11月23日現在" in pages.pop()


def test_a_snapshot_is_not_changed_and_another_gives_other_bytes(city: RenderedPdf) -> None:
    snapshot = snapshots.city_snapshot()
    before = copy.deepcopy(snapshot)
    assert printing.render_sheet(snapshot).content == city.content
    assert snapshot == before
    snapshot["indicators"]["activity"][0]["values"][0] = "3"
    assert printing.render_sheet(snapshot).content != city.content


def test_two_processes_with_other_hash_seeds_give_the_same_bytes(city: RenderedPdf) -> None:
    script = (
        "import hashlib; from pathlib import Path; import django; from django.conf import settings;"
        "root = Path.cwd(); settings.configure(BASE_DIR=root, TEMPLATES=[{'DIRS': [root / 'templates'],"
        "'BACKEND': 'django.template.backends.django.DjangoTemplates'}]); django.setup();"
        "from reports.printing import render_sheet; from tests.reports.snapshots import city_snapshot;"
        "import sys; sys.stdout.buffer.write(render_sheet(city_snapshot()).content)"
    )
    for seed in ("1", "2024"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", script]
        built = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True).stdout
        assert built == city.content
