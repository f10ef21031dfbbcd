"""Archives from before the canvas was shared by all at once, brought to the shape of today.

Pure. Only what is known to have changed since is filled in: any other gap is still refused.
"""

from __future__ import annotations

from typing import Any

LATER = frozenset({"card_comments", "card_decisions", "canvas_versions", "workshops", "kpi_readings"})
NEW_OF_CARDS: dict[str, Any] = {
    "kind": "idea",
    "locked": False,
    "author_name": "",
    "quotes": [],
    "jobs": [],
    "clusters": [],
}
NEW_OF_ACTIONS: dict[str, Any] = {
    "kpi_kind": "",
    "mode": "",
    "previous": None,
    "started_on": None,
    "closed_at": None,
}


def is_older(sections: dict[str, Any]) -> bool:
    return not LATER & set(sections)


def brought_up(sections: dict[str, Any]) -> dict[str, Any]:
    """The sections of an older archive with what came later; those of any other as they are."""
    if not is_older(sections):
        return sections
    return sections | {
        **{name: [] for name in LATER},
        "cards": [_card(row) for row in sections["cards"]],
        "actions": [NEW_OF_ACTIONS | row for row in sections["actions"]],
    }


def _card(row: dict[str, Any]) -> dict[str, Any]:
    """An assumption was a mark of its own; now it is a kind of card."""
    kept = {name: value for name, value in row.items() if name != "is_assumption"}
    kind = "assumption" if row.get("is_assumption") is True else "idea"
    return NEW_OF_CARDS | {"kind": kind} | kept
