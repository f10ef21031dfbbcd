"""The sheets of the workbook: everything that a ranking stands on, for people who compute for themselves.

Names of colleagues and pseudonyms of participants, no addresses; no words of anybody who withdrew consent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from statistics import fmean
from typing import Any

from interviews.models import Consent
from jobs.models import Job
from jobs.papers.tree import Material, Sheet
from jobs.queries import said as spoken
from jobs.queries.matrix import Row, holders
from jobs.queries.papers import quotable
from jobs.queries.priorities import counted_interviews
from jobs.queries.surveys import answers
from jobs.standing import WEIGHTED, Standing
from studies.history import person_name
from studies.models import Study

Cells = Iterable[tuple[Any, ...]]
WITHDRAWN = "(consent withdrawn)"


def sheets_of(study: Study, material: Material) -> Iterator[Sheet]:
    when, today = material.on.isoformat(), material.made_on.isoformat()  # an approval holds only the ranking
    n = material.n
    yield Sheet(
        "Ranking",
        f"n = {n} interviews, {when}. Interview counts are not market shares. An empty cell is not known; "
        "it is never zero.",
        RANKING,
        (_ranked(row) for row in material.standings),
    )
    yield Sheet(
        "Criteria",
        f"Each criterion on 0 to 1, what it was counted from, and the points it gives; {when}.",
        CRITERIA,
        _criteria(material),
    )
    yield Sheet(
        "Ratings",
        f"What colleagues rated, each their own; as it stands on {today}.",
        RATINGS,
        _ratings(study),
    )
    yield Sheet(
        "Evidence",
        "What was said for and against each job, under pseudonyms; nobody who withdrew consent is quoted. "
        f"As it stands on {today}.",
        EVIDENCE,
        _evidence(study),
    )
    yield Sheet(
        "Groups",
        f"The individual jobs behind each generalised one; as they stand on {today}.",
        GROUPS,
        _groups(study),
    )
    yield from _matrix(study, today)
    yield Sheet("Weights and goals", f"As they stood on {when}.", WEIGHTS, _weights(material))
    yield Sheet(
        "Surveys",
        "Answers of respondents, job by job and segment; they are never added to the interviews. "
        f"As they stand on {today}.",
        SURVEYS,
        _surveys(study),
    )
    yield Sheet("Sources and method", f"How it was found; {when}.", METHOD, _method(material))


RANKING = (
    ("Rank", 7),
    ("Job", 60),
    ("Rank, low", 10),
    ("Rank, high", 10),
    ("P(top 3)", 10),
    ("Score", 9),
    ("Share of weights known", 12),
    ("Heard in", 9),
    ("of interviews", 11),
    ("Wilson 95 %, low", 12),
    ("Wilson 95 %, high", 12),
    ("Evidence for", 11),
    ("Evidence against", 11),
    ("Importance, 0 to 10", 12),
    ("Satisfaction, 0 to 10", 12),
    ("Opportunity, 0 to 20", 12),
    ("Struggle, 0 to 4", 11),
    ("Forces lean", 12),
    ("Worth a year, low", 12),
    ("Worth a year, expected", 12),
    ("Worth a year, high", 12),
    ("Currency", 10),
    ("Why it is not ranked", 50),
)
NUMBERS = (
    "rank_low",
    "rank_high",
    "p_top3",
    "score",
    "coverage",
    "k",
    "n",
    "wilson.0",
    "wilson.1",
    "supporting",
    "contradicting",
    "importance",
    "satisfaction",
    "opportunity",
    "struggle.0",
    "balance.lean",
    "worth.0",
    "worth.1",
    "worth.2",
    "currency",
    "gate",
)


def _ranked(row: Standing) -> tuple[Any, ...]:
    return (row.rank, row.statement, *(row.numbers.get(name) for name in NUMBERS))


CRITERIA = (
    ("Job", 60),
    ("Criterion", 16),
    ("Value, 0 to 1", 12),
    ("Weight", 9),
    ("Points of the score", 12),
    ("n", 8),
    ("counted", 16),
)


def _criteria(material: Material) -> Cells:
    for row in material.standings:
        points = row.under("contributions")
        for name, weight in material.weights.items():
            n, counted = _counted(row, name)
            value = row.numbers.get(f"values.{name}")
            yield (
                row.statement,
                WEIGHTED.get(name, name),
                value,
                weight,
                points.get(name),
                n if value is not None else None,
                counted,
            )


def _counted(row: Standing, criterion: str) -> tuple[int | None, str]:
    """How many of what stand behind a criterion."""
    count, one = row.basis(criterion)
    return (None, "ranges that somebody stands for") if one == "declaration" else (count, f"{one}s")


RATINGS = (("Job", 60), ("Criterion", 16), ("Colleague", 24), ("Value", 8), ("Reason", 50), ("On", 12))


def _ratings(study: Study) -> Cells:
    rows = study.ratings.filter(job__deleted_at=None).select_related("job", "rater")
    for row in rows.order_by("job", "criterion", "pk"):
        criterion = row.get_criterion_display().split(",")[0]
        yield row.job.statement, criterion, colleague(row.rater), row.value, row.reason, row.at.date()


def colleague(user: Any) -> str:
    """A name as colleagues know it; what looks like an address is not handed on."""
    name = person_name(user)
    return name if "@" not in name else "A colleague"


EVIDENCE = (
    ("Job", 50),
    ("Participant", 16),
    ("Time", 9),
    ("For or against", 13),
    ("Grade", 7),
    ("Element", 12),
    ("Their words", 80),
    ("Our note", 50),
)


def _evidence(study: Study) -> Cells:
    generals = dict(study.jobs.filter(scope=Job.Scope.GENERALISED).values_list("pk", "statement"))
    for evidence in quotable(study, list(generals)).iterator(chunk_size=500):
        said = spoken.said_by_evidence(evidence)
        statement = generals.get(evidence.job_id) or generals[evidence.job.general_id or 0]
        yield (statement, said.who, said.time, _side(said), said.grade, _kind(said), *_words(said))


def _side(said: spoken.Said) -> str:
    return "against" if said.contradicts else "for"


def _kind(said: spoken.Said) -> str:
    return said.kind.name if said.kind else ""


def _words(said: spoken.Said) -> tuple[str, str]:
    return (said.text, said.note) if said.verbatim else ("", said.text)


GROUPS = (
    ("Generalised job", 50),
    ("Individual job", 60),
    ("Participant", 16),
    ("Level", 10),
    ("Rationale", 50),
)


def _groups(study: Study) -> Cells:
    members = study.jobs.filter(general__isnull=False, general__deleted_at=None)
    for job in members.select_related("general", "interview__participant").order_by("general", "pk"):
        person = job.interview.participant if job.interview else None
        gone = person is not None and person.consent == Consent.WITHDRAWN
        general, statement = job.general, WITHDRAWN if gone else job.statement
        assert general is not None  # noqa: S101  filtered above
        who = "" if person is None or gone else person.pseudonym
        yield general.statement, statement, who, job.get_level_display(), general.rationale


def _matrix(study: Study, today: str) -> Iterator[Sheet]:
    """1 where an interview holds a job, empty where it does not."""
    rows = sorted(holders(study), key=lambda row: (-row.k, row.job.statement))
    interviews = list(counted_interviews(study).select_related("participant"))
    named = [each for each in interviews if each.participant.consent != Consent.WITHDRAWN]
    hidden = [each.pk for each in interviews if each.participant.consent == Consent.WITHDRAWN]
    columns = [("Job", 50), ("Heard in", 9), *((each.participant.pseudonym, 12) for each in named)]
    if hidden:
        columns.append((WITHDRAWN, 12))
    yield Sheet(
        "Interviews × jobs",
        f"1 where an interview holds the job; n = {len(interviews)} interviews, {today}.",
        tuple(columns),
        (_held(row, [each.pk for each in named], hidden) for row in rows),
    )


def _held(row: Row, named: list[int], hidden: list[int]) -> tuple[Any, ...]:
    known = (1 if pk in row.held_by else None for pk in named)
    more = [sum(pk in row.held_by for pk in hidden) or None] if hidden else []
    return (row.job.statement, row.k, *known, *more)


WEIGHTS = (("What", 20), ("Which", 60), ("Weight", 9))


def _weights(material: Material) -> Cells:
    for name, weight in material.weights.items():
        yield "Weight", WEIGHTED.get(name, name), weight
    yield "Version", f"{material.method.get('weights_version', 1)}", None
    yield "Reason", str(material.method.get("weights_reason", "")), None
    for goal in filter(None, str(material.method.get("goals", "")).split("\n")):
        yield "Goal", goal, None


SURVEYS = (
    ("Job", 60),
    ("Segment", 20),
    ("Importance, n", 12),
    ("Importance, mean 1 to 5", 14),
    ("Satisfaction, n", 12),
    ("Satisfaction, mean 1 to 5", 14),
)


def _surveys(study: Study) -> Cells:
    given: dict[tuple[int, str], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for answer in answers(study):
        importance, satisfaction = given[answer.job_id, answer.segment]
        importance += [answer.imp] if answer.imp is not None else []
        satisfaction += [answer.sat] if answer.sat is not None else []
    names = dict(study.jobs.filter(pk__in={job for job, _ in given}).values_list("pk", "statement"))
    for (job, segment), both in sorted(given.items()):
        if job in names:
            yield (names[job], segment, *(part for rated in both for part in (len(rated), _mean(rated))))


def _mean(values: list[int]) -> float | None:
    return round(fmean(values), 4) if values else None


METHOD = (("What", 28), ("Which", 100))


def _method(material: Material) -> Cells:
    yield "Study", material.study
    yield "Question", material.question
    yield "Sample frame", material.frame
    yield "Interviews", str(material.n)
    if material.approval:
        yield (
            "Approved",
            f"{material.approval.name}, {material.approval.by}, {material.approval.on.isoformat()}",
        )
    yield "Simulated rankings", f"{material.draws}, seed {material.seed}"
    for name, value in material.method.items():
        yield name.replace("_", " ").capitalize(), str(value)
    yield "Interval of a share", "Wilson score interval, 95 % (Wilson 1927)"
    yield "Opportunity", "I + max(I − S, 0), after Ulwick"
    yield "Score", "100 × Σ(weight × criterion) ÷ Σ(weight) over the criteria that are known"
    yield "Interview counts", "are not market shares: the people were chosen, not drawn by lot"
