"""Minutes of a workshop as Markdown. Pure. They hold no drafts, and never who voted for what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from strategy.papers.tree import CREDIT, ETHIC, CanvasPaper, CardLine, evidence_words

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
LEADING = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.MULTILINE)


@dataclass(frozen=True)
class Voted:
    text: str
    phase: int
    dots: int


@dataclass(frozen=True)
class Meeting:
    """`told` holds what the facilitator did, in order: (time, words)."""

    facilitator: str
    began: str
    ended: str
    people: tuple[str, ...]
    told: tuple[tuple[str, str], ...]
    votes: tuple[Voted, ...]
    decisions: tuple[str, ...]
    open_comments: tuple[str, ...]


def write_minutes(paper: CanvasPaper, meeting: Meeting | None) -> str:
    return "\n".join(_lines(paper, meeting)).rstrip() + "\n"


def plain(text: str) -> str:
    """Words as words: nothing in them becomes a heading, a list, a link or markup."""
    one_line = " ".join(text.split())
    return LEADING.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", one_line))


def _lines(paper: CanvasPaper, meeting: Meeting | None) -> Iterator[str]:
    yield f"# Strategy {'workshop' if meeting else 'canvas'}: {plain(paper.title)}"
    yield ""
    yield f"Study: {plain(paper.study)}. Version of the canvas: {plain(paper.version)}."
    yield f"{paper.standing}; held by {paper.held} of {paper.of_interviews} interviews."
    if meeting:
        yield from _meeting(meeting)
    yield from _cards(paper)
    if meeting:
        yield from _section("Decisions", map(plain, meeting.decisions))
    yield from _actions(paper)
    yield from _section("Open questions", _questions(paper, meeting))
    yield from ("", "---", "", ETHIC, "", CREDIT)


def _meeting(meeting: Meeting) -> Iterator[str]:
    yield from _section(
        "Who and when",
        [
            f"Facilitated by {plain(meeting.facilitator)}",
            f"Began {meeting.began}; ended {meeting.ended or 'not yet'}",
            f"Took part: {', '.join(map(plain, meeting.people))}" if meeting.people else "",
        ],
    )
    yield from _section("What happened", (f"{time} {plain(words)}" for time, words in meeting.told))
    yield from _section(
        "Votes",
        (
            f"{vote.dots} dot{'' if vote.dots == 1 else 's'}: {plain(vote.text)} (phase {vote.phase})"
            for vote in meeting.votes
        ),
    )


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    """A heading and its list; nothing, where there is nothing to list."""
    found = [line for line in lines if line]
    if found:
        yield from ("", f"## {title}", "")
        yield from (f"- {line}" for line in found)


def _cards(paper: CanvasPaper) -> Iterator[str]:
    yield from ("", "## Cards")
    for place, column in enumerate(paper.columns):
        yield from ("", f"### {column.phase} {plain(column.name)}: {column.help}", "")
        found = [(lane.name, card) for lane in paper.lanes for card in lane.cells[place]]
        yield from (f"- {name}: {_card(card)}" for name, card in found)
        if not found:
            yield "No card."


def _card(card: CardLine) -> str:
    agreed = ", **agreed**" if card.agreed else ""
    return f"{plain(card.text) or '(without words)'} ({card.kind}{agreed}, {evidence_words(card.evidence)})"


def _actions(paper: CanvasPaper) -> Iterator[str]:
    if not paper.actions:
        return
    yield from (
        "",
        "## Actions",
        "",
        "| Action | Phase | Owner | Due | Status | KPI |",
        "|---|---|---|---|---|---|",
    )
    for it in paper.actions:
        cells = (it.title, str(it.phase), it.owner, it.due, it.status, it.kpi)
        yield f"| {' | '.join(map(plain, cells))} |"


def _questions(paper: CanvasPaper, meeting: Meeting | None) -> Sequence[str]:
    asked = [
        f"{plain(card.text)} (phase {phase})" for phase, _, card in paper.cards() if card.kind == "question"
    ]
    assumed = [
        f"Is it so? {plain(card.text)} (phase {phase})"
        for phase, _, card in paper.cards()
        if card.kind == "assumption"
    ]
    return asked + assumed + [plain(each) for each in (meeting.open_comments if meeting else ())]
