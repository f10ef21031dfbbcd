"""What an archive of a study holds: one section a model, in the order in which rows can be written again.

A row is a JSON object of the model's own fields. Its id is its place in the section, counted from 1, so that
two archives of the same study are the same text. References are such ids; accounts are references to
`people`, which holds names only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models

from interviews.models import (
    Asked,
    Code,
    Coding,
    Coverage,
    Element,
    GuidePrompt,
    Interview,
    Participant,
    Quote,
    SnapProposal,
    Transcript,
    Turn,
)
from jobs.models import (
    Approval,
    BusinessInput,
    ClusterMember,
    Comment,
    Evidence,
    Job,
    JobCluster,
    LintDismissal,
    Pin,
    PrioritySettings,
    Rating,
    Scenario,
    Snapshot,
    SnapshotRow,
    SuggestionModel,
    Survey,
    SurveyItem,
    SurveyResponse,
    Verbatim,
    VerbatimGroup,
    VerbatimLink,
    VerbatimSource,
)
from strategy.models import (
    Action,
    Canvas,
    CanvasVersion,
    Card,
    CardComment,
    CardDecision,
    KpiReading,
    Workshop,
)
from studies.models import HistoryEntry, Run, Study

FORMAT = "progress-studio/1"
IMPORT_KIND = "site.import"
STUDY_FIELDS = (
    "name",
    "question",
    "switch",
    "sample_frame",
    "sample_size",
    "phase_labels",
    "single_keys",
)
# Counters of the running system: an imported study begins with fresh ones
COUNTERS = {"version", "change_seq", "seq", "deleted_at"}


@dataclass(frozen=True)
class Section:
    name: str
    model: type[models.Model]
    to_study: str = "study"
    leave_out: frozenset[str] = frozenset()
    needs_one_of: tuple[str, ...] = ()
    only: dict[str, Any] = field(default_factory=dict)
    never: dict[str, Any] = field(default_factory=dict)

    @property
    def fields(self) -> list[models.Field[Any, Any]]:
        skipped = COUNTERS | self.leave_out | {"study"}
        return [f for f in self.model._meta.concrete_fields if not f.primary_key and f.name not in skipped]

    @property
    def many(self) -> list[models.ManyToManyField[Any, Any]]:
        return list(self.model._meta.many_to_many)

    @property
    def refers_to_itself(self) -> bool:
        return any(f.related_model is self.model for f in self.fields)

    def rows(self, study: Study) -> models.QuerySet[Any]:
        """Alive rows only: what lies in the trash is on its way out of the study."""
        found = self.model._default_manager.filter(**{self.to_study: study}, **self.only)
        return found.exclude(**self.never).order_by("pk") if self.never else found.order_by("pk")


SECTIONS = [
    # parameters and leases belong to the machine that computed; the provenance of results stays
    Section(
        "runs",
        Run,
        leave_out=frozenset({"params", "lease_until", "cancel_requested"}),
        only={"state": Run.State.DONE},
        never={"kind": IMPORT_KIND},
    ),
    Section("participants", Participant, leave_out=frozenset({"sort_key"})),
    Section("guide", GuidePrompt),
    Section("interviews", Interview),
    Section("asked", Asked),
    Section("coverage", Coverage),
    Section("transcripts", Transcript),
    Section("turns", Turn, to_study="transcript__study"),
    Section("quotes", Quote),
    Section("elements", Element),
    Section("codes", Code),
    Section("codings", Coding),
    Section("snaps", SnapProposal),
    Section("jobs", Job),
    Section("dismissals", LintDismissal),
    Section("evidence", Evidence, needs_one_of=("element", "quote")),
    Section("clusters", JobCluster),
    Section("cluster_members", ClusterMember),
    Section("pins", Pin),
    Section("ratings", Rating),
    Section("comments", Comment),
    Section("approvals", Approval),
    Section("priority_settings", PrioritySettings),
    Section("business_inputs", BusinessInput),
    Section("scenarios", Scenario, leave_out=frozenset({"key"})),
    Section("snapshots", Snapshot),
    Section("snapshot_rows", SnapshotRow),
    Section("surveys", Survey, leave_out=frozenset({"token", "file"})),
    Section("survey_items", SurveyItem),
    Section("survey_responses", SurveyResponse),
    # what is not imported yet hangs on a file that the archive does not hold
    Section(
        "verbatim_sources",
        VerbatimSource,
        leave_out=frozenset({"file", "refusals"}),
        only={"state": VerbatimSource.State.READY},
    ),
    Section("verbatim_groups", VerbatimGroup),
    Section("verbatims", Verbatim),
    Section("verbatim_links", VerbatimLink),
    Section("suggestion_model", SuggestionModel),
    Section("canvases", Canvas),
    # how links stood is told by ids of this place: it is taken down anew where the cards come in
    Section("cards", Card, leave_out=frozenset({"seen"})),
    Section("card_comments", CardComment),
    Section("card_decisions", CardDecision),
    Section("canvas_versions", CanvasVersion),
    Section("workshops", Workshop, never={"ended_at": None}),
    Section("actions", Action),
    Section("kpi_readings", KpiReading),
    Section("history", HistoryEntry, leave_out=frozenset({"target_id"})),
]
SECTION_OF: dict[type[models.Model], str] = {section.model: section.name for section in SECTIONS}
SECTION_OF_TARGET: dict[str, str] = {
    section.model._meta.model_name or "": section.name for section in SECTIONS
}
# Not in the archive, and why; a test fails for a model that is in neither list
LEFT_OUT = {
    "Membership": "accounts are not carried from one installation to another; `members` names them",
    "Invitation": "a link that works elsewhere would be a hole",
    "TranscriptDraft": "an upload that nobody has confirmed yet",
    "Priority": "a ranking is computed from what the archive holds",
    "Paper": "a document made from what the archive holds",
    "Suggestion": "made anew from the codings that the archive holds",
    "Sheet": "the shared document is made anew from the cards that the archive holds",
    "SheetUpdate": "the shared document is made anew from the cards that the archive holds",
    "SheetSnapshot": "the shared document is made anew from the cards that the archive holds",
    "Dot": "who voted for what stays with the workshop; its counted result goes along",
    "RoomLink": "a link that works elsewhere would be a hole",
    "Guest": "a guest comes in by a link, and links are not carried",
    "Vector": "made anew from the texts that the archive holds",
}


# JSON fields that name rows the way a shared document does: "element:12"
LINKING = {(CanvasVersion, "cards")}
LINKED = {"element": "elements", "quote": "quotes", "job": "jobs", "cluster": "clusters"}


def relinked(cards: list[dict[str, Any]], renamed: Callable[[str, int], int | None]) -> list[dict[str, Any]]:
    """Cards of a kept version with their links renamed: (section, old) -> new; None drops the link."""
    return [card | {"links": sorted(_renamed(card["links"], renamed))} for card in cards]


def _renamed(links: list[str], renamed: Callable[[str, int], int | None]) -> Iterator[str]:
    for link in links:
        sort, _, key = link.partition(":")
        if new := renamed(LINKED[sort], int(key)):
            yield f"{sort}:{new}"


def is_person(model_field: models.Field[Any, Any]) -> bool:
    return model_field.related_model is get_user_model()


def target_of(model_field: models.Field[Any, Any]) -> str:
    """The section that a reference points into."""
    return "people" if is_person(model_field) else SECTION_OF[model_field.related_model]  # type: ignore[index]
