"""`manage.py import_sessions`: a city's past sessions from a file, all or nothing, and the same file twice."""

import datetime as dt
import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from audit.models import Event
from common.tables import excel
from tests.training.test_actions import TODAY, mark, roster
from training import actions
from training.models import TrainingSession

HEADINGS = ("講座名", "開催日", "対象", "種別", "状態", "会場", "講師", "参加者数")
HEAD = ",".join(HEADINGS) + "\n"
ROWS = "全職員研修,H31.4.1,全職員,集合,実施済,大会議室,情報政策課,２１２\n全職員研修,2019/4/1,全職員,集合,実施済,小会議室,,\n"

pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file that is read."""
    return tmp_path / "sessions.csv"


def imported(file: Path, content: str | bytes, *words: str) -> tuple[str, int]:
    """Run the command; return the lines it printed, faults first, and its exit status."""
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    told, faults, status = io.StringIO(), io.StringIO(), 0
    try:
        call_command("import_sessions", str(file), *words, stdout=told, stderr=faults)
    except SystemExit as ended:
        status = int(ended.code or 0)
    return faults.getvalue() + told.getvalue(), status


def counts(file: Path, content: str | bytes, *words: str) -> str:
    """Run the command, which must not fail, and return its last line."""
    told, status = imported(file, content, *words)
    assert status == 0, told
    return told.splitlines()[-1]


def test_past_sessions_come_in_once_and_two_sittings_of_a_day_stay_two(file: Path) -> None:
    assert counts(file, HEAD + ROWS, "--dry-run") == "2 added, 0 changed, 0 unchanged, 0 errors"
    assert not TrainingSession.objects.exists()
    assert counts(file, HEAD + ROWS) == "2 added, 0 changed, 0 unchanged, 0 errors"
    found = set(TrainingSession.objects.values_list("title", "held_on", "place", "participants"))
    day = dt.date(2019, 4, 1)
    assert found == {("全職員研修", day, "大会議室", 212), ("全職員研修", day, "小会議室", None)}
    before = Event.objects.count()
    assert counts(file, HEAD + ROWS) == "0 added, 0 changed, 2 unchanged, 0 errors"
    assert Event.objects.count() == before


def test_a_changed_row_changes_its_sitting_alone_and_says_from_which_file(file: Path) -> None:
    imported(file, HEAD + ROWS)
    changed = HEAD + ROWS.replace("実施済,小会議室", "中止,小会議室")
    assert counts(file, changed) == "0 added, 1 changed, 1 unchanged, 0 errors"
    assert TrainingSession.objects.get(state="cancelled").place == "小会議室"
    assert TrainingSession.objects.in_year(2019).held().count() == 1
    event = Event.objects.latest("pk")
    assert event.data["changes"] == [{"place": "state", "before": "held", "after": "cancelled"}]
    assert event.data["reason"].startswith("import of sessions.csv, SHA-256 ")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_each_encoding_is_read_and_columns_stand_in_any_order(file: Path, encoding: str) -> None:
    turned = "\r\n".join(",".join(reversed(line.split(","))) for line in (HEAD + ROWS).splitlines())
    assert counts(file, turned.encode(encoding)) == "2 added, 0 changed, 0 unchanged, 0 errors"
    assert TrainingSession.objects.get(participants=212).instructor == "情報政策課"


def test_an_excel_file_says_the_same_as_its_csv(file: Path) -> None:
    assert counts(file, HEAD + ROWS).startswith("2 added")
    cells = [line.split(",") for line in ROWS.splitlines()]
    assert counts(file, excel("研修", HEADINGS, cells)) == "0 added, 0 changed, 2 unchanged, 0 errors"


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2019-04-01", dt.date(2019, 4, 1)),
        ("2019/4/1", dt.date(2019, 4, 1)),
        ("H31.4.1", dt.date(2019, 4, 1)),
        ("２０１９／４／１", dt.date(2019, 4, 1)),
        ("Ｈ３１．４．１", dt.date(2019, 4, 1)),
        ("令和元年5月1日", dt.date(2019, 5, 1)),
        ("2019年4月1日", dt.date(2019, 4, 1)),
    ],
)
def test_a_day_in_any_writing_is_read(file: Path, written: str, day: dt.date) -> None:
    imported(file, f"{HEAD}研修,{written},全職員,集合,実施済,,,\n")
    assert TrainingSession.objects.get().held_on == day


@pytest.mark.parametrize(
    ("words", "audience"),
    [
        ("全職員", ("all", "")),
        ("全職員向け", ("all", "")),
        ("新規採用職員", ("newcomers", "")),
        ("管理職向け", ("managers", "")),
        ("保育所の職員", ("other", "保育所の職員")),
    ],
)
def test_an_audience_is_one_of_the_usual_ones_or_kept_in_its_words(
    file: Path, words: str, audience: tuple[str, str]
) -> None:
    text = f"{HEAD}研修,2019-05-01,{words},ｅラーニング,予定,,,\n"
    imported(file, text)
    made = TrainingSession.objects.get()
    assert (made.audience, made.audience_note) == audience
    assert (made.kind, made.state) == ("e_learning", "planned")
    assert counts(file, text) == "0 added, 0 changed, 1 unchanged, 0 errors"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("研修,2019-02-30,全職員,集合,実施済,,,", "開催日"),
        ("研修,,全職員,集合,実施済,,,", "開催日"),
        ("研修,2019-05-01,全職員,宴会,実施済,,,", "種別"),
        ("研修,2019-05-01,全職員,集合,済,,,", "状態"),
        ("研修,2019-05-01,全職員,集合,実施済,,,-1", "参加者数"),
        ("研修,2019-05-01,全職員,集合,実施済,,,1_0", "参加者数"),
        (",2019-05-01,全職員,集合,実施済,,,", "講座名"),
        ("研修,2090-05-01,全職員,集合,実施済,,,", "状態"),
        ("研修,2019-05-01,全職員,集合,実施済,,,1,余り", ""),
        ("研修,2019-05-01,,集合,実施済,,,", "対象"),
    ],
)
def test_a_wrong_session_is_named_and_nothing_is_saved(file: Path, row: str, column: str) -> None:
    told, status = imported(file, f"{HEAD}{ROWS}{row}\n")
    assert status == 1
    assert told.startswith(f"row 4 {column}: " if column else "row 4: ")
    assert told.endswith("0 added, 0 changed, 0 unchanged, 1 errors\n")
    assert not TrainingSession.objects.exists()


def test_a_session_with_attendance_is_not_made_one_that_was_not_held(file: Path, people: SimpleNamespace) -> None:
    mark(people, roster(people), people.employee, "present")
    row = f"全職員研修,{TODAY},全職員,集合,中止,大会議室,,\n"
    told, status = imported(file, HEAD + row)
    assert status == 1
    assert told.startswith("row 2 状態: Attendance is recorded for this session")
    assert TrainingSession.objects.get().state == "held"


def test_a_title_given_on_screen_outlives_the_next_import(file: Path, people: SimpleNamespace) -> None:
    imported(file, HEAD + ROWS)
    made = TrainingSession.objects.get(participants=212)
    words = {"course": made.course.name, "values": {"title": "全職員研修（午前の部）"}, "on": TODAY, "reason": "題名"}
    actions.save_session(by=people.officer, session=made, **words)
    assert counts(file, HEAD + ROWS) == "0 added, 0 changed, 2 unchanged, 0 errors"
    assert counts(file, HEAD + ROWS.replace("大会議室", "市民ホール")) == "0 added, 1 changed, 1 unchanged, 0 errors"
    made.refresh_from_db()
    assert (made.title, made.place) == ("全職員研修（午前の部）", "市民ホール")


def test_a_heading_that_is_missing_is_told(file: Path) -> None:
    told, status = imported(file, HEAD.replace("会場,", "") + "研修,2019-05-01,全職員,集合,実施済,,\n")
    assert status == 1
    assert told.startswith("row 1 会場: ")
