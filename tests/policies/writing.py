"""Policies for tests: a draft by the officer, published by the CISO."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

from policies import actions
from policies.models import Policy, PolicyVersion

TODAY = dt.date(2026, 11, 24)
TEXT = "## 第1章　総則\n\n### 第1条（目的）\n\n情報資産を守る。\n\n### 第2条（対象）\n\nすべての職員。\n"


def policy(people: SimpleNamespace, code: str = "basic-policy") -> Policy:
    return actions.add_policy(by=people.officer, code=code, name="情報セキュリティ基本方針", level="basic_policy")


def values(**more: Any) -> dict[str, Any]:
    return {
        "text": TEXT,
        "summary": "全体を見直した。",
        "established_on": dt.date(2026, 11, 1),
        "effective_on": dt.date(2026, 11, 20),
        "confirm_by": dt.date(2026, 12, 24),
        "decided_on": dt.date(2026, 10, 30),
        "document_number": "情政第1号",
        "decided_by": "副市長",
        **more,
    }


def draft(people: SimpleNamespace, of: Policy | None = None, **more: Any) -> PolicyVersion:
    return actions.save_draft(by=people.officer, policy=of or policy(people), version=None, values=values(**more))


def published(people: SimpleNamespace, of: Policy | None = None, on: dt.date = TODAY, **more: Any) -> PolicyVersion:
    return actions.publish(by=people.ciso, version=draft(people, of, **more), on=on)
