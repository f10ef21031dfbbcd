"""The people of a study under their pseudonyms: the table, one person, and a whole list at once."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from interviews import roster as rosters
from interviews.actions import participants as actions
from interviews.forms.participants import ConsentForm, ParticipantForm, RosterConfirmForm, RosterForm
from interviews.models import Consent, Participant
from interviews.queries.participants import SORTS, facets, interviews_of, participant_list
from studies.access import StudyAccess, study_view
from studies.edits import StaleVersion, mine_over
from studies.pages import page_number, render_page_or_partial, say_done
from studies.roles import Verb

A_PAGE = 100
FILTERS = ("segment", "tag", "consent", "sort")


@require_GET
@study_view()
def participants(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    return _list_page(request, access, ParticipantForm())


def _list_page(
    request: HttpRequest, access: StudyAccess, form: ParticipantForm, *, status: int = 200
) -> HttpResponse:
    filters = {name: request.GET.get(name, "") for name in FILTERS}
    words = request.GET.get("q", "").strip()
    asked = filters | {"q": words}
    choices = facets(access.study)
    rows = participant_list(access.study, choices, words=words, **filters)
    context = {
        "access": access,
        "nav": "participants",
        "form": form,
        "choices": choices,
        "consents": [(value, label, choices.consents.get(value, 0)) for value, label in Consent.choices],
        "page": Paginator(rows, A_PAGE).get_page(page_number(request)),
        "asked": asked,
        "filtered": any(asked[name] for name in ("q", "segment", "tag", "consent")),
        "columns": _columns(asked),
        "query": urlencode({name: value for name, value in asked.items() if value}),
    }
    page, partial = "interviews/participants.html", "interviews/_participant_rows.html"
    return render_page_or_partial(request, page, partial, context, status=status)


def _columns(asked: dict[str, str]) -> dict[str, dict[str, str]]:
    """For each sortable column: where its head leads to, and which way it is sorted now."""
    current = asked["sort"] or "name"
    kept = {name: value for name, value in asked.items() if value and name != "sort"}
    columns = {}
    for name in SORTS:
        turned = f"-{name}" if current == name else name
        ways = {name: "ascending", f"-{name}": "descending"}
        columns[name] = {"query": urlencode(kept | {"sort": turned}), "way": ways.get(current, "")}
    return columns


@require_POST
@study_view(needs=Verb.CODE)
def participant_add(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    form = ParticipantForm(request.POST)
    if form.is_valid():
        try:
            added = actions.add_participant(access, **form.changes())
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, f"{added} added.")
            return redirect(reverse("interviews:participants", args=[access.study.slug]) + "?added")
    return _list_page(request, access, form, status=422)


@require_GET
@study_view()
def participant(request: HttpRequest, access: StudyAccess, participant_id: int) -> HttpResponse:
    person = get_object_or_404(access.study.participants, pk=participant_id)
    return _person_page(request, access, person, ParticipantForm(instance=person))


def _person_page(
    request: HttpRequest,
    access: StudyAccess,
    person: Participant,
    form: ParticipantForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "access": access,
        "nav": "participants",
        "person": person,
        "form": form,
        "consents": Consent.choices,
        "interviews": interviews_of(person),
        "history": access.study.history.filter(target_type="participant", target_id=str(person.pk))[:8],
    }
    return render(request, "interviews/participant.html", context | more, status=status)


@require_POST
@study_view(needs=Verb.CODE)
def participant_edit(request: HttpRequest, access: StudyAccess, participant_id: int) -> HttpResponse:
    person = get_object_or_404(access.study.participants, pk=participant_id)
    form = ParticipantForm(request.POST, instance=person)
    if not form.is_valid():
        return _person_page(request, access, person, form, status=422)
    try:
        actions.edit_participant(
            access, participant=person, seen=form.cleaned_data["version"] or 0, **form.changes()
        )
    except ValidationError as error:
        person.refresh_from_db()
        form.add_error(None, error.messages)
        return _person_page(request, access, person, form, status=422)
    except StaleVersion as stale:
        return _both_versions(request, access, stale.current)
    messages.success(request, "Saved.")
    return redirect("interviews:participant", access.study.slug, participant_id)


def _both_versions(request: HttpRequest, access: StudyAccess, theirs: Any) -> HttpResponse:
    """409: their version beside the form with mine; saving once more is then a decision."""
    mine = ParticipantForm(mine_over(theirs, request.POST), instance=theirs)
    newest = access.study.history.filter(target_type="participant", target_id=str(theirs.pk)).first()
    return _person_page(request, access, theirs, mine, status=409, theirs=theirs, newest=newest)


@require_POST
@study_view(needs=Verb.CODE)
def participant_consent(request: HttpRequest, access: StudyAccess, participant_id: int) -> HttpResponse:
    person = get_object_or_404(access.study.participants, pk=participant_id)
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return _person_page(
            request, access, person, ParticipantForm(instance=person), status=422, consent_form=form
        )
    try:
        actions.set_consent(access, participant=person, **form.cleaned_data)
        messages.success(request, f"Consent of {person}: {person.get_consent_display().lower()}.")
    except StaleVersion:
        messages.warning(
            request, "Someone changed this participant at the same moment. Look, then try again."
        )
    return redirect("interviews:participant", access.study.slug, participant_id)


@require_POST
@study_view(needs=Verb.CODE)
def participant_delete(request: HttpRequest, access: StudyAccess, participant_id: int) -> HttpResponse:
    person = get_object_or_404(access.study.participants, pk=participant_id)
    actions.trash_participant(access, participant=person)
    undo = reverse("interviews:participant_restore", args=[access.study.slug, person.pk])
    say_done(request, f"{person} and their interviews are in the trash.", undo=undo)
    return redirect("interviews:participants", access.study.slug)


@require_POST
@study_view(needs=Verb.CODE)
def participant_restore(request: HttpRequest, access: StudyAccess, participant_id: int) -> HttpResponse:
    trash = access.study.participants(manager="with_trash")
    person = get_object_or_404(trash, pk=participant_id)
    try:
        actions.restore_participant(access, participant=person)
        messages.success(request, f"{person} is back.")
    except ValidationError as error:
        messages.error(request, f"{person} cannot come back: {' '.join(error.messages)}")
    return redirect("interviews:participants", access.study.slug)


# --- a whole list at once ----------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@study_view(needs=Verb.CODE)
def roster(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    """Reads a table and shows what would come of it; nothing is written."""
    if request.method == "GET":
        return _roster_page(request, access, RosterForm())
    form = RosterForm(request.POST, request.FILES)
    if not form.is_valid():
        return _roster_page(request, access, form, status=422)
    upload = form.cleaned_data["file"]
    try:
        text = rosters.text_of(upload, upload.name) if upload else form.cleaned_data["text"]
        found = _read(access, text, form.cleaned_data["order"])
    except rosters.RosterError as error:
        form.add_error("file" if upload else "text", str(error))
        return _roster_page(request, access, form, status=422)
    return _roster_page(
        request, access, RosterForm(), found=found, text=text, source=upload.name if upload else ""
    )


def _read(access: StudyAccess, text: str, order: str) -> rosters.Roster:
    taken = access.study.participants.values_list("pseudonym", flat=True)
    return rosters.read_roster(text, taken=taken, order=order)


def _roster_page(
    request: HttpRequest, access: StudyAccess, form: RosterForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"access": access, "nav": "participants", "form": form, "fields": rosters.FIELDS}
    return render(request, "interviews/roster.html", context | more, status=status)


@require_POST
@study_view(needs=Verb.CODE)
def roster_confirm(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    """Reads the table again: since the preview somebody may have added one of these people."""
    form = RosterConfirmForm(request.POST)
    if not form.is_valid():
        return _roster_page(request, access, RosterForm(), status=422)
    text = form.cleaned_data["text"]
    try:
        found = _read(access, text, form.cleaned_data["order"])
    except rosters.RosterError as error:
        again = RosterForm({"text": text})
        again.add_error("text", str(error))
        return _roster_page(request, access, again, status=422)
    try:
        made = _import(access, found, sound_only=form.cleaned_data["which"] == form.SOUND)
    except ValidationError as error:
        more = {"found": found, "text": text, "refused": " ".join(error.messages)}
        return _roster_page(request, access, RosterForm(), status=422, **more)
    faulty = len(found.rows) - len(found.sound)
    left = f" {faulty} with errors left out." if faulty else ""
    messages.success(request, f"{len(made)} of {len(found.rows)} rows imported.{left}")
    return redirect("interviews:participants", access.study.slug)


def _import(access: StudyAccess, found: rosters.Roster, *, sound_only: bool) -> list[Participant]:
    """Raises ValidationError, then nothing is written."""
    if found.days.is_open:
        raise ValidationError("Nothing was imported: say first in which order the dates are written.")
    if not found.sound or (len(found.sound) < len(found.rows) and not sound_only):
        raise ValidationError(
            "Nothing was imported: some rows have errors. Mend them, or import the sound rows only."
        )
    return actions.import_participants(access, rows=found.sound)
