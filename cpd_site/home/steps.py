"""The ten steps of the process (method 3) as one study stands in them, judged by its counts."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from cpd_site.home.counts import Frame
from studies.access import StudyAccess
from studies.models import Study

STATES = ("todo", "doing", "done")


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
