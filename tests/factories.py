"""Plain functions that make rows for tests. Each makes the least that is valid; say what matters."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.contrib.auth import get_user_model

from interviews.models import Element, Interview, Participant, Quote, Transcript, Turn
from interviews.natural import natural_key
from jobs.models import Evidence, Job
from strategy.models import Action, Canvas, Card
from studies.access import StudyAccess
from studies.models import Membership, Study
from studies.roles import Role

serial = count(1)


def make_user(name: str = "") -> Any:
    name = name or f"person{next(serial)}"
    return get_user_model().objects.create_user(
        name, f"{name}@example.org", "correct horse", first_name=name.title()
    )


def make_study(**fields: Any) -> Study:
    number = next(serial)
    return Study.objects.create(**{"slug": f"study-{number}", "name": f"Study {number}"} | fields)


def make_access(role: Role = Role.OWNER, study: Study | None = None) -> StudyAccess:
    study = study or make_study()
    user = make_user()
    Membership.objects.create(study=study, user=user, role=role)
    return StudyAccess(study, user, role)


def make_participant(study: Study, **fields: Any) -> Participant:
    fields.setdefault("pseudonym", f"P{next(serial)}")
    return Participant.objects.create(study=study, sort_key=natural_key(fields["pseudonym"]), **fields)


def make_interview(study: Study, **fields: Any) -> Interview:
    fields.setdefault("participant", None)
    fields["participant"] = fields["participant"] or make_participant(study)
    return Interview.objects.create(study=study, **fields)


def make_element(interview: Interview, **fields: Any) -> Element:
    defaults = {"kind": "push", "note": "The lift was broken again", "phase": 1}
    return Element.objects.create(study=interview.study, interview=interview, **defaults | fields)


def make_transcript(
    interview: Interview, turns: list[tuple[str, str]] | None = None, **fields: Any
) -> Transcript:
    """`turns` are (role, words); ten seconds each."""
    spoken = turns or [
        ("interviewer", "What happened that day?"),
        ("participant", "The old van died. 🚐 Just died."),
    ]
    text = "\n\n".join(words for _, words in spoken)
    number = next(serial)
    defaults: dict[str, Any] = {
        "filename": f"t{number}.txt",
        "format": "Plain text",
        "text": text,
        "source_digest": f"s{number}",
    }
    transcript = Transcript.objects.create(study=interview.study, interview=interview, **defaults | fields)
    start = 0
    for index, (role, words) in enumerate(spoken):
        Turn.objects.create(
            transcript=transcript,
            number=index,
            speaker=role.title(),
            role=role,
            start=start,
            end=start + len(words),
            start_ms=index * 10_000,
            end_ms=(index + 1) * 10_000,
        )
        start += len(words) + 2
    return transcript


def make_quote(transcript: Transcript, words: str) -> Quote:
    start = transcript.text.index(words)
    return Quote.objects.create(
        study=transcript.study, transcript=transcript, start=start, end=start + len(words), text=words
    )


def make_job(study: Study, **fields: Any) -> Job:
    return Job.objects.create(study=study, **{"statement": "Get the children to school on time"} | fields)


def make_evidence(job: Job, **fields: Any) -> Evidence:
    return Evidence.objects.create(study=job.study, job=job, **fields)


def make_canvas(job: Job, **fields: Any) -> Canvas:
    return Canvas.objects.create(study=job.study, job=job, **fields)


def make_card(canvas: Canvas, **fields: Any) -> Card:
    defaults = {"phase": 1, "lane": "solutions", "text": "Lend a bike for a week"}
    return Card.objects.create(study=canvas.study, canvas=canvas, **defaults | fields)


def make_action(canvas: Canvas, **fields: Any) -> Action:
    defaults = {"phase": 1, "lane": "solutions", "title": "Lend a bike to ten families"}
    return Action.objects.create(study=canvas.study, canvas=canvas, **defaults | fields)
