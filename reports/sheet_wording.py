"""The words of the sheet's front page, character for character those of the city's own sheet of FY2019."""

from typing import NamedTuple

SLOTS = "アイウエオ"
KINDS = {"actual": "実績", "forecast": "見込", "plan": "計画"}


class Group(NamedTuple):
    """A text box of (1) and its indicator table: box title, what it asks, a remark, the table's title."""

    code: str
    label: str
    hint: str
    aside: str
    caption: str


GROUPS = (
    Group("activity", "① 手段", "（主な活動）", "", "⑤ 活動指標（事務事業の活動量を表す指標）の推移"),
    Group(
        "target",
        "② 対象",
        "（誰、何を対象にしているのか）",
        "*人や自然資源等",
        "⑥ 対象指標（対象の大きさを表す指標）の推移",
    ),
    Group(
        "outcome",
        "③ 意図",
        "（この事業によって、対象をどう変えるのか）",
        "",
        "⑦ 成果指標（対象における意図された対象の程度）の推移",
    ),
    Group(
        "upper_outcome",
        "④ 結果",
        "（どんな結果(上位施策)に結びつけるのか）",
        "",
        "⑧ 上位成果指標（結果の達成度を表す指標）の推移",
    ),
)
QUESTIONS = (
    ("origin", ("①この事務事業を開始したきっかけは何か？", "いつごろどんな経緯で開始されたのか？")),
    (
        "changes",
        (
            "②事務事業を取り巻く状況（対象者や根拠法令等）はどう変化しているか、"
            "開始時期あるいは5年前と比べてどう変わったのか？",
        ),
    ),
    (
        "opinions",
        (
            "③この事務事業に対して関係者（住民、議会、事業対象者、利害関係者等）から"
            "どんな意見や要望が寄せられているか？",
        ),
    ),
)


class Head(NamedTuple):
    """A heading cell at the left of the cost table: its text and how many rows and columns it spans."""

    text: str
    rows: int = 1
    columns: int = 1

    @property
    def scope(self) -> str:
        """The HTML scope of the cell."""
        return "row"

    @property
    def style(self) -> str:
        """The CSS class of the cell."""
        return "stacked" if self.rows > 1 else "plain"


COST_ROWS: tuple[tuple[str, str, tuple[Head, ...]], ...] = (
    ("national", "千円", (Head("投入量", 9), Head("事業費", 6), Head("財源内訳", 5), Head("国庫支出金"))),
    ("prefectural", "千円", (Head("県支出金"),)),
    ("bonds", "千円", (Head("地方債"),)),
    ("other", "千円", (Head("その他"),)),
    ("general", "千円", (Head("一般財源"),)),
    ("operating", "千円", (Head("事業費計(A)", columns=2),)),
    ("staff_count", "人", (Head("人件費", 3), Head("正規職員従事人数", columns=2))),
    ("hours", "時間", (Head("延べ業務時間", columns=2),)),
    ("labour", "千円", (Head("人件費計(B)", columns=2),)),
    ("total", "千円", (Head("トータルコスト(A)+(B)", columns=4),)),
)
COST_STYLES = {"operating": "sum", "labour": "sum", "total": "grand"}
