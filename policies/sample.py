"""The sample policies as Markdown: a folder of chapters, from which each year's text is put together.

`policy.json` lists the versions; each other file holds a chapter. An article says from which year to which it holds;
several with one key are its wordings one after the other. `{条:key}` and `{章:key}` in a text become the number that
the article or chapter has in that year, so that references stay right when an article comes in before others.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
REFERENCE = re.compile(r"\{(条|章):([a-z0-9-]+)\}")


class Article(NamedTuple):
    """One article as it stands in a year: its number, its chapter's, its section or "", and what the file says."""

    number: int
    chapter: int
    section: str
    entry: dict[str, Any]


class Policy(NamedTuple):
    """The folder of one policy: what `policy.json` says, and the chapters in order."""

    about: dict[str, Any]
    chapters: list[dict[str, Any]]

    def text_of(self, version: dict[str, Any]) -> str:
        """Return the Markdown of `version`: chapters, sections and articles as headings, supplement, appendices."""
        year = version["year"]
        articles = list(self._articles(year))
        numbers = {("条", article.entry["key"]): article.number for article in articles}
        numbers |= {("章", chapter["chapter"]["key"]): n for n, chapter in enumerate(self._chapters(year), start=1)}
        lines = [*self._body(articles, year), "## 附則", version["supplement"]]
        for appendix in self.about.get("appendices", []):
            if holds(appendix, year):
                lines += [f"## {appendix['title']}（{{条:{appendix['article']}}}関係）", appendix["text"]]
        resolved = REFERENCE.sub(lambda found: ordinal(numbers[found[1], found[2]], found[1]), "\n\n".join(lines))
        return f"{resolved}\n"

    def _chapters(self, year: int) -> list[dict[str, Any]]:
        return [chapter for chapter in self.chapters if any(holds(entry, year) for entry in chapter["articles"])]

    def _articles(self, year: int) -> Iterator[Article]:
        number = 0
        for place, chapter in enumerate(self._chapters(year), start=1):
            for entry in chapter["articles"]:
                if holds(entry, year):
                    number += 1
                    yield Article(number, place, entry.get("section", ""), entry)

    def _body(self, articles: list[Article], year: int) -> Iterator[str]:
        titles = [chapter["chapter"]["title"] for chapter in self._chapters(year)]
        chapter, section, sections = 0, "", 0
        for article in articles:
            if article.chapter != chapter:
                chapter, section, sections = article.chapter, "", 0
                yield f"## {ordinal(chapter, '章')}　{titles[chapter - 1]}"
            if article.section != section:
                section, sections = article.section, sections + 1
                yield f"### {ordinal(sections, '節')}　{section}"
            level = "####" if section else "###"
            yield f"{level} {ordinal(article.number, '条')}（{article.entry['title']}）"
            yield article.entry["text"]


def read(folder: Path) -> Policy:
    """Return the policy that `folder` holds."""
    about = json.loads((folder / "policy.json").read_text(encoding="utf-8"))
    chapters = sorted(folder.glob("[0-9]*.json"))
    return Policy(about, [json.loads(chapter.read_text(encoding="utf-8")) for chapter in chapters])


def holds(entry: dict[str, Any], year: int) -> bool:
    """Tell whether an article or an appendix stands in the version of `year`."""
    return bool(entry["from"] <= year <= entry.get("until", year))


def ordinal(number: int, of: str) -> str:
    """Return for example 第３条 or 第12条: one digit full-width, two half-width, as Japanese regulations print them."""
    digits = str(number)
    return f"第{digits.translate(FULL_WIDTH) if number < 10 else digits}{of}"
