"""A study with one row of everything, so that a 404 in the matrix can never be vacuous."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from interviews.models import Code, GuidePrompt, SnapProposal, TranscriptDraft
from jobs.models import (
    ClusterMember,
    Comment,
    JobCluster,
    Paper,
    Pin,
    Scenario,
    Snapshot,
    Suggestion,
    Survey,
    VerbatimGroup,
    VerbatimLink,
    VerbatimSource,
)
from strategy.models import (
    CanvasVersion,
    CardComment,
    Guest,
    KpiReading,
    RoomLink,
    Workshop,
)
from strategy.queries.papers import RUN_KIND, File
from studies.access import StudyAccess
from studies.models import Invitation, Run
from tests import factories as make


def _export(study: Any, canvas: Any) -> Run:
    """A file that a run has made of a canvas."""
    params = {"canvas": canvas.pk, "format": "pdf", "sheet": "a4"}
    run = Run.objects.create(study=study, kind=RUN_KIND, input_digest="e", params=params, state="done")
    path = File(run, "pdf", "").path
    default_storage.delete(path)
    default_storage.save(path, ContentFile(b"%PDF-"))
    return run


def populate(access: StudyAccess) -> dict[str, Any]:
    """URL keyword -> the id of a row in this study."""
    study = access.study
    interview = make.make_interview(study)
    transcript = make.make_transcript(interview)
    quote = make.make_quote(transcript, "The old van died.")
    element = make.make_element(interview, quote=quote)
    job = make.make_job(study, interview=interview)
    general = make.make_job(study, scope="generalised", statement="Get everybody where they need to be")
    cluster = JobCluster.objects.create(study=study, name="Getting there", general=general)
    canvas = make.make_canvas(general)
    card = make.make_card(canvas)
    action = make.make_action(canvas)
    room_link = RoomLink.objects.create(
        study=study, canvas=canvas, token_digest=f"r{study.pk}", expires_at=timezone.now() + timedelta(1)
    )
    snapshot = Snapshot.objects.create(study=study, name="Board", weights={}, interviews=1, draws=2000)
    source = VerbatimSource.objects.create(study=study, name="Tickets", digest="d", state="ready")
    group = VerbatimGroup.objects.create(study=study, source=source, name="Late", texts=1, times=1)
    scenario = Scenario.objects.create(study=study, name="Only the city")
    return {
        "code_id": Code.objects.create(study=study, name="Old van").pk,
        "pin_id": Pin.objects.create(study=study, kind="apart", first=job, second=general).pk,
        "scenario_key": scenario.key,
        "scenario_id": scenario.pk,
        "snapshot_id": snapshot.pk,
        "paper_id": Paper.objects.create(
            study=study, kind="pdf", snapshot=snapshot, file=ContentFile(b"%PDF-", name="board.pdf")
        ).pk,
        "survey_id": Survey.objects.create(study=study, name="Importance", state="open").pk,
        "source_id": source.pk,
        "group_id": group.pk,
        "link_id": VerbatimLink.objects.create(study=study, group=group, job=general).pk,
        "suggestion_id": Suggestion.objects.create(study=study, transcript=transcript, start=0, end=5).pk,
        "interview_id": interview.pk,
        "participant_id": interview.participant_id,
        "prompt_id": GuidePrompt.objects.create(study=study, text="What happened that day?").pk,
        "transcript_id": transcript.pk,
        "draft_id": TranscriptDraft.objects.create(
            study=study,
            filename="a.txt",
            format="Plain text",
            text="Hello",
            turns=[["", None, None, 0, 5]],
            speakers=[{"label": "", "turns": 1, "words": 1, "role": "participant"}],
            source_digest="d",
        ).pk,
        "quote_id": quote.pk,
        "element_id": element.pk,
        "client_id": element.client_id,
        "snap_id": SnapProposal.objects.create(
            study=study, element=element, turn=transcript.turns.all()[0], distance_ms=10
        ).pk,
        "job_id": job.pk,
        "general_id": general.pk,
        "evidence_id": make.make_evidence(job, element=element).pk,
        "cluster_id": cluster.pk,
        "member_id": ClusterMember.objects.create(study=study, cluster=cluster, job=job).pk,
        "comment_id": Comment.objects.create(study=study, job=general, author=access.user, text="Sure?").pk,
        "canvas_id": canvas.pk,
        "card_id": card.pk,
        "card_key": card.key,
        "card_comment_id": CardComment.objects.create(
            study=study, card=card, author=access.user, author_name="O", text="Really?"
        ).pk,
        "version_id": CanvasVersion.objects.create(study=study, canvas=canvas, name="Before").pk,
        "workshop_id": Workshop.objects.create(study=study, canvas=canvas, facilitator=access.user).pk,
        "room_link_id": room_link.pk,
        "guest_id": Guest.objects.create(link=room_link, name="Ada", key_digest=f"g{study.pk}").pk,
        "action_id": action.pk,
        "export_id": _export(study, canvas).pk,
        "reading_id": KpiReading.objects.create(
            study=study, action=action, on=timezone.localdate(), value=4
        ).pk,
        "run_id": Run.objects.create(study=study, kind="jobs.cluster", input_digest="x").pk,
        "membership_id": study.memberships.get(user=access.user).pk,
        "invitation_id": Invitation.objects.create(
            study=study, role="viewer", token_digest=f"t{study.pk}", expires_at=timezone.now() + timedelta(1)
        ).pk,
    }
