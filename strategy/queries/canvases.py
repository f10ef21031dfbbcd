"""Canvases as lists and as fields of cards: what pages are drawn from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from jobs.models import Job, Level, Priority
from strategy.document import LANES
from strategy.models import Canvas, Card, Lane
from strategy.queries.due import UNDER_WAY, overdue
from studies.models import Study

PHASE_HELP = {1: "help to start", 2: "help to orient", 3: "help to choose", 4: "help to succeed"}
PHASE_TARGET = {
    1: "leaves the passive state",
    2: "shortlists us",
    3: "chooses without regret",
    4: "first value, then habit",
}
LANE_HINT = {
    Lane.NEED: "What does the customer need here?",
    Lane.SOLUTIONS: "Products, services, brands",
    Lane.MARKETING: "Where and how are we found?",
    Lane.COMMUNICATION: "What do we say, and when?",
    Lane.BUYING_AIDS: "What makes deciding easier?",
    Lane.PARTNERS: "Who can help better than we can?",
    Lane.TARGET: "How shall we see that it works?",
}
# kind -> how a card says it: a sign and the word, never a colour alone
KINDS = {
    Card.Kind.IDEA.value: ("○", "Idea"),
    Card.Kind.STRATEGY.value: ("◆", "Strategy"),
    Card.Kind.ASSUMPTION.value: ("≈", "Assumption"),
    Card.Kind.QUESTION.value: ("?", "Question"),
    Card.Kind.ACTION.value: ("▸", "Action"),
}
MOST_STEPS_UP = 8


# --- where a job stands --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Standing:
    """A job's place in a ranking, with its uncertainty. `rank` is None behind the evidence gate."""

    rank: int | None
    low: int | None
    high: int | None
    top3: int | None  # percent
    gate: str
    k: int
    n: int
    of: int  # how many jobs were ranked


def latest_ranking(study: Study) -> Priority | None:
    return study.priorities.first()


def standings(ranking: Priority | None) -> dict[int, Standing]:
    rows = ranking.rows if ranking else []
    ranked = sum(row["rank"] is not None for row in rows)
    return {row["job"]: _standing(row, ranked) for row in rows}


def _standing(row: dict[str, Any], of: int) -> Standing:
    top3 = None if row["p_top3"] is None else round(100 * row["p_top3"])
    return Standing(row["rank"], row["rank_low"], row["rank_high"], top3, row["gate"], row["k"], row["n"], of)


def higher_jobs(job: Job) -> list[str]:
    """The statements above a job on the map, nearest first: read "in order to"."""
    known = {pk: (parent, text) for pk, parent, text in _map_of(job.study)}
    above: list[str] = []
    seen, parent = {job.pk}, job.parent_id
    while parent in known and parent not in seen and len(above) < MOST_STEPS_UP:
        seen.add(parent)
        parent, text = known[parent]
        above.append(text)
    return above


def _map_of(study: Study) -> Iterable[tuple[int, int | None, str]]:
    generals = study.jobs.filter(Q(scope=Job.Scope.GENERALISED) | Q(level=Level.PURPOSE))
    return generals.order_by().values_list("pk", "parent_id", "statement")


# --- the list ----------------------------------------------------------------------------------------
@dataclass
class CanvasRow:
    canvas: Canvas
    standing: Standing | None
    cards: int = 0
    agreed: int = 0
    actions: int = 0
    running: int = 0
    overdue: int = 0


def canvas_rows(study: Study, ranking: Priority | None, words: str = "") -> list[CanvasRow]:
    """In the order of the ranking, with nothing counted yet; `words`: only jobs that hold them."""
    places = standings(ranking)
    canvases = study.canvases.filter(job__statement__icontains=words).select_related("job")
    return sorted((CanvasRow(canvas, places.get(canvas.job_id)) for canvas in canvases), key=_by_rank)


def count_on(study: Study, shown: Iterable[CanvasRow], *, today: date) -> None:
    """What is on each canvas; two queries however many there are."""
    rows = {row.canvas.pk: row for row in shown}
    agreed = Count("pk", Q(state=Card.State.AGREED))
    for found in _per_canvas(study.cards.filter(canvas__in=rows)).annotate(n=Count("pk"), agreed=agreed):
        row = rows[found["canvas"]]
        row.cards, row.agreed = found["n"], found["agreed"]
    _count_actions(study, rows, today)


def _per_canvas(rows: QuerySet[Any]) -> QuerySet[Any, dict[str, Any]]:
    return rows.values("canvas").order_by()


def _count_actions(study: Study, rows: dict[int, CanvasRow], today: date) -> None:
    counted = _per_canvas(study.actions.filter(canvas__in=rows)).annotate(
        n=Count("pk"),
        running=Count("pk", Q(status__in=UNDER_WAY)),
        overdue=Count("pk", overdue(today)),
    )
    for found in counted:
        row = rows[found["canvas"]]
        row.actions, row.running, row.overdue = found["n"], found["running"], found["overdue"]


def _by_rank(row: CanvasRow) -> tuple[float, int]:
    rank = row.standing.rank if row.standing and row.standing.rank else float("inf")
    return rank, row.canvas.pk


def jobs_without_canvas(
    study: Study, ranking: Priority | None, words: str = ""
) -> list[tuple[Job, Standing | None]]:
    """Generalised jobs that have no canvas yet, the highest ranked first, of those that hold `words`."""
    places = standings(ranking)
    free = study.jobs.filter(scope=Job.Scope.GENERALISED, statement__icontains=words)
    free = free.exclude(canvases__in=study.canvases.all())
    found = [(job, places.get(job.pk)) for job in free]
    return sorted(found, key=lambda pair: (pair[1].rank if pair[1] and pair[1].rank else 10**6, pair[0].pk))


# --- the cards in their fields ----------------------------------------------------------------------
def with_counts(cards: QuerySet[Card]) -> QuerySet[Card]:
    return cards.annotate(
        links=Count("elements", Q(elements__deleted_at=None), distinct=True),
        action_count=Count("actions", Q(actions__deleted_at=None), distinct=True),
    )


@dataclass(frozen=True)
class Field:
    """Where a phase and a lane cross."""

    phase: int
    lane: str
    name: str
    hint: str
    cards: list[Any]


def in_order(cards: Iterable[Any]) -> list[Any]:
    """As the canvas shows them: by phase, row and place. Places sort by code points, as in browsers; a
    database may sort letters as its language does."""
    return sorted(cards, key=lambda card: (card.phase, LANES.index(card.lane), card.position, card.key))


def grid(canvas: Canvas) -> dict[int, list[Field]]:
    """Phase -> its fields from top to bottom, with their cards in order."""
    placed: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for card in in_order(with_counts(canvas.cards.all())):
        placed[card.phase, card.lane].append(card)
    return {
        phase: [
            Field(phase, lane.value, lane.label, _hint(lane, phase), placed[phase, lane.value])
            for lane in Lane
        ]
        for phase in (1, 2, 3, 4)
    }


def _hint(lane: Lane, phase: int) -> str:
    if lane == Lane.NEED:
        return f"{PHASE_HELP[phase].capitalize()}: what does the customer need here?"
    return f"For example: {PHASE_TARGET[phase]}" if lane == Lane.TARGET else LANE_HINT[lane]
