"""The sample policies of the demo city, in their dated versions, and some of their confirmations."""

import datetime as dt
import random
from pathlib import Path
from typing import Any

from policies import actions, sample
from policies.models import Policy, PolicyVersion
from staff.models import Staff

FOLDERS = [Path(__file__).parent / "data" / name for name in ("basic", "standard")]
DAYS_TO_CONFIRM = 30
CONFIRMED_OF_TEN = 6
DECISION = {"document_number": "情政第{year}号", "decided_by": "副市長（情報セキュリティ委員会委員長）"}


def load(author: Staff, publisher: Staff, today: dt.date) -> None:
    """Publish the versions of both policies; loading again changes nothing."""
    for order, folder in enumerate(FOLDERS, start=1):
        written = sample.read(folder)
        if not Policy.objects.filter(code=written.about["code"]).exists():
            _load(written, order * 10, author, publisher, today)


def _load(written: sample.Policy, order: int, author: Staff, publisher: Staff, today: dt.date) -> None:
    """Publish the versions of one policy; the newest is to be confirmed, and some have done so."""
    about = written.about
    policy = actions.add_policy(by=author, code=about["code"], name=about["name"], level=about["level"], order=order)
    newest = about["versions"][-1]
    for version in about["versions"]:
        asked = today + dt.timedelta(days=DAYS_TO_CONFIRM) if version is newest else None
        values = _values(version, written.text_of(version), asked)
        draft = actions.save_draft(by=author, policy=policy, version=None, values=values, expected_revision=None)
        published = actions.publish(by=publisher, version=draft, on=today)
    _confirm(published, today)


def _values(version: dict[str, Any], text: str, asked: dt.date | None) -> dict[str, Any]:
    established, effective = (dt.date.fromisoformat(version[key]) for key in ("established_on", "effective_on"))
    return {
        "text": text,
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
