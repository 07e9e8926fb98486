"""The only door to WeasyPrint: HTML and CSS go in as text, a tagged PDF comes out, and nothing is fetched.

The same text gives the same bytes: WeasyPrint writes no date of its own, and the identifier is passed in.
"""

import functools
import io
import threading
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, NamedTuple

import pydyf
from weasyprint import CSS, HTML, Document
from weasyprint.css import ColorProfile
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

DISTRIBUTION_VARIANT = "pdf/ua-1"
ARCHIVE_VARIANT = "pdf/a-2a"
OUTPUT_INTENT = "--srgb"


class RenderedPdf(NamedTuple):
    """A finished PDF and its number of pages."""

    content: bytes
    pages: int


class NoFetching(URLFetcher):
    """Refuses every address, local files and ``data:`` included.

    A sheet needs none: its styles are passed as text, its fonts are installed, its drawings are inline SVG.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Raise ``ValueError``: WeasyPrint then goes on without the resource."""
        raise ValueError(f"a PDF fetches nothing: {url[:200]}")


class _Fonts(threading.local):
    """One font configuration a thread: Pango's font map is slow to make and not safe to share."""

    def __init__(self) -> None:
        self.configuration = FontConfiguration()


_fonts = _Fonts()


def render(html: str, *, stylesheets: Sequence[str], archive: bool, identifier: bytes) -> RenderedPdf:
    """Lay out ``html`` with ``stylesheets`` (CSS text, last wins) and return the PDF.

    ``archive`` asks for PDF/A-2a, else PDF/UA-1; both are tagged. 2a rather than 3a because a sheet carries
    no attachment and 2a forbids any. ``identifier`` is the file identifier: printable ASCII, the same for the
    same content. Nothing in ``html`` is fetched and no presentational attribute is honoured.
    """
    options: dict[str, Any] = {"pdf_variant": ARCHIVE_VARIANT if archive else DISTRIBUTION_VARIANT}
    if archive:
        options["output_intent"] = OUTPUT_INTENT
    document = HTML(string=html, url_fetcher=NoFetching()).render(
        font_config=_fonts.configuration,
        color_profiles={OUTPUT_INTENT: _srgb()} if archive else None,
        stylesheets=[_stylesheet(text) for text in stylesheets],
        **options,
    )
    content = document.write_pdf(finisher=_scope_headers, pdf_identifier=identifier, **options)
    return RenderedPdf(content, len(document.pages))


def _srgb() -> ColorProfile:
    """Return the sRGB profile a PDF/A file carries; WeasyPrint's own way to it leaves a file open."""
    profile = files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes()
    return ColorProfile(io.BytesIO(profile), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))


def _scope_headers(_document: Document, file: pydyf.PDF) -> None:
    """Give each heading cell its scope: a column's in the table head, else a row's.

    WeasyPrint 70 lists the headings of each cell instead, and lists wrong ones where a cell spans rows.
    """
    elements = {
        item.reference: item
        for item in file.objects
        if isinstance(item, pydyf.Dictionary) and item.get("Type") == "/StructElem"
    }
    for element in elements.values():
        if element["S"] == "/TD":
            element["A"].pop("Headers", None)
        elif element["S"] == "/TH":
            section = elements[elements[element["P"]]["P"]]["S"]
            element["A"]["Scope"] = "/Column" if section == "/THead" else "/Row"


@functools.lru_cache(maxsize=16)
def _stylesheet(text: str) -> CSS:
    """Parse ``text`` once a process; ``@font-face`` has no effect, as no font configuration is given."""
    return CSS(string=text, url_fetcher=NoFetching())
