"""The study's interview guide: prompts by phase, in an order of its own."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max

from interviews.models import GuidePrompt
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs(
    {
        "guide.started": "started the guide of",
        "prompt.added": "added to the guide",
        "prompt.edited": "edited in the guide",
        "prompt.removed": "removed from the guide",
    }
)

# Our own questions: each asks for something that happened, none for an opinion about the future
DEFAULT_GUIDE: tuple[tuple[int | None, str, str], ...] = (
    (
        None,
        "",
        "Think of this as a documentary about one purchase: nothing is right or wrong.",
    ),
    (None, "event", "Which day did you buy or sign? Where were you, and who was with you?"),
    (
        1,
        "event",
        "When did you first think that something should change? What was going on that day?",
    ),
    (1, "solution", "How did you get it done until then? Walk me through an ordinary time."),
    (1, "push", "What was no longer acceptable about that? What did it cost you?"),
    (1, "push", "What had you already tried to mend it?"),
    (1, "habit", "And still you kept it for a while. What was good about the old way?"),
    (1, "constraint", "Was there anything that made changing impossible just then?"),
    (2, "event", "What happened that turned thinking about it into looking for something?"),
    (2, "desire", "What was on your list? How would you have known that something was right?"),
    (2, "avoidance", "What did you want never to happen again? What ruled things out?"),
    (2, "pull", "What did you picture would be different afterwards?"),
    (2, "job", "Once that was sorted out, what would it have let you do?"),
    (3, "event", "How did it come down to a few candidates? What happened then?"),
    (3, "solution", "What else did you look at or try, and what spoke against it?"),
    (3, "pull", "What made this one stand out from the others?"),
    (3, "anxiety", "What almost stopped you? What were you worried about the evening before?"),
    (3, "anxiety", "What did you need to hear or see before you could say yes?"),
    (3, "constraint", "Who else had to agree? Was there a deadline or a budget?"),
    (3, "event", "Why did you decide on that day, and not a month earlier or later?"),
    (4, "event", "Tell me about the first time you used it."),
    (4, "gain", "When did you first think that it had been worth it?"),
    (4, "gain", "What can you do today that you could not do before?"),
    (4, "pain", "What still annoys you? Is anything worse than before?"),
    (4, "habit", "Do you ever fall back on the old way? When was the last time?"),
    (4, "solution", "What happened to the old one? Is anything of it still in use?"),
    (None, "", "What should I have asked and did not?"),
)


def add_default_guide(access: StudyAccess) -> list[GuidePrompt]:
    """Our prompts for a study that has none; a guide that somebody wrote stays as it is."""
    access.require(Verb.CODE)
    if access.study.guide.exists():
        return []
    with transaction.atomic():
        prompts = GuidePrompt.objects.bulk_create(
            [
                GuidePrompt(study=access.study, phase=phase, element=element, text=text, position=number)
                for number, (phase, element, text) in enumerate(DEFAULT_GUIDE, 1)
            ]
        )
        record(access, "guide.started", access.study, count=len(prompts))
    return prompts


def add_prompt(access: StudyAccess, *, text: str, phase: int | None = None, element: str = "") -> GuidePrompt:
    """At the end of its phase. Raises ValidationError."""
    access.require(Verb.CODE)
    last = access.study.guide.aggregate(last=Max("position"))["last"] or 0
    prompt = GuidePrompt(
        study=access.study, text=text.strip(), phase=phase, element=element, position=last + 1
    )
    prompt.full_clean()
    with transaction.atomic():
        prompt.save()
        record(access, "prompt.added", prompt)
    return prompt


def edit_prompt(access: StudyAccess, *, prompt: GuidePrompt, **fields: Any) -> GuidePrompt:
    """Changes text, phase or element. Raises ValidationError."""
    access.require(Verb.CODE)
    was = {name: getattr(prompt, name) for name in fields}
    for name, value in fields.items():
        setattr(prompt, name, value)
    prompt.full_clean()
    with transaction.atomic():
        prompt.save(update_fields=list(fields))
        record(access, "prompt.edited", prompt, was=was)
    return prompt


def move_prompt(access: StudyAccess, *, prompt: GuidePrompt, by: int) -> None:
    """Past one neighbour of the same phase: up with -1, down with 1."""
    access.require(Verb.CODE)
    with transaction.atomic():
        order = list(access.study.guide.filter(phase=prompt.phase))
        here = order.index(prompt)
        there = here + (1 if by > 0 else -1)
        if 0 <= there < len(order):
            order[here], order[there] = order[there], order[here]
            positions = sorted(each.position for each in order)
            for each, position in zip(order, _distinct(positions), strict=True):
                each.position = position
            GuidePrompt.objects.bulk_update(order, ["position"])


def _distinct(positions: list[int]) -> list[int]:
    """Rising numbers even where imported prompts share a position."""
    rising: list[int] = []
    for position in positions:
        rising.append(max(position, rising[-1] + 1) if rising else position)
    return rising


def remove_prompt(access: StudyAccess, *, prompt: GuidePrompt) -> dict[str, Any]:
    """Takes the prompt and its ticks out of the guide; returns what `add_prompt` needs to bring it back."""
    access.require(Verb.CODE)
    again: dict[str, Any] = {"text": prompt.text, "phase": prompt.phase, "element": prompt.element}
    with transaction.atomic():
        record(access, "prompt.removed", prompt, **again)
        prompt.delete()
    return again
