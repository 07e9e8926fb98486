"""What the trail's codes and objects are called: a registry that each app fills from its own `events.py`.

An app names its actions with `name_actions`, the kinds of object that its events are about with `name_objects`, and
decorates with `opens` the functions that find the pages of those objects. `common.apps` imports every `events.py` at
start-up, so a new app adds its words without touching the auditors' page.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext_lazy as _


class Topic(NamedTuple):
    """What actions are grouped under: a word for addresses and the words of the screen."""

    slug: str
    label: Any


class ActionWords(NamedTuple):
    """What an action is called, and the topic it stands under."""

    words: Any
    topic: Topic


class Link(NamedTuple):
    """An object as a page shows it: its name and its address."""

    title: str
    url: str


Opener = Callable[[Any, set[int], dt.date], Mapping[int, Link]]
AnOpener = TypeVar("AnOpener", bound=Opener)
FILES = Topic("files", _("Files handed out"))
"""Exports and downloads of all apps."""
_actions: dict[str, ActionWords] = {}
_objects: dict[str, Any] = {}
_openers: dict[str, Opener] = {}


def name_actions(topic: Topic, words: Mapping[str, Any]) -> None:
    """Say what actions are called, by code; each code has one name."""
    taken = _actions.keys() & words.keys()
    if taken:
        raise ValueError(f"named twice: {', '.join(sorted(taken))}")
    _actions.update({code: ActionWords(text, topic) for code, text in words.items()})


def name_objects(words: Mapping[str, Any]) -> None:
    """Say what kinds of object are called that events are about, by the label of the model, as `reports.SheetBuild`.

    A kind that has a page is known by its opener, and called as its model unless it is named here.
    """
    _objects.update(words)


def opens(label: str) -> Callable[[AnOpener], AnOpener]:
    """Register how the objects of one kind are found: `(viewer, keys, on) -> {key: Link}`.

    The function leaves out what `viewer` may not open on the day `on`.
    """

    def decorate(opener: AnOpener) -> AnOpener:
        _objects.setdefault(label, "")
        _openers[label] = opener
        return opener

    return decorate


def action_codes() -> dict[str, ActionWords]:
    """Return the words of every known action by its code."""
    return dict(_actions)


def topics() -> dict[Topic, dict[str, Any]]:
    """Return the topics in the order of the apps, the files last, each with its codes and their words."""
    found: dict[Topic, dict[str, Any]] = {}
    for code, (words, topic) in _actions.items():
        found.setdefault(topic, {})[code] = words
    return dict(sorted(found.items(), key=lambda entry: entry[0] == FILES))


def words_of(code: str) -> str:
    """Return what an action is called; the code itself when nobody has named it."""
    known = _actions.get(code)
    return str(known.words) if known else code


def object_kinds() -> dict[str, str]:
    """Return the kinds of object that events are about: their labels and what they are called."""
    return {label: kind_of(label) for label in _objects}


def kind_of(label: str) -> str:
    """Return what a kind of object is called; the label itself when there is no such model any more."""
    if named := _objects.get(label):
        return str(named)
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):
        return label


def place_of(label: str, place: str) -> str:
    """Return what a part of an object is called: a field by its name on the screens, anything else as it stands."""
    try:
        return str(apps.get_model(label)._meta.get_field(place).verbose_name)
    except (LookupError, ValueError, AttributeError, FieldDoesNotExist):
        return place


def links(label: str, viewer: Any, keys: set[int], on: dt.date) -> Mapping[int, Link]:
    """Return the pages of those objects of a kind that `viewer` may open on the day `on`."""
    opener = _openers.get(label)
    return opener(viewer, keys, on) if opener and keys else {}
