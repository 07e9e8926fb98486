"""A text as a page: contents that lead to its headings, and nothing in it that could do harm."""

from urllib.parse import urlsplit

import lxml.html
import pytest

from policies.reading import SCHEMES, TAGS, TEXT_MAX, read

TEXT = "## 第1章　総則\n\n### 第1条（目的）\n\n情報資産を守る。\n\n## 第2章　体制\n\n### 第2条（責任者）\n\n副市長。\n"


def page_of(html: str) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(f"<div>{html}</div>")


def parsed(text: str) -> lxml.html.HtmlElement:
    return page_of(read(text).html)


def assert_harmless(page: lxml.html.HtmlElement) -> None:
    for element in page.iterdescendants():
        assert element.tag in TAGS
        assert set(element.attrib) <= {"id", "href", "title", "rel", "start"}
        assert urlsplit(element.get("href", "")).scheme in {"", *SCHEMES}


def test_each_line_of_the_contents_leads_to_its_heading() -> None:
    reading = read(TEXT)
    page = parsed(TEXT)
    assert [(entry.level, entry.text) for entry in reading.contents] == [
        (2, "第1章　総則"),
        (3, "第1条（目的）"),
        (2, "第2章　体制"),
        (3, "第2条（責任者）"),
    ]
    for entry in reading.contents:
        (heading,) = page.xpath("//*[@id=$anchor]", anchor=entry.anchor)
        assert (heading.tag, heading.text_content()) == (f"h{entry.level}", entry.text)


@pytest.mark.parametrize("first", ["#", "##", "###", "######"])
def test_the_highest_headings_stand_just_below_the_page_s_own(first: str) -> None:
    assert [entry.level for entry in read(f"{first} 総則\n").contents] == [2]


def test_deep_headings_stay_headings() -> None:
    text = "\n\n".join(f"{'#' * depth} 見出し{depth}" for depth in range(1, 8))
    assert [entry.level for entry in read(text).contents] == [2, 3, 4, 5, 6, 6]
    page = parsed(text)
    assert "####### 見出し7" in page.text_content()
    assert not page.xpath("//h1 | //h7")


def test_marked_words_in_a_heading_stand_plain_in_the_contents() -> None:
    (entry,) = read("## **重要** `x` <b>と</b> \\*印\n").contents
    assert entry.text == "重要 x <b>と</b> *印"


def test_rare_characters_and_line_ends_are_kept() -> None:
    text = "髙﨑𠮷德瀨彅\n(1) ア\n(2) イ"
    assert [line.strip() for line in parsed(text).itertext() if line.strip()] == text.split("\n")


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "<iframe src='https://evil.example'></iframe>",
        "<table><tr><td colspan=99999999 rowspan=99999999>x</td></tr></table>",
        "<style>body{display:none}</style>",
        "<h2 id='confirm' class='button'>x</h2>",
        "<form action='https://evil.example'><input name='csrfmiddlewaretoken'>",
        "<!-- x -->",
    ],
)
def test_raw_html_is_shown_as_text(html: str) -> None:
    for text in (html, f"本文 {html} つづき", f"## {html}", f"|a|\n|-|\n|{html}|", f"- {html}"):
        page = parsed(text)
        assert html in page.text_content()
        assert_harmless(page)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "vbscript:msgbox(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "file:///etc/passwd",
        "ftp://example.jp",
    ],
)
def test_a_link_that_could_run_or_fetch_something_leads_nowhere(address: str) -> None:
    for text in (f"[規程]({address})", f"[規程][1]\n\n[1]: {address}", f"<{address}>"):
        page = parsed(text)
        assert not page.xpath("//@href")
        assert_harmless(page)


def test_an_ordinary_link_stays_and_tells_the_other_site_nothing() -> None:
    (link,) = parsed("[規程](https://example.jp/a?b=1)").xpath("//a")
    assert (link.get("href"), link.get("rel")) == ("https://example.jp/a?b=1", "noopener noreferrer")


def test_an_image_is_never_loaded() -> None:
    for text in ("![図](https://evil.example/pixel.png)", "![図][1]\n\n[1]: https://evil.example/x.png"):
        page = parsed(text)
        assert not page.xpath("//img | //@src")
        assert "図" in page.text_content()


def test_a_table_is_a_table() -> None:
    assert [cell.text for cell in parsed("|区分|扱い|\n|:-|-:|\n|機密性2|鍵|\n").xpath("//th | //td")] == [
        "区分",
        "扱い",
        "機密性2",
        "鍵",
    ]


def test_a_text_of_the_greatest_length_is_whole() -> None:
    articles = [f"### 第{number}条\n\n{'情報資産を守る。' * 12}\n\n" for number in range(1, 5000)]
    text = "".join(articles)[:TEXT_MAX]
    reading = read(text)
    assert len(text) == TEXT_MAX
    assert len(reading.contents) == text.count("###")
    assert page_of(reading.html).text_content().count("情報資産を守る。") == text.count("情報資産を守る。")


@pytest.mark.parametrize(
    "part", ["[", "![", "*", "**a ", "> ", "- ", "<", "&", "`", "|", "[a](", "# \n", "\\", "\0", "\u202e", "[x]: y\n"]
)
def test_a_long_text_of_nothing_but_marks_ends_soon_and_harms_nothing(part: str) -> None:
    html = read((part * TEXT_MAX)[:TEXT_MAX]).html
    assert len(html) < 10 * TEXT_MAX
    assert_harmless(page_of(html))


def test_a_table_of_endless_columns_does_not_grow_without_end() -> None:
    wide = "|a" * 20_000 + "|\n" + "|-" * 20_000 + "|\n" + "a\n" * 50_000
    assert len(read(wide[:TEXT_MAX]).html) < 10 * TEXT_MAX
