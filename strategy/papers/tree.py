"""What the papers of a canvas hold. Writers lay this out and add nothing to it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

KIND_WORDS = {
    "idea": "Idea",
    "strategy": "Strategy",
    "assumption": "Assumption",
    "question": "Question",
    "action": "Action",
}
CREDIT = (
    "Supports studies in the style of Customer Progress Design® and The Wheel of Progress® (Eckhart Boehme; "
    "Wheel with Peter Rochel). Trademarks belong to their owners; this project is independent and not "
    "endorsed by them."
)
ETHIC = (
    "The motive is to enable progress, not to manipulate: would the customer welcome this, knowing our "
    "intention?"
)


def reads_from_right(text: str) -> bool:
    """By the first letter that has a direction, as browsers decide it for dir="auto"."""
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return next((way in ("R", "AL") for way in strong if way in ("L", "R", "AL")), False)


def evidence_words(number: int) -> str:
    if not number:
        return "no evidence"
    return "1 piece of evidence" if number == 1 else f"{number} pieces of evidence"


@dataclass(frozen=True)
class CardLine:
    """`evidence` counts what is linked: elements, quotes, jobs and groups."""

    kind: str
    text: str
    agreed: bool
    evidence: int

    @property
    def from_right(self) -> bool:
        return reads_from_right(self.text)

    @property
    def facts(self) -> str:
        """The kind, whether it is agreed, and what stands behind it."""
        said = [KIND_WORDS[self.kind]]
        if self.agreed:
            said.append("agreed")
        return " · ".join([*said, evidence_words(self.evidence)])


@dataclass(frozen=True)
class Lane:
    """A row of the canvas; `cells` holds the cards of each phase."""

    name: str
    cells: tuple[tuple[CardLine, ...], ...]


@dataclass(frozen=True)
class Heard:
    """A line of the evidence strip: how many interviews, and what one of them said of it."""

    name: str
    interviews: int
    example: str = ""

    def told(self, held: int) -> str:
        return f"{self.name}  {self.interviews} of {held} interviews".lstrip()


@dataclass(frozen=True)
class Column:
    phase: int
    name: str
    help: str
    heard: tuple[Heard, ...]


@dataclass(frozen=True)
class ActionLine:
    """`believed`: its hypothesis; `since`: what has become of it after the state that the paper shows."""

    title: str
    phase: int
    owner: str
    due: str
    status: str
    kpi: str
    believed: str
    since: str = ""


def stands(standing: str, held: int, interviews: int) -> str:
    return f"{standing}; held by {held} of {interviews} interviews"


@dataclass(frozen=True)
class CanvasPaper:
    """`held`: how many interviews hold the job, the denominator of the strip; `version` names the state."""

    title: str
    purpose: tuple[str, ...]
    study: str
    version: str
    made_on: date
    standing: str
    held: int
    of_interviews: int
    constraints: Heard
    columns: tuple[Column, ...]
    lanes: tuple[Lane, ...]
    actions: tuple[ActionLine, ...]

    @property
    def stands(self) -> str:
        return stands(self.standing, self.held, self.of_interviews)

    def cards(self) -> Iterator[tuple[int, str, CardLine]]:
        """(phase, name of the lane, card) from the first phase to the last, from top to bottom."""
        for place, column in enumerate(self.columns):
            for lane in self.lanes:
                for card in lane.cells[place]:
                    yield column.phase, lane.name, card
