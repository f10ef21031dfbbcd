"""What the charts are drawn from, for everybody or one segment. Respondents and interviews stay apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal

from jobs.models import Job
from jobs.queries.priorities import Known
from jobs.queries.priority_table import Line
from jobs.queries.samples import STEPS
from jobs.queries.surveys import Answered
from jobs.standing import rated_both
from jobs.surveys import numbers

if TYPE_CHECKING:
    from jobs.scoring import Felt

SEGMENTS_SHOWN = 6
NO_SEGMENT, OTHERS = "no segment", "all others"


class Source(Enum):
    """Whose word importance and satisfaction are."""

    RESPONDENTS = "respondents"
    COLLEAGUES = "colleagues"


@dataclass(frozen=True)
class Asked:
    """Importance and satisfaction 0-10 and opportunity 0-20 of one job, as `n` people see them."""

    job: Job
    rank: int | None
    importance: float
    satisfaction: float
    opportunity: float
    region: str
    n: int


@dataclass(frozen=True)
class AskedKano:
    """Better 0 to 1 and worse -1 to 0 over `n` pairs; `left_out` were reverse or questionable."""

    job: Job
    rank: int | None
    better: float
    worse: float
    n: int
    left_out: int
    most: str  # the class that most people fall into; empty where none or several do


@dataclass(frozen=True)
class Segment:
    name: str
    interviews: frozenset[int]

    @property
    def n(self) -> int:
        return len(self.interviews)


@dataclass(frozen=True)
class Share:
    """`k` interviews of the segment hold the job; the Wilson interval is on 0-1."""

    segment: Segment
    k: int
    low: float
    high: float


@dataclass(frozen=True)
class Heard:
    job: Job
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Leaning:
    """Mean intensity 0-4 of each force over `n` interviews, those that hold the job and rated any; None:
    nobody rated it."""

    job: Job
    n: int
    forces: Mapping[str, float | None]
    lean: str


# --- answers of a survey, or ratings of colleagues -----------------------------------------------------
def asked(known: Known, lines: Iterable[Line], *, segment: str = "") -> tuple[list[Asked], Source, int]:
    """In the order of `lines`: what respondents answered where anybody did, else what colleagues rated.

    Never a mixture: one chart speaks of one group of people. The number says how many they are. Each mean is
    of all who answered its question, as in the ranking and on the page of the survey.
    """
    if not any(_asked_both(facts.answers) for facts in known.facts):
        rated = [_rated(line) for line in lines if line.row["opportunity"] is not None]
        return rated, Source.COLLEAGUES, max((each.n for each in rated), default=0)
    by_job = {facts.job.pk: _asked_both(_of(segment, facts.answers)) for facts in known.facts}
    method = known.settings.method
    answered = [_answered(line, by_job[line.job.pk], method) for line in lines if by_job[line.job.pk]]
    return answered, Source.RESPONDENTS, _people(by_job.values())


def _asked_both(rows: Iterable[Answered]) -> list[Answered]:
    """Who rated one or both; nobody where one of the two questions has no answer at all."""
    found = [row for row in rows if _steps([row.imp, row.sat])]
    both = _steps(row.imp for row in found) and _steps(row.sat for row in found)
    return found if both else []


def _steps(ratings: Iterable[int | None]) -> list[int]:
    return [rating for rating in ratings if rating is not None and rating in STEPS]


def _of(segment: str, rows: Iterable[Answered]) -> list[Answered]:
    return [row for row in rows if not segment or row.segment == segment]


def _people(rows: Iterable[Iterable[Answered]]) -> int:
    return len({row.respondent for some in rows for row in some})


def _rated(line: Line) -> Asked:
    return _asked(line, line.row["importance"], line.row["satisfaction"], rated_both(line.row["raters"]))


def _answered(line: Line, rows: Sequence[Answered], method: str) -> Asked:
    from jobs.scoring import rescale

    how: Literal["mean", "top_two_box"] = "top_two_box" if method == "top_two_box" else "mean"
    rated = [_steps(row.imp for row in rows), _steps(row.sat for row in rows)]
    importance, satisfaction = (rescale(part, how) or 0.0 for part in rated)
    return _asked(line, importance, satisfaction, min(map(len, rated)))


def _asked(line: Line, importance: float, satisfaction: float, n: int) -> Asked:
    from jobs.scoring import opportunity, region

    score = opportunity(importance, satisfaction)
    return Asked(line.job, line.rank, importance, satisfaction, score, region(score), n)


def kano(known: Known, lines: Iterable[Line], *, segment: str = "") -> tuple[list[AskedKano], int]:
    """In the order of `lines`, the jobs with at least one counted pair; and how many people answered one."""
    by_job = {facts.job.pk: _of(segment, _pairs(facts.answers)) for facts in known.facts}
    found = (_kano(line, by_job[line.job.pk]) for line in lines)
    return [each for each in found if each], _people(by_job.values())


def _pairs(rows: Iterable[Answered]) -> list[Answered]:
    return [row for row in rows if row.with_ and row.without_]


def _kano(line: Line, rows: Sequence[Answered]) -> AskedKano | None:
    found = numbers.kano((row.with_, row.without_) for row in rows)
    if found.better is None or found.worse is None:
        return None
    left_out = found.counts["R"] + found.counts["Q"]
    most = numbers.KANO_NAMES.get(found.most_frequent, "")
    return AskedKano(line.job, line.rank, found.better, found.worse, found.n - left_out, left_out, most)


def respondent_segments(known: Known) -> list[str]:
    """As respondents gave them."""
    names = {row.segment for facts in known.facts for row in facts.answers if row.segment}
    return sorted(names, key=str.casefold)


# --- interviews ------------------------------------------------------------------------------------------
def segments(known: Known) -> list[Segment]:
    """Of all interviews that count, the largest first; those without one come last."""
    found: dict[str, set[int]] = defaultdict(set)
    for pk, name in known.segments.items():
        found[name or NO_SEGMENT].add(pk)
    rows = [Segment(name, frozenset(interviews)) for name, interviews in found.items()]
    return sorted(rows, key=lambda each: (each.name == NO_SEGMENT, -each.n, each.name.casefold()))


def shown_segments(found: Sequence[Segment], chosen: str = "") -> list[Segment]:
    """The largest and all others together; one chosen segment against all others.

    Segments of one person are no segments, unless there are no others.
    """
    several = [each for each in found if each.n > 1] or found
    first = [each for each in found if each.name == chosen] or list(several[:SEGMENTS_SHOWN])
    names = {each.name for each in first}
    rest = frozenset(pk for each in found if each.name not in names for pk in each.interviews)
    return [*first, *([Segment(OTHERS, rest)] if rest else [])]


def heard(known: Known, shown: Sequence[Segment]) -> list[Heard]:
    """The jobs that any interview holds, the most often heard first, with their share in each segment."""
    rows = [(facts.job, facts.interviews) for facts in known.facts if facts.heard]
    rows.sort(key=lambda row: (-len(row[1]), row[0].statement.casefold()))
    return [
        Heard(job, tuple(_share(segment, len(interviews & segment.interviews)) for segment in shown))
        for job, interviews in rows
    ]


def _share(segment: Segment, k: int) -> Share:
    from jobs.scoring import wilson

    interval = wilson(k, segment.n)
    return Share(segment, k, interval.low, interval.high)


def leaning(
    known: Known, lines: Iterable[Line], *, within: frozenset[int] | None = None
) -> tuple[list[Leaning], int]:
    """In the order of `lines`, the jobs whose interviews rated any force; `within`: these interviews only.

    The number counts the interviews that stand behind any of them.
    """
    felt_for = {facts.job.pk: _within(facts.felt, within) for facts in known.facts}
    found: list[Leaning] = []
    behind: set[int] = set()
    for line in lines:
        felt = felt_for[line.job.pk]
        if each := _leaning(line.job, felt.values()):
            found.append(each)
            behind |= felt.keys()
    return found, len(behind)


def _within(felt: Mapping[int, Felt], within: frozenset[int] | None) -> Mapping[int, Felt]:
    return felt if within is None else {pk: forces for pk, forces in felt.items() if pk in within}


def _leaning(job: Job, felt: Iterable[Felt]) -> Leaning | None:
    from jobs.scoring import forces_over

    forces = forces_over(felt)
    return Leaning(job, forces.n, forces.means, forces.balance.lean) if forces.balance else None
