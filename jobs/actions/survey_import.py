"""Survey answers from a file: kept until a person has said what its columns are, then written once."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from secrets import token_hex
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models.fields.files import FieldFile

from jobs.actions.surveys import SurveyRefused
from jobs.models import Survey, SurveyItem, SurveyResponse
from jobs.surveys.table import MOST_ROWS, Checked, Column, Scale, TooManyRows, check, items_of
from studies.access import StudyAccess
from studies.history import record, register_verbs
from studies.models import Run
from studies.progress import Reporter, silent
from studies.queue import digest, enqueue
from studies.roles import Verb
from studies.tables import Table, TableError, open_filled, open_table

register_verbs({"survey.uploaded": "uploaded survey answers,", "survey.imported": "imported the answers of"})
MOST_BYTES = 10 * 1024 * 1024
AT_ONCE = {"CSV": 400_000, "Excel workbook": 60_000}  # bytes that are read within a second; more is a run
ROWS_LOOKED_AT = 500  # of a large file, before it is imported
TOLD = 5  # errors that are named where a file is refused


def upload_answers(access: StudyAccess, *, data: bytes, filename: str) -> Survey:
    """A draft that waits for its columns. Raises SurveyRefused for what is no table or is here already."""
    access.require(Verb.CODE)
    _refuse_unusable(data, filename)
    fingerprint = hashlib.sha256(data).hexdigest()
    _refuse_twin(access, fingerprint)
    survey = Survey(
        study=access.study,
        source=Survey.Source.FILE,
        name=filename.rpartition(".")[0][:120] or filename[:120],
        filename=filename[:200],
        digest=fingerprint,
        created_by=access.user,
    )
    survey.file.save(token_hex(16), ContentFile(data), save=False)
    try:
        with transaction.atomic():
            survey.save()
            record(access, "survey.uploaded", survey)
    except IntegrityError:
        survey.file.delete(save=False)
        _refuse_twin(access, fingerprint)
        raise
    return survey


def _refuse_unusable(data: bytes, filename: str) -> None:
    if len(data) > MOST_BYTES:
        raise SurveyRefused(
            f"“{filename}” is larger than {MOST_BYTES // 1024 // 1024} MB, which is the most for a table of "
            "answers. Is it the right file? Else delete columns that hold no answers, or save it as CSV."
        )
    try:
        open_filled(io.BytesIO(data), filename)
    except TableError as error:
        raise SurveyRefused(str(error)) from error


def _refuse_twin(access: StudyAccess, fingerprint: str) -> None:
    if twin := access.study.surveys.filter(digest=fingerprint).first():
        done = "is waiting for its columns since" if twin.file else "was imported on"
        raise SurveyRefused(f"The same file {done} {twin.created_at:%-d %B %Y}, as “{twin.name}”.")


def table_of(survey: Survey) -> Table:
    """The kept file. Raises SurveyRefused where it is gone."""
    try:
        with survey.file.open("rb") as file:
            data = file.read()
    except (FileNotFoundError, ValueError) as gone:
        raise SurveyRefused("The uploaded file is gone. Delete this survey and upload it again.") from gone
    return open_table(io.BytesIO(data), survey.filename)


def is_quick(survey: Survey, table: Table) -> bool:
    return survey.file.size <= AT_ONCE.get(table.kind, 0)


def checked(survey: Survey, table: Table, columns: Mapping[str, Column], scale: Scale) -> Checked:
    """Every row. Raises SurveyRefused where the table as a whole is too much or breaks off."""
    try:
        return check(table.rows(), columns, prefix=survey.digest[:8], scale=scale)
    except TooManyRows:
        raise SurveyRefused(
            f"There are more than {MOST_ROWS:,} rows. Split the file; who is in both parts counts once."
        ) from None
    except TableError as error:
        raise SurveyRefused(str(error)) from error


def first_words(table: Table, columns: Mapping[str, Column]) -> list[str]:
    """Ratings in words among the first rows, for a table that is read in the background."""
    return check(islice(table.rows(), ROWS_LOOKED_AT), columns, prefix="").scale_words


def start_import(
    access: StudyAccess,
    survey: Survey,
    *,
    columns: Mapping[str, Column],
    scale: Scale,
    jobs: Mapping[str, int | None],
    sound_only: bool,
) -> Run:
    """For files that take more than a second. `jobs`: item -> generalised job, None: not linked."""
    access.require(Verb.CODE)
    params = {
        "survey": survey.pk,
        "columns": {name: [column.what, column.item] for name, column in columns.items()},
        "scale": dict(scale),
        "jobs": dict(jobs),
        "sound_only": sound_only,
    }
    with transaction.atomic():
        return enqueue(access, "jobs.survey_import", params=params, input_digest=digest(params))


def import_answers(
    access: StudyAccess,
    survey: Survey,
    *,
    columns: Mapping[str, Column],
    scale: Scale,
    jobs: Mapping[str, int | None],
    sound_only: bool,
    report: Reporter = silent,
) -> Checked:
    """All or nothing; with `sound_only` the sound rows. Raises SurveyRefused, then nothing is written."""
    access.require(Verb.CODE)
    report(0.1, "Reading the rows")
    found = checked(survey, table_of(survey), columns, scale)
    if found.faulty and not sound_only:
        first = " ".join(f"Row {each.row:,}, “{each.column}”: {each.words}" for each in found.troubles[:TOLD])
        more = " These are the first." if found.faulty > TOLD else ""
        raise SurveyRefused(
            f"{found.faulty:,} of {found.rows:,} rows have errors, nothing was imported. {first}{more}"
        )
    if not found.answers:
        raise SurveyRefused("No row holds an answer, so there is nothing to import.")
    report(0.7, f"Writing {len(found.answers):,} respondents")
    _write(access, survey, found, scale, _keys(items_of(columns)), jobs)
    return found


def _keys(items: Iterable[str]) -> dict[str, str]:
    return {item: f"q{number}" for number, item in enumerate(items, 1)}


def _write(
    access: StudyAccess,
    survey: Survey,
    found: Checked,
    scale: Scale,
    keys: Mapping[str, str],
    jobs: Mapping[str, int | None],
) -> None:
    with transaction.atomic():
        locked = access.study.surveys.select_for_update().get(pk=survey.pk)
        if not locked.file:
            raise SurveyRefused("These answers have been imported already.")
        SurveyItem.objects.bulk_create(_items(locked, keys, jobs))
        SurveyResponse.objects.bulk_create(_responses(locked, found, keys), batch_size=500)
        kept: FieldFile = locked.file
        name, storage = str(kept.name), kept.storage
        locked.file, locked.state = "", Survey.State.CLOSED
        locked.with_kano = any("with" in a for _, given in found.answers.values() for a in given.values())
        locked.save(update_fields=["file", "state", "with_kano"])
        words = {word: scale[word] for word in found.words if word in scale}  # a post may name others
        said: dict[str, Any] = {"scale": words} if words else {}
        record(
            access,
            "survey.imported",
            locked,
            respondents=len(found.answers),
            left_out=found.faulty,
            **said,
        )
        transaction.on_commit(lambda: storage.delete(name))


def _items(survey: Survey, keys: Mapping[str, str], jobs: Mapping[str, int | None]) -> Iterator[SurveyItem]:
    """Unsaved; a job that has been deleted meanwhile is not linked."""
    alive = set(survey.study.jobs.filter(pk__in=filter(None, jobs.values())).values_list("pk", flat=True))
    for number, (item, key) in enumerate(keys.items(), 1):
        yield SurveyItem(
            study_id=survey.study_id,
            survey=survey,
            key=key,
            job_id=jobs.get(item) if jobs.get(item) in alive else None,
            wording={"en": item},
            position=number,
        )


def _responses(survey: Survey, found: Checked, keys: Mapping[str, str]) -> Iterable[SurveyResponse]:
    for who, (segment, given) in found.answers.items():
        answers: dict[str, Any] = {keys[item]: parts for item, parts in given.items()}
        yield SurveyResponse(
            study_id=survey.study_id, survey=survey, respondent=who, segment=segment, answers=answers
        )
