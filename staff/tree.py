"""The tree of departments on a day, read once: paths from the top, what lies below, and the departments to choose."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from staff.models import Department

INDENT = "\u3000"
"""A full-width blank for each step down the tree; a list of choices keeps it."""


class Node(NamedTuple):
    """One department of the tree, with how deep it stands; the top is 0."""

    code: str
    name: str
    parent_code: str
    depth: int


class Tree:
    """The departments in force on `day` in the city's official order (建制順), each below the one it belongs to."""

    def __init__(self, day: dt.date) -> None:
        rows = list(Department.objects.in_force(day).values_list("code", "name", "parent_code"))
        self._known = {code: (name, parent) for code, name, parent in rows}
        self._below: dict[str, list[str]] = {}
        for code, _name, parent in rows:
            self._below.setdefault(parent if parent in self._known else "", []).append(code)
        self.nodes = {node.code: node for node in self._down("", 0, set())}

    def _down(self, above: str, depth: int, seen: set[str]) -> Iterator[Node]:
        for code in self._below.get(above, []):
            if code not in seen:
                seen.add(code)
                yield Node(code, *self._known[code], depth)
                yield from self._down(code, depth + 1, seen)

    def path(self, code: str) -> list[tuple[str, str]]:
        """Return (code, name) from the top down to the department; nothing for one that is not there."""
        steps: list[tuple[str, str]] = []
        node = self.nodes.get(code)
        while node is not None:
            steps.insert(0, (node.code, node.name))
            node = self.nodes.get(node.parent_code)
        return steps

    def path_name(self, code: str) -> str:
        """Return the names of the path with a blank between them."""
        return " ".join(name for _code, name in self.path(code))

    def children(self, code: str) -> list[Node]:
        """Return the departments right below one."""
        return [self.nodes[child] for child in self._below.get(code, []) if child in self.nodes]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The departments to choose from, indented by their depth."""
        return [(node.code, f"{INDENT * node.depth}{node.name}") for node in self.nodes.values()]
