"""Rating, commenting, approving and weighting; and the ranking that follows from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from jobs.models import Approval, Comment, Criterion, Job, Priority, PrioritySettings, Rating
from jobs.queries import priorities as queries
from jobs.queries.priorities import Facts
from studies.access import StudyAccess
from studies.edits import save_version
from studies.history import record, register_verbs
from studies.roles import Verb
from studies.runs import digest

if TYPE_CHECKING:
    from jobs.scoring import JobInput, RankedJob

register_verbs(
    {
        "rating.given": "rated",
        "rating.withdrawn": "withdrew a rating of",
        "comment.added": "commented on",
        "comment.deleted": "deleted a comment on",
        "comment.restored": "brought back a comment on",
        "job.approved": "approved",
        "job.needs_work": "asked for more work on",
        "weights.changed": "changed the weights of",
        "goals.changed": "changed the strategic goals of",
    }
)
DRAWS = 2000
SEED = 7
MAX_GOALS = 5
BOUNDS = {Criterion.IMPORTANCE: (1, 5), Criterion.SATISFACTION: (1, 5)} | queries.SCALES


def rate(
    access: StudyAccess, *, job: Job, criterion: str, value: int | None, reason: str = ""
) -> Rating | None:
    """One's own rating; None takes it back. Raises ValidationError outside the scale."""
    access.require(Verb.RATE)
    mine = access.study.ratings.filter(job=job, criterion=Criterion(criterion), rater=access.user)
    if value is None:
        with transaction.atomic():
            if mine.delete()[0]:
                record(access, "rating.withdrawn", job, criterion=criterion)
        return None
    low, high = BOUNDS[Criterion(criterion)]
    if not low <= value <= high:
        raise ValidationError(f"Give a number from {low} to {high}.")
    with transaction.atomic():
        rating, _ = access.study.ratings.update_or_create(
            job=job,
            criterion=criterion,
            rater=access.user,
            defaults={"value": value, "reason": reason.strip()[:300]},
        )
        record(access, "rating.given", job, criterion=criterion, value=value)
    return rating


def comment(access: StudyAccess, *, job: Job, text: str) -> Comment:
    access.require(Verb.COMMENT)
    row = Comment(study=access.study, job=job, author=access.user, text=text.strip())
    row.full_clean()
    with transaction.atomic():
        row.save()
        record(access, "comment.added", job, comment=row.pk)
    return row


def set_comment_deleted(access: StudyAccess, *, comment: Comment, deleted: bool) -> None:
    """One's own comment only; whoever manages the study may remove any."""
    access.require(Verb.COMMENT if comment.author_id == access.user.pk else Verb.MANAGE)
    comment.deleted_at = timezone.now() if deleted else None
    with transaction.atomic():
        comment.save(update_fields=["deleted_at"])
        record(access, "comment.deleted" if deleted else "comment.restored", comment.job, comment=comment.pk)


def decide(
    access: StudyAccess, *, job: Job, decision: str, note: str = "", rank: int | None = None
) -> Approval:
    """A reviewer's word on a job, with the rank that it had then."""
    access.require(Verb.APPROVE)
    row = Approval(study=access.study, job=job, reviewer=access.user, note=note.strip()[:300], rank=rank)
    row.decision = Approval.Decision(decision)
    with transaction.atomic():
        row.save()
        record(
            access,
            "job.approved" if decision == "approved" else "job.needs_work",
            job,
            rank=rank,
            note=row.note,
        )
    return row


def set_weights(
    access: StudyAccess, *, weights: dict[str, float], reason: str, seen: int | None = None
) -> PrioritySettings:
    """Weights are versioned, and each change says why. Raises ValidationError without a reason and
    StaleVersion where somebody else was first."""
    access.require(Verb.RATE)
    if not reason.strip():
        raise ValidationError("Say why the weights change: the reason stays beside the ranking.")
    if not any(weights.values()) or any(weight < 0 for weight in weights.values()):
        raise ValidationError("Weights are 0 or more, and at least one is above 0.")
    with transaction.atomic():
        settings, _ = PrioritySettings.objects.get_or_create(study=access.study)
        before, settings.weights, settings.reason = settings.weights, weights, reason.strip()[:300]
        save_version(settings, seen=seen, fields=["weights", "reason"])
        record(access, "weights.changed", access.study, before=before, after=weights, reason=settings.reason)
    return settings


def set_goals(access: StudyAccess, *, goals: list[str], seen: int | None = None) -> PrioritySettings:
    """At most five written goals, against which strategic fit is rated. Raises StaleVersion."""
    access.require(Verb.RATE)
    written = [goal.strip()[:200] for goal in goals if goal.strip()]
    if len(written) > MAX_GOALS:
        raise ValidationError(f"Write at most {MAX_GOALS} goals: fit against more of them says nothing.")
    with transaction.atomic():
        settings, _ = PrioritySettings.objects.get_or_create(study=access.study)
        settings.goals = written
        save_version(settings, seen=seen, fields=["goals"])
        record(access, "goals.changed", access.study, goals=written)
    return settings


def ranking(access: StudyAccess, *, known: list[Facts] | None = None) -> Priority:
    """The ranking of what is known now, read anew unless given. The same input is computed once and kept."""
    known = queries.facts(access.study) if known is None else known
    n = queries.interview_count(access.study)
    weights = queries.settings_of(access.study).weights
    fingerprint = digest([n, weights, DRAWS, SEED, [_input_of(facts, n) for facts in known]])
    existing = access.study.priorities.filter(input_digest=fingerprint).first()
    if existing:
        return existing
    rows = _rank(known, n, weights)
    fields = {"weights": weights, "rows": rows, "seed": SEED, "draws": DRAWS}
    priority, _ = access.study.priorities.get_or_create(input_digest=fingerprint, defaults=fields)
    return priority


def _input_of(known: Facts, n: int) -> list[Any]:
    ratings = {criterion: known.rated(criterion) for criterion in Criterion}
    return [known.job.pk, len(known.interviews), known.struggle, sorted(known.grades), ratings, known.forces]


def _rank(known: list[Facts], n: int, weights: dict[str, float]) -> list[dict[str, Any]]:
    """Gated jobs are simulated among themselves; those without enough evidence follow, unranked."""
    from jobs.scoring import evidence_gate, simulate_ranks

    gates = {facts.job.pk: evidence_gate(len(facts.interviews), facts.grades) for facts in known}
    by_key = {str(facts.job.pk): facts for facts in known}
    ranked = simulate_ranks(
        [_job_input(facts, n) for facts in known if gates[facts.job.pk].ranked],
        weights,
        draws=DRAWS,
        seed=SEED,
    )
    gated = simulate_ranks(
        [_job_input(facts, n) for facts in known if not gates[facts.job.pk].ranked],
        weights,
        draws=DRAWS,
        seed=SEED,
    )
    return [_row(by_key[row.key], n, row, "") for row in ranked] + [
        _row(by_key[row.key], n, row, gates[by_key[row.key].job.pk].reason) for row in gated
    ]


def _job_input(known: Facts, n: int) -> JobInput:
    from jobs.scoring import JobInput, OpportunityRatings, Ratings, Sample

    samples: dict[str, Sample] = {}
    if known.struggle:
        samples["struggle"] = Ratings(tuple(known.struggle), 0, 4)
    importance, satisfaction = known.rated(Criterion.IMPORTANCE), known.rated(Criterion.SATISFACTION)
    if importance and satisfaction:
        samples["opportunity"] = OpportunityRatings(tuple(importance), tuple(satisfaction), "mean")
    for criterion, (low, high) in queries.SCALES.items():
        if rated := known.rated(criterion):
            samples[criterion.value] = Ratings(tuple(rated), low, high)
    return JobInput(str(known.job.pk), len(known.interviews), n, samples)


def _row(known: Facts, n: int, ranked: RankedJob, gate: str) -> dict[str, Any]:
    """One line of the table. A gated job keeps its numbers but has no rank among the others."""
    from jobs.scoring import opportunity, point_values, rescale, wilson

    k, importance = len(known.interviews), rescale(known.rated(Criterion.IMPORTANCE), "mean")
    satisfaction = rescale(known.rated(Criterion.SATISFACTION), "mean")
    interval = wilson(k, n) if n else None
    return {
        "job": known.job.pk,
        "k": k,
        "n": n,
        "wilson": [interval.low, interval.high] if interval else None,
        "supporting": len(known.supporting),
        "contradicting": len(known.contradicting),
        "struggle": [sum(known.struggle) / len(known.struggle), len(known.struggle)]
        if known.struggle
        else None,
        "forces": known.forces,
        "balance": _balance(known.forces),
        "importance": importance,
        "satisfaction": satisfaction,
        "opportunity": None
        if importance is None or satisfaction is None
        else opportunity(importance, satisfaction),
        "raters": {criterion.value: len(known.ratings[criterion]) for criterion in Criterion},
        "values": point_values(_job_input(known, n)),
        "score": ranked.composite.score,
        "coverage": ranked.composite.coverage,
        "contributions": dict(ranked.composite.contributions),
        "rank": None if gate else ranked.rank,
        "rank_low": None if gate else ranked.rank_low,
        "rank_high": None if gate else ranked.rank_high,
        "p_top3": None if gate else ranked.p_top3,
        "tie": None if gate else ranked.tie_group,
        "gate": gate,
    }


def _balance(forces: dict[str, float | None]) -> dict[str, Any] | None:
    """The lean of the forces; None until at least one of them has been rated."""
    from jobs.scoring import force_balance

    if all(value is None for value in forces.values()):
        return None
    balance = force_balance(*(forces[name] or 0.0 for name in ("push", "pull", "anxiety", "habit")))
    return {"value": balance.value, "lean": balance.lean}
