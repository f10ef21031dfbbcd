"""What is known of the jobs, as the panels that a ranking is drawn from; with people left out where asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from interviews.kinds import LIVED_GRADES
from jobs.models import BusinessInput, Criterion
from jobs.queries.priorities import BOUNDS, SCALES, Facts, Known
from jobs.queries.surveys import Answered

if TYPE_CHECKING:
    from jobs.scoring import Opportunity, Panel, Sample, Worth, Worths

STEPS = range(1, 6)


@dataclass(frozen=True)
class Without:
    """Who is left out: whole segments, single interviews, single respondents."""

    segments: frozenset[str] = frozenset()
    interviews: frozenset[int] = frozenset()
    respondents: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.segments or self.interviews or self.respondents)


@dataclass(frozen=True)
class Material:
    """One panel a source, its columns in the order of `jobs`; `segments`: voice -> segment."""

    jobs: tuple[str, ...]
    segments: dict[str, str]
    held: Panel  # interviews: 1 or 0
    lived: Panel  # interviews: 1 where something was observed (A) or recalled in detail (B), else 0
    struggle: Panel  # interviews: mean intensity of the pushes, 0-4
    importance: Panel  # respondents
    satisfaction: Panel  # respondents
    rated: dict[str, Panel]  # criterion -> colleagues
    worths: Worths
    method: str

    def leave_out(self, without: Without) -> Material:
        gone = {f"interview:{pk}" for pk in without.interviews}
        gone |= {f"respondent:{key}" for key in without.respondents}
        gone |= {voice for voice, segment in self.segments.items() if segment in without.segments}
        panels = ("held", "lived", "struggle", "importance", "satisfaction")
        return replace(self, **{name: getattr(self, name).without(gone) for name in panels}) if gone else self

    @property
    def survey(self) -> Opportunity:
        return self._opportunity(self.importance, self.satisfaction)

    @property
    def colleagues(self) -> Opportunity:
        return self._opportunity(self.rated[Criterion.IMPORTANCE], self.rated[Criterion.SATISFACTION])

    def _opportunity(self, importance: Panel, satisfaction: Panel) -> Opportunity:
        from jobs.scoring import Opportunity

        return Opportunity(
            importance, satisfaction, "top_two_box" if self.method == "top_two_box" else "mean"
        )

    @property
    def samples(self) -> dict[str, Sample]:
        """Respondents replace colleagues, and ranges replace ratings, job by job; never a mixture."""
        from jobs.scoring import FirstKnown, Held, Rated

        rated = {criterion.value: Rated(self.rated[criterion], *scale) for criterion, scale in SCALES.items()}
        return {
            **rated,
            "prevalence": Held(self.jobs, self.held),
            "struggle": Rated(self.struggle, 0, 4),
            "opportunity": FirstKnown(self.survey, self.colleagues),
            "business": FirstKnown(self.worths, rated["business"]),
        }


def material(known: Known) -> Material:
    from jobs.scoring import Worths

    jobs = tuple(str(facts.job.pk) for facts in known.facts)
    return Material(
        jobs=jobs,
        segments=_segments(known),
        held=_interviews(known, lambda facts, pk: pk in facts.heard),
        lived=_interviews(known, lambda facts, pk: not facts.heard.get(pk, set()).isdisjoint(LIVED_GRADES)),
        struggle=_panel(len(jobs), _struggles(known)),
        importance=_asked(known, lambda row: row.imp),
        satisfaction=_asked(known, lambda row: row.sat),
        rated={criterion.value: _panel(len(jobs), _ratings(known, criterion)) for criterion in Criterion},
        worths=Worths(jobs, tuple(worth_of(facts.business) for facts in known.facts)),
        method=known.settings.method,
    )


def _segments(known: Known) -> dict[str, str]:
    asked = {row.respondent: row.segment for facts in known.facts for row in facts.answers}
    interviews = {f"interview:{pk}": segment for pk, segment in known.segments.items()}
    return interviews | {f"respondent:{who}": segment for who, segment in asked.items()}


def _interviews(known: Known, holds: Callable[[Facts, int], bool]) -> Panel:
    """1 where an interview that counts holds a job, else 0."""
    cells = (
        (f"interview:{pk}", column, float(holds(facts, pk)))
        for column, facts in enumerate(known.facts)
        for pk in known.segments
    )
    return _panel(len(known.facts), cells)


def _asked(known: Known, rating_of: Callable[[Answered], int | None]) -> Panel:
    """`_panel` of what respondents rated, of whom there may be ten thousand."""
    import numpy as np

    from jobs.scoring import Panel

    rated = [
        {row.respondent: rating for row in facts.answers if (rating := rating_of(row)) in STEPS}
        for facts in known.facts
    ]
    people = sorted(set().union(*rated))
    row_of = {who: place for place, who in enumerate(people)}
    values = np.full((len(people), len(rated)), np.nan)
    for column, given in enumerate(rated):
        values[[row_of[who] for who in given], column] = list(given.values())
    return Panel(tuple(f"respondent:{who}" for who in people), values)


def _struggles(known: Known) -> Iterable[tuple[str, int, float]]:
    for column, facts in enumerate(known.facts):
        yield from ((f"interview:{pk}", column, mean) for pk, mean in facts.struggle.items())


def _ratings(known: Known, criterion: Criterion) -> Iterable[tuple[str, int, float]]:
    """An archive may hold anything: what is off its scale was never given."""
    low, high = BOUNDS[criterion]
    for column, facts in enumerate(known.facts):
        given = facts.ratings[criterion].items()
        yield from ((f"colleague:{pk}", column, value) for pk, value in given if low <= value <= high)


def _panel(columns: int, given: Iterable[tuple[str, int, float]]) -> Panel:
    """A row for each voice that gave anything, in the order of their names."""
    import numpy as np

    from jobs.scoring import Panel

    cells = list(given)
    voices = sorted({voice for voice, _, _ in cells})
    row_of = {voice: row for row, voice in enumerate(voices)}
    values = np.full((len(voices), columns), np.nan)
    rows = [row_of[voice] for voice, _, _ in cells]
    values[rows, [column for _, column, _ in cells]] = [value for _, _, value in cells]
    return Panel(tuple(voices), values)


def worth_of(business: BusinessInput | None) -> Worth | None:
    """None until all four ranges are given and make sense: missing is never zero."""
    from jobs.scoring import Range, Worth

    if business is None or not business.is_complete or any(low > high for low, high in business.ranges):
        return None
    performers, reach, worth, cost = (Range(low, high) for low, high in business.ranges)
    return Worth(performers, Range(reach.low / 100, reach.high / 100), worth, cost)
