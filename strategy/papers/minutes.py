"""Minutes of a workshop as Markdown. Pure. They hold no drafts, and never who voted for what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from strategy.days import day_words
from strategy.papers.tree import CREDIT, ETHIC, CanvasPaper, CardLine, evidence_words
from studies.counting import counted

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
LOST = (
    "**The cards as they were when this workshop ended are no longer kept.** These are the cards of {}; they "
    "may have changed since."
)
MADE_IN_IT = "Made or changed in the workshop, as they stood when it ended."
MADE_SO_FAR = "Made or changed in the workshop so far."
LEADING = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.MULTILINE)


@dataclass(frozen=True)
class Voted:
    text: str
    phase: int
    dots: int


@dataclass(frozen=True)
class Meeting:
    """`told` holds what the facilitator did, in order: (time, words); `kept`: the paper shows the canvas as
    the workshop left it, or as it is while it runs; `stood`: where its job stood when it ended, if that is
    known."""

    facilitator: str
    began: str
    ended: str
    people: tuple[str, ...]
    told: tuple[tuple[str, str], ...]
    votes: tuple[Voted, ...]
    decisions: tuple[str, ...]
    open_comments: tuple[str, ...]
    kept: bool
    stood: str


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
    yield f"{_standing(paper, meeting)}."
    if meeting:
        yield from _meeting(meeting)
    yield from ("", "## Cards")
    if meeting and not meeting.kept:
        yield from ("", LOST.format(day_words(paper.made_on)))
    yield from _cards(paper)
    if meeting:
        yield from _section("Decisions", map(plain, meeting.decisions))
    yield from _actions(paper, meeting)
    yield from _section("Open questions", _questions(paper, meeting))
    yield from ("", "---", "", ETHIC, "", CREDIT)


def _standing(paper: CanvasPaper, meeting: Meeting | None) -> str:
    """As of the end of the workshop; where that is not known, of the day that is told."""
    if meeting and meeting.stood:
        return f"When the workshop ended: {plain(meeting.stood)}"
    day = f"On {day_words(paper.made_on)}: " if meeting and meeting.ended else ""
    return f"{day}{paper.stands}"


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
        (f"{counted(vote.dots, 'dot')}: {plain(vote.text)} (phase {vote.phase})" for vote in meeting.votes),
    )


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    """A heading and its list; nothing, where there is nothing to list."""
    found = [line for line in lines if line]
    if found:
        yield from ("", f"## {title}", "")
        yield from (f"- {line}" for line in found)


def _cards(paper: CanvasPaper) -> Iterator[str]:
    for place, column in enumerate(paper.columns):
        yield from ("", f"### {column.phase} {plain(column.name)}: {column.help}", "")
        found = [(lane.name, card) for lane in paper.lanes for card in lane.cells[place]]
        yield from (f"- {name}: {_card(card)}" for name, card in found)
        if not found:
            yield "No card."


def _card(card: CardLine) -> str:
    agreed = ", **agreed**" if card.agreed else ""
    return f"{plain(card.text) or '(without words)'} ({card.kind}{agreed}, {evidence_words(card.evidence)})"


def _actions(paper: CanvasPaper, meeting: Meeting | None) -> Iterator[str]:
    """What has happened since stands apart, where anything has."""
    if not paper.actions:
        return
    since = any(it.since for it in paper.actions)
    head = ("Action", "Phase", "Owner", "Due", "Status", "We believe", "KPI", *["Since then"] * since)
    yield from ("", "## Actions", "")
    if meeting:
        yield from (MADE_IN_IT if meeting.ended else MADE_SO_FAR, "")
    yield from (_row(head), "|---" * len(head) + "|")
    for it in paper.actions:
        told = (it.title, str(it.phase), it.owner, it.due, it.status, it.believed, it.kpi)
        yield _row(map(plain, (*told, *[it.since] * since)))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


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
