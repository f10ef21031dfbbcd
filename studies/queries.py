"""Reading studies: their people, what happened in them, and who holds which link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from studies.access import StudyAccess
from studies.models import HistoryEntry, Invitation, Membership, Run
from studies.registry import PARTS, SENTENCES

PAGE = 50
POLL = 100


def studies_of(user: Any) -> QuerySet[Membership]:
    """A person's memberships with `people`, the number of members of each study."""
    return (
        Membership.objects.filter(user=user)
        .select_related("study")
        .annotate(people=Count("study__memberships"))
        .order_by("study__name", "study_id")
    )


def people(access: StudyAccess) -> QuerySet[Membership]:
    return access.study.memberships.select_related("user")


def waiting_invitations(access: StudyAccess) -> list[Invitation]:
    """Open and expired ones: an expired link still needs to be noticed."""
    waiting = access.study.invitations.filter(accepted_at=None, revoked_at=None)
    return list(waiting.select_related("created_by"))


def invitation_behind(digest: str) -> Invitation | None:
    return (
        Invitation.objects.select_related("study", "created_by")
        .filter(token_digest=digest, token_digest__gt="")
        .first()
    )


def latest_runs(access: StudyAccess, limit: int = 5) -> list[Run]:
    runs = access.study.runs.exclude(kind__in=PARTS)
    return list(runs.select_related("created_by")[:limit])


# --- activity ----------------------------------------------------------------------------------------
def kinds_of_activity() -> list[tuple[str, str]]:
    """(prefix of the verb, its name) of everything that a study's history can tell of."""
    prefixes = sorted({verb.partition(".")[0] for verb in SENTENCES})
    return [(prefix, prefix.replace("_", " ").capitalize()) for prefix in prefixes]


@dataclass(frozen=True)
class Activity:
    """One page of the history, newest first; `older` is the cursor of the next page, if there is one."""

    entries: list[HistoryEntry]
    older: int | None
    newest: int


def activity(
    access: StudyAccess, *, person: int | None = None, kind: str = "", before: int | None = None
) -> Activity:
    entries = access.study.history.all()
    if person:
        entries = entries.filter(actor_id=person)
    if kind:
        entries = entries.filter(verb__startswith=f"{kind}.")
    if before:
        entries = entries.filter(pk__lt=before)
    rows = list(entries[: PAGE + 1])
    page = rows[:PAGE]
    return Activity(page, page[-1].pk if len(rows) > PAGE else None, page[0].pk if page else 0)


@dataclass(frozen=True)
class News:
    """What happened after an entry, oldest first. `too_many`: reload instead of catching up."""

    entries: list[HistoryEntry]
    last: int
    too_many: bool


def news_since(access: StudyAccess, since: int) -> News:
    rows = list(access.study.history.filter(pk__gt=since).order_by("pk")[: POLL + 1])
    shown = rows[:POLL]
    return News(shown, shown[-1].pk if shown else since, len(rows) > POLL)
