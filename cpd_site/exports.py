"""The tables of a study that can be taken along as CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from interviews.models import Interview
from interviews.queries.codes import codebook, names_by_element
from jobs.models import Evidence
from studies.history import person_name
from studies.models import Study
from studies.roles import Role

Rows = Callable[[Study], Iterable[tuple[Any, ...]]]


@dataclass(frozen=True)
class Table:
    title: str
    holds: str
    head: tuple[str, ...]
    rows: Rows


TABLES: dict[str, Table] = {}


def table(name: str, title: str, holds: str, head: str) -> Callable[[Rows], Rows]:
    """Makes a table of what a function yields; `head` names its columns, in the order of each row."""

    def add(rows: Rows) -> Rows:
        TABLES[name] = Table(title, holds, tuple(head.split()), rows)
        return rows

    return add


# --- the tables, in the order of the page --------------------------------------------------------------
@table(
    "participants",
    "Participants",
    "pseudonyms, segments, tags and consent",
    "pseudonym segment tags consent consent_on note",
)
def _participants(study: Study) -> Iterator[tuple[Any, ...]]:
    for p in study.participants.iterator():
        yield p.pseudonym, p.segment, p.tags, p.consent, p.consent_on, p.note


@table(
    "interviews",
    "Interviews",
    "date, state, what was hired and fired",
    "id participant held_on state seconds hired fired higher_purpose",
)
def _interviews(study: Study) -> Iterator[tuple[Any, ...]]:
    for i in study.interviews.select_related("participant").iterator():
        yield (
            i.pk,
            i.participant.pseudonym,
            i.held_on,
            i.state,
            round(i.elapsed_ms / 1000),
            i.hired,
            i.fired,
            i.higher_purpose,
        )


@table(
    "elements",
    "Elements of the wheel",
    "every captured item with its words and its codes",
    "id participant element phase substage point note quote seconds story_date intensity grade "
    "epistemic dimensions detail codes captured_by captured_at",
)
def _elements(study: Study) -> Iterator[tuple[Any, ...]]:
    rows = study.elements.select_related("interview__participant", "quote", "captured_by")
    codes = names_by_element(study)
    for e in rows.iterator(chunk_size=500):
        yield (
            e.pk,
            e.interview.participant.pseudonym,
            e.kind,
            e.phase,
            e.substage,
            e.point,
            e.note,
            e.quote.text if e.quote else e.verbatim,
            None if e.at_ms is None else round(e.at_ms / 1000),
            e.story_date,
            e.intensity,
            e.grade,
            e.epistemic,
            e.dimensions,
            "; ".join(f"{name}: {value}" for name, value in e.detail.items()),
            "; ".join(codes.get(e.pk, [])),
            person_name(e.captured_by),
            e.captured_at.isoformat(),
        )


@table(
    "codes",
    "Codes",
    "the codebook, with the elements and interviews that carry each code",
    "id code description elements interviews",
)
def _codes(study: Study) -> Iterator[tuple[Any, ...]]:
    for c in codebook(study):
        yield c.pk, c.name, c.description, c.elements, c.interviews  # type: ignore[attr-defined]


@table(
    "quotes",
    "Quotes",
    "marked passages with their place in the transcript, in characters",
    "id participant transcript number start end text",
)
def _quotes(study: Study) -> Iterator[tuple[Any, ...]]:
    rows = study.quotes.filter(transcript__interview__deleted_at=None)
    rows = rows.select_related("transcript__interview__participant")
    for q in rows.order_by("transcript", "start").iterator(chunk_size=500):
        who = q.transcript.interview.participant.pseudonym
        yield q.pk, who, q.transcript.filename, q.transcript.number, q.start, q.end, q.text


def _jobs(study: Study, scope: str) -> Iterator[tuple[Any, ...]]:
    found = study.jobs.filter(scope=scope).select_related("interview__participant", "general", "parent")
    for j in found.iterator(chunk_size=500):
        yield (
            j.pk,
            j.interview.participant.pseudonym if j.interview else "",
            j.statement,
            j.pattern,
            j.level,
            j.dimensions,
            j.general.statement if j.general else "",
            j.parent.statement if j.parent else "",
            j.rationale,
        )


JOB_HEAD = "id participant statement pattern level dimensions general parent rationale"


@table("individual-jobs", "Individual jobs", "what each person wanted to get done", JOB_HEAD)
def _individual_jobs(study: Study) -> Iterator[tuple[Any, ...]]:
    return _jobs(study, "individual")


@table("generalised-jobs", "Generalised jobs", "what several people wanted, and the job map", JOB_HEAD)
def _generalised_jobs(study: Study) -> Iterator[tuple[Any, ...]]:
    return _jobs(study, "generalised")


@table(
    "evidence",
    "Evidence",
    "which words support or contradict which job",
    "job statement polarity participant element words",
)
def _evidence(study: Study) -> Iterator[tuple[Any, ...]]:
    alive = study.evidence.filter(job__deleted_at=None, element__deleted_at=None)
    rows = alive.filter(quote__transcript__interview__deleted_at=None).select_related(
        "job",
        "element__quote",
        "quote__transcript__interview__participant",
        "element__interview__participant",
    )
    for e in rows.order_by("job", "pk").iterator(chunk_size=500):
        kind, words, interview = _said(e)
        yield e.job_id, e.job.statement, e.polarity, interview.participant.pseudonym, kind, words


def _said(evidence: Evidence) -> tuple[str, str, Interview]:
    if evidence.element:
        return evidence.element.kind, evidence.element.words, evidence.element.interview
    quote = evidence.quote
    assert quote is not None  # noqa: S101  a constraint of the table
    return "", quote.text, quote.transcript.interview


@table(
    "clusters",
    "Clusters",
    "groups of jobs with their members",
    "cluster name state cohesion general job participant statement similarity",
)
def _clusters(study: Study) -> Iterator[tuple[Any, ...]]:
    rows = study.clustermembers.filter(cluster__deleted_at=None, job__deleted_at=None, proposed=False)
    for m in rows.select_related("cluster__general", "job__interview__participant").order_by("cluster", "pk"):
        c = m.cluster
        who = m.job.interview.participant.pseudonym if m.job.interview else ""
        yield (
            c.pk,
            c.name,
            c.state,
            c.cohesion,
            c.general.statement if c.general else "",
            m.job_id,
            who,
            m.job.statement,
            m.similarity,
        )


@table(
    "ratings",
    "Ratings",
    "who rated which job how, and why",
    "job statement criterion rater value reason at",
)
def _ratings(study: Study) -> Iterator[tuple[Any, ...]]:
    rows = study.ratings.filter(job__deleted_at=None).select_related("job", "rater")
    for r in rows.order_by("job", "criterion", "pk").iterator():
        yield (
            r.job_id,
            r.job.statement,
            r.criterion,
            person_name(r.rater),
            r.value,
            r.reason,
            r.at.isoformat(),
        )


@table(
    "priorities",
    "Priorities",
    "the latest ranking, one number a line",
    "computed_at place name value",
)
def _priorities(study: Study) -> Iterator[tuple[Any, ...]]:
    """The latest ranking, one number a line, as its columns depend on what was known at the time."""
    latest = study.priorities.first()
    if latest is None:
        return
    for place, row in enumerate(latest.rows, 1):
        for name, value in row.items():
            if isinstance(value, int | float | str) and value != "":
                yield latest.created_at.isoformat(), place, name, value


@table(
    "cards",
    "Canvas cards",
    "ideas and agreements by phase and lane",
    "id job phase lane kind text state created_by",
)
def _cards(study: Study) -> Iterator[tuple[Any, ...]]:
    rows = study.cards.filter(canvas__deleted_at=None).select_related("canvas__job", "created_by")
    for c in rows.order_by("canvas", "phase", "lane", "position"):
        by = person_name(c.created_by)
        yield c.pk, c.canvas.job.statement, c.phase, c.lane, c.kind, c.text, c.state, by


@table(
    "actions",
    "Actions",
    "owner, date, hypothesis, KPI, status and result",
    "id job title phase lane owner due_on status size change we_believe performer from to "
    "because kpi kpi_baseline kpi_target kpi_by is_assumption welcomed result decision",
)
def _actions(study: Study) -> Iterator[tuple[Any, ...]]:
    rows = study.actions.filter(canvas__deleted_at=None).select_related("canvas__job", "owner")
    for a in rows:
        yield (
            a.pk,
            a.canvas.job.statement,
            a.title,
            a.phase,
            a.lane,
            person_name(a.owner) if a.owner else "",
            a.due_on,
            a.status,
            a.size,
            a.change,
            a.hypothesis_change,
            a.performer,
            a.from_state,
            a.to_state,
            a.because,
            a.kpi,
            a.kpi_baseline,
            a.kpi_target,
            a.kpi_by,
            a.is_assumption,
            a.welcomed,
            a.result,
            a.decision,
        )


@table(
    "members",
    "Members",
    "who is in the study with which role",
    "name role since",
)
def _members(study: Study) -> Iterator[tuple[Any, ...]]:
    for m in study.memberships.select_related("user"):
        yield person_name(m.user), Role(m.role).label, m.joined_at.date()


@table(
    "history",
    "History",
    "who did what and when",
    "id at who verb sentence target label",
)
def _history(study: Study) -> Iterator[tuple[Any, ...]]:
    for h in study.history.order_by("pk").iterator(chunk_size=500):
        yield h.pk, h.at.isoformat(), h.actor_name, h.verb, h.sentence, h.target_type, h.target_label
