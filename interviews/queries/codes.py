"""The codebook as pages show it."""

from __future__ import annotations

from django.db.models import Count, F, Q, QuerySet

from interviews.models import Code, Coding, Element
from studies.models import Study

HELD = (F("interview__held_on").asc(nulls_last=True), "interview")


def alive_codings(study: Study) -> QuerySet[Coding]:
    """Codings whose code and element both stand: either may lie in the trash and come back."""
    return study.codings.filter(
        code__deleted_at=None,
        element__deleted_at=None,
        element__interview__deleted_at=None,
        element__interview__participant__deleted_at=None,
    )


def codebook(study: Study, words: str = "") -> QuerySet[Code]:
    """Codes in the order of the book with `elements` and `interviews`: how often each was given.

    `words`: only codes that hold them in their name or description; empty: every code.
    """
    alive = Q(
        codings__element__deleted_at=None,
        codings__element__interview__deleted_at=None,
        codings__element__interview__participant__deleted_at=None,
    )
    found = study.codes.filter(Q(name__icontains=words) | Q(description__icontains=words))
    rows: QuerySet[Code] = found.annotate(
        elements=Count("codings__element", filter=alive, distinct=True),
        interviews=Count("codings__element__interview", filter=alive, distinct=True),
    )
    return rows.order_by("position", "name", "pk")


def place_in_book(code: Code) -> int:
    """Counted from 0."""
    book = code.study.codes.order_by("position", "name", "pk")
    return list(book.values_list("pk", flat=True)).index(code.pk)


def coded_interviews(study: Study) -> int:
    """Interviews with at least one element: what a code could have been found in."""
    alive = study.elements.filter(interview__deleted_at=None, interview__participant__deleted_at=None)
    return int(alive.aggregate(n=Count("interview", distinct=True))["n"])


def codes_of(element: Element) -> list[Code]:
    rows = element.study.codes.filter(codings__element=element)
    return list(rows.order_by("position", "name", "pk"))


def codes_beside(element: Element) -> dict[str, list[Code]]:
    """What the inspector shows: the element's codes, and the rest of the book to choose from."""
    given = codes_of(element)
    book = element.study.codes.order_by("position", "name", "pk")
    return {"given_codes": given, "known_codes": [code for code in book if code not in given]}


def names_by_element(study: Study) -> dict[int, list[str]]:
    """For each coded element the names of its codes, for exports."""
    found: dict[int, list[str]] = {}
    rows = alive_codings(study).order_by("code__position", "code__name", "pk")
    for element, name in rows.values_list("element", "code__name"):
        found.setdefault(element, []).append(name)
    return found


def elements_with(code: Code) -> QuerySet[Element]:
    """The elements that carry the code, interview by interview."""
    rows: QuerySet[Element] = code.study.elements.filter(
        codings__code=code, interview__deleted_at=None, interview__participant__deleted_at=None
    )
    return rows.select_related("quote__transcript", "interview__participant").order_by(*HELD, "at_ms", "pk")
