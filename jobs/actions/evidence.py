"""What ties a job to what customers said, for it or against it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from interviews.models import Element, Quote
from jobs.models import Evidence, Job
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs(
    {
        "evidence.added": "added evidence to the job",
        "evidence.turned": "turned evidence round for the job",
        "evidence.removed": "removed evidence from the job",
    }
)


def tie_to(said: Element | Quote) -> dict[str, Any]:
    """Evidence stands on an element, or on a quote that nobody coded."""
    return {"element": said} if isinstance(said, Element) else {"quote": said}


def add_evidence(
    access: StudyAccess,
    *,
    job: Job,
    element: Element | None = None,
    quote: Quote | None = None,
    polarity: str = Evidence.Polarity.SUPPORTS,
) -> Evidence:
    """Ties a job to an element or a bare quote; once tied, only the polarity changes."""
    access.require(Verb.CODE)
    with transaction.atomic():
        evidence, _ = access.study.evidence.update_or_create(
            job=job,
            element=element,
            quote=quote,
            defaults={"polarity": polarity},
            create_defaults={"polarity": polarity, "by": access.user},
        )
        record(access, "evidence.added", job, polarity=polarity, element=element and element.pk)
    return evidence


def tie_evidence(
    access: StudyAccess,
    *,
    job: Job,
    supports: Iterable[Element | Quote] = (),
    contradicts: Iterable[Element | Quote] = (),
) -> int:
    """Several pieces at once, all or nothing; returns how many."""
    sides = [(Evidence.Polarity.SUPPORTS, supports), (Evidence.Polarity.CONTRADICTS, contradicts)]
    count = 0
    with transaction.atomic():
        for polarity, rows in sides:
            for said in rows:
                add_evidence(access, job=job, polarity=polarity, **tie_to(said))
                count += 1
    return count


def turn_evidence(access: StudyAccess, *, evidence: Evidence, polarity: str) -> Evidence:
    """What seemed to support a job contradicts it, or the other way round."""
    access.require(Verb.CODE)
    evidence.polarity = polarity
    evidence.full_clean(validate_unique=False, validate_constraints=False)
    with transaction.atomic():
        evidence.save(update_fields=["polarity"])
        record(access, "evidence.turned", evidence.job, polarity=polarity, evidence=evidence.pk)
    return evidence


def remove_evidence(access: StudyAccess, *, evidence: Evidence) -> None:
    access.require(Verb.CODE)
    with transaction.atomic():
        record(access, "evidence.removed", evidence.job, element=evidence.element_id, quote=evidence.quote_id)
        evidence.delete()
