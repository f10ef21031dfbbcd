"""The twelve elements of the wheel, its phases and points: constants of the method (1.1 to 1.5). Pure."""

from __future__ import annotations

from dataclasses import dataclass

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Attribute:
    """One field of `Element.detail` that only some kinds have."""

    name: str
    label: str
    choices: Choices = ()
    number: tuple[int, int] | None = None  # inclusive bounds


@dataclass(frozen=True)
class Kind:
    code: str
    name: str
    letter: str
    glyph: str
    family: str
    phases: tuple[int, ...]  # where it belongs most often; the first is the default for a new item
    hint: str
    question: str
    attributes: tuple[Attribute, ...] = ()

    @property
    def is_force(self) -> bool:
        return self.family in {"promoting", "blocking"}


def text(name: str, label: str) -> Attribute:
    return Attribute(name, label)


def choice(name: str, label: str, *values: str) -> Attribute:
    return Attribute(name, label, tuple((value, value.replace("_", " ").capitalize()) for value in values))


KINDS: tuple[Kind, ...] = (
    Kind(
        "event",
        "Event",
        "E",
        "◆",
        "ring",
        (1,),
        "What happened so that the person moved on.",
        "What happened that day? Why then and not a month earlier?",
        (
            choice(
                "trigger_kind",
                "Trigger",
                "pain_rose",
                "obstacle_vanished",
                "inspiration",
                "occasion",
                "social_nudge",
                "life_change",
            ),
            text("place", "Place"),
            text("people", "People"),
            choice("exit", "Exit", "kept", "returned", "acquired_new", "reverted"),
        ),
    ),
    Kind(
        "push",
        "Push",
        "P",
        "▶",
        "promoting",
        (1,),
        "The problem with the present that made them look.",
        "What was no longer acceptable? What had you tried to fix it?",
        (
            text("old_way", "Old way"),
            text("frequency", "How often"),
            text("cost", "Cost in time or money"),
            text("first_noticed", "First noticed"),
        ),
    ),
    Kind(
        "pull",
        "Pull",
        "L",
        "▷▷",
        "promoting",
        (2, 3),
        "The better life they imagined.",
        "What did you picture would be different? What made that one stand out?",
        (
            text("target_solution", "Solution"),
            text("imagined_outcome", "Imagined outcome"),
            text("source", "Source"),
        ),
    ),
    Kind(
        "habit",
        "Habit",
        "H",
        "◀",
        "blocking",
        (1, 4),
        "What held them to the present way.",
        "Why did you not change earlier? What did you like about the old way?",
        (
            text("held_on_to", "What is held on to"),
            choice("habit_kind", "Kind", "routine", "sunk_cost", "skill", "contract", "people"),
        ),
    ),
    Kind(
        "anxiety",
        "Anxiety",
        "A",
        "◁◁",
        "blocking",
        (3, 4),
        "Fear about the new.",
        "What almost stopped you? What did you need to hear or see?",
        (
            text("about_solution", "About which solution"),
            choice("risk", "Risk", "financial", "performance", "social", "effort", "privacy"),
            text("resolved_by", "Resolved by"),
        ),
    ),
    Kind(
        "constraint",
        "Constraint",
        "C",
        "■",
        "hub",
        (1, 2, 3, 4),
        "A fact that limited what they could do.",
        "What could you not do, however much you wanted? Who had to agree?",
        (
            choice("constraint_kind", "Kind", "internal", "external", "temporal"),
            choice("hardness", "Hardness", "hard", "soft"),
            text("resolved_by", "Resolved by"),
        ),
    ),
    Kind(
        "desire",
        "Desire",
        "D",
        "+",
        "expectation",
        (2,),
        "What they wanted in the new situation.",
        "What was on your list? How would you have known it was right?",
        (
            choice("necessity", "Necessity", "must_have", "nice_to_have"),
            text("metric", "Metric and direction"),
            choice("met", "Met after purchase", "yes", "no", "partly", "unknown"),
        ),
    ),
    Kind(
        "avoidance",
        "Avoidance",
        "V",
        "−",
        "expectation",
        (2,),
        "What must not happen again.",
        "What did you want at all costs not to happen? What ruled options out?",
        (
            choice("necessity", "Necessity", "must_have", "nice_to_have"),
            text("origin", "Where it comes from"),
            text("excluded", "Solutions it excludes"),
        ),
    ),
    Kind(
        "solution",
        "Solution",
        "S",
        "●",
        "choice",
        (3, 1, 4),
        "Anything hired, considered or rejected.",
        "What did you use before? What else did you look at?",
        (
            choice(
                "solution_kind",
                "Kind",
                "competitor",
                "tangential",
                "workaround",
                "old_way",
                "non_consumption",
                "own_offer",
            ),
            choice("role", "Role", "incumbent", "considered", "rejected", "hired", "fired"),
            text("rejection_reason", "Why rejected"),
            text("price", "Price paid"),
            text("channel", "Channel"),
            text("trade_offs", "Trade-offs made"),
            Attribute("satisfaction", "Satisfaction, 0 to 10", number=(0, 10)),
        ),
    ),
    Kind(
        "job",
        "Customer job",
        "J",
        "★",
        "progress",
        (),
        "The progress they wanted to make.",
        "What were you hoping to be able to do, feel or be?",
    ),
    Kind(
        "pain",
        "Pain",
        "X",
        "▼",
        "experience",
        (4, 1),
        "A bad outcome or obstacle with a solution.",
        "What still annoys you? What is worse than before?",
        (
            choice("severity", "Severity", "moderate", "severe", "extreme"),
            text("frequency", "How often"),
            text("solution", "With which solution"),
            choice("pain_kind", "Kind", "functional", "emotional", "ancillary", "obstacle", "risk"),
            choice("refers_to", "Refers to", "old", "new"),
        ),
    ),
    Kind(
        "gain",
        "Gain",
        "G",
        "▲",
        "experience",
        (4,),
        "An outcome or benefit wanted or experienced.",
        "When did you first think it was worth it? What can you do now that you could not?",
        (
            choice("relevance", "Relevance", "essential", "nice_to_have"),
            choice("gain_level", "Level", "required", "expected", "desired", "unexpected"),
            choice("realised", "Realised", "yes", "no", "partly"),
        ),
    ),
)
BY_CODE: dict[str, Kind] = {kind.code: kind for kind in KINDS}
KIND_CHOICES: Choices = tuple((kind.code, kind.name) for kind in KINDS)
FORCES = ("push", "pull", "habit", "anxiety")

PHASES = (1, 2, 3, 4)
SUBSTAGES: Choices = (("first_use", "First use"), ("ongoing", "Ongoing use"))
GRADES: Choices = (
    ("A", "A: observed or documented behaviour"),
    ("B", "B: recalled event with concrete detail"),
    ("C", "C: opinion or generalisation"),
    ("D", "D: hypothetical or future"),
)
LIVED_GRADES = ("A", "B")
SCORING_GRADES = ("A", "B", "C", "")  # hypothetical statements never feed a score
EPISTEMIC: Choices = (("stated", "Stated by the customer"), ("inferred", "Inferred by the researcher"))
DIMENSIONS: Choices = (("functional", "Functional"), ("emotional", "Emotional"), ("social", "Social"))
PRECISIONS: Choices = (("exact", "Exact day"), ("month", "Month"), ("about", "About"))


@dataclass(frozen=True)
class Point:
    """A trigger point of the timeline; `angle` is its place on the ring, clockwise from 12 o'clock."""

    code: str
    name: str
    from_phase: int
    to_phase: int
    angle: float | None


POINTS: tuple[Point, ...] = (
    Point("T0", "Old way in use", 0, 0, None),
    Point("T1", "First thought", 0, 1, 0),
    Point("T2", "Event one", 1, 2, 90),
    Point("T3", "Event two", 2, 3, 180),
    Point("T3b", "Timing trigger", 3, 3, 250),
    Point("T4", "Hire and fire", 3, 4, 270),
    Point("T5", "First use", 4, 4, 290),
    Point("T6", "First value", 4, 4, 315),
    Point("T7", "New habit", 4, 4, 340),
    Point("T8", "Exit", 4, 0, 357),
)
BY_POINT: dict[str, Point] = {point.code: point for point in POINTS}
POINT_CHOICES: Choices = tuple((point.code, f"{point.code} {point.name}") for point in POINTS)


def clean_detail(code: str, detail: dict[str, object]) -> dict[str, object]:
    """Keeps what the kind knows. Raises ValueError naming the field whose value it does not accept."""
    known = {attribute.name: attribute for attribute in BY_CODE[code].attributes} if code else {}
    return {
        name: _clean(known[name], value) for name, value in detail.items() if name in known and value != ""
    }


def _clean(attribute: Attribute, value: object) -> object:
    if attribute.number:
        low, high = attribute.number
        text = str(value)
        if not (text.isascii() and text.isdecimal() and low <= int(text) <= high):
            raise ValueError(f"{attribute.label}: give a whole number from {low} to {high}.")
        return int(text)
    if attribute.choices and value not in dict(attribute.choices):
        raise ValueError(f"{attribute.label}: {value!r} is none of the choices.")
    return str(value)[:500]
