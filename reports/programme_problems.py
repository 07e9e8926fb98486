"""What is wrong with a programme: every fault with its place, collected before anything is refused."""

from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

LISTED_MAX = 200


class Problem(NamedTuple):
    """One fault: its place and a sentence.

    A place is a path such as ``indicators[2].actual.2019``, counted from 0; it is empty for the whole file.
    """

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class ProgrammeFileInvalid(ValueError):
    """The programme breaks the rules of its format.

    ``problems`` holds the faults in the order of the file: at most 200 of them, then a remark how many more;
    ``count`` is how many there are in all.
    """

    def __init__(self, problems: list[Problem], count: int | None = None) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
        self.count = len(problems) if count is None else count


@dataclass
class Problems:
    """The faults found so far; beyond ``LISTED_MAX`` they are only counted."""

    listed: list[Problem] = field(default_factory=list)
    unlisted: int = 0

    def add(self, place: str, message: str) -> None:
        """Note one fault."""
        if len(self.listed) < LISTED_MAX:
            self.listed.append(Problem(place, message))
        else:
            self.unlisted += 1

    def raise_if_any(self) -> None:
        """Raise ``ProgrammeFileInvalid`` when a fault was noted."""
        count = len(self.listed) + self.unlisted
        if self.unlisted:
            more = _("Further problems not listed here: %(count)s.") % {"count": self.unlisted}
            self.listed.append(Problem("", more))
        if self.listed:
            raise ProgrammeFileInvalid(self.listed, count)
