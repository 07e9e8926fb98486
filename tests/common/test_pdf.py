"""The door to WeasyPrint: nothing is fetched, tags are sound, the same text gives the same bytes."""

import http.server
import io
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from common import pdf
from tests.reports import reading

pytestmark = pytest.mark.xdist_group("pdf")

ROOT = Path(__file__).resolve().parents[2]
PAGE = """<!DOCTYPE html><html lang="ja"><head><title>題</title></head><body>{body}</body></html>"""
TABLE = """<table><thead><tr><th>名称</th><th>年度</th></tr></thead><tbody>
<tr><th scope="row" rowspan="2">事業費</th><td>一</td></tr><tr><td>二</td></tr></tbody></table>"""
STYLE = 'html { font: 10pt "BIZ UDPGothic", HanaMinA, HanaMinB }'


def build(body: str, *, archive: bool = False, style: str = STYLE) -> pdf.RenderedPdf:
    html = PAGE.format(body=body)
    return pdf.render(html, stylesheets=[style], archive=archive, identifier=b"0123456789abcdef")


@pytest.fixture
def bait(tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    """A web server that notes every path asked of it."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/hostname",
        "http://127.0.0.1/a",
        "https://example.jp/",
        "ftp://example.jp/",
        "data:,a",
        "a.png",
    ],
)
def test_the_fetcher_refuses_every_address(url: str) -> None:
    fetcher = pdf.NoFetching()
    for ask in (fetcher, fetcher.fetch, fetcher.open):
        with pytest.raises(ValueError, match="fetches nothing"):
            ask(url)


def test_nothing_is_fetched(bait: tuple[str, list[str]], tmp_path: Path) -> None:
    address, asked = bait
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    body = f"""<link rel="stylesheet" href="{address}/a.css"><link rel="attachment" href="{secret.as_uri()}">
<style>@import url({address}/b.css); @font-face {{ font-family: X; src: url({address}/f.ttf) }}
p {{ background: url({address}/c.png); font-family: X }}</style>
<img src="{address}/d.png" alt="図"><object data="{secret.as_uri()}">代わり</object><p>本文</p>
<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>図</title>
<image href="{address}/e.png"/></svg>"""
    style = STYLE + f"@import url({address}/g.css); body {{ background: url({secret.as_uri()}) }}"
    content = build(body, style=style).content
    assert "本文" in reading.text(content)
    assert asked == []
    assert b"SECRET" not in content
    with pikepdf.open(io.BytesIO(content)) as file:
        assert len(file.attachments) == 0


def test_presentational_attributes_are_ignored() -> None:
    plain, attributed = (build(body) for body in ("<p>字</p>", '<p align="right">字</p>'))
    left = [reading.pages(result.content)[0].words[0].left for result in (plain, attributed)]
    assert left[0] == left[1]


def test_pages_are_counted() -> None:
    assert build("<p>一</p>").pages == 1
    assert build('<p>一</p><p style="break-before: page">二</p>').pages == 2


def test_headings_carry_their_scope_and_no_wrong_list_of_headings() -> None:
    found = reading.elements(build(TABLE).content)
    assert [a["Scope"] for tag, a in found if tag == "TH"] == ["/Column", "/Column", "/Row"]
    assert not any("Headers" in attributes for _tag, attributes in found)


@pytest.mark.parametrize("archive", [False, True])
def test_the_standard_is_named_and_the_file_tagged(archive: bool) -> None:
    with pikepdf.open(io.BytesIO(build(TABLE, archive=archive).content)) as file:
        with file.open_metadata() as metadata:
            assert metadata.get("pdfuaid:part") == (None if archive else "1")
            assert metadata.pdfa_status == ("2A" if archive else "")
        assert file.Root.MarkInfo.Marked
        assert file.Root.Lang == "ja"
        assert file.Root.ViewerPreferences.DisplayDocTitle
        assert file.docinfo["/Title"] == "題"
        assert bytes(file.trailer.ID[0]) == b"0123456789abcdef"
        assert ("/OutputIntents" in file.Root) == archive


def test_a_second_build_in_the_process_gives_the_same_bytes() -> None:
    first = build(TABLE).content
    build("<p>別の文書</p>", archive=True)
    assert build(TABLE).content == first


def test_two_processes_with_other_hash_seeds_give_the_same_bytes() -> None:
    script = (
        "import hashlib, sys; from common import pdf;"
        "print(hashlib.sha256(pdf.render(sys.argv[1], stylesheets=[sys.argv[2]], archive=True,"
        " identifier=b'x').content).hexdigest())"
    )
    html = PAGE.format(body=TABLE + "<p>髙﨑𠮷德瀨彅</p>")
    digests = {
        subprocess.run(
            [sys.executable, "-c", script, html, STYLE],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2024")
    }
    assert len(digests) == 1
