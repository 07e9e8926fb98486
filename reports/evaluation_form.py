"""The back page of the sheet as data: viewpoints, questions, choices, directions and the effect grid.

The form is one of a family used by cities and was not read off this city's own back page, so it prints with
「様式案」 until an officer adopts it. Answers are kept apart from the form, by the codes it gives:
``{"questions": {code: {"choice", "detail", "reason"}}, "results": {viewpoint: result}, "review": str,
"directions": [code], "effect": {"outcome", "cost"} or null, "issues": str, "priority": str}``.
"""

import copy
import functools
import json
from collections.abc import Iterable, Mapping, Set
from pathlib import Path
from typing import Any

LONG_REASON_CHARACTERS = 400
LONG_REASON_LINES = 16
FORM_FILE = Path(__file__).resolve().parent / "data" / "evaluation_form.json"


def load() -> dict[str, Any]:
    """Return the form shipped with the portal, with ``adopted`` false and every answer empty.

    Each call returns its own copy, so that a caller may fill in answers.
    """
    return copy.deepcopy(_read())


def empty_answers() -> dict[str, Any]:
    """Return the answers of a sheet nobody has evaluated yet."""
    return {
        "questions": {},
        "results": {},
        "review": "",
        "directions": [],
        "effect": None,
        "issues": "",
        "priority": "",
    }


@functools.cache
def _read() -> dict[str, Any]:
    form: dict[str, Any] = json.loads(FORM_FILE.read_text(encoding="utf-8"))
    return {**form, "adopted": False, "answers": empty_answers()}


def printable(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``{"form": ..., "effect": ...}`` for the template: each choice knows whether it is ``on``.

    A reason too long for its column is marked ``long`` and printed below its question, over the whole width.
    ``form`` is what ``load()`` returns, its ``answers`` filled in as far as they are known.
    """
    answers = {**empty_answers(), **form["answers"]}
    chosen = set(answers["directions"])
    return {
        "form": {
            **{key: form[key] for key in ("adopted", "draft_label", "titles", "below")},
            "columns": [form["columns"][key] for key in ("viewpoint", "question", "choices", "reason")],
            "viewpoints": [_viewpoint(viewpoint, answers["questions"]) for viewpoint in form["viewpoints"]],
            "results": [
                {
                    "name": viewpoint["name"],
                    "choices": _ticked(form["results"], {answers["results"].get(viewpoint["code"])}),
                }
                for viewpoint in form["viewpoints"]
            ],
            "directions": _ticked(form["directions"], chosen),
            **{key: answers[key] for key in ("review", "issues", "priority")},
        },
        "effect": _effect(form["effect"], answers["effect"]),
    }


def _viewpoint(viewpoint: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    questions = []
    for question in viewpoint["questions"]:
        answer = answers.get(question["code"], {})
        marks = {answer.get("choice"), answer.get("detail")}
        reason = answer.get("reason", "")
        long = len(reason) > LONG_REASON_CHARACTERS or reason.count("\n") > LONG_REASON_LINES
        ticked = _ticked(question["choices"], marks)
        questions.append({**question, "choices": ticked, "reason": reason, "long": long})
    return {
        "name": viewpoint["name"],
        "questions": questions,
        "long": any(question["long"] for question in questions),
    }


def _ticked(choices: Iterable[Mapping[str, Any]], marks: Set[str | None]) -> list[dict[str, Any]]:
    return [
        {
            "label": choice["label"],
            "on": choice["code"] in marks,
            "details": _ticked(choice.get("details", ()), marks),
        }
        for choice in choices
    ]


def _effect(effect: Mapping[str, Any], answer: Mapping[str, str] | None) -> dict[str, Any]:
    barred = {(cell["outcome"], cell["cost"]) for cell in effect["barred"]}
    marked = (answer["outcome"], answer["cost"]) if answer else None
    costs = effect["cost"]["levels"]
    rows = [
        {
            "label": outcome["label"],
            "cells": [
                {"barred": place in barred, "on": place == marked}
                for place in ((outcome["code"], cost["code"]) for cost in costs)
            ],
        }
        for outcome in effect["outcome"]["levels"]
    ]
    return {**effect, "rows": rows}
