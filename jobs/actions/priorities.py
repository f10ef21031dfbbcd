"""Rating, commenting, approving and weighting; and the ranking that follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from jobs.models import Approval, Comment, Criterion, Job, Priority, PrioritySettings, Rating
from jobs.queries import priorities as queries
from jobs.queries.priorities import BOUNDS, Facts, Known
from jobs.queries.ranking import DRAWS, SEED, rows
from studies.access import StudyAccess
from studies.edits import save_version
from studies.history import record, register_verbs
from studies.news import tell
from studies.queue import digest
from studies.roles import Verb

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
MAX_GOALS = 5
FORMULAS = 6  # raised when a formula, or what is told of it, changes: rankings from before are made anew


def rate(
    access: StudyAccess, *, job: Job, criterion: str, value: int | None, reason: str = ""
) -> Rating | None:
    """One's own rating; None takes it back. Raises ValidationError outside the scale."""
    access.require(Verb.RATE)
    if value is None:
        _take_back(access, job, Criterion(criterion))
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


def _take_back(access: StudyAccess, job: Job, criterion: Criterion) -> None:
    mine = access.study.ratings.filter(job=job, criterion=criterion, rater=access.user)
    with transaction.atomic():
        if mine.delete()[0]:
            record(access, "rating.withdrawn", job, criterion=criterion.value)


def rate_many(access: StudyAccess, *, given: Mapping[tuple[Job, Criterion], str]) -> int:
    """One's own ratings of many jobs, as typed; empty takes one back, what did not change is left alone.

    All or nothing. Returns how many changed; raises ValidationError by cell, `<job>-<criterion>`."""
    access.require(Verb.RATE)
    wanted = {cell: _rating(text) for cell, text in given.items()}
    _refuse_off_scale(wanted)
    before = _my_ratings(access, {job for job, _ in wanted})
    changed = 0
    with transaction.atomic():
        for (job, criterion), value in wanted.items():
            kept, reason = before.get((job.pk, criterion.value), (None, ""))
            if value != kept:
                rate(access, job=job, criterion=criterion, value=value, reason=reason)
                changed += 1
    return changed


def _my_ratings(access: StudyAccess, jobs: set[Job]) -> dict[tuple[int, str], tuple[int, str]]:
    """(job, criterion) -> value and reason."""
    mine = access.study.ratings.filter(rater=access.user, job__in=jobs)
    rows = mine.values_list("job", "criterion", "value", "reason")
    return {(job, criterion): (value, reason) for job, criterion, value, reason in rows}


def _refuse_off_scale(wanted: Mapping[tuple[Job, Criterion], int | None]) -> None:
    wrong = {
        f"{job.pk}-{criterion.value}": "Give a whole number from {} to {}.".format(*BOUNDS[criterion])
        for (job, criterion), value in wanted.items()
        if value is not None and not BOUNDS[criterion][0] <= value <= BOUNDS[criterion][1]
    }
    if wrong:
        raise ValidationError(wrong)


def _rating(text: str) -> int | None:
    """The typed number; None where nothing was typed, and -1, which no scale has, for anything but a
    number."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else -1


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
    access: StudyAccess,
    *,
    weights: dict[str, float],
    reason: str,
    method: str = "",
    seen: int | None = None,
) -> PrioritySettings:
    """Weights and method are versioned, and each change says why. Raises ValidationError without a reason and
    StaleVersion where somebody else was first."""
    access.require(Verb.RATE)
    if not reason.strip():
        raise ValidationError("Say why the weights change: the reason stays beside the ranking.")
    if not any(weights.values()) or any(weight < 0 for weight in weights.values()):
        raise ValidationError("Weights are 0 or more, and at least one is above 0.")
    with transaction.atomic():
        settings, _ = PrioritySettings.objects.get_or_create(study=access.study)
        before, settings.weights, settings.reason = settings.weights, weights, reason.strip()[:300]
        settings.method = PrioritySettings.Method(method or settings.method)
        save_version(settings, seen=seen, fields=["weights", "reason", "method"])
        changed = {"before": before, "after": weights, "method": settings.method}
        record(access, "weights.changed", access.study, reason=settings.reason, **changed)
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


def ranking(access: StudyAccess, *, known: Known | None = None) -> Priority:
    """The ranking of what is known now, read anew unless given. The same input is computed once and kept."""
    known = queries.known(access.study) if known is None else known
    weights = known.settings.weights
    facts = [_input_of(facts) for facts in known.facts]
    inputs = [known.settings.method, known.settings.currency, known.segments, known.answered, facts]
    fingerprint = digest([weights, DRAWS, SEED, FORMULAS, inputs])
    newest = access.study.priorities.first()
    if newest and newest.input_digest == fingerprint:
        return newest
    existing = access.study.priorities.filter(input_digest=fingerprint).first()
    found = existing.rows if existing else rows(known, weights)
    fields = {"weights": weights, "rows": found, "seed": SEED, "draws": DRAWS}
    return _made_newest(access, fingerprint, fields)


def _made_newest(access: StudyAccess, fingerprint: str, fields: dict[str, Any]) -> Priority:
    """Stores this ranking as the newest, also where it was stored before and others came in between: cards
    stand on the newest ranking."""
    with transaction.atomic():
        access.study.priorities.filter(input_digest=fingerprint).delete()
        priority, _ = access.study.priorities.get_or_create(input_digest=fingerprint, defaults=fields)
        tell(access.study.pk)
    return priority


def _input_of(facts: Facts) -> list[Any]:
    heard = [[pk, sorted(grades)] for pk, grades in sorted(facts.heard.items())]
    said = [heard, facts.struggle, facts.felt, len(facts.supporting), len(facts.contradicting)]
    ratings = {criterion: sorted(given.items()) for criterion, given in facts.ratings.items() if given}
    return [facts.job.pk, said, ratings, facts.business and facts.business.ranges]
