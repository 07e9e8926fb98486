"""The sample policy of the demo city, in its dated versions, and some of its confirmations."""

import datetime as dt
import json
import random
from pathlib import Path
from typing import Any

from policies import actions
from policies.models import Policy, PolicyVersion
from staff.models import Staff

FILE = Path(__file__).parent / "data" / "basic-policy.json"
DAYS_TO_CONFIRM = 30
CONFIRMED_OF_TEN = 6
DECISION = {"document_number": "情政第{year}号", "decided_by": "副市長（情報セキュリティ委員会委員長）"}


def text_of(contents: dict[str, Any], year: int) -> str:
    """Return the Markdown of the version of `year`: chapters as headings, articles numbered through."""
    lines: list[str] = []
    chapter = ""
    chapters = articles = 0
    for article in contents["articles"]:
        if not article["from"] <= year <= article.get("until", year):
            continue
        if article["chapter"] != chapter:
            chapter, chapters = article["chapter"], chapters + 1
            lines.append(f"## 第{chapters}章　{chapter}")
        articles += 1
        lines += [f"### 第{articles}条（{article['title']}）", article["text"]]
    return "\n\n".join(lines) + "\n"


def load(author: Staff, publisher: Staff, today: dt.date) -> None:
    """Publish the versions; the newest is to be confirmed, and some have done so. Loading again changes nothing."""
    contents = json.loads(FILE.read_text(encoding="utf-8"))
    if Policy.objects.filter(code=contents["code"]).exists():
        return
    level = Policy.Level.BASIC_POLICY
    policy = actions.add_policy(by=author, code=contents["code"], name=contents["name"], level=level, order=10)
    newest = contents["versions"][-1]
    for version in contents["versions"]:
        asked = today + dt.timedelta(days=DAYS_TO_CONFIRM) if version is newest else None
        draft = actions.save_draft(
            by=author, policy=policy, version=None, values=_values(contents, version, asked), expected_revision=None
        )
        published = actions.publish(by=publisher, version=draft, on=today)
    _confirm(published, today)


def _values(contents: dict[str, Any], version: dict[str, Any], asked: dt.date | None) -> dict[str, Any]:
    established, effective = (dt.date.fromisoformat(version[key]) for key in ("established_on", "effective_on"))
    return {
        "text": text_of(contents, version["year"]),
        "summary": version["summary"],
        "established_on": established,
        "effective_on": effective,
        "confirm_by": asked,
        "decided_on": established,
        "document_number": DECISION["document_number"].format(year=version["year"]),
        "decided_by": DECISION["decided_by"],
    }


def _confirm(version: PolicyVersion, today: dt.date) -> None:
    rng = random.Random(version.policy.code)  # noqa: S311
    readers = version.readers.select_related("person").order_by("person__employee_number")
    for reader in readers.exclude(person__employee_number__startswith="demo-"):
        if rng.randrange(10) < CONFIRMED_OF_TEN:
            actions.acknowledge(by=reader.person, version=version, on=today)
