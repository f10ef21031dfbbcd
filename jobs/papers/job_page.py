"""The page of one job in a board paper: why it stands there, and what is known of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from jobs.papers.numbers import CRITERIA, NOUNS, Notes, Numbers
from jobs.papers.tree import Bar, Fact, Figure, JobPage, Line, Material, Whisker
from jobs.standing import Standing
from studies.counting import joined

SHOWN = 0.5  # points of the score that round to at least one


def job_page(material: Material, row: Standing, ranked: Sequence[Standing], last: int) -> JobPage:
    notes = Notes(material)
    numbers = Numbers(row, notes, material.draws)
    why = _why(row, numbers, ranked)
    facts = tuple(_facts(row, numbers))
    bars = _bars(row, numbers, ranked)
    quotes = tuple(material.quotes.get(row.job or 0, ()))
    return JobPage(
        rank=row.rank or 0,
        statement=row.statement,
        why=why,
        facts=facts,
        bars=bars,
        missing=_missing(row, material.weights),
        quotes=quotes,
        whisker=whisker(row),
        last=last,
        notes=notes.done(),
    )


def _why(row: Standing, numbers: Numbers, ranked: Sequence[Standing]) -> Line:
    """What its score is made of, and what puts it before the next."""
    most = [(name, points) for name, points in _contributions(row)[:3] if points >= SHOWN]
    told: list[str | Figure] = ["It scores ", numbers.points(row.score), " of 100 points"]
    for place, (name, points) in enumerate(most):
        told += [": " if not place else " and " if place == len(most) - 1 else ", "]
        told += [numbers.points(f"{points:.0f}"), f" for {NOUNS.get(name, name)}"]
    return (*told, ".", *_ahead(row, numbers, ranked), *_falls(row, numbers))


def _falls(row: Standing, numbers: Numbers) -> Line:
    """What the rank hangs on: the criterion without which the job falls furthest."""
    name, lower = row.word("why.without"), row.whole("why.falls_to")
    if name and lower:
        fallen = numbers.notes.figure(
            f"rank {lower}", "Rank by score where that criterion does not count.", numbers.notes.everybody
        )
        return (f" Without {NOUNS.get(name, name)} it would fall to ", fallen, ".")
    if any(key.startswith("why.") for key in row.numbers) and len(row.under("contributions")) > 1:
        return (" It keeps its rank without any single criterion.",)
    return ()


def _contributions(row: Standing) -> list[tuple[str, float]]:
    return sorted(row.under("contributions").items(), key=lambda pair: (-pair[1], pair[0]))


def _ahead(row: Standing, numbers: Numbers, ranked: Sequence[Standing]) -> Line:
    following = next((other for other in ranked if (other.rank or 0) > (row.rank or 0)), None)
    if following is None:
        return ()
    theirs = following.under("contributions")
    if theirs.keys() != row.under("contributions").keys():  # where less is known, the rest weighs more
        told = " Other criteria are known of the next, “{}”: points do not tell what parts them."
        return (told.format(following.statement),)
    gaps = [(name, points - theirs[name]) for name, points in _contributions(row)]
    name, gap = max(gaps, key=lambda pair: pair[1], default=("", 0.0))
    if gap < SHOWN:
        return (f" Hardly anything parts it from the next, “{following.statement}”.",)
    before = f" It stands before “{following.statement}” above all for {NOUNS.get(name, name)}: "
    return (before, numbers.points(f"{gap:.0f}"), " points more.")


def _facts(row: Standing, numbers: Numbers) -> Iterable[Fact]:
    yield Fact("Rank", numbers.place(), "")
    if row.top3:
        yield Fact("Among the first three", numbers.top3(), "of simulated rankings")
    yield Fact("Heard in", numbers.heard(interval=False), row.interval)
    yield Fact("Evidence", numbers.evidence(), "")
    yield from _known(
        ("Opportunity", numbers.opportunity(), row.region),
        ("Struggle", numbers.struggle(), ""),
        ("Forces lean", numbers.lean(), ""),
    )
    worth = numbers.worth()  # marks are given in the order of reading
    yield from _known(
        ("Worth a year", worth, ""),
        ("Business potential", None if worth else numbers.rated("business"), ""),
        ("Strategic fit", numbers.rated("fit"), ""),
    )


def _known(*told: tuple[str, Figure | None, str]) -> Iterable[Fact]:
    return (Fact(label, figure, more) for label, figure, more in told if figure)


def _bars(row: Standing, numbers: Numbers, ranked: Sequence[Standing]) -> tuple[Bar, ...]:
    """On one scale for all jobs: who turns a page compares bars."""
    longest = max((points for each in ranked for _, points in _contributions(each)), default=0) or 1
    return tuple(
        Bar(CRITERIA.get(name, name), round(points / longest, 4), numbers.points(f"{points:.0f}"))
        for name, points in _contributions(row)
    )


def _missing(row: Standing, weights: Mapping[str, float]) -> str:
    absent = not_known(row, weights)
    return f"Not known and left out, never counted as zero: {joined(absent)}." if absent else ""


def not_known(row: Standing, weights: Mapping[str, float]) -> list[str]:
    known = row.under("contributions")
    return [
        CRITERIA.get(name, name).lower() for name, weight in weights.items() if weight and name not in known
    ]


def whisker(row: Standing) -> Whisker:
    return Whisker(row.rank or 1, row.low_rank, row.high_rank)
