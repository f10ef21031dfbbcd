"""The ranked table as a page shows it: lines in words and whole numbers, in the order asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from jobs.columns import BY_KEY
from jobs.models import Approval, Criterion, Job, Priority
from jobs.queries.why import why_words
from jobs.standing import REGIONS, amount, are_few, chance, few_in, rated_both
from studies.counting import counted
from studies.models import Study


@dataclass(frozen=True)
class Line:
    """One job with its numbers; None where nothing is known."""

    job: Job
    row: Mapping[str, Any]
    tied: tuple[int, int] | None = None  # first and last rank of the group that the evidence does not part
    verdict: Approval | None = None
    comments: int = 0
    ahead_of: str = ""  # the statement of the next job

    @property
    def why(self) -> str:
        return why_words(self.row, self.ahead_of)

    @property
    def gap(self) -> float | None:
        """How far satisfaction lags behind importance (C6): shown, as the opportunity holds it already."""
        importance, satisfaction = self.row["importance"], self.row["satisfaction"]
        return None if importance is None or satisfaction is None else importance - satisfaction

    @property
    def asked(self) -> str:
        """Whose word the opportunity is, and by which method."""
        return f"{self.asked_of}, {self.by_method}"

    @property
    def asked_of(self) -> str:
        if self.row.get("source") == "survey":
            return counted(sum(self.row["respondents"].values()), "respondent")
        return counted(rated_both(self.row["raters"]), "colleague")

    @property
    def by_method(self) -> str:
        return {"mean": "mean", "top_two_box": "top-two-box"}[self.row.get("method", "mean")]

    @property
    def directional(self) -> bool:
        return self.row.get("source") != "survey" or are_few(self.row["respondents"])

    @property
    def few_in(self) -> list[str]:
        """Segments of which the opportunity, though not directional itself, shows a direction only."""
        return [] if self.directional else few_in(self.row["respondents"])

    @property
    def expected(self) -> str:
        worth = self.row.get("worth")
        return amount(worth[1]) if worth else ""

    @property
    def worth(self) -> str:
        """Expected contribution a year as a range, short; empty without ranges."""
        worth = self.row.get("worth")
        return f"{amount(worth[0])} to {amount(worth[2])}" if worth else ""

    @property
    def rank(self) -> int | None:
        return self.row["rank"]  # type: ignore[no-any-return]

    @property
    def top3(self) -> str:
        share = self.row["p_top3"]
        return "" if share is None else chance(share)

    @property
    def coverage(self) -> int:
        share: float = self.row["coverage"]
        return round(100 * share)

    @property
    def low(self) -> int | None:
        return round(100 * self.row["wilson"][0]) if self.row["wilson"] else None

    @property
    def high(self) -> int | None:
        return round(100 * self.row["wilson"][1]) if self.row["wilson"] else None

    @property
    def share(self) -> float | None:
        return float(100 * self.row["k"] / self.row["n"]) if self.row["n"] else None

    @property
    def of_n(self) -> str:
        return f"of {self.row['n']}"

    @property
    def interval_text(self) -> str:
        """What the interval says, for people who do not see it drawn."""
        return (
            f"Heard in {self.row['k']} of {self.row['n']} interviews. Among people recruited like these, "
            f"a share from {self.low} to {self.high} % fits what was heard."
        )

    @property
    def struggle(self) -> float | None:
        return float(self.row["struggle"][0]) if self.row["struggle"] else None

    @property
    def struggle_in(self) -> int:
        return int(self.row["struggle"][1]) if self.row["struggle"] else 0

    @property
    def lean(self) -> str:
        return self.row["balance"]["lean"] if self.row["balance"] else ""

    @property
    def region(self) -> str:
        from jobs.scoring import region

        score = self.row["opportunity"]
        return "" if score is None else REGIONS[region(score)]

    @property
    def business(self) -> float | None:
        return self.rated("business")

    @property
    def fit(self) -> float | None:
        return self.rated("fit")

    @property
    def feasibility(self) -> float | None:
        return self.rated("feasibility")

    def rated(self, criterion: str) -> float | None:
        value = self.row["values"].get(criterion)
        return None if value is None else 4 * value


SORT_KEYS: Mapping[str, Callable[[Line], Any]] = {
    "rank": lambda line: line.row["rank"],
    "top3": lambda line: line.row["p_top3"],
    "job": lambda line: line.job.statement.casefold(),
    "score": lambda line: line.row["score"],
    "coverage": lambda line: line.row["coverage"],
    "prevalence": lambda line: line.row["k"],
    "contradicting": lambda line: line.row["contradicting"],
    "struggle": lambda line: line.struggle,
    "forces": lambda line: line.row["balance"] and line.row["balance"]["value"],
    "opportunity": lambda line: line.row["opportunity"],
    "business": lambda line: line.business,
    "fit": lambda line: line.fit,
    "feasibility": lambda line: line.feasibility,
}


def lines(
    study: Study, priority: Priority, *, judged: bool = True, jobs: Mapping[int, Job] | None = None
) -> list[Line]:
    """In rank order, jobs below the evidence gate last; three queries, two fewer without what reviewers said,
    one fewer where the jobs are at hand."""
    jobs = study.jobs.filter(scope=Job.Scope.GENERALISED).in_bulk() if jobs is None else jobs
    verdicts = latest_verdicts(study) if judged else {}
    said = dict(study.comments.order_by().values_list("job").annotate(n=Count("pk"))) if judged else {}
    ties = _ties(priority.rows)
    return [
        Line(
            jobs[row["job"]],
            row,
            ties.get(row["tie"]) if row["rank"] else None,
            verdicts.get(row["job"]),
            said.get(row["job"], 0),
            _following(row, jobs),
        )
        for row in priority.rows
        if row["job"] in jobs
    ]


def _following(row: Mapping[str, Any], jobs: Mapping[int, Job]) -> str:
    job = jobs.get((row.get("why") or {}).get("ahead_of"))  # type: ignore[arg-type]
    return job.statement if job else ""


def latest_verdicts(study: Study) -> dict[int, Approval]:
    """Job -> what a reviewer said last."""
    rows = study.approvals.select_related("reviewer").order_by("at", "pk")
    return {row.job_id: row for row in rows}


def _ties(rows: Sequence[Mapping[str, Any]]) -> dict[int, tuple[int, int]]:
    """Tie group -> its first and last rank, where it has more than one job."""
    groups: dict[int, list[int]] = {}
    for row in rows:
        if row["rank"]:
            groups.setdefault(row["tie"], []).append(row["rank"])
    return {key: (min(ranks), max(ranks)) for key, ranks in groups.items() if len(ranks) > 1}


def in_order(found: Sequence[Line], sort: str) -> list[Line]:
    """Sorted by a column, "-" in front: falling. What is missing comes last either way."""
    key = SORT_KEYS[sort.removeprefix("-")]
    known = [line for line in found if key(line) is not None]
    missing = [line for line in found if key(line) is None]
    return sorted(known, key=key, reverse=sort.startswith("-")) + missing


def clean_sort(text: str) -> str:
    return text if text.removeprefix("-") in SORT_KEYS else "rank"


def shown_columns(weights: Mapping[str, float]) -> set[str]:
    """Feasibility has a column only where it counts."""
    return set(BY_KEY) - (set() if weights.get(Criterion.FEASIBILITY) else {"feasibility"})
