"""A job's numbers in a ranking as words: one reading for pages, papers and comparisons, frozen or current.

Pure and light: what is frozen is a flat table of words and numbers, as every archive can hold it. A number
that is not known has no entry; it is never zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, cast

from studies.counting import counted, joined

Flat = Mapping[str, str | int | float]
CERTAIN = 0.995  # simulated shares beyond this are "over 99 %": 2,000 draws prove no certainty
REGIONS = {
    "extreme": "extreme opportunity",
    "low_hanging": "low-hanging fruit",
    "worth_considering": "worth considering",
    "unattractive": "unattractive",
}
# criterion of the score -> the name of its column
WEIGHTED = {
    "prevalence": "Heard in",
    "opportunity": "Opportunity",
    "struggle": "Struggle",
    "business": "Business potential",
    "fit": "Strategic fit",
    "feasibility": "Feasibility",
}
LETTERS = dict(zip(WEIGHTED, "HOSBFE", strict=True))  # for bars too short for a name
ANY_FLOAT = Context(prec=400, rounding=ROUND_HALF_UP)  # room for 1e308, which an archive may hold
DIRECTIONAL_BELOW = 30  # respondents (method.md 4.2, point 5): fewer show a direction, not a level
OTHER_VOICES = ("respondent", "colleague", "declaration")  # besides the interviews
NOT_A_NUMBER_OF_IT = ("job", "rank")  # columns of their own beside the numbers


def chance(share: float) -> str:
    if share >= CERTAIN:
        return "over 99 %"
    return "under 1 %" if share < 1 - CERTAIN else f"{100 * share:.0f} %"


def amount(value: float) -> str:
    """1,250 is 1.25 k, 2,400,000 is 2.4 m: a range is no account."""
    for size, unit in ((1e9, "\u00a0bn"), (1e6, "\u00a0m"), (1e3, "\u00a0k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{unit}".replace("-", "−")
    return f"{value:.3g}".replace("-", "−")


def rounded(value: float, places: int = 1) -> Decimal:
    """Halves up, as templates round: 6.25 is 6.3 wherever it stands."""
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), context=ANY_FLOAT)


def rated_both(raters: Mapping[str, float]) -> int:
    """The colleagues behind an opportunity: as many as rated the less rated of its two parts."""
    return int(min(raters.get("importance", 0), raters.get("satisfaction", 0)))


def are_few(respondents: Mapping[str, float]) -> bool:
    """Whether an opportunity from these, segment -> how many, is a direction only."""
    return sum(respondents.values()) < DIRECTIONAL_BELOW


def few_in(respondents: Mapping[str, float]) -> list[str]:
    """Where enough answered together: the segments of which too few did. No name is no segment."""
    small = [name for name, number in respondents.items() if name and number < DIRECTIONAL_BELOW]
    return [] if are_few(respondents) else sorted(small, key=str.casefold)


def flat(row: Mapping[str, Any]) -> dict[str, str | int | float]:
    """A line of a ranking without its inner tables: {"wilson": [0.2, 0.8]} is {"wilson.0": 0.2, …}."""
    found: dict[str, str | int | float] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            found |= {f"{name}.{key}": inner for key, inner in flat(value).items()}
        elif isinstance(value, list | tuple):
            found |= {f"{name}.{key}": inner for key, inner in flat(dict(_numbered(value))).items()}
        elif value is not None and value != "":
            found[name] = value
    return {name: value for name, value in found.items() if name not in NOT_A_NUMBER_OF_IT}


def _numbered(values: list[Any] | tuple[Any, ...]) -> list[tuple[str, Any]]:
    return [(str(place), value) for place, value in enumerate(values)]


@dataclass(frozen=True)
class Standing:
    """One job in a ranking. `job`: its id, None once it is gone; `rank` None: not enough evidence."""

    job: int | None
    statement: str
    rank: int | None
    numbers: Flat

    def number(self, name: str) -> float | None:
        """None for what is no number: frozen rows may come from a file."""
        value = self.numbers.get(name)
        return float(value) if isinstance(value, int | float) and math.isfinite(value) else None

    def whole(self, name: str) -> int:
        return int(self.number(name) or 0)

    def word(self, name: str) -> str:
        return str(self.numbers.get(name, ""))

    def under(self, prefix: str) -> dict[str, float]:
        """The inner table of that name: `under("contributions")`."""
        begin = f"{prefix}."
        names = [name for name in self.numbers if name.startswith(begin)]
        known = ((name.removeprefix(begin), self.number(name)) for name in names)
        return {name: value for name, value in known if value is not None}

    # --- in words ---
    @property
    def k(self) -> int:
        return self.whole("k")

    @property
    def n(self) -> int:
        return self.whole("n")

    @property
    def low_rank(self) -> int:
        return self.whole("rank_low") or cast(int, self.rank)

    @property
    def high_rank(self) -> int:
        return self.whole("rank_high") or cast(int, self.rank)

    @property
    def place(self) -> str:
        """ "2 (1 to 4)": a rank never stands alone."""
        if not self.rank:
            return "not ranked"
        steady = self.low_rank == self.high_rank
        return f"{self.rank} (steady)" if steady else f"{self.rank} ({self.low_rank} to {self.high_rank})"

    @property
    def top3(self) -> str:
        share = self.number("p_top3")
        return "" if share is None else chance(share)

    @property
    def score(self) -> str:
        score = self.number("score")
        return "not known" if score is None else f"{rounded(score, 0)}"

    @property
    def known(self) -> str:
        return f"{100 * (self.number('coverage') or 0):.0f} % known"

    @property
    def heard(self) -> str:
        return f"{self.k} of {counted(self.n, 'interview')}"

    @property
    def interval(self) -> str:
        """The Wilson interval in percent."""
        low, high = self.number("wilson.0"), self.number("wilson.1")
        return "" if low is None or high is None else f"{100 * low:.0f} to {100 * high:.0f} %"

    @property
    def opportunity(self) -> str:
        score = self.number("opportunity")
        return "" if score is None else f"{rounded(score)}"

    @property
    def region(self) -> str:
        from jobs.scoring import region

        score = self.number("opportunity")
        return "" if score is None else REGIONS[region(score)]

    @property
    def asked_of(self) -> str:
        """Whose word the opportunity is, "62 respondents" or "3 colleagues"."""
        return counted(*self.basis("opportunity"))

    def basis(self, criterion: str) -> tuple[int, str]:
        """How many of what one criterion is counted from: (5, "interview"). None of it is ever added up."""
        if criterion == "prevalence":
            return self.n, "interview"
        if criterion == "struggle":
            return self.whole("struggle.1"), "interview"
        if criterion == "opportunity" and self.word("source") == "survey":
            return int(sum(self.under("respondents").values())), "respondent"
        if criterion == "business" and "worth.0" in self.numbers:
            return 1, "declaration"
        raters = self.under("raters")
        return rated_both(raters) if criterion == "opportunity" else int(
            raters.get(criterion, 0)
        ), "colleague"

    @property
    def gate(self) -> str:
        return self.word("gate")

    def whisker(self, last: int) -> Whisker | None:
        """The rank interval on an axis from rank 1 to `last`."""
        if not self.rank:
            return None
        step = 96 / max(last - 1, 1)
        point, low, high = (2 + step * (rank - 1) for rank in (self.rank, self.low_rank, self.high_rank))
        text = f"Rank {self.rank}; 90 % of the simulated ranks are {self.low_rank} to {self.high_rank}."
        return Whisker(round(point, 1), round(low, 1), round(high, 1), text)


def everybody(n: int, rows: Iterable[Standing]) -> str:
    """Whose word a ranking stands on: its `n` interviews, and the most of each other voice that a job has."""
    most: dict[str, int] = {}
    for count, one in (row.basis(name) for row in rows for name in row.under("contributions")):
        most[one] = max(most.get(one, 0), count)
    others = [counted(most[one], one) for one in OTHER_VOICES if most.get(one)]
    return counted(n, "interview") + (f", and for a job up to {joined(others)}" if others else "")


@dataclass(frozen=True)
class Whisker:
    """Where a drawn interval has its dot and its ends, in percent of the axis, and the same in words."""

    point: float
    low: float
    high: float
    text: str


def last_rank(*rankings: Sequence[Standing]) -> int:
    """The worst rank that any job has or its interval reaches: where the axis ends."""
    return max((max(row.rank, row.high_rank) for rows in rankings for row in rows if row.rank), default=1)
