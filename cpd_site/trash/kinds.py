"""Every kind of row that is deleted by marking it, what hangs on it, and the action that brings it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from interviews.actions.codes import restore_code
from interviews.actions.elements import restore_element
from interviews.actions.participants import restore_participant, restore_with_participant
from jobs.actions.papers import label_of, may_come_back, restore_papers
from jobs.actions.priorities import set_comment_deleted
from jobs.actions.scenarios import set_scenario_deleted
from jobs.actions.statements import restore_job
from jobs.actions.surveys import set_survey_deleted
from jobs.actions.verbatims import restore_source
from jobs.models import Paper
from strategy.actions.canvases import restore_canvas
from strategy.actions.cards import restore_card
from strategy.actions.comments import set_deleted
from strategy.actions.readings import restore_reading
from strategy.actions.tracker import restore_action
from strategy.models import CardComment
from strategy.seats import seat_of_member
from studies.access import StudyAccess
from studies.models import Study
from studies.roles import Verb


@dataclass(frozen=True)
class Part:
    """What hangs on a row: `rows` of the study that name it under `to`. `together`: those that went into the
    trash with it, else those that wait outside of it."""

    unit: str
    rows: str
    to: str
    together: bool = False

    def counts(self, study: Study, pks: Iterable[int]) -> dict[int, int]:
        found = getattr(study, self.rows)
        if self.together:
            found = found(manager="with_trash").filter(deleted_at=F(f"{self.to}__deleted_at"))
        rows = found.filter(**{f"{self.to}__in": pks}).order_by().values_list(self.to)
        return dict(rows.annotate(count=Count("pk")))


@dataclass(frozen=True)
class Kind:
    """`alive`: where a row belongs to something that is in the trash itself, it shows once that is back.
    `shown`: which of the others this person sees now. `told_by`: what the key is called in the data of the
    history, where its line is about what the row belongs to."""

    title: str
    rows: str
    id_name: str
    verb: str
    restore: Callable[[StudyAccess, Any], object]
    needs: Verb = Verb.CODE
    parts: tuple[Part, ...] = ()
    related: tuple[str, ...] = ()
    alive: Q = field(default_factory=Q)
    shown: Callable[[StudyAccess], Q] = lambda access: Q()
    words: Callable[[Any], str] = str
    told_by: str = ""

    def found(self, study: Study) -> QuerySet[Any]:
        rows: QuerySet[Any] = getattr(study, self.rows)(manager="with_trash").all()
        return rows.select_related(*self.related)


def _captured(to: str) -> tuple[Part, ...]:
    """What came of interviews, and goes and comes with them."""
    return Part("element", "elements", to, together=True), Part("job", "jobs", to, together=True)


def _own_comment(access: StudyAccess) -> Q:
    """A comment is deleted for everybody else, but for whoever may delete any."""
    return Q() if access.may(Verb.MANAGE) else Q(author=access.user)


def _whole_papers(access: StudyAccess) -> Q:
    """The documents of one run come back together: one line stands for all."""
    return may_come_back(access.study) & Q(kind=Paper.Kind.PDF)


def _restore_card_comment(access: StudyAccess, comment: CardComment) -> None:
    own = comment.author_id == access.user.pk
    set_deleted(seat_of_member(access, comment.card.canvas), comment=comment, deleted=False, own=own)


INTERVIEW_ALIVE = Q(interview__deleted_at=None, interview__participant__deleted_at=None)
CANVAS_ALIVE = Q(canvas__deleted_at=None)
KINDS: dict[str, Kind] = {
    "participant": Kind(
        "Participant",
        "participants",
        "participant_id",
        "participant.deleted",
        lambda access, row: restore_participant(access, participant=row),
        parts=(
            Part("interview", "interviews", "participant", together=True),
            *_captured("interview__participant"),
        ),
    ),
    "interview": Kind(
        "Interview",
        "interviews",
        "interview_id",
        "interview.deleted",
        lambda access, row: restore_with_participant(access, interview=row),
        parts=(
            *_captured("interview"),
            Part("transcript", "transcripts", "interview"),
        ),
        related=("participant",),
        alive=Q(participant__deleted_at=None) | ~Q(deleted_at=F("participant__deleted_at")),
    ),
    "element": Kind(
        "Element",
        "elements",
        "element_id",
        "element.deleted",
        lambda access, row: restore_element(access, element=row),
        parts=(Part("evidence link", "evidence", "element"),),
        related=("quote", "interview__participant"),
        words=lambda row: f"{row}: {row.words}",
        alive=INTERVIEW_ALIVE,
    ),
    "code": Kind(
        "Code",
        "codes",
        "code_id",
        "code.deleted",
        lambda access, row: restore_code(access, code=row),
        parts=(Part("element", "codings", "code"),),
    ),
    "job": Kind(
        "Job",
        "jobs",
        "job_id",
        "job.deleted",
        lambda access, row: restore_job(access, job=row),
        parts=(Part("evidence link", "evidence", "job"), Part("rating", "ratings", "job")),
        alive=Q(interview=None) | INTERVIEW_ALIVE,
    ),
    "verbatims": Kind(
        "Verbatims",
        "verbatimsources",
        "source_id",
        "verbatims.deleted",
        lambda access, row: restore_source(access, source=row),
        parts=(Part("text", "verbatims", "source"), Part("group", "verbatimgroups", "source")),
    ),
    "survey": Kind(
        "Survey",
        "surveys",
        "survey_id",
        "survey.deleted",
        lambda access, row: set_survey_deleted(access, row, deleted=False),
        parts=(Part("respondent", "surveyresponses", "survey"),),
    ),
    "scenario": Kind(
        "What-if",
        "scenarios",
        "scenario_id",
        "scenario.deleted",
        lambda access, row: set_scenario_deleted(access, scenario=row, deleted=False),
        needs=Verb.COMMENT,
    ),
    "canvas": Kind(
        "Canvas",
        "canvases",
        "canvas_id",
        "canvas.deleted",
        lambda access, row: restore_canvas(access, canvas=row),
        needs=Verb.EDIT_CANVAS,
        parts=(Part("card", "cards", "canvas"), Part("action", "actions", "canvas")),
        related=("job",),
        words=lambda row: str(row.job),
    ),
    "card": Kind(
        "Card",
        "cards",
        "card_id",
        "card.deleted",
        lambda access, row: restore_card(access, card=row),
        parts=(Part("comment", "card_comments", "card"),),
        needs=Verb.EDIT_CANVAS,
        related=("canvas",),
        alive=CANVAS_ALIVE,
    ),
    "action": Kind(
        "Action",
        "actions",
        "action_id",
        "action.deleted",
        lambda access, row: restore_action(access, action=row),
        parts=(Part("reading", "kpi_readings", "action"),),
        needs=Verb.EDIT_CANVAS,
        alive=CANVAS_ALIVE,
    ),
    "reading": Kind(
        "Reading of a KPI",
        "kpi_readings",
        "reading_id",
        "reading.removed",
        lambda access, row: restore_reading(access, reading=row),
        needs=Verb.EDIT_CANVAS,
        related=("action",),
        alive=Q(action__deleted_at=None, action__canvas__deleted_at=None),
        words=lambda row: f"{row}, of “{row.action}”",
        told_by="reading",
    ),
    "comment": Kind(
        "Comment on a job",
        "comments",
        "comment_id",
        "comment.deleted",
        lambda access, row: set_comment_deleted(access, comment=row, deleted=False),
        needs=Verb.COMMENT,
        related=("job",),
        alive=Q(job__deleted_at=None),
        shown=_own_comment,
        words=lambda row: f"{row.text} (on “{row.job}”)",
        told_by="comment",
    ),
    "card-comment": Kind(
        "Comment on a card",
        "card_comments",
        "card_comment_id",
        "card.comment_deleted",
        _restore_card_comment,
        needs=Verb.COMMENT,
        related=("card__canvas__job",),
        alive=Q(card__deleted_at=None, card__canvas__deleted_at=None),
        shown=lambda access: Q(author=access.user),
        words=lambda row: f"{row.text} (on “{row.card}”)",
        told_by="comment",
    ),
    "paper": Kind(
        "Board paper",
        "papers",
        "paper_id",
        "paper.deleted",
        lambda access, row: restore_papers(access, paper=row),
        needs=Verb.COMMENT,
        related=("snapshot",),
        shown=_whole_papers,
        words=lambda row: f"The documents {label_of(row.snapshot)}",
    ),
}
