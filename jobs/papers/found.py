"""How a ranking was found, as a board paper tells it. Pure."""

from __future__ import annotations

from datetime import date

from jobs.papers.numbers import CRITERIA, Notes, day
from jobs.papers.tree import Entry, Line, Material, Part
from jobs.standing import Flat
from studies.counting import counted, joined


def how_it_was_found(material: Material) -> Part:
    notes, method = Notes(material), material.method
    entries = [
        Entry("Who was asked", _asked_whom(material, notes)),
        Entry("From words to jobs", _words_to_jobs(method, notes)),
        Entry("Weights", _weights(material)),
        Entry("The score", _score_told(material)),
        Entry("Goals that fit is rated against", (_goals(method),)),
        Entry("Surveys, apart from the interviews", (_lines(method, "surveys"),)),
        Entry("Verbatims, apart from the interviews", (_lines(method, "verbatims"),)),
    ]
    told = (entry for entry in entries if any(part if isinstance(part, str) else True for part in entry.text))
    return Part("How it was found", tuple(told), notes.done())


def _lines(method: Flat, name: str) -> str:
    lines = str(method.get(name, "")).split("\n")
    told = "; ".join(line for line in lines if line)
    return f"{told}. They are never added to the interviews." if told else ""


def _goals(method: Flat) -> str:
    return "; ".join(goal for goal in str(method.get("goals", "")).split("\n") if goal)


def _asked_whom(material: Material, notes: Notes) -> Line:
    interviews = notes.interviews()
    about = f" about the switch “{material.switch}”" if material.switch else ""
    segments = str(material.method.get("segments", "")).replace("\n", "; ")
    who = f" By segment: {segments}." if segments else ""
    frame = f" {material.frame}" if material.frame else ""
    return (interviews, f"{about}{held(material.method)}.{who}{frame}")


def held(method: Flat) -> str:
    first, last = (_date_in(method, name) for name in ("held_from", "held_to"))
    if first is None or last is None:
        return ""
    when = f" held on {day(first)}" if first == last else f" held from {day(first)} to {day(last)}"
    undated = _count(method, "held_undated")
    return f"{when} ({undated} without a date)" if undated else when


def _date_in(method: Flat, name: str) -> date | None:
    """None for what is no date: an approval may come from a file."""
    try:
        return date.fromisoformat(str(method.get(name, "")))
    except ValueError:
        return None


def _words_to_jobs(method: Flat, notes: Notes) -> Line:
    items = notes.figure(counted(_count(method, "elements"), "item"), "Captured elements of the wheel.")
    pins = _count(method, "pins")
    pinned = (
        f"; {counted(pins, 'pair')} tied together or kept apart by a person, which every run obeys"
        if pins
        else ""
    )
    groups = f"People accepted {counted(_count(method, 'groups_accepted'), 'group')}{pinned}."
    return (items, " were captured in the interviews. ", *_written(method, notes), _grouped(method), groups)


def _written(method: Flat, notes: Notes) -> Line:
    """Nothing for approvals of before, which did not count them."""
    if "jobs_written" not in method:
        return ()
    jobs = counted(_count(method, "jobs_written"), "individual job")
    written = notes.figure(jobs, "Jobs that the team wrote from one interview each.")
    return ("From them people wrote ", written, ". ")


def _count(method: Flat, name: str) -> int:
    value = method.get(name)
    return value if isinstance(value, int) else 0


def _grouped(method: Flat) -> str:
    computed = _date_in(method, "grouping_on")
    if computed is None:
        return "People grouped them by hand. "
    when = day(computed)
    versions = f", {method['grouping_versions']}" if "grouping_versions" in method else ""
    seed = method.get("grouping_seed", 0)
    return f"The latest grouping proposal was computed on {when} with seed {seed}{versions}. "


def _weights(material: Material) -> Line:
    listed = ", ".join(
        f"{CRITERIA.get(name, name).lower()} {weight:g}"
        for name, weight in material.weights.items()
        if weight
    )
    off = [CRITERIA.get(name, name).lower() for name, weight in material.weights.items() if not weight]
    reason = material.method.get("weights_reason")
    version = material.method.get("weights_version", 1)
    why = (
        f" Version {version}, with this reason: “{reason}”."
        if reason
        else " The usual weights; nobody has changed them."
    )
    return (f"{listed[:1].upper()}{listed[1:]}.{f' Not counted: {joined(off)}.' if off else ''}{why}",)


def _score_told(material: Material) -> Line:
    told = (
        "100 × Σ(weight × criterion) ÷ Σ(weight) over the criteria that are known, each on 0 to 1. The ranks "
        f"are simulated {material.draws:,} times (seed {material.seed}): every interview, respondent and "
        "colleague then gets a random weight that counts for all jobs (Rubin 1981), and declared ranges are "
        "drawn evenly. The same input always gives the same ranking."
    )
    return (told,)
