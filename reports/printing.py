"""The evaluation sheet on paper: a snapshot becomes template values, and the template becomes a PDF.

A snapshot (``sheet/1``) holds everything that is printed, so the same snapshot gives the same bytes.
Wording, order and marks of the front page are those of the city's printed sheet.
"""

import datetime as dt
import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string

from common import pdf
from common.canonical import sha256_of
from common.numbers_ja import format_number
from common.wareki import EraStyle, format_date, format_fiscal_year
from reports import evaluation_form
from reports.sheet_wording import COST_ROWS, COST_STYLES, GROUPS, KINDS, QUESTIONS, SLOTS

Snapshot = Mapping[str, Any]

JAPAN = ZoneInfo("Asia/Tokyo")
WIDE_FROM_LINES = 24
LEFT_LINE_CHARACTERS = 18
LONG_BASIS_CHARACTERS = 160
FOOTER_LINE_CHARACTERS = 70


def render_sheet(snapshot: Snapshot, *, archive: bool = False) -> pdf.RenderedPdf:
    """Return the sheet of ``snapshot`` (``sheet/1``) as a tagged PDF, front and back page.

    ``archive`` gives the PDF/A copy. The file identifier is the snapshot's own hash. Raises ``KeyError`` when
    the snapshot lacks a part and ``ValueError`` when a figure is no number.
    """
    return pdf.render(
        render_html(snapshot),
        stylesheets=[stylesheet()],
        archive=archive,
        identifier=sha256_of(dict(snapshot))[:32].encode(),
    )


def render_html(snapshot: Snapshot) -> str:
    """Return the sheet of ``snapshot`` as the HTML that is laid out."""
    return render_to_string("pdf/sheet.html", sheet_context(snapshot))


@functools.cache
def stylesheet() -> str:
    """Return the CSS of the sheet, read once a process."""
    return (Path(settings.BASE_DIR) / "static" / "css" / "pdf-sheet.css").read_text(encoding="utf-8")


def sheet_context(snapshot: Snapshot) -> dict[str, Any]:
    """Return what the template prints: texts as given, figures and years already formatted."""
    programme, sheet = snapshot["programme"], snapshot["sheet"]
    style = EraStyle(sheet["era_style"])
    requested = snapshot["requested"]
    year = format_fiscal_year(sheet["fiscal_year"], style)
    footer = footer_lines(programme["name"], requested)
    return {
        "title": f"事務事業マネジメントシート（{year}）",
        "year": year,
        "style": style.value,
        "author": requested["department"] or " ".join(programme["section"]),
        "description": f"{programme['name']} {year} 事務事業マネジメントシート",
        "created": requested["at"],
        "as_of": f"{format_date(dt.date.fromisoformat(snapshot['as_of']))}現在",
        "programme": programme,
        "section": " ".join(programme["section"]),
        "long_basis": has_long_basis(programme),
        "period": period_lines(programme["period"], style),
        "years": [year_heading(column, style) for column in snapshot["columns"]],
        "pairs": purpose_pairs(snapshot, style),
        "costs": cost_rows(snapshot["costs"]),
        "background": background_rows(programme["background"]),
        "footer_programme": footer[0],
        "footer_request": footer[1],
        "footer_class": footer_class(footer),
        **evaluation_form.printable(snapshot["evaluation"]),
    }


def year_heading(column: Mapping[str, Any], style: EraStyle) -> dict[str, str]:
    """Return the heading of one year column: ``{"label": "28年度", "kind": "実績"}``."""
    return {"label": format_fiscal_year(column["fiscal_year"], style), "kind": KINDS[column["kind"]]}


def period_lines(period: Mapping[str, Any], style: EraStyle) -> list[dict[str, Any]]:
    """Return the three lines of 事業期間, ticked where they apply.

    A start year names its era (平成14年度) even on a sheet that counts Heisei on, as the printed sheet does.
    """
    kind = period["kind"]
    first, last = (_period_year(period[key], style) for key in ("from", "to"))
    yearly = first if kind == "yearly" else _period_year(None, style)
    limited = (first, last) if kind == "limited" else (_period_year(None, style),) * 2
    return [
        {"on": kind == "single", "text": "単年度のみ"},
        {"on": kind == "yearly", "text": f"単年度繰返（開始年度 {yearly}～）"},
        {"on": kind == "limited", "text": f"期間限定複数年度（ {limited[0]}～ {limited[1]}）"},
    ]


def _period_year(fiscal_year: int | None, style: EraStyle) -> str:
    if fiscal_year is None:
        return "年度"
    return format_fiscal_year(fiscal_year, EraStyle.WESTERN if style is EraStyle.WESTERN else EraStyle.ERA)


def purpose_pairs(snapshot: Snapshot, style: EraStyle) -> list[dict[str, Any]]:
    """Return the four text boxes ①–④, each with the indicator table ⑤–⑧ beside it.

    A box too long for its column is marked ``wide`` and printed above its table, over the whole width.
    """
    purpose, sheet = snapshot["programme"]["purpose"], snapshot["sheet"]
    year = sheet["fiscal_year"]
    done, planned = (format_fiscal_year(number, style) for number in (year, year + 1))
    parts: dict[str, list[dict[str, Any]]] = {
        "activity": [
            {"heading": f"{done}実績", "texts": sheet["done"], "bulleted": True},
            {"heading": f"{planned}計画", "texts": sheet["planned"], "bulleted": True},
        ],
        "target": [{"texts": [purpose["target"]]}],
        "outcome": [{"texts": purpose["intent"], "bulleted": True}],
        "upper_outcome": [{"texts": [purpose["result"]]}],
    }
    return [
        {
            **group._asdict(),
            "parts": parts[group.code],
            "wide": estimated_lines(parts[group.code]) > WIDE_FROM_LINES,
            "rows": indicator_rows(snapshot["indicators"][group.code], len(snapshot["columns"])),
        }
        for group in GROUPS
    ]


def estimated_lines(parts: Iterable[Mapping[str, Any]]) -> int:
    """Return about how many lines the texts of ``parts`` take in the narrow column at the left."""
    lines = (line for part in parts for text in part["texts"] for line in text.splitlines())
    return sum(1 + len(line) // LEFT_LINE_CHARACTERS for line in lines)


def indicator_rows(indicators: Iterable[Mapping[str, Any]], columns: int) -> list[dict[str, Any]]:
    """Return the five rows ア–オ of an indicator table, unused ones blank."""
    by_slot = {indicator["slot"]: indicator for indicator in indicators}
    blank = {"name": "", "unit": "", "values": [None] * columns}
    rows = ((mark, by_slot.get(slot, blank)) for slot, mark in enumerate(SLOTS, start=1))
    return [
        {"slot": mark, "name": row["name"], "unit": row["unit"], "values": [figure(v) for v in row["values"]]}
        for mark, row in rows
    ]


def cost_rows(costs: Sequence[Mapping[str, str | None] | None]) -> list[dict[str, Any]]:
    """Return the ten rows of the cost table; a year without costs (``None``) is a blank column."""
    return [
        {
            "heads": heads,
            "unit": unit,
            "style": COST_STYLES.get(key, ""),
            "values": [figure(year[key]) if year else [] for year in costs],
        }
        for key, unit, heads in COST_ROWS
    ]


def figure(value: str | None) -> list[str]:
    """Return ``value`` as printed, cut at its marks: ``["1", ",", "096", ".", "5"]``; nothing for a blank.

    The template sets the marks narrow, and a very long figure may break after a comma.
    """
    text = format_number(value)
    return re.split("([,.])", text) if text else []


def background_rows(background: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the three questions of (3) with their paragraphs."""
    answers = ((question, background[key]) for key, question in QUESTIONS)
    return [{"question": q, "texts": [a] if isinstance(a, str) else a} for q, a in answers]


def has_long_basis(programme: Mapping[str, Any]) -> bool:
    """Tell whether plan, legal basis or budget need the whole width instead of the left half."""
    texts = (programme["related_plan"], programme["legal_basis"], "".join(programme["budget"]))
    return any(len(text) > LONG_BASIS_CHARACTERS or text.count("\n") > 3 for text in texts)


def footer_lines(name: str, requested: Mapping[str, str]) -> tuple[str, str]:
    """Return the two lines at the foot of each page: the programme, and who printed it when (Japan time)."""
    at = dt.datetime.fromisoformat(requested["at"]).astimezone(JAPAN)
    who = f"{requested['department']} {requested['name']}".strip()
    return name, f"出力者 {who}　出力日時 {format_date(at.date())} {at:%H:%M}"


def footer_class(lines: Iterable[str]) -> str:
    """Return the class that gives long footer lines a taller foot."""
    return "tall-foot" if any(len(line) > FOOTER_LINE_CHARACTERS for line in lines) else ""
