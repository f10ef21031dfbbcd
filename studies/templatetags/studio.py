"""Template helpers that every page may use without loading them."""

from typing import Any

from django import template

from studies.access import StudyAccess
from studies.roles import Verb

register = template.Library()


@register.filter
def may(access: StudyAccess, verb: str) -> bool:
    """{% if access|may:"code" %}"""
    return access.may(Verb(verb))


@register.filter
def at(mapping: dict[Any, Any], key: Any) -> Any:
    """{{ counts|at:phase }}: the value behind a key that is itself a variable."""
    return mapping.get(key)


@register.filter
def clock(milliseconds: int | None) -> str:
    """Elapsed time as m:ss or h:mm:ss; a dash where there is none."""
    if milliseconds is None:
        return "–"
    minutes, seconds = divmod(int(milliseconds) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
