"""What a board paper says: made alike from an approved ranking and from the one of today.

Pure. Every number carries a note with what it is counted from and the day; equal notes of one part share a
mark. The writers (`pdf`, `slides`) lay this tree out and add nothing to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jobs.papers.tree import (
    TOP_JOBS,
    Approval,
    Bar,
    Entry,
    Fact,
    Figure,
    Gated,
    JobPage,
    Line,
    Material,
    Paper,
    Part,
    Row,
    Table,
    Whisker,
)
from jobs.scoring import MIN_INTERVIEWS, seen_at_least_once
from jobs.scoring.simulation import TIED_BELOW
from jobs.standing import Flat, Standing, amount, chance, last_rank
from studies.counting import counted

SUMMED_UP = 3
SHOWN = 0.5  # points of the score that round to at least one
RARE = 0.1  # the share that "what N can miss" is told for
CRITERIA = {
    "prevalence": "Heard in interviews",
    "opportunity": "Opportunity",
    "struggle": "Struggle",
    "business": "Business potential",
    "fit": "Strategic fit",
    "feasibility": "Feasibility",
}
NOUNS = {
    "prevalence": "how often it was heard",
    "opportunity": "the opportunity",
    "struggle": "the struggle",
    "business": "the business potential",
    "fit": "the strategic fit",
    "feasibility": "the feasibility",
}
METHODS = {
    "mean": "the mean of the ratings, 10 × (mean − 1) ÷ 4",
    "top_two_box": "the share of 4s and 5s, times 10",
}
LEANS = {"promoting": "towards a change", "blocking": "against a change", "even": "even"}
NOT_SHARES = "Interview counts are not market shares."


class Notes:
    """Gives each note of a part its mark, counted from 1; the same note keeps its mark."""

    def __init__(self, n: int, on: date) -> None:
        self.base = f"n = {counted(n, 'interview')}, {day(on)}"
        self.on = day(on)
        self.texts: list[str] = []

    def figure(self, text: str, why: str, of: str = "") -> Figure:
        """`of`: what it is counted from, where that is not the interviews."""
        note = f"{why} {f'{of}, {self.on}' if of else self.base}."
        if note not in self.texts:
            self.texts.append(note)
        return Figure(text, self.texts.index(note) + 1)

    def done(self) -> tuple[str, ...]:
        return tuple(self.texts)


def day(when: date) -> str:
    return f"{when.day} {when:%B %Y}"


def board_paper(material: Material) -> Paper:
    ranked = [row for row in material.standings if row.rank]
    last = last_rank(ranked)
    return Paper(
        title=material.study,
        question=material.question,
        standing=_standing(material.approval),
        dates=_dates(material),
        made_on=material.made_on.isoformat(),
        summary=_summary(material, ranked),
        ranking=_table(material, ranked, last),
        jobs=tuple(_job(material, row, ranked, last) for row in ranked[:TOP_JOBS]),
        method=_method(material),
        limits=_limits(material, ranked),
    )


def _standing(approval: Approval | None) -> str:
    if approval is None:
        return "Not approved: the ranking as it stood on the day this paper was made."
    said = f"Approved as “{approval.name}” by {approval.by} on {day(approval.on)}."
    note = f" “{approval.note}”" if approval.note else ""
    since = f" Since then: {approval.since}." if approval.since else " Nothing has changed since."
    return said + note + since


def _dates(material: Material) -> str:
    made = f"Made on {day(material.made_on)}"
    return (
        f"{made} from the numbers of {day(material.on)}." if material.on != material.made_on else f"{made}."
    )


# --- the numbers of one job, each with its note ---------------------------------------------------------
@dataclass(frozen=True)
class _Numbers:
    """One job's figures, noted in one part."""

    row: Standing
    notes: Notes
    draws: int

    def place(self) -> Figure:
        why = f"Rank by score; the interval holds 90 % of the ranks in {self.draws:,} simulated repetitions."
        return self.notes.figure(self.row.place, why)

    def top3(self) -> Figure:
        why = f"Share of {self.draws:,} simulated repetitions with the job among the first three."
        return self.notes.figure(self.row.top3, why)

    def score(self) -> Figure:
        why = "Score 0 to 100: weighted mean of the criteria that are known; what is missing is left out."
        return self.notes.figure(self.row.score, why)

    def points(self, points: float) -> Figure:
        return self.notes.figure(
            f"{points:.0f}", "Points of the score: weight × criterion ÷ weights that count."
        )

    def heard(self, *, interval: bool = True) -> Figure:
        """`interval`: with its ends, where they do not stand apart."""
        text = f"{self.row.heard} ({self.row.interval})" if interval else self.row.heard
        why = "Interviews that hold the job, with the Wilson 95 % interval for people recruited like these."
        return self.notes.figure(text, why)

    def evidence(self) -> Figure:
        text = f"{self.row.whole('supporting')} for, {self.row.whole('contradicting')} against"
        return self.notes.figure(text, "Pieces of evidence that the team tied to the job.")

    def struggle(self) -> Figure | None:
        mean = self.row.number("struggle.0")
        if mean is None:
            return None
        of = f"n = {counted(self.row.whole('struggle.1'), 'interview')}"
        why = "Mean intensity of the pushes, 0 to 4, as the researchers judged it."
        return self.notes.figure(f"{mean:.1f} of 4", why, of)

    def lean(self) -> Figure | None:
        word = LEANS.get(self.row.word("balance.lean"))
        why = "Push and pull against anxiety and habit, mean intensities 0 to 4: a direction, not a length."
        return self.notes.figure(word, why, f"n = {counted(self.row.k, 'interview')}") if word else None

    def opportunity(self) -> Figure | None:
        if not self.row.opportunity:
            return None
        method = METHODS.get(self.row.word("method") or "mean", "")
        why = f"Opportunity 0 to 20: I + max(I − S, 0) after Ulwick, on {method}; {_source(self.row)}."
        return self.notes.figure(self.row.opportunity, why, f"n = {self.row.asked_of}")

    def worth(self) -> Figure | None:
        """Expected contribution a year, with the ends of what was declared."""
        low, expected, high = (self.row.number(f"worth.{place}") for place in range(3))
        if low is None or expected is None or high is None:
            return None
        why = "Performers × reach × (worth − cost) a year, from ranges that somebody stands for."
        amounts = f"{amount(expected)} ({amount(low)} to {amount(high)})"
        text = f"{self.row.word('currency')} {amounts}".strip()
        return self.notes.figure(text, why, "n = 1 declaration")

    def rated(self, criterion: str) -> Figure | None:
        value = self.row.number(f"values.{criterion}")
        raters = self.row.whole(f"raters.{criterion}")
        if value is None or not raters:
            return None
        why = f"{CRITERIA[criterion]}, 0 to 4: mean of the colleagues’ ratings."
        return self.notes.figure(f"{4 * value:.1f} of 4", why, f"n = {counted(raters, 'colleague')}")


def _source(row: Standing) -> str:
    if row.word("source") == "survey":
        few = "; under 30 in a segment: a direction only" if row.numbers.get("directional") else ""
        return f"rated by survey respondents, who are never counted as interviews{few}"
    return "rated by colleagues, not by customers: a direction only"


# --- the parts ------------------------------------------------------------------------------------------
def _summary(material: Material, ranked: Sequence[Standing]) -> Part:
    notes = Notes(material.n, material.on)
    jobs = notes.figure(counted(len(ranked), "job"), "Generalised jobs with enough evidence to be ranked.")
    interviews = notes.figure(counted(material.n, "interview"), "Interviews in which anything was captured.")
    begin: Line = (
        jobs,
        " ranked from ",
        interviews,
        f"{_held(material.method)}. {NOT_SHARES}{_first(ranked)}",
    )
    leading = tuple(_leading(material, row, notes) for row in ranked[:SUMMED_UP])
    sure = Entry("How sure is the order?", _certainty(ranked, notes, material.draws))
    return Part("Summary", (Entry("", begin), *leading, sure), notes.done())


def _leading(material: Material, row: Standing, notes: Notes) -> Entry:
    it = _Numbers(row, notes, material.draws)
    place: Line = ("Rank ", it.place(), ", heard in ", it.heard())
    text = (*place, ", among the first three in ", it.top3(), " of simulated rankings.")
    return Entry(row.statement, text, next(iter(material.quotes.get(row.job or 0, ())), None))


def _first(ranked: Sequence[Standing]) -> str:
    many = min(SUMMED_UP, len(ranked))
    return {0: "", 1: " The first:"}.get(many, f" The first {many}, each with the ranks it could have:")


def _held(method: Flat) -> str:
    first, last = (_date_in(method, name) for name in ("held_from", "held_to"))
    if first is None or last is None:
        return ""
    return f" held on {day(first)}" if first == last else f" held from {day(first)} to {day(last)}"


def _date_in(method: Flat, name: str) -> date | None:
    """None for what is no date: an approval may come from a file."""
    try:
        return date.fromisoformat(str(method.get(name, "")))
    except ValueError:
        return None


def _certainty(ranked: Sequence[Standing], notes: Notes, draws: int) -> Line:
    if not ranked:
        return ("No job has enough evidence to be ranked.",)
    under = f"under {100 * TIED_BELOW:.0f} %"
    why = f"Ranks in {draws:,} simulated repetitions; tied: the first of them leads in {under} of these."
    told: list[str | Figure] = []
    if ranked[0].high_rank == 1:
        told.append("The first place is steady.")
    else:
        told += ["The first could be ", notes.figure(f"rank 1 to {ranked[0].high_rank}", why), "."]
    apart = [notes.figure(f"{low} to {high}", why) for low, high in ties(ranked)]
    if apart:
        told += [" The evidence does not tell apart ranks ", *_listed(apart), "."]
    return (*told, " Where intervals overlap, do not argue about the order.")


def _listed(figures: Sequence[Figure]) -> Iterable[str | Figure]:
    for place, figure in enumerate(figures):
        if place:
            yield " and " if place == len(figures) - 1 else ", "
        yield figure


def ties(ranked: Iterable[Standing]) -> list[tuple[int, int]]:
    """First and last rank of each group of jobs that the evidence does not part."""
    groups: dict[int, list[int]] = {}
    for row in ranked:
        groups.setdefault(row.whole("tie") or (row.rank or 0), []).append(row.rank or 0)
    return [
        (min(ranks), max(ranks)) for ranks in groups.values() if len(ranks) > 1 and max(ranks) > min(ranks)
    ]


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def _whisker(row: Standing) -> Whisker:
    return Whisker(row.rank or 1, row.low_rank, row.high_rank)


def _table(material: Material, ranked: Sequence[Standing], last: int) -> Table:
    notes = Notes(material.n, material.on)
    rows = []
    for row in ranked:
        it = _Numbers(row, notes, material.draws)
        place, top3, score, heard = it.place(), it.top3(), it.score(), it.heard(interval=False)
        rows.append(Row(row.statement, place, _whisker(row), top3, score, row.known, heard, row.interval))
    gated = tuple(
        Gated(row.statement, _Numbers(row, notes, material.draws).heard(), row.gate)
        for row in material.standings
        if not row.rank
    )
    return Table(tuple(rows), gated, last, notes.done())


def _job(material: Material, row: Standing, ranked: Sequence[Standing], last: int) -> JobPage:
    notes = Notes(material.n, material.on)
    numbers = _Numbers(row, notes, material.draws)
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
        whisker=_whisker(row),
        last=last,
        notes=notes.done(),
    )


def _why(row: Standing, numbers: _Numbers, ranked: Sequence[Standing]) -> Line:
    """What its score is made of, and what puts it before the next."""
    most = [(name, points) for name, points in _contributions(row)[:3] if points >= SHOWN]
    told: list[str | Figure] = ["It scores ", numbers.score(), " of 100 points"]
    for place, (name, points) in enumerate(most):
        told += [": " if not place else " and " if place == len(most) - 1 else ", "]
        told += [numbers.points(points), f" for {NOUNS.get(name, name)}"]
    return (*told, ".", *_ahead(row, numbers, ranked), *_falls(row, numbers))


def _falls(row: Standing, numbers: _Numbers) -> Line:
    """What the rank hangs on: the criterion without which the job falls furthest."""
    name, lower = row.word("why.without"), row.whole("why.falls_to")
    if name and lower:
        fallen = numbers.notes.figure(f"rank {lower}", "Rank by score where that criterion does not count.")
        return (f" Without {NOUNS.get(name, name)} it would fall to ", fallen, ".")
    if any(key.startswith("why.") for key in row.numbers):
        return (" It keeps its rank without any single criterion.",)
    return ()


def _contributions(row: Standing) -> list[tuple[str, float]]:
    return sorted(row.under("contributions").items(), key=lambda pair: (-pair[1], pair[0]))


def _ahead(row: Standing, numbers: _Numbers, ranked: Sequence[Standing]) -> Line:
    following = next((other for other in ranked if (other.rank or 0) > (row.rank or 0)), None)
    if following is None:
        return ()
    theirs = following.under("contributions")
    gaps = [(name, points - theirs.get(name, 0)) for name, points in _contributions(row)]
    name, gap = max(gaps, key=lambda pair: pair[1], default=("", 0.0))
    if gap < SHOWN:
        return (f" Hardly anything parts it from the next, “{following.statement}”.",)
    before = f" It stands before “{following.statement}” above all for {NOUNS.get(name, name)}: "
    return (before, numbers.points(gap), " points more.")


def _facts(row: Standing, numbers: _Numbers) -> Iterable[Fact]:
    yield Fact("Rank", numbers.place(), "")
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


def _bars(row: Standing, numbers: _Numbers, ranked: Sequence[Standing]) -> tuple[Bar, ...]:
    """On one scale for all jobs: who turns a page compares bars."""
    longest = max((points for each in ranked for _, points in _contributions(each)), default=0) or 1
    return tuple(
        Bar(CRITERIA.get(name, name), round(points / longest, 4), numbers.points(points))
        for name, points in _contributions(row)
    )


def _missing(row: Standing, weights: Mapping[str, float]) -> str:
    absent = _absent(row, weights)
    return f"Not known and left out, never counted as zero: {_and(absent)}." if absent else ""


def _absent(row: Standing, weights: Mapping[str, float]) -> list[str]:
    known = row.under("contributions")
    return [
        CRITERIA.get(name, name).lower() for name, weight in weights.items() if weight and name not in known
    ]


# --- how it was found -----------------------------------------------------------------------------------
def _method(material: Material) -> Part:
    notes, method = Notes(material.n, material.on), material.method
    entries = [
        Entry("Who was asked", _asked_whom(material, notes)),
        Entry("From words to jobs", _words_to_jobs(method, notes)),
        Entry("Weights", _weights(material)),
        Entry("The score", _score_told(material)),
        Entry("Goals that fit is rated against", (_goals(method),)),
        Entry("Surveys, apart from the interviews", (_lines(method, "surveys"),)),
        Entry("Verbatims, apart from the interviews", (_lines(method, "verbatims"),)),
    ]
    told = (entry for entry in entries if any(part if isinstance(part, str) else True for part in entry.text))
    return Part("How it was found", tuple(told), notes.done())


def _lines(method: Flat, name: str) -> str:
    lines = str(method.get(name, "")).split("\n")
    told = "; ".join(line for line in lines if line)
    return f"{told}. They are never added to the interviews." if told else ""


def _goals(method: Flat) -> str:
    return "; ".join(goal for goal in str(method.get("goals", "")).split("\n") if goal)


def _asked_whom(material: Material, notes: Notes) -> Line:
    interviews = notes.figure(counted(material.n, "interview"), "Interviews in which anything was captured.")
    about = f" about the switch “{material.switch}”" if material.switch else ""
    segments = str(material.method.get("segments", "")).replace("\n", "; ")
    who = f" By segment: {segments}." if segments else ""
    frame = f" {material.frame}" if material.frame else ""
    return (interviews, f"{about}{_held(material.method)}.{who}{frame}")


def _words_to_jobs(method: Flat, notes: Notes) -> Line:
    items = notes.figure(counted(_count(method, "elements"), "item"), "Captured elements of the wheel.")
    pins = _count(method, "pins")
    pinned = (
        f"; {counted(pins, 'pair')} tied together or kept apart by a person, which every run obeys"
        if pins
        else ""
    )
    groups = f"People accepted {counted(_count(method, 'groups_accepted'), 'group')}{pinned}."
    return (
        items,
        " were coded from the interviews and turned into individual jobs. ",
        _grouped(method),
        groups,
    )


def _count(method: Flat, name: str) -> int:
    value = method.get(name)
    return value if isinstance(value, int) else 0


def _grouped(method: Flat) -> str:
    computed = _date_in(method, "grouping_on")
    if computed is None:
        return "People grouped them by hand. "
    when = day(computed)
    versions = f", {method['grouping_versions']}" if "grouping_versions" in method else ""
    seed = method.get("grouping_seed", 0)
    return f"The latest grouping proposal was computed on {when} with seed {seed}{versions}. "


def _weights(material: Material) -> Line:
    listed = ", ".join(
        f"{CRITERIA.get(name, name).lower()} {weight:g}"
        for name, weight in material.weights.items()
        if weight
    )
    off = [CRITERIA.get(name, name).lower() for name, weight in material.weights.items() if not weight]
    reason = material.method.get("weights_reason")
    version = material.method.get("weights_version", 1)
    why = (
        f" Version {version}, with this reason: “{reason}”."
        if reason
        else " The usual weights; nobody has changed them."
    )
    return (f"{listed[:1].upper()}{listed[1:]}.{f' Not counted: {_and(off)}.' if off else ''}{why}",)


def _score_told(material: Material) -> Line:
    told = (
        "100 × Σ(weight × criterion) ÷ Σ(weight) over the criteria that are known, each on 0 to 1. The ranks "
        f"are simulated {material.draws:,} times (seed {material.seed}): every interview, respondent and "
        "colleague then gets a random weight that counts for all jobs (Rubin 1981), and declared ranges are "
        "drawn evenly. The same input always gives the same ranking."
    )
    return (told,)


# --- what it cannot tell --------------------------------------------------------------------------------
def _limits(material: Material, ranked: Sequence[Standing]) -> Part:
    notes = Notes(material.n, material.on)
    entries = [
        Entry(NOT_SHARES, _no_shares(ranked, notes, material.draws)),
        Entry("What was not met", _can_miss(material, notes)),
        Entry("Evidence gate", _gate(material)),
        Entry("Missing numbers", _gaps(material, ranked, notes)),
        Entry("Ties", _certainty(ranked, notes, material.draws)),
        Entry("Importance and satisfaction", (_judged(ranked),)),
        Entry("Quotes", (_quoted(material),)),
    ]
    return Part("What it cannot tell", tuple(entries), notes.done())


def _no_shares(ranked: Sequence[Standing], notes: Notes, draws: int) -> Line:
    said = "The people were chosen, not drawn by lot: an interval speaks only of people recruited like these."
    if not ranked:
        return (said,)
    heard = _Numbers(ranked[0], notes, draws).heard(interval=False)
    return (
        "“Heard in ",
        heard,
        "” says how many of these people hold the job, not how many customers do. ",
        said,
    )


def _can_miss(material: Material, notes: Notes) -> Line:
    if not material.n:
        return ("Nobody has been interviewed yet.",)
    seen = notes.figure(chance(seen_at_least_once(RARE, material.n)), "1 − (1 − 0.1)ᴺ, computed.")
    people = f" by {counted(material.n, 'interview')}; otherwise it is missed altogether."
    return ("A job that one in ten such people has is met at least once with a chance of ", seen, people)


def _gate(material: Material) -> Line:
    gated = sum(1 for row in material.standings if not row.rank)
    rule = f"A job is ranked once {MIN_INTERVIEWS} interviews hold it and somebody lived it, not imagined it."
    kept = (
        f" {counted(gated, 'job')} below that {'is' if gated == 1 else 'are'} listed without a rank."
        if gated
        else ""
    )
    return (rule + kept,)


def _gaps(material: Material, ranked: Sequence[Standing], notes: Notes) -> Line:
    """Criterion by criterion, for how many of the ranked jobs it is missing."""
    absent = [name for row in ranked for name in _absent(row, material.weights)]
    if not absent:
        return ("Every ranked job has every criterion that counts.",)
    told: list[str | Figure] = []
    for name in dict.fromkeys(absent):
        why = f"Ranked jobs of which this criterion is not known, of {counted(len(ranked), 'ranked job')}."
        begin = f"{name[:1].upper()}{name[1:]} is missing for " if not told else f", {name} for "
        told += [begin, notes.figure(f"{absent.count(name)} of {counted(len(ranked), 'job')}", why)]
    return (*told, ". What is missing is left out and never counts as zero.")


def _judged(ranked: Sequence[Standing]) -> str:
    sources = {row.word("source") or "colleagues" for row in ranked if row.opportunity}
    if not sources:
        return "Nobody has rated them, so there is no opportunity score."
    if sources == {"survey"}:
        return "Rated by survey respondents, who are told apart from the people interviewed."
    who = (
        "colleagues"
        if sources == {"colleagues"}
        else "colleagues for some jobs, by respondents for the others"
    )
    return f"Rated by {who}. What colleagues believe of customers is a direction, not a measurement."


def _quoted(material: Material) -> str:
    when = (
        f" They are those of {day(material.made_on)}, when this paper was made." if material.approval else ""
    )
    return (
        "Chosen for what was lived through rather than imagined, one a person where possible; people appear "
        f"under pseudonyms, and nobody who withdrew consent is quoted.{when}"
    )
