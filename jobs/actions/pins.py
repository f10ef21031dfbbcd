"""Pins: two individual jobs that belong together or are kept apart, whatever a run thinks of them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from jobs.actions.group_changes import ClusterRefused, cleaned, pin_row, undoable
from jobs.models import Job, JobCluster, Pin
from jobs.pins import Clash, Pair, clash, contradiction
from jobs.queries import pins as queries
from studies.access import StudyAccess
from studies.history import person_name, register_verbs
from studies.roles import Verb

register_verbs(
    {
        "cluster.tied": "decided that these belong together:",
        "cluster.kept_apart": "decided to keep apart",
        "cluster.unpinned": "took back a decision about",
    }
)
VERB_OF = {Pin.Kind.TOGETHER: "cluster.tied", Pin.Kind.APART: "cluster.kept_apart"}


def pin_jobs(access: StudyAccess, *, kind: str, one: Job, other: Job, reason: str = "") -> Pin:
    """Ties two individual jobs or keeps them apart. Raises ClusterRefused for what contradicts a decision."""
    access.require(Verb.CODE)
    first, second = sorted((one, other), key=lambda job: job.pk)
    _check_pair(access, first, second)
    _check_decided(access, Pin.Kind(kind), first, second)
    with undoable(access, VERB_OF[Pin.Kind(kind)], reason=reason) as made:
        pin: Pin = Pin.objects.create(
            study=access.study,
            kind=kind,
            first=first,
            second=second,
            reason=cleaned(reason),
            by=access.user,
        )
        made |= {"pins": [pin.pk], "target": first, "label": pair_label(first, second)}
    return pin


def _check_pair(access: StudyAccess, first: Job, second: Job) -> None:
    if first.pk == second.pk:
        raise ClusterRefused("Choose two different jobs.")
    if first.scope != Job.Scope.INDIVIDUAL or second.scope != Job.Scope.INDIVIDUAL:
        raise ClusterRefused("Only individual jobs are pinned; a generalised job is a group already.")
    known = access.study.pins.filter(first=first, second=second).first()
    if known:
        raise ClusterRefused(f"That pair is decided: {told(known)} Take that decision back first.")


def _check_decided(access: StudyAccess, kind: Pin.Kind, first: Job, second: Job) -> None:
    found = queries.decided(access.study)
    against = clash(
        (first.pk, second.pk),
        together=kind == Pin.Kind.TOGETHER,
        tied=found.tied,
        apart=found.apart,
        placed=found.placed,
    )
    if against:
        raise ClusterRefused(_in_words(access, against, first, second))


def unpin(access: StudyAccess, *, pin: Pin) -> None:
    """The next run decides about the two by itself again."""
    access.require(Verb.CODE)
    with undoable(access, "cluster.unpinned") as made:
        made |= {"unpinned": [pin_row(pin)], "target": pin.first, "label": pair_label(pin.first, pin.second)}
        pin.delete()


def pair_label(first: Job, second: Job) -> str:
    """Both statements, whatever their length, in one line of the history."""
    return " and ".join(f"“{_short(str(job), 88)}”" for job in (first, second))


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def told(pin: Pin) -> str:
    """A pin as a sentence, with who decided it and why."""
    words = {
        Pin.Kind.TOGETHER: "“{}” and “{}” belong together",
        Pin.Kind.APART: "“{}” and “{}” are kept apart",
        Pin.Kind.LEFT: "“{}” and “{}” are kept apart, because one was taken out of the other’s group",
    }[Pin.Kind(pin.kind)]
    because = f": {pin.reason}" if pin.reason else ""
    pair = words.format(*(_short(str(job), 90) for job in (pin.first, pin.second)))
    return f"{pair} ({person_name(pin.by)}{because})."


def _in_words(access: StudyAccess, against: Clash, first: Job, second: Job) -> str:
    """Why a pin is refused, naming the statements and what to do."""
    stands = _pins(access).filter(first=min(against.pair), second=max(against.pair)).first()
    if stands and against.why in ("tied", "apart"):
        return f"That contradicts another decision: {told(stands)} Take that one back first."
    groups = access.study.jobclusters.filter(members__job__in=against.pair).distinct().order_by("pk")
    names = [f"“{_short(str(group), 90)}”" for group in groups]
    if against.why == "two groups":
        return (
            f"That contradicts the groups that people decided: “{first}” goes with {names[0]}, "
            f"“{second}” with {names[-1]}. Merge the two groups, or move one of the jobs."
        )
    held = names[0] if names else "one group"
    return (
        f"“{first}” and “{second}” hang together in {held}, which people decided. "
        "Split it, or move one of them."
    )


def _pins(access: StudyAccess) -> QuerySet[Pin]:
    """With what `told` needs."""
    return access.study.pins.select_related("first", "second", "by")


NEW_GROUP = -1


def check_pins(
    access: StudyAccess,
    *,
    jobs: Iterable[int],
    to: JobCluster | None = None,
    is_new: bool = False,
    sources: Iterable[JobCluster] = (),
    apart: Iterable[Pair] = (),
) -> list[Pin]:
    """What stands against putting `jobs` into `to`, into a new group, or out of all groups.

    `sources` are groups that count as decided from now on, `apart` pairs that will be. Returns the pins that
    the move makes void: a job that was taken out and now comes back. Raises ClusterRefused for the others.
    """
    moving = set(jobs)
    inside = moving | (_kept_in(to) if to else set())
    left = [
        pin
        for pin in queries.pins_among(access.study, moving)
        if pin.kind == Pin.Kind.LEFT and (to or is_new) and {pin.first_id, pin.second_id} <= inside
    ]
    found = queries.decided(access.study, besides=[pin.pk for pin in left])
    placed = found.placed | {pk: source.pk for source in sources for pk in _kept_in(source)}
    if to or is_new:
        placed |= dict.fromkeys(inside, to.pk if to else NEW_GROUP)
    else:
        placed = {pk: group for pk, group in placed.items() if pk not in moving}
    against = contradiction(tied=found.tied, apart=[*found.apart, *apart], placed=placed)
    if against:
        raise ClusterRefused(_of_the_move(access, against))
    return left


def _kept_in(cluster: JobCluster) -> set[int]:
    return set(cluster.members.filter(proposed=False).values_list("job_id", flat=True))


def _of_the_move(access: StudyAccess, against: Clash) -> str:
    pins = _pins(access)
    pin = pins.filter(first=min(against.pair), second=max(against.pair)).first()
    if pin is None:  # the pair that would come apart hangs together along other ties
        pin = pins.filter(
            Q(first__in=against.pair) | Q(second__in=against.pair), kind=Pin.Kind.TOGETHER
        ).first()
    return f"{told(pin) if pin else 'Two decisions contradict each other.'} Take that decision back first."


def lift(pins: Iterable[Pin]) -> list[dict[str, object]]:
    """Deletes pins; returns what `undoable` needs to bring them back."""
    rows = [pin_row(pin) for pin in pins]
    for pin in pins:
        pin.delete()
    return rows


def note_left(access: StudyAccess, job: Job, medoid: Job, *, reason: str = "") -> list[int]:
    """A job that was taken out stays out: apart from the member that stands for its old group."""
    first, second = sorted((job, medoid), key=lambda each: each.pk)
    pin, is_new = access.study.pins.get_or_create(
        first=first,
        second=second,
        defaults={"kind": Pin.Kind.LEFT, "reason": cleaned(reason), "by": access.user},
    )
    return [pin.pk] if is_new else []
