"""The codebook: words of the team's own, given to elements beside the twelve kinds."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from interviews.actions.coded import tell
from interviews.models import Code, Coding, Element
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.roles import Verb

register_verbs(
    {
        "code.added": "added to the codebook",
        "code.edited": "edited the code",
        "code.merged": "merged a code into",
        "code.deleted": "deleted the code",
        "code.restored": "brought back the code",
        "code.given": "coded an element as",
        "code.taken": "took from an element the code",
    }
)
TAKEN = "This code is in the codebook already."


def add_code(access: StudyAccess, *, name: str, description: str = "") -> Code:
    """At the end of the book. Raises ValidationError for an empty or taken name."""
    access.require(Verb.CODE)
    last = access.study.codes.aggregate(last=Max("position"))["last"] or 0
    code = Code(
        study=access.study,
        name=_clean(name),
        description=description.strip(),
        position=last + 1,
        created_by=access.user,
    )
    _check(code)
    with transaction.atomic():
        _save(code)
        record(access, "code.added", code)
    return code


def _clean(name: str) -> str:
    return " ".join(name.split())


def _check(code: Code) -> None:
    """Also refuses a name that differs from another only by its case. Raises ValidationError."""
    code.full_clean()
    twins = code.study.codes.filter(name__iexact=code.name).exclude(pk=code.pk)
    if twins.exists():
        raise ValidationError({"name": TAKEN})


def _save(code: Code, *fields: str) -> None:
    try:
        with transaction.atomic():
            code.save(update_fields=fields or None)
    except IntegrityError as error:  # added in another window between the check and the write
        raise ValidationError({"name": TAKEN}) from error


def edit_code(access: StudyAccess, *, code: Code, name: str, description: str) -> Code:
    """Renaming keeps every coding. Raises ValidationError."""
    access.require(Verb.CODE)
    was = {"name": code.name, "description": code.description}
    code.name, code.description = _clean(name), description.strip()
    _check(code)
    with transaction.atomic():
        _save(code, "name", "description")
        record(access, "code.edited", code, was=was)
    return code


def move_code(access: StudyAccess, *, code: Code, by: int) -> None:
    """Past one neighbour: up with -1, down with 1."""
    access.require(Verb.CODE)
    with transaction.atomic():
        order = list(access.study.codes.order_by("position", "name", "pk"))
        here = order.index(code)
        there = here + (1 if by > 0 else -1)
        if 0 <= there < len(order):
            order[here], order[there] = order[there], order[here]
        for place, each in enumerate(order, 1):
            each.position = place
        Code.objects.bulk_update(order, ["position"])


def delete_code(access: StudyAccess, *, code: Code) -> None:
    """Into the trash with its codings."""
    access.require(Verb.CODE)
    with transaction.atomic():
        code.deleted_at = timezone.now()
        code.save(update_fields=["deleted_at"])
        record(access, "code.deleted", code)


def merge_codes(access: StudyAccess, *, code: Code, into: Code) -> Code:
    """Every element of `code` gets `into`; `code` goes to the trash with its codings, so that it can return.

    Raises ValidationError for merging a code with itself.
    """
    access.require(Verb.CODE)
    if code.pk == into.pk:
        raise ValidationError({"into": "Choose another code to merge with."})
    with transaction.atomic():
        missing = code.codings.exclude(element__codings__code=into).select_related("element")
        given = Coding.objects.bulk_create(
            Coding(study=access.study, element=each.element, code=into, by_id=each.by_id) for each in missing
        )
        code.deleted_at = timezone.now()
        code.save(update_fields=["deleted_at"])
        elements = [each.element_id for each in given]
        record(access, "code.merged", into, merged=code.pk, was=code.name, elements=elements)
    return into


def restore_code(access: StudyAccess, *, code: Code) -> Code:
    """Back from the trash with its codings; what a merge gave to the other code is taken from it again.

    Raises ValidationError where its name was taken meanwhile.
    """
    access.require(Verb.CODE)
    code.deleted_at, before = None, code.deleted_at
    _check(code)
    with transaction.atomic():
        _save(code, "deleted_at")
        merge = access.study.history.filter(verb="code.merged", data__merged=code.pk).first()
        if merge and before and merge.at >= before:
            other, elements = merge.target_id, merge.data["elements"]
            access.study.codings.filter(code_id=other, element_id__in=elements).delete()
        record(access, "code.restored", code)
    return code


# --- codes on elements -------------------------------------------------------------------------------
def give_code(access: StudyAccess, *, element: Element, code: Code) -> Coding:
    """Gives a code to an element. Giving it again changes nothing."""
    access.require(Verb.CODE)
    with transaction.atomic():
        about: dict[str, Any] = {"by": access.user}
        coding, made = access.study.codings.get_or_create(element=element, code=code, defaults=about)
        if made:
            record(access, "code.given", code, element=element.pk)
            tell(access)
    found: Coding = coding
    return found


def give_named_code(access: StudyAccess, *, element: Element, name: str) -> Coding:
    """The code of that name, whatever its case; a new one where the book has none. Raises ValidationError."""
    access.require(Verb.CODE)
    with transaction.atomic():
        code = access.study.codes.filter(name__iexact=_clean(name)).first() or add_code(access, name=name)
        return give_code(access, element=element, code=code)


def take_code(access: StudyAccess, *, element: Element, code: Code) -> None:
    access.require(Verb.CODE)
    with transaction.atomic():
        gone, _ = access.study.codings.filter(element=element, code=code).delete()
        if gone:
            record(access, "code.taken", code, element=element.pk)
            tell(access)
