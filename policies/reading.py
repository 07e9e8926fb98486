"""The text of a version as a page: Markdown to cleaned HTML, with anchors and a table of contents.

The text itself is kept as given; this is made anew each time it is read. Raw HTML in a text is shown as text, and a
line that ends in the text ends on the page, as in a text pasted from a word processor.
"""

from typing import NamedTuple

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TEXT_MAX = 200_000
DEEPEST = 6
TAGS = {"h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "strong", "em", "a", "blockquote", "code", "pre", "hr"}
TAGS |= {"br", "table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}} | {f"h{level}": {"id"} for level in range(2, DEEPEST + 1)}
SCHEMES = {"http", "https", "mailto"}


class Entry(NamedTuple):
    """One line of the contents: its depth (2 for the highest headings, 3 below them), its words and its anchor."""

    level: int
    text: str
    anchor: str


class Reading(NamedTuple):
    """A text ready to be read."""

    html: SafeString
    contents: list[Entry]


def read(text: str) -> Reading:
    """Return Markdown `text` as HTML that can do no harm; its highest headings stand one below the page's own."""
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable("image")
    tokens = markdown.parse(text)
    headings = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    lower = 2 - min(headings, default=2)
    contents: list[Entry] = []
    for index, token in enumerate(tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + lower, DEEPEST)}"
        if token.type == "heading_open":
            entry = Entry(int(token.tag[1]), _words(tokens[index + 1]), f"s{len(contents) + 1}")
            token.attrSet("id", entry.anchor)
            contents.append(entry)
    raw = markdown.renderer.render(tokens, markdown.options, {})
    clean = nh3.clean(raw, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer")
    return Reading(mark_safe(clean), contents)  # noqa: S308


def _words(inline: Token) -> str:
    return "".join(child.content for child in inline.children or [] if child.type in ("text", "code_inline"))
