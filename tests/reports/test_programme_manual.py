"""docs/programme-file.md tells the officer who writes a file by hand the truth."""

import re

from reports.programme_file import parse, to_json
from tests.reports.programmes import CITY, CITY_FILE, changed, problems_of

MANUAL = (CITY_FILE.parents[2] / "docs" / "programme-file.md").read_text(encoding="utf-8")


def test_the_example_of_the_manual_is_a_good_file() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", MANUAL, flags=re.DOTALL)
    assert parse(example.encode())["indicators"][0]["actual"][2017] == 5


def test_the_manual_names_every_key_and_the_errors_as_they_are_told() -> None:
    keys = set(re.findall(r'"([a-z_]+)":', to_json(parse(CITY))))
    inner = {"code", "name", "target", "intent", "result", "origin", "changes", "opinions"}
    assert [key for key in keys - inner if f"`{key}`" not in MANUAL] == []
    data = changed("indicators.2.actual.2019", 0.001)
    data["code"] = "A"
    data["costs"]["2016"]["actuals"] = {}
    for problem in problems_of(data):
        assert f"{problem}\n" in MANUAL
