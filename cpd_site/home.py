"""The ten steps of the process (method 3) as one study stands in them, counted in a dozen queries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from interviews.models import Consent, Interview
from jobs.models import Approval, Job, JobCluster, Rating
from strategy.models import Action, Canvas, Card
from strategy.queries.actions import all_actions, summary
from strategy.queries.comments import mentions
from studies.access import StudyAccess
from studies.models import Study
from studies.queries import latest_runs

DUE = {
    "overdue": "overdue",
    "week": "due within a week",
    "review": "with a review overdue",
    "long": "small, but running for over a month",
}
STATES = ("todo", "doing", "done")
HELD = (Interview.State.CAPTURED, Interview.State.EVALUATED)
OVER_RECRUIT = 1.25  # method 3, step 2: a quarter more than needed


@dataclass(frozen=True)
class Figure:
    """A number that never stands alone: `value` of `of`, and where to see what was counted."""

    value: int
    of: int | None
    unit: str
    href: str


@dataclass(frozen=True)
class Step:
    number: int
    title: str
    why: str
    state: str  # one of STATES
    figures: list[Figure]
    action: str
    href: str
    verb: str = "code"  # who may do it
    warning: str = ""
    warning_href: str = ""


@dataclass(frozen=True)
class Frame:
    """Who is in the sample, against whom it should hold: the gaps that step 2 must show."""

    size: int
    people: int
    segments: list[tuple[str, int]]
    tags: list[tuple[str, int]]
    without_segment: int
    without_consent: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)

    @property
    def missing(self) -> int:
        return max(0, self.size - self.people)

    @property
    def over_recruit(self) -> int:
        return round(self.size * OVER_RECRUIT)


def sample_frame(study: Study) -> Frame:
    rows = list(study.participants.values_list("pseudonym", "segment", "tags", "consent"))
    segments = Counter(segment for _, segment, _, _ in rows if segment)
    tags = Counter(tag for _, _, tags, _ in rows for tag in tags)
    return Frame(
        size=study.sample_size,
        people=len(rows),
        segments=segments.most_common(),
        tags=tags.most_common(12),
        without_segment=sum(1 for _, segment, _, _ in rows if not segment),
        without_consent=[name for name, _, _, consent in rows if consent == Consent.NONE],
        withdrawn=[name for name, _, _, consent in rows if consent == Consent.WITHDRAWN],
    )


# --- counting ----------------------------------------------------------------------------------------
def counts(study: Study) -> dict[str, int]:
    """Everything that the steps are judged by; one query a table."""
    return {
        "prompts": study.guide.count(),
        **_interviews(study),
        **study.elements.aggregate(
            elements=Count("pk"),
            tray=Count("pk", filter=Q(kind="")),
            captured_in=Count("interview", distinct=True),
        ),
        "transcripts": study.transcripts.filter(interview__deleted_at=None)
        .values("interview")
        .distinct()
        .count(),
        **_jobs(study),
        **study.jobclusters.aggregate(
            proposals=Count("pk", filter=Q(state=JobCluster.State.PROPOSED)),
            accepted=Count("pk", filter=Q(state=JobCluster.State.ACCEPTED)),
        ),
        **study.canvases.aggregate(canvases=Count("pk")),
        **study.cards.aggregate(
            cards=Count("pk"),
            agreed=Count("pk", filter=Q(state=Card.State.AGREED)),
            phase_1=Count("pk", filter=Q(phase=1)),
        ),
        **_actions(study),
    }


def _interviews(study: Study) -> dict[str, int]:
    return study.interviews.aggregate(
        interviews=Count("pk"),
        held=Count("pk", filter=Q(state__in=HELD)),
        evaluated=Count("pk", filter=Q(state=Interview.State.EVALUATED)),
        live=Count("pk", filter=Q(state=Interview.State.LIVE)),
    )


def _jobs(study: Study) -> dict[str, int]:
    rated = Exists(Rating.objects.filter(job=OuterRef("pk")))
    approved = Exists(Approval.objects.filter(job=OuterRef("pk"), decision=Approval.Decision.APPROVED))
    drawn = Exists(Canvas.objects.filter(job=OuterRef("pk")))
    general, individual = Q(scope=Job.Scope.GENERALISED), Q(scope=Job.Scope.INDIVIDUAL)
    return study.jobs.annotate(rated=rated, approved=approved, drawn=drawn).aggregate(
        individual=Count("pk", filter=individual),
        interviews_with_jobs=Count("interview", filter=individual, distinct=True),
        generalised_from=Count("pk", filter=individual & Q(general__isnull=False)),
        general=Count("pk", filter=general),
        general_rated=Count("pk", filter=general & Q(rated=True)),
        general_approved=Count("pk", filter=general & Q(approved=True)),
        approved_with_canvas=Count("pk", filter=general & Q(approved=True, drawn=True)),
    )


def _actions(study: Study) -> dict[str, int]:
    over = (Action.Status.ADOPTED, Action.Status.STOPPED)
    late = Q(due_on__lt=timezone.localdate()) & ~Q(status__in=over)
    return all_actions(study).aggregate(
        actions=Count("pk"),
        owned=Count("pk", filter=Q(owner__isnull=False, due_on__isnull=False) & ~Q(hypothesis_change="")),
        under_way=Count("pk", filter=Q(status__in=[Action.Status.RUNNING, Action.Status.MEASURING])),
        learned=Count("pk", filter=~Q(result="")),
        overdue=Count("pk", filter=late),
    )


# --- judging -----------------------------------------------------------------------------------------
def state(begun: bool, done: bool) -> str:
    return STATES[2 if done else 1 if begun else 0]


def steps(access: StudyAccess, n: dict[str, int], frame: Frame) -> list[Step]:
    study = access.study
    at = _Addresses(study.slug)
    return [
        _plan(study, n, at),
        _recruit(frame, at),
        _interview(n, frame, at),
        _capture(n, at),
        _evaluate(n, at),
        _cluster(n, at),
        _generalise(n, at),
        _prioritise(n, at),
        _canvas(n, at),
        _act(n, at),
    ]


def next_step(all_steps: list[Step]) -> Step | None:
    """The first step that is not done; None at the end of a round."""
    return next((step for step in all_steps if step.state != "done"), None)


class _Addresses:
    """URL of a page of this study by its name."""

    def __init__(self, slug: str) -> None:
        self.slug = slug

    def __call__(self, name: str, query: str = "") -> str:
        return reverse(name, args=[self.slug]) + query


def _plan(study: Study, n: dict[str, int], at: _Addresses) -> Step:
    written = [bool(text.strip()) for text in (study.question, study.switch, study.sample_frame)]
    done = all(written) and n["prompts"] > 0
    return Step(
        1,
        "Plan",
        "A question, one hire or switch, whom to ask, and a guide. Start from a change in somebody's life, "
        "not from a product.",
        state(any(written), done),
        [
            Figure(sum(written), 3, "parts of the plan written", at("studies:settings")),
            Figure(n["prompts"], None, "questions in the guide", at("interviews:guide")),
        ],
        "Write the plan" if not all(written) else "Open the guide",
        at("studies:settings") if not all(written) else at("interviews:guide"),
        verb="manage" if not all(written) else "code",
    )


def _planned(number: int, frame: Frame, unit: str, href: str) -> Figure:
    """“7 of 12”, and “31, 12 planned” rather than “31 of 12”."""
    if number > frame.size:
        return Figure(number, None, f"{unit}, {frame.size} planned", href)
    return Figure(number, frame.size, unit, href)


def _recruit(frame: Frame, at: _Addresses) -> Step:
    agreed = frame.people - len(frame.without_consent) - len(frame.withdrawn)
    done = frame.people >= frame.size and not frame.without_consent
    return Step(
        2,
        "Recruit",
        "People who changed 30 to 90 days ago: those who hired, those who fired, those who made do.",
        state(frame.people > 0, done),
        [
            _planned(frame.people, frame, "participants", at("interviews:participants")),
            Figure(agreed, frame.people, "with consent", at("interviews:participants", "?consent=given")),
        ],
        "Ask for consent" if frame.people >= frame.size else "Add participants",
        at("interviews:participants", "?consent=none" if frame.people >= frame.size else ""),
        warning="Everybody is in one segment." if len(frame.segments) == 1 and frame.people > 2 else "",
    )


def _interview(n: dict[str, int], frame: Frame, at: _Addresses) -> Step:
    return Step(
        3,
        "Interview",
        "Sixty to ninety minutes about what happened. Ask for dates, and for the weeks after buying.",
        state(n["interviews"] > 0, n["held"] >= frame.size > 0),
        [_planned(n["held"], frame, "interviews held", at("interviews:list"))],
        "Open the interviews",
        at("interviews:list"),
        warning=f"{n['live']} under way now" if n["live"] else "",
        warning_href=at("interviews:list", "?state=live"),
    )


def _capture(n: dict[str, int], at: _Addresses) -> Step:
    covered = n["captured_in"]
    done = n["held"] > 0 and covered >= n["held"] and n["tray"] == 0
    return Step(
        4,
        "Capture",
        "Twelve kinds of elements on the wheel, each with the customer's own words.",
        state(n["elements"] > 0, done),
        [
            Figure(covered, n["interviews"], "interviews with elements", at("interviews:list")),
            Figure(n["transcripts"], n["interviews"], "with a transcript", at("interviews:list")),
        ],
        "Import transcripts" if not n["transcripts"] else "Open the interviews",
        at("interviews:import") if not n["transcripts"] else at("interviews:list"),
        warning=f"{n['tray']} of {n['elements']} elements wait in the tray, unclassified"
        if n["tray"]
        else "",
    )


def _evaluate(n: dict[str, int], at: _Addresses) -> Step:
    done = n["held"] > 0 and n["evaluated"] >= n["held"] and n["individual"] > 0
    return Step(
        5,
        "Evaluate",
        "Right after each interview: check the timeline and the forces, write down this person's jobs.",
        state(n["evaluated"] + n["individual"] > 0, done),
        [
            Figure(
                n["evaluated"], n["held"], "interviews evaluated", at("interviews:list", "?state=evaluated")
            ),
            Figure(
                n["interviews_with_jobs"],
                n["interviews"],
                "interviews with jobs",
                at("jobs:list", "?scope=individual"),
            ),
        ],
        "Write individual jobs",
        at("jobs:list"),
    )


def _cluster(n: dict[str, int], at: _Addresses) -> Step:
    return Step(
        6,
        "Cluster",
        "Group jobs that ask for the same progress. The computer proposes, two people decide.",
        state(n["accepted"] + n["proposals"] > 0, n["accepted"] > 0 and n["proposals"] == 0),
        [
            Figure(n["accepted"], n["accepted"] + n["proposals"], "groups decided", at("jobs:clusters")),
            Figure(n["generalised_from"], n["individual"], "jobs in an accepted group", at("jobs:clusters")),
        ],
        "Open the clusters",
        at("jobs:clusters"),
    )


def _generalise(n: dict[str, int], at: _Addresses) -> Step:
    done = n["general"] > 0 and n["general"] >= n["accepted"] and n["proposals"] == 0
    return Step(
        7,
        "Generalise",
        "One statement for each group, without a solution in it, and its place on the job map.",
        state(n["general"] > 0, done),
        [Figure(n["general"], None, "generalised jobs", at("jobs:list", "?scope=generalised"))],
        "Open the job map",
        at("jobs:map"),
    )


def _prioritise(n: dict[str, int], at: _Addresses) -> Step:
    done = n["general"] > 0 and n["general_rated"] >= n["general"] and n["general_approved"] > 0
    return Step(
        8,
        "Prioritise",
        "Rank by criteria that are written down. A rank is a range; missing ratings are not zero.",
        state(n["general_rated"] > 0, done),
        [
            Figure(n["general_rated"], n["general"], "jobs rated", at("jobs:priorities")),
            Figure(n["general_approved"], n["general"], "jobs approved", at("jobs:priorities")),
        ],
        "Rate and approve",
        at("jobs:priorities"),
        verb="rate",
    )


def _canvas(n: dict[str, int], at: _Addresses) -> Step:
    return Step(
        9,
        "Strategy canvas",
        "For the top jobs: what helps in each phase, from the first thought on, and who could be a partner.",
        state(n["cards"] > 0, n["agreed"] > 0 and n["phase_1"] > 0),
        [
            Figure(
                n["approved_with_canvas"],
                n["general_approved"],
                "approved jobs with a canvas",
                at("strategy:canvases"),
            )
            if n["general_approved"]
            else Figure(n["canvases"], None, "canvases", at("strategy:canvases")),
            Figure(n["agreed"], n["cards"], "cards agreed", at("strategy:canvases")),
        ],
        "Open the canvases",
        at("strategy:canvases"),
        verb="edit_canvas",
        warning="Phase 1 is empty: what ends the waiting?" if n["cards"] and not n["phase_1"] else "",
    )


def _act(n: dict[str, int], at: _Addresses) -> Step:
    return Step(
        10,
        "Act and learn",
        "Small changes with an owner, a date and a hypothesis; then look what happened.",
        state(n["actions"] > 0, n["learned"] > 0 and n["learned"] >= n["actions"]),
        [
            Figure(
                n["owned"], n["actions"], "actions with owner, date and hypothesis", at("strategy:actions")
            ),
            Figure(n["learned"], n["actions"], "actions with a result", at("strategy:actions")),
        ],
        "Open the actions",
        at("strategy:actions"),
        verb="edit_canvas",
        warning=f"{n['overdue']} of {n['actions']} actions overdue" if n["overdue"] else "",
        warning_href=at("strategy:actions", "?flag=overdue"),
    )


def _due(access: StudyAccess) -> list[tuple[int, str, str]]:
    """What somebody should look at this week: how many, in words, and where they are listed."""
    flags = summary(access.study, today=timezone.localdate()).flags
    at = reverse("strategy:actions", args=[access.study.slug])
    return [(flags[flag], words, f"{at}?flag={flag}") for flag, words in DUE.items() if flags[flag]]


def context(access: StudyAccess) -> dict[str, Any]:
    n, frame = counts(access.study), sample_frame(access.study)
    all_steps = steps(access, n, frame)
    return {
        "steps": all_steps,
        "done": sum(1 for step in all_steps if step.state == "done"),
        "next": next_step(all_steps),
        "frame": frame,
        "due": _due(access),
        "numbers": n,
        "is_new": not (frame.people or n["interviews"] or n["individual"] or access.study.question),
        "recent": access.study.history.all()[:8],
        "mentions": mentions(access),
        "runs": [run for run in latest_runs(access, 3) if not run.is_over],
    }
