"""What the live page saves besides items: prompts asked, coverage, the timer and the wheel's head."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils import timezone

from interviews import kinds
from interviews.actions.element_fields import LONGEST_MS, sound_text
from interviews.actions.element_sync import sync_elements
from interviews.actions.turns import turn
from interviews.models import Asked, Coverage, Interview
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs({"interview.described": "described"})
HEADER = {"higher_purpose": 200, "hired": 120, "fired": 120}  # and their longest texts


def sync_interview(
    access: StudyAccess,
    *,
    interview: Interview,
    changes: list[dict[str, Any]],
    asked: dict[int, bool] | None = None,
    coverage: dict[str, bool] | None = None,
    timer: dict[str, Any] | None = None,
    header: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Everything that one browser has to tell, in one transaction. Raises StaleVersion: send it again."""
    access.require(Verb.CODE)
    with turn(access, interview) as seq:
        results = sync_elements(access, interview=interview, changes=changes, seq=seq)
        answer = {
            "results": [result.as_json() for result in results],
            "refused_prompts": _tick(access, interview, asked or {}),
            "refused_kinds": _cover(access, interview, coverage or {}),
            "header_conflicts": _describe(access, interview, header or {}),
        }
        _time(access, interview, timer or {})
        if results:
            _go_live(access, interview)
    return answer


def set_asked(access: StudyAccess, *, interview: Interview, prompts: dict[int, bool]) -> list[int]:
    """Ticks or unticks prompts of the guide; returns the ids that are not in this study's guide."""
    access.require(Verb.CODE)
    with turn(access, interview):
        return _tick(access, interview, prompts)


def set_coverage(access: StudyAccess, *, interview: Interview, asked: dict[str, bool]) -> list[str]:
    """Says of elements that they were asked about without a result, or takes that back."""
    access.require(Verb.CODE)
    with turn(access, interview):
        return _cover(access, interview, asked)


def _tick(access: StudyAccess, interview: Interview, prompts: dict[int, bool]) -> list[int]:
    if not prompts:
        return []
    known = set(access.study.guide.filter(pk__in=prompts).values_list("pk", flat=True))
    asked = sorted(pk for pk in known if prompts[pk])
    interview.asked.filter(prompt_id__in=known.difference(asked)).delete()
    rows = [Asked(study=access.study, interview=interview, prompt_id=pk) for pk in asked]
    Asked.objects.bulk_create(rows, ignore_conflicts=True)
    return sorted(set(prompts) - known)


def _cover(access: StudyAccess, interview: Interview, asked: dict[str, bool]) -> list[str]:
    if not asked:
        return []
    known = {code: said for code, said in asked.items() if code in kinds.BY_CODE}
    interview.asked_nothing.filter(kind__in=[code for code in known if not known[code]]).delete()
    rows = [Coverage(study=access.study, interview=interview, kind=code) for code in known if known[code]]
    Coverage.objects.bulk_create(rows, ignore_conflicts=True)
    return sorted(set(asked) - set(known))


def _describe(access: StudyAccess, interview: Interview, header: dict[str, Any]) -> dict[str, str]:
    """Three-way, like an item's fields: what somebody else wrote since stays, and is returned."""
    wanted, base = header.get("fields") or {}, header.get("base") or {}
    stored = access.study.interviews.filter(pk=interview.pk)
    current = stored.values(*HEADER).get() if wanted else {}
    changed, conflicts = {}, {}
    for name in HEADER:
        if name not in wanted or (value := _short(name, wanted[name])) == current[name]:
            continue
        if base.get(name) == current[name]:
            changed[name] = value
        else:
            conflicts[name] = current[name]
    if changed:
        stored.update(**changed, version=F("version") + 1)
        record(access, "interview.described", interview, was={name: current[name] for name in changed})
    return conflicts


def _short(name: str, value: Any) -> str:
    return sound_text(value if isinstance(value, str) else "").strip()[: HEADER[name]]


def _time(access: StudyAccess, interview: Interview, timer: dict[str, Any]) -> None:
    elapsed = timer.get("elapsed_ms")
    if type(elapsed) is not int or not 0 <= elapsed <= LONGEST_MS:
        return
    running = timer.get("running") is True
    access.study.interviews.filter(pk=interview.pk).update(
        elapsed_ms=elapsed, timer_started_at=timezone.now() if running else None
    )
    if running:
        _go_live(access, interview)


def _go_live(access: StudyAccess, interview: Interview) -> None:
    planned = access.study.interviews.filter(pk=interview.pk, state=Interview.State.PLANNED)
    planned.update(state=Interview.State.LIVE)
