"""What a reader finds in a PDF: text, the place of each word, font sizes, tags (poppler and pikepdf)."""

import html
import io
import re
import subprocess
from collections.abc import Iterator
from typing import Any, NamedTuple

import pikepdf

WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')
PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.S)


class Word(NamedTuple):
    """A word and its box in points from the top left corner of the page."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    @property
    def x(self) -> float:
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        return (self.top + self.bottom) / 2


class PageWords(NamedTuple):
    """The words of one page, and the page's size in points."""

    width: float
    height: float
    words: list[Word]


def poppler(content: bytes, *command: str) -> str:
    """Run a poppler tool on ``content``, given on its standard input, and return what it prints.

    pdftotext writes a rare kanji in the title as two surrogates, so its output is not always sound UTF-8.
    """
    done = subprocess.run(command, input=content, capture_output=True, check=True)
    return done.stdout.decode(errors="replace")


def text(content: bytes) -> str:
    """Return the text of all pages in the order it is written, without white space and form feeds."""
    return squeeze(poppler(content, "pdftotext", "-raw", "-", "-"))


def page_texts(content: bytes) -> list[str]:
    """Return the text of each page, without white space."""
    return [squeeze(page) for page in poppler(content, "pdftotext", "-raw", "-", "-").split("\f")[:-1]]


def squeeze(value: str) -> str:
    """Return ``value`` without any white space."""
    return re.sub(r"\s", "", value)


def pages(content: bytes) -> list[PageWords]:
    """Return the words of each page with their boxes."""
    found = PAGE.findall(poppler(content, "pdftotext", "-bbox", "-", "-"))
    return [PageWords(float(width), float(height), list(_words(body))) for width, height, body in found]


def _words(body: str) -> Iterator[Word]:
    for *box, word in WORD.findall(body):
        left, top, right, bottom = map(float, box)
        yield Word(left, top, right, bottom, html.unescape(word))


def font_sizes(content: bytes) -> set[float]:
    """Return every size in points at which text is shown, transformations counted in."""
    sizes: set[float] = set()
    with pikepdf.open(io.BytesIO(content)) as file:
        for page in file.pages:
            sizes |= set(_shown_sizes(page))
    return sizes


def _shown_sizes(page: pikepdf.Page) -> Iterator[float]:
    scales, text_scale, size = [1.0], 1.0, 0.0
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "q":
                scales.append(scales[-1])
            case "Q":
                scales.pop()
            case "cm":
                scales[-1] *= abs(float(operands[3]))
            case "Tm":
                text_scale = abs(float(operands[3]))
            case "Tf":
                size = float(operands[1])
            case "TJ" | "Tj":
                yield round(size * text_scale * scales[-1], 2)


def elements(content: bytes) -> list[tuple[str, dict[str, Any]]]:
    """Return the structure elements in reading order: tag and attributes (``Alt`` and those under ``A``)."""
    with pikepdf.open(io.BytesIO(content)) as file:
        return list(_elements(file.Root.StructTreeRoot.K[0]))


def _elements(element: pikepdf.Object) -> Iterator[tuple[str, dict[str, Any]]]:
    attributes = {str(key)[1:]: str(value) for key, value in dict(element.get("/A", {})).items()}
    if "/Alt" in element:
        attributes["Alt"] = str(element.Alt)
    yield str(element.S)[1:], attributes
    for child in element.get("/K", []):
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield from _elements(child)
