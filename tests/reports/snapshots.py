"""Snapshots (``sheet/1``) for tests and benchmarks: the city's own 31年度 sheet, and made-up hard ones."""

import json
from pathlib import Path
from typing import Any

from reports import evaluation_form

DATA = Path(__file__).resolve().parent / "data"
SOURCE_TEXT = DATA.parents[1] / "data" / "moka-sheet-source.txt"
GROUPS = ("activity", "target", "outcome", "upper_outcome")
FIGURES = ["12345678901234", "-12345678901234.56", "99999999999999", "0", None]


def city_snapshot(*, era_style: str = "heisei_continued") -> dict[str, Any]:
    """Return the city's printed sheet of FY2019 as a snapshot; the back page is unanswered."""
    snapshot: dict[str, Any] = json.loads((DATA / "sheet_2019.json").read_text(encoding="utf-8"))
    snapshot["sheet"]["era_style"] = era_style
    return {**snapshot, "evaluation": evaluation_form.load()}


def numbered(mark: str, characters: int) -> str:
    """Return an unbroken text of ``characters`` characters in which no two stretches of ten are alike.

    With an ASCII ``mark`` the text offers no place to break a line at all.
    """
    end = "z" if mark.isascii() else "〆"
    words = (f"{mark}{number:04d}{end}" for number in range(characters))
    return "".join(words)[:characters]


def long_snapshot() -> dict[str, Any]:
    """Return a sheet at the limits: 4,000-character texts, 40 paragraphs, 200-character names, 14 digits."""
    snapshot = city_snapshot(era_style="era")
    programme = snapshot["programme"]
    programme["name"] = numbered("名", 200)
    programme["section"] = [numbered("部", 200), numbered("課", 200), numbered("係", 200)]
    programme["policy"]["name"] = numbered("政", 200)
    programme["measure"]["name"] = numbered("施", 200)
    programme["supplementary_measure"] = numbered("s", 200)
    programme["related_plan"] = numbered("関", 4000)
    programme["legal_basis"] = numbered("法", 4000)
    programme["budget"] = [numbered("予", 200) for _ in range(4)]
    programme["period"] = {"kind": "limited", "from": 1988, "to": 2030}
    programme["overview"] = [numbered(f"概{n}", 300) for n in range(40)]
    programme["purpose"] = {
        "target": numbered("対", 4000),
        "intent": [numbered(f"意{n}", 100) for n in range(40)],
        "result": numbered("結", 4000),
    }
    programme["background"] = {
        "origin": numbered("起", 4000),
        "changes": [numbered(f"変{n}", 200) for n in range(40)],
        "opinions": numbered("a", 4000),
    }
    snapshot["sheet"]["done"] = [numbered(f"実{n}", 100) for n in range(40)]
    snapshot["sheet"]["planned"] = [numbered("計", 4000)]
    programme["purpose"]["intent"][7] = numbered("i", 100)
    for group in GROUPS:
        snapshot["indicators"][group] = [
            {"slot": n, "name": numbered(f"指{n}" if n < 5 else "n", 60), "unit": "項目", "values": FIGURES}
            for n in range(1, 6)
        ]
    costs = snapshot["costs"]
    snapshot["costs"] = [{**dict.fromkeys(cost, FIGURES[n])} for n, cost in enumerate(costs[:4])] + [None]
    snapshot["requested"]["name"] = numbered("人", 200)
    snapshot["requested"]["department"] = numbered("所", 200)
    snapshot["evaluation"]["answers"] = full_answers(characters=4000)
    return snapshot


def full_answers(*, characters: int = 60) -> dict[str, Any]:
    """Return answers to every question of the back page, each reason ``characters`` long."""
    form = evaluation_form.load()
    questions = {
        question["code"]: {
            "choice": question["choices"][0]["code"],
            "detail": next((d["code"] for d in question["choices"][0].get("details", ())), None),
            "reason": numbered(question["mark"], characters),
        }
        for viewpoint in form["viewpoints"]
        for question in viewpoint["questions"]
    }
    return {
        "questions": questions,
        "results": {viewpoint["code"]: "review" for viewpoint in form["viewpoints"]},
        "review": numbered("総", characters),
        "directions": ["improve", "improve_efficiency"],
        "effect": {"outcome": "up", "cost": "same"},
        "issues": numbered("課", characters),
        "priority": numbered("優", characters),
    }
