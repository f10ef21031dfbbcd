"""The codebook, and the codes of one element."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from interviews import kinds
from interviews.actions import codes as actions
from interviews.forms.codes import CodebookForm, CodeMergeForm, GiveCodeForm
from interviews.models import Code, Element
from interviews.queries import codes as queries
from studies.access import StudyAccess, study_view
from studies.forms import is_key
from studies.pages import here, page_number, query_without, say_done
from studies.roles import Verb

A_PAGE = 50


@require_GET
@study_view()
def codes(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    edited = request.GET.get("edit", "")
    if not is_key(edited) or not access.may(Verb.CODE):
        return _book(request, access)
    code = get_object_or_404(access.study.codes, pk=edited)
    return _book(request, access, editing=code.pk, edit_form=CodebookForm(instance=code))


def _book(request: HttpRequest, access: StudyAccess, status: int = 200, **more: Any) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    page = Paginator(queries.codebook(access.study, words), A_PAGE).get_page(page_number(request))
    context = {
        "access": access,
        "page": page,
        "words": words,
        "query": query_without(request, "page", "edit"),
        "here": here(request, "edit"),
        "total": access.study.codes.count() if words else page.paginator.count,
        "of": queries.coded_interviews(access.study),
        "form": CodebookForm(),
    }
    return render(request, "interviews/codes.html", context | more, status=status)


def _back(request: HttpRequest, access: StudyAccess, anchor: str = "") -> HttpResponse:
    address = reverse("interviews:codes", args=[access.study.slug])
    return redirect(address + here(request, "edit") + anchor)


def _at(access: StudyAccess, code: Code) -> HttpResponse:
    """The page of the book on which the code stands."""
    page = queries.place_in_book(code) // A_PAGE + 1
    address = reverse("interviews:codes", args=[access.study.slug])
    return redirect(address + (f"?page={page}" if page > 1 else "") + f"#code-{code.pk}")


@require_POST
@study_view(needs=Verb.CODE)
def code_add(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    form = CodebookForm(request.POST)
    if form.is_valid():
        try:
            actions.add_code(access, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _back(request, access, "#new-code")
    return _book(request, access, 422, form=form)


@require_POST
@study_view(needs=Verb.CODE)
def code_edit(request: HttpRequest, access: StudyAccess, code_id: int) -> HttpResponse:
    code = get_object_or_404(access.study.codes, pk=code_id)
    standing = code.name
    form = CodebookForm(request.POST, instance=code)
    if not form.is_valid():
        return _book(request, access, 422, editing=code_id, edit_form=form)
    if request.POST.get("seen", standing) not in (standing, form.cleaned_data["name"]):
        return _book(request, access, 409, editing=code_id, edit_form=form, theirs=standing)
    code.refresh_from_db()
    try:
        actions.edit_code(access, code=code, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return _book(request, access, 422, editing=code_id, edit_form=form)
    return _back(request, access, f"#code-{code_id}")


@require_POST
@study_view(needs=Verb.CODE)
def code_move(request: HttpRequest, access: StudyAccess, code_id: int) -> HttpResponse:
    code = get_object_or_404(access.study.codes, pk=code_id)
    actions.move_code(access, code=code, by=-1 if request.POST.get("direction") == "up" else 1)
    return _at(access, code)


@require_GET
@study_view()
def code(request: HttpRequest, access: StudyAccess, code_id: int) -> HttpResponse:
    found = get_object_or_404(access.study.codes, pk=code_id)
    return _code_page(request, access, found, CodeMergeForm(access, found))


def _code_page(
    request: HttpRequest, access: StudyAccess, found: Code, form: CodeMergeForm, status: int = 200
) -> HttpResponse:
    rows = queries.elements_with(found)
    page = Paginator(rows, A_PAGE).get_page(page_number(request))
    context = {
        "access": access,
        "code": found,
        "page": page,
        "spoken": [(element, _place(access, element)) for element in page],
        "interviews": rows.order_by().values("interview").distinct().count(),
        "of": queries.coded_interviews(access.study),
        "kind_of": kinds.BY_CODE,
        "form": form,
    }
    return render(request, "interviews/code.html", context, status=status)


def _place(access: StudyAccess, element: Element) -> str:
    """Where the element is read in context: its words in the transcript, else the wheel."""
    slug = access.study.slug
    if element.quote:
        page = reverse("interviews:transcript", args=[slug, element.quote.transcript_id])
        return f"{page}#element-{element.pk}"
    return reverse("interviews:capture", args=[slug, element.interview_id])


@require_POST
@study_view(needs=Verb.CODE)
def code_merge(request: HttpRequest, access: StudyAccess, code_id: int) -> HttpResponse:
    found = get_object_or_404(access.study.codes, pk=code_id)
    form = CodeMergeForm(access, found, request.POST)
    if not form.is_valid():
        return _code_page(request, access, found, form, 422)
    into = actions.merge_codes(access, code=found, into=form.cleaned_data["into"])
    undo = reverse("interviews:code_restore", args=[access.study.slug, found.pk])
    say_done(request, f"“{found}” was merged into “{into}”.", undo=undo)
    return redirect("interviews:codes", access.study.slug)


@require_POST
@study_view(needs=Verb.CODE)
def code_delete(request: HttpRequest, access: StudyAccess, code_id: int) -> HttpResponse:
    found = get_object_or_404(access.study.codes, pk=code_id)
    actions.delete_code(access, code=found)
    undo = reverse("interviews:code_restore", args=[access.study.slug, found.pk])
    say_done(request, f"The code “{found}” was deleted.", undo=undo)
    return _back(request, access)


@require_POST
@study_view(needs=Verb.CODE)
def code_restore(request: HttpRequest, access: StudyAccess, code_id: int) -> HttpResponse:
    found = get_object_or_404(access.study.codes(manager="with_trash"), pk=code_id)
    try:
        actions.restore_code(access, code=found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages) + " Rename that one first.")
        return redirect("interviews:codes", access.study.slug)
    return _at(access, found)


# --- the codes of one element ------------------------------------------------------------------------
@require_GET
@study_view()
def element_codes(request: HttpRequest, access: StudyAccess, element_id: int) -> HttpResponse:
    return _codes_of(request, access, get_object_or_404(access.study.elements, pk=element_id))


@require_POST
@study_view(needs=Verb.CODE)
def element_code(request: HttpRequest, access: StudyAccess, element_id: int) -> HttpResponse:
    """Gives the code of that name, which may be a new word; answers with the element's codes."""
    element: Element = get_object_or_404(access.study.elements, pk=element_id)
    form = GiveCodeForm(request.POST)
    if not form.is_valid():
        return _codes_of(request, access, element, why="Type a code of at most 80 characters.")
    try:
        actions.give_named_code(access, element=element, name=form.cleaned_data["name"])
    except ValidationError as error:
        return _codes_of(request, access, element, why=" ".join(error.messages))
    return _codes_of(request, access, element)


@require_POST
@study_view(needs=Verb.CODE)
def element_uncode(request: HttpRequest, access: StudyAccess, element_id: int, code_id: int) -> HttpResponse:
    element: Element = get_object_or_404(access.study.elements, pk=element_id)
    found = get_object_or_404(access.study.codes, pk=code_id)
    actions.take_code(access, element=element, code=found)
    return _codes_of(request, access, element)


def _codes_of(request: HttpRequest, access: StudyAccess, element: Element, *, why: str = "") -> HttpResponse:
    context = {"access": access, "element": element, "why": why} | queries.codes_beside(element)
    return render(request, "interviews/_element_codes.html", context, status=422 if why else 200)
