"""Pages about verbatims: upload, columns, a source with its groups, a group with its verbatims."""

from __future__ import annotations

from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jobs.actions import verbatims as actions
from jobs.forms import verbatims as forms
from jobs.forms.clusters import NameForm
from jobs.models import VerbatimGroup, VerbatimSource
from jobs.queries import verbatims as queries
from jobs.verbatim_rows import Refused, Said, guess, read, wordless
from studies.access import StudyAccess, study_view
from studies.pages import page_number, query_without, render_page_or_partial, say_done
from studies.roles import Verb
from studies.tables import Table, TableError, open_filled, open_table

GROUPS_A_PAGE = 20
VERBATIMS_A_PAGE = 50
GUESSED_FROM = 50  # rows
PREVIEWED = 200  # rows, of which the first SHOWN and what would be refused are shown
SHOWN = 8


def _source_or_404(access: StudyAccess, source_id: int) -> VerbatimSource:
    found: VerbatimSource = get_object_or_404(
        access.study.verbatimsources.select_related("run", "imported_by"), pk=source_id
    )
    found.study = access.study
    return found


def _group_or_404(access: StudyAccess, group_id: int) -> VerbatimGroup:
    alive = access.study.verbatimgroups.filter(source__deleted_at=None).select_related("source")
    found: VerbatimGroup = get_object_or_404(alive, pk=group_id)
    found.study = access.study
    return found


# --- sources -----------------------------------------------------------------------------------------
@study_view()
@require_GET
def verbatims(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    context = {"access": access, "nav": "verbatims", "rows": queries.sources(access.study)}
    return render(request, "jobs/verbatims.html", context)


@study_view(needs=Verb.CODE)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, access: StudyAccess) -> HttpResponse:
    if request.method == "GET":
        return _upload_page(request, access, forms.UploadForm())
    form = forms.UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _upload_page(request, access, form, status=422)
    file = form.cleaned_data["file"]
    try:
        table = open_filled(file.file, file.name)
        mapping = _guessed(access, actions.checksum_of(file), table)
        source = actions.upload_source(
            access, file=file, name=form.source_name(), kind=form.cleaned_data["kind"], mapping=mapping
        )
    except TableError as wrong:
        form.add_error("file", str(wrong))
        return _upload_page(request, access, form, status=422)
    except actions.VerbatimsRefused as refusal:
        return _upload_page(request, access, form, status=409, twin=refusal.twin)
    return redirect("jobs:verbatim_source", access.study.slug, source.pk)


def _guessed(access: StudyAccess, checksum: str, table: Table) -> dict[str, str]:
    """Of the columns that are no source yet. Raises VerbatimsRefused where none of them holds words."""
    rows = list(islice(table.rows(), GUESSED_FROM))
    here = queries.columns_here(access.study, checksum, table.head)
    fresh = [name for name in table.head if name not in here]
    if here and all(wordless(row.cells[name] for row in rows if not row.error) for name in fresh):
        raise actions.is_here(next(iter(here.values())))
    return guess(fresh, rows)


def _upload_page(
    request: HttpRequest, access: StudyAccess, form: forms.UploadForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"access": access, "nav": "verbatims", "form": form}
    return render(request, "jobs/verbatim_upload.html", context | more, status=status)


# --- one source --------------------------------------------------------------------------------------
@study_view()
@require_GET
def source(request: HttpRequest, access: StudyAccess, source_id: int) -> HttpResponse:
    """What it shows follows from how far the import is."""
    found = _source_or_404(access, source_id)
    if found.state == actions.UPLOADED:
        return _columns_page(request, access, found)
    if found.state == actions.IMPORTING:
        return render(request, "jobs/verbatim_importing.html", _context(access, found))
    return _groups_page(request, access, found)


def _context(access: StudyAccess, source: VerbatimSource) -> dict[str, Any]:
    return {"access": access, "nav": "verbatims", "source": source, "run": source.run}


def _groups_page(request: HttpRequest, access: StudyAccess, source: VerbatimSource) -> HttpResponse:
    page = Paginator(queries.groups_of(source), GROUPS_A_PAGE).get_page(page_number(request))
    row = next(row for row in queries.sources(access.study) if row.source.pk == source.pk)
    silent = source.run.result.get(queries.SILENT, 0) if source.run else 0
    context = _context(access, source) | {
        "page": page,
        "groups": queries.with_examples(access.study, page),
        "row": row,
        "waiting": source.run and not source.run.is_over,
        "silent": silent,
        "nowhere": source.distinct - row.grouped - silent,
    }
    return render(request, "jobs/verbatim_source.html", context)


@study_view()
@require_GET
def outside(request: HttpRequest, access: StudyAccess, source_id: int) -> HttpResponse:
    """Texts in no group; with `?silent=1` those that say nothing, else the others."""
    found, silent = _source_or_404(access, source_id), request.GET.get("silent") == "1"
    texts = queries.outside(found)
    form = forms.WordsFilterForm(texts, request.GET)
    shown = queries.told(queries.filtered(texts, **form.filters()), silent=silent)
    page = Paginator(shown, VERBATIMS_A_PAGE).get_page(page_number(request))
    context = _context(access, found) | {
        "silent": silent,
        "page": page,
        "verbatims": texts.filter(pk__in=list(page)),
        "form": form,
        "query": query_without(request, "page"),
    }
    return render(request, "jobs/verbatim_outside.html", context)


def _columns_page(
    request: HttpRequest,
    access: StudyAccess,
    source: VerbatimSource,
    form: forms.ColumnsForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The first rows as they would be read with the columns in the address, or as guessed."""
    context = _context(access, source)
    try:
        with source.file.open("rb") as opened:
            table = open_table(opened.file, source.filename)
            form = form or _columns_form(request, table, source)
            context |= {"form": form, "table": table, **_preview(table, form)}
            context["asked"] = _asked(source, form, context)
    except (TableError, FileNotFoundError) as wrong:
        context["broken"] = str(wrong) if isinstance(wrong, TableError) else "The uploaded file is gone."
    return render(request, "jobs/verbatim_columns.html", context, status=status)


def _columns_form(request: HttpRequest, table: Table, source: VerbatimSource) -> forms.ColumnsForm:
    """Bound to the address where it names columns, so that they can be tried out."""
    tried = "text" in request.GET
    return forms.ColumnsForm(table, request.GET if tried else source.mapping, source=source)


def _preview(table: Table, form: forms.ColumnsForm) -> dict[str, Any]:
    if not form.is_valid():
        return {}
    mapping = form.cleaned_data | ({"date": ""} if form.days.is_open else {})
    found = [read(row, mapping) for row in islice(table.rows(), PREVIEWED)]
    said = [each for each in found if isinstance(each, Said)]
    return {
        "looked_at": len(found),
        "said": said[:SHOWN],
        "with_words": len(said),
        "empty": sum(each is None for each in found),
        "repeated": len(said) - len({each.key for each in said}),
        "bad": [each for each in found if isinstance(each, Refused)],
        "wordless": wordless(each.text for each in said),
    }


def _asked(source: VerbatimSource, form: forms.ColumnsForm, seen: dict[str, Any]) -> dict[str, Any] | None:
    """What is to be decided on rows that cannot be read in full, once every row was looked at."""
    if not form.is_valid() or form.days.is_open:
        return None
    if source.errors and source.mapping.items() >= form.cleaned_data.items():
        read = source.rows - source.empty - source.refused
        found = {"faulty": source.refused, "undated": source.undated, "shown": source.errors, "listed": True}
    elif seen["bad"] and seen["looked_at"] < PREVIEWED:
        read, undated = seen["with_words"], sum(each.undated is not None for each in seen["bad"])
        found = {"faulty": len(seen["bad"]), "undated": undated, "shown": seen["bad"]}
    else:
        return None
    return found | {"read": read, "kept": read + found["undated"], "lost": found["faulty"] - found["undated"]}


@study_view(needs=Verb.CODE)
@require_POST
def columns(request: HttpRequest, access: StudyAccess, source_id: int) -> HttpResponse:
    """Starts the import with the columns that were posted, or shows what they would give."""
    found = _source_or_404(access, source_id)
    if found.state != actions.UPLOADED:
        return redirect("jobs:verbatim_source", access.study.slug, found.pk)
    if "try" in request.POST or "try" in request.GET:
        return redirect(_tried(access, found, request.POST))
    try:
        with found.file.open("rb") as opened:
            table = open_table(opened.file, found.filename)
            form = forms.ColumnsForm(table, request.POST, source=found)
            is_sound = form.is_valid()
    except (TableError, FileNotFoundError):
        return _columns_page(request, access, found, status=422)
    if not is_sound or form.days.is_open:
        return _columns_page(request, access, found, form, status=422)
    actions.import_source(access, source=found, mapping=form.decided())
    return redirect("jobs:verbatim_source", access.study.slug, found.pk)


def _tried(access: StudyAccess, source: VerbatimSource, chosen: QueryDict) -> str:
    """Only the columns stand in the address, not what else a form carries."""
    columns = {name: chosen.get(name, "") for name in forms.ColumnsForm.base_fields}
    return reverse("jobs:verbatim_source", args=[access.study.slug, source.pk]) + f"?{urlencode(columns)}"


@study_view(needs=Verb.CODE)
@require_POST
def import_again(request: HttpRequest, access: StudyAccess, source_id: int) -> HttpResponse:
    """Where an import stopped, with the columns that it had."""
    found = _source_or_404(access, source_id)
    if found.state == actions.IMPORTING:
        actions.import_source(access, source=found, mapping=found.mapping)
    return redirect("jobs:verbatim_source", access.study.slug, found.pk)


@study_view()
@require_GET
def refusals(request: HttpRequest, access: StudyAccess, source_id: int) -> HttpResponseBase:
    """Every row that was not read, with the reason."""
    found = _source_or_404(access, source_id)
    try:
        file = found.refusals.open("rb")
    except (FileNotFoundError, ValueError):  # no such file, or no row was refused
        messages.info(request, "There is no list of refused rows for this source.")
        return redirect("jobs:verbatim_source", access.study.slug, found.pk)
    return FileResponse(
        file, as_attachment=True, filename=f"refused-rows-{found.pk}.csv", content_type="text/csv"
    )


@study_view(needs=Verb.CODE)
@require_POST
def group_source(request: HttpRequest, access: StudyAccess, source_id: int) -> HttpResponse:
    try:
        actions.start_grouping(access, source=_source_or_404(access, source_id))
    except actions.VerbatimsRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("jobs:verbatim_source", access.study.slug, source_id)


@study_view(needs=Verb.CODE)
@require_POST
def delete(request: HttpRequest, access: StudyAccess, source_id: int) -> HttpResponse:
    found = _source_or_404(access, source_id)
    actions.trash_source(access, source=found)
    undo = reverse("jobs:verbatim_restore", args=[access.study.slug, found.pk])
    say_done(request, f"Verbatims deleted: “{found}”.", undo=undo)
    return redirect("jobs:verbatims", access.study.slug)


@study_view(needs=Verb.CODE)
@require_POST
def restore(request: HttpRequest, access: StudyAccess, source_id: int) -> HttpResponse:
    found = get_object_or_404(access.study.verbatimsources(manager="with_trash"), pk=source_id)
    try:
        actions.restore_source(access, source=found)
    except actions.VerbatimsRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("jobs:verbatims", access.study.slug)
    messages.success(request, f"Verbatims brought back: “{found}”.")
    return redirect("jobs:verbatim_source", access.study.slug, found.pk)


# --- one group ---------------------------------------------------------------------------------------
@study_view()
@require_GET
def group(request: HttpRequest, access: StudyAccess, group_id: int) -> HttpResponse:
    """`?find=` searches the jobs that it may be linked to; htmx gets the found ones only."""
    return _group_page(request, access, _group_or_404(access, group_id))


def _group_page(
    request: HttpRequest, access: StudyAccess, group: VerbatimGroup, *, status: int = 200, **more: Any
) -> HttpResponse:
    inside = group.verbatims.order_by("-similarity", "pk")
    form = forms.WordsFilterForm(inside, request.GET)
    found = queries.filtered(inside, **form.filters())
    context = _context(access, group.source) | {
        "group": group,
        "page": Paginator(found, VERBATIMS_A_PAGE).get_page(page_number(request)),
        "form": form,
        "query": query_without(request, "page", "find"),
        "links": queries.links_of_group(group),
        **_found_jobs(request, access),
    }
    if status != 200:
        return render(request, "jobs/verbatim_group.html", context | more, status=status)
    return render_page_or_partial(
        request, "jobs/verbatim_group.html", "jobs/_verbatim_jobs.html", context | more
    )


def _found_jobs(request: HttpRequest, access: StudyAccess) -> dict[str, Any]:
    """The jobs that the group may be linked to, by the words that somebody typed."""
    words = request.GET.get("find", "")[:100].replace("\0", "")
    found = queries.jobs_like(access.study, words) if words.strip() and access.may(Verb.CODE) else []
    return {"find": words, "has_jobs": queries.has_jobs(access.study), "jobs": found}


@study_view(needs=Verb.CODE)
@require_POST
def rename(request: HttpRequest, access: StudyAccess, group_id: int) -> HttpResponse:
    found = _group_or_404(access, group_id)
    form = NameForm(request.POST)
    if not form.is_valid():
        return _group_page(request, access, found, refusal="A group needs a name.", status=422)
    if request.POST.get("seen", found.name) != found.name:
        mine = form.cleaned_data["name"]
        refusal = f"Somebody renamed this group while you typed “{mine}”: it is “{found}” now."
        return _group_page(request, access, found, refusal=refusal, status=409)
    try:
        actions.rename_group(access, group=found, name=form.cleaned_data["name"])
    except ValidationError as error:
        return _group_page(request, access, found, refusal=" ".join(error.messages), status=422)
    undo = reverse("jobs:verbatim_rename_undo", args=[access.study.slug, found.pk])
    say_done(request, f"Renamed: “{found}”.", undo=undo)
    return redirect("jobs:verbatim_group", access.study.slug, found.pk)


@study_view(needs=Verb.CODE)
@require_POST
def rename_undo(request: HttpRequest, access: StudyAccess, group_id: int) -> HttpResponse:
    found = _group_or_404(access, group_id)
    try:
        actions.take_back_name(access, group=found)
    except actions.VerbatimsRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"It is called “{found}” again.")
    return redirect("jobs:verbatim_group", access.study.slug, found.pk)


@study_view(needs=Verb.CODE)
@require_POST
def link(request: HttpRequest, access: StudyAccess, group_id: int) -> HttpResponse:
    """Undo of taking a link away is a bare POST that names the job in the address."""
    found = _group_or_404(access, group_id)
    form = forms.LinkForm(access, request.POST if "job" in request.POST else request.GET)
    if not form.is_valid():
        refusal = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return _group_page(request, access, found, refusal=refusal, status=422)
    made = actions.link_group(access, group=found, **form.cleaned_data)
    undo = reverse("jobs:verbatim_unlink", args=[access.study.slug, made.pk])
    word = "against" if made.polarity == "contradicts" else "for"
    say_done(request, f"Linked: it speaks {word} “{made.job}”.", undo=undo)
    return redirect("jobs:verbatim_group", access.study.slug, found.pk)


@study_view(needs=Verb.CODE)
@require_POST
def unlink(request: HttpRequest, access: StudyAccess, link_id: int) -> HttpResponse:
    alive = {"group__source__deleted_at": None, "group__deleted_at": None, "job__deleted_at": None}
    found = get_object_or_404(access.study.verbatimlinks.filter(**alive).select_related("job"), pk=link_id)
    back = [access.study.slug, found.group_id]
    undo = reverse("jobs:verbatim_link", args=back) + f"?job={found.job_id}&polarity={found.polarity}"
    actions.unlink_group(access, link=found)
    say_done(request, f"Not linked to “{found.job}” any more.", undo=undo)
    return redirect("jobs:verbatim_group", *back)
