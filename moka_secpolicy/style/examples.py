"""What the style guide shows: an example is a template, rendered in its states, with the words that call it."""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


class State(NamedTuple):
    """One rendering of an example: what makes it so ("" when there is only one), and what the template is given.

    A value that is made anew for each page (a form) is a function without parameters; the template calls it.
    """

    label: Any
    values: dict[str, Any]


class Example(NamedTuple):
    """A part of the screens: its name, what it is for, its template and its states.

    `written` is what a template writes to get it, where that is not an include of `template`; the states of a small
    one stand side by side.
    """

    slug: str
    name: Any
    purpose: Any
    template: str
    states: list[State]
    written: str = ""
    is_small: bool = False

    @property
    def code(self) -> str:
        """What a template writes to get this part: by default its include with every value that a state gives."""
        names = dict.fromkeys(name for state in self.states for name in state.values)
        values = " ".join(f"{name}={name}" for name in names)
        return self.written or f'{{% include "{self.template}" with {values} only %}}'


class Shown(NamedTuple):
    """An example ready for the page; `states` are pairs of label and HTML."""

    slug: str
    name: Any
    purpose: Any
    code: str
    is_small: bool
    states: list[tuple[Any, SafeString]]


def state(label: Any = "", /, **values: Any) -> State:
    """Return a state with its values as keywords."""
    return State(label, values)


def shown(example: Example, request: HttpRequest) -> Shown:
    """Return the example with its states rendered, each from its own values alone."""
    states = [(label, render_to_string(example.template, values, request)) for label, values in example.states]
    return Shown(example.slug, example.name, example.purpose, example.code, example.is_small, states)
