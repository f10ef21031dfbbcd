"""What has changed between an approved ranking and the one of today, in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jobs.standing import Standing

Weights = Mapping[str, float]


@dataclass(frozen=True)
class Change:
    """One job then and now; `then` None: it is new, `now` None: it is gone."""

    then: Standing | None
    now: Standing | None

    @property
    def statement(self) -> str:
        return (self.now or self.then).statement  # type: ignore[union-attr]

    @property
    def kind(self) -> str:
        if self.then is None or self.now is None:
            return "new" if self.then is None else "gone"
        if self.then.rank == self.now.rank:
            return "same"
        if self.then.rank is None or self.now.rank is None:
            return "entered" if self.then.rank is None else "left"
        return "up" if self.now.rank < self.then.rank else "down"

    @property
    def words(self) -> str:
        """What happened to its place, as a sentence would say it."""
        then, now = self.then and self.then.rank, self.now and self.now.rank
        return {
            "new": f"new at rank {now}" if now else "new, not ranked yet",
            "gone": f"gone; it was rank {then}" if then else "gone; it was not ranked",
            "entered": f"ranked now, at {now}",
            "left": f"no longer ranked; it was {then}",
            "up": f"up from {then} to {now}",
            "down": f"down from {then} to {now}",
            "same": f"still rank {now}" if now else "still not ranked",
        }[self.kind]

    @property
    def restated(self) -> bool:
        return bool(self.then and self.now and self.then.statement != self.now.statement)

    @property
    def moved(self) -> bool:
        return self.kind != "same"

    @property
    def surprising(self) -> bool:
        """It now stands outside the interval that was approved."""
        if not (self.then and self.now and self.then.rank and self.now.rank):
            return False
        return not self.then.low_rank <= self.now.rank <= self.then.high_rank


@dataclass(frozen=True)
class Since:
    """Everything that differs; empty lists where nothing does."""

    n_then: int
    n_now: int
    changes: tuple[Change, ...]
    weights: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # only those that differ

    @property
    def moved(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.moved)

    @property
    def surprising(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.surprising)

    @property
    def more_interviews(self) -> int:
        return self.n_now - self.n_then

    @property
    def words(self) -> str:
        """ "2 jobs moved, 1 interview more, weights changed"; empty where nothing happened."""
        said = [
            _count(len(self.moved), "job moved", "jobs moved"),
            _count(self.more_interviews, "interview more", "interviews more"),
            _count(-self.more_interviews, "interview fewer", "interviews fewer"),
            "weights changed" if self.weights else "",
        ]
        return ", ".join(part for part in said if part)


def _count(number: int, one: str, many: str) -> str:
    return "" if number <= 0 else f"{number} {one if number == 1 else many}"


def since(
    then: Sequence[Standing],
    now: Sequence[Standing],
    *,
    weights: tuple[Weights, Weights],
    interviews: tuple[int, int],
) -> Since:
    """Jobs are matched by id, those of today first in their order; weights and interviews: (then, now)."""
    before: dict[int | None, Standing] = {row.job: row for row in then if row.job is not None}
    changes = [Change(before.pop(standing.job, None), standing) for standing in now]
    lost = [standing for standing in then if standing.job is None or standing.job in before]
    old, new = weights
    differ = {
        name: (old.get(name, 0), new.get(name, 0))
        for name in [*new, *(name for name in old if name not in new)]
        if old.get(name, 0) != new.get(name, 0)
    }
    return Since(*interviews, tuple(changes + [Change(standing, None) for standing in lost]), differ)
