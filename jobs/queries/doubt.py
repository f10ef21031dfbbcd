"""Which members of a group a person should look at, and why: asked of rows, and of the database."""

from __future__ import annotations

from typing import Protocol

from django.db.models import F, Q

# A member is doubtful where the next group is nearly as close, or where it is here in few of the draws in
# which its group is: below this share of the group's own, or a shaky group would make doubtful all it holds
DOUBTFUL_MARGIN, DOUBTFUL_STABILITY = 0.05, 0.6


class Placed(Protocol):
    """How a job is in its group. `held`: the share of the resamples in which the group was found again."""

    @property
    def margin(self) -> float | None: ...
    @property
    def stability(self) -> float | None: ...
    @property
    def held(self) -> float | None: ...
    @property
    def decided(self) -> bool | None: ...
    @property
    def proposed(self) -> bool | None: ...


def is_doubtful(member: Placed) -> bool:
    """Nearly as close to another group, or often not here when its group is; and nobody has decided."""
    if member.decided or member.proposed:
        return False
    return _is_near(member) or _often_leaves(member)


def _is_near(member: Placed) -> bool:
    return member.margin is not None and member.margin < DOUBTFUL_MARGIN


def _often_leaves(member: Placed) -> bool:
    if member.stability is None or member.held is None:
        return False
    return member.stability < DOUBTFUL_STABILITY * member.held


def doubt(member: Placed) -> str:
    """Why a member is doubtful, in words; empty where it is not."""
    if not is_doubtful(member):
        return ""
    told = []
    if _is_near(member):
        margin = member.margin or 0.0
        near = "closer" if margin < 0 else "nearly as close"
        told.append(f"{near} to another group (margin {margin:.2f})".replace("-", "−"))
    if _often_leaves(member):
        here, held = in_percent(member.stability), in_percent(member.held)
        told.append(f"here in only {here} of the resamples, its group in {held}")
    return " and ".join(told)


def in_percent(share: float | None) -> str:
    return f"{round(100 * (share or 0))} %"


def to_decide(member: str) -> Q:
    """The members that a person should look at: doubtful or only proposed. `member`: the way to them."""
    few = DOUBTFUL_STABILITY * F(f"{member}__cluster__stability")
    doubtful = Q((f"{member}__margin__lt", DOUBTFUL_MARGIN)) | Q((f"{member}__stability__lt", few))
    undecided = Q((f"{member}__decided", False), (f"{member}__proposed", False))
    return (undecided & doubtful) | Q((f"{member}__proposed", True))
