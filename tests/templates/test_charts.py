"""Charts as they are drawn, on the page and in a PDF."""

import io
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import lxml.etree
import lxml.html
import pikepdf
import pytest
from django.template.loader import render_to_string
from PIL import Image

from common.charts import Point, bar_chart, line_chart, ring_chart, stacked_bar_chart
from common.pdf import render

HOSTILE = "<script>alert(1)</script>\"'&𠮷野家" + "長" * 60
YEARS = [
    Point("30年度", Decimal(37), "actual", "実績"),
    Point("31年度", None, "actual", "実績"),
    Point("32年度", Decimal(47), "forecast", "見込"),
]


def charts(title: str = "研修会等の開催回数") -> dict[str, Any]:
    return {
        "bar": bar_chart("chart-bar", title, YEARS, unit="回"),
        "line": line_chart("chart-line", title, YEARS, unit="回"),
        "ring": ring_chart("chart-ring", title, 382, 500),
        "stacked_bar": stacked_bar_chart("chart-stacked", title, [title, "未確認"], [("総務部", [30, 10])]),
    }


def drawn(name: str, chart: Any) -> str:
    return render_to_string(f"charts/{name}.html", {"chart": chart})


@pytest.mark.parametrize("name", charts())
def test_a_chart_has_a_title_a_description_and_its_figures(name: str) -> None:
    chart = charts()[name]
    page = lxml.html.fromstring(drawn(name, chart))
    (svg,) = page.xpath("//svg[@role='img']")
    assert [child.tag for child in svg][:2] == ["title", "desc"]
    assert svg.find("title").text == chart.title
    assert svg.find("desc").text == chart.description
    assert svg.get("aria-labelledby").split() == [svg.find("title").get("id"), svg.find("desc").get("id")]
    assert page.xpath("//table") or name == "ring"
    assert not page.xpath("//*[@style] | //style | //script")


def test_a_forecast_differs_by_more_than_its_colour() -> None:
    page = lxml.html.fromstring(drawn("bar", charts()["bar"]))
    fills = page.xpath("//svg/rect/@fill")
    assert fills == ["#0017c1", "url(#chart-bar-hatch)"]
    assert page.xpath("count(//pattern[@id='chart-bar-hatch'])") == 1
    assert "見込" in page.text_content()


def test_a_gap_is_no_bar_and_a_dash_in_the_table() -> None:
    page = lxml.html.fromstring(drawn("bar", charts()["bar"]))
    assert [cell.text_content() for cell in page.xpath("//tbody//td")] == ["37", "–", "47"]


@pytest.mark.parametrize("name", charts())
def test_hostile_words_stay_words(name: str) -> None:
    page = lxml.html.fromstring(drawn(name, charts(HOSTILE)[name]))
    assert not page.xpath("//script")
    assert page.xpath("//svg[@role='img']/title")[0].text == HOSTILE


@pytest.mark.parametrize("name", charts())
def test_the_same_chart_is_printed(name: str, tmp_path: Path) -> None:
    body = drawn(name, charts()[name])
    html = f'<html lang="ja"><head><title>図</title></head><body><h1>図</h1>{body}</body></html>'
    pdf = render(html, stylesheets=["@page {size: A5} svg {width: 10cm}"], archive=False, identifier=b"chart")
    assert render(html, stylesheets=["@page {size: A5} svg {width: 10cm}"], archive=False, identifier=b"chart") == pdf
    with pikepdf.open(io.BytesIO(pdf.content)) as opened:
        figures = [o for o in opened.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"]
        assert "研修会等の開催回数" in [str(figure.get("/Alt")) for figure in figures]
    (tmp_path / "chart.pdf").write_bytes(pdf.content)
    subprocess.run(["pdftoppm", "-r", "50", "-png", "chart.pdf", "chart"], cwd=tmp_path, check=True)
    pixels = [c for p in tmp_path.glob("*.png") for c in Image.open(p).convert("RGB").getcolors(10**6)]
    assert [colour for _number, colour in pixels if colour[2] > 150 and colour[0] < 80]
