"""Small drawings that a ranking shows hundreds of times: built from numbers alone, faster than templates."""

from collections.abc import Mapping, Sequence

from django import template
from django.utils.safestring import SafeString, mark_safe

from jobs.standing import LETTERS, WEIGHTED, amount

register = template.Library()
ROOM_FOR_A_LETTER = 6  # points of 100


register.filter("short", amount)


@register.simple_tag
def score_bar(contributions: Mapping[str, float]) -> SafeString:
    """What a score is made of, one stacked bar, in the order of the columns so that bars can be compared."""
    drawn, said, start = [], [], 0.0
    for key, name in WEIGHTED.items():
        if points := contributions.get(key):
            drawn.append(_part(key, name, start, points))
            said.append(f"{name} {points:.0f}")
            start += points
    label = ", ".join(said) or "nothing known"
    ground = '<rect class="parts-ground" width="100%" height="100%"></rect>'
    return mark_safe(f'<svg class="parts" role="img" aria-label="{label}">{ground}{"".join(drawn)}</svg>')


def _part(key: str, name: str, start: float, points: float) -> str:
    middle = f'<text x="{start + points / 2:.2f}%" y="12">{LETTERS[key]}</text>'
    return (
        f'<g data-part="{key}"><title>{name}: {points:.1f} points</title>'
        f'<rect x="{start:.2f}%" width="{points:.2f}%" height="100%"></rect>'
        f"{middle if points >= ROOM_FOR_A_LETTER else ''}</g>"
    )


@register.simple_tag
def rank_line(places: Sequence[float]) -> SafeString:
    """A rank with its interval: the point, the best and the worst, in percent of the way to the last rank."""
    point, best, worst = places
    return mark_safe(
        '<svg class="interval" aria-hidden="true"><line class="axis" x2="100%" y1="7" y2="7"></line>'
        f'<line class="whisker" x1="{best}%" x2="{worst}%" y1="7" y2="7"></line>'
        f'<circle class="dot" cx="{point}%" cy="7" r="3.5"></circle></svg>'
    )
