"""From an uploaded file to answers: nothing is written before a person says so, and nothing by halves."""

from __future__ import annotations

import io
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from jobs.actions import survey_import as actions
from jobs.actions.surveys import SurveyRefused, set_survey_deleted
from jobs.models import Job, Survey
from jobs.queries.surveys import Answered, answers
from jobs.surveys.table import Column, check
from studies.access import StudyAccess
from studies.models import Run
from studies.roles import Role
from studies.tasks import execute_run
from tests.jobs.surveys_made import make_general

SOUND = "respondent;segment;imp__ride.arrive dry;sat__ride.arrive dry\nR1;City;5;2\nR2;Village;4;\n"
COLUMNS = {"imp__a": Column("imp", "a"), "sat__a": Column("sat", "a")}


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def dry(owner: StudyAccess) -> Job:
    return make_general(owner.study, "Arrive dry")


def url(access: StudyAccess, name: str, *args: Any) -> str:
    return reverse(f"jobs:{name}", args=[access.study.slug, *args])


def upload(client: Client, access: StudyAccess, data: bytes | str, name: str = "autumn.csv") -> Any:
    content = data.encode() if isinstance(data, str) else data
    return client.post(url(access, "survey_import"), {"file": SimpleUploadedFile(name, content)})


def workbook(rows: list[list[Any]]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def choices(page: Any) -> dict[str, str]:
    """What the page proposes, as its form would send it."""
    form = page.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_a_file_by_the_convention_is_read_mapped_and_imported(
    owner: StudyAccess, login: Any, dry: Job, django_capture_on_commit_callbacks: Any
) -> None:
    client = login(owner)
    there = upload(client, owner, SOUND)["Location"]
    survey = owner.study.surveys.get()
    proposed = choices(client.get(there))

    looked = client.post(there, proposed | {"check": "1"})
    assert "2 respondents from 2 rows" in looked.text
    assert (survey.responses.count(), survey.items.count()) == (0, 0)
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(there, proposed | {"import": "all"})

    survey.refresh_from_db()
    assert proposed["job-2"] == proposed["job-3"] == str(dry.pk)
    assert done["Location"] == url(owner, "survey", survey.pk)
    [notice] = get_messages(done.wsgi_request)
    assert notice.extra_tags == f"undo:{url(owner, 'survey_delete', survey.pk)}"
    assert (survey.state, survey.name, survey.file.name) == ("closed", "autumn", "")
    assert list(Path(str(survey.file.storage.location)).rglob("surveys/*")) == []
    assert answers(owner.study) == [
        Answered(dry.pk, "R1", "City", 5, 2, None, None),
        Answered(dry.pk, "R2", "Village", 4, None, None, None),
    ]
    assert owner.study.history.first().data == {"respondents": 2, "left_out": 0}


def test_who_undoes_an_import_reads_nothing_about_a_link(owner: StudyAccess, login: Any) -> None:
    client = login(owner)
    upload(client, owner, SOUND)

    done = client.post(url(owner, "survey_delete", owner.study.surveys.get().pk))

    assert [str(notice) for notice in get_messages(done.wsgi_request)] == ["Survey deleted."]


def test_a_workbook_with_columns_of_its_own_is_mapped_by_hand(
    owner: StudyAccess, login: Any, dry: Job
) -> None:
    rows = [
        ["Wer", "How much does rain matter?", "And today?", "Remark"],
        ["x1", 5, 1, "=1+1"],
        ["x2", 4, 3, ""],
    ]
    client = login(owner)
    there = upload(client, owner, workbook(rows), "panel.xlsx")["Location"]
    mapping = {"what-0": "respondent", "what-1": "imp", "job-1": dry.pk, "what-2": "sat", "job-2": dry.pk}

    client.post(there, mapping | {"import": "all"})

    survey = owner.study.surveys.get()
    assert [row.answers for row in survey.responses.all()] == [
        {"q1": {"imp": 5, "sat": 1}},
        {"q1": {"imp": 4, "sat": 3}},
    ]
    item = survey.items.get()
    assert (item.job, item.wording) == (dry, {"en": "How much does rain matter?"})


def test_a_workbook_with_groups_above_its_columns_is_joined_guessed_and_told(
    owner: StudyAccess, login: Any, dry: Job
) -> None:
    rows = [
        ["Respondent ID", "How important is it?", "", "How satisfied are you?", ""],
        ["", "Arrive dry", "Be on time", "Arrive dry", "Be on time"],
        ["x1", 5, 3, 1, 2],
        ["x2", 4, 4, 3, 5],
    ]
    client = login(owner)
    there = upload(client, owner, workbook(rows), "monkey.xlsx")["Location"]
    page = client.get(there)

    client.post(there, choices(page) | {"import": "all"})

    survey = owner.study.surveys.get()
    assert "names of columns joined from rows 1 and 2" in page.text
    assert [row.answers for row in survey.responses.order_by("respondent")] == [
        {"q1": {"imp": 5, "sat": 1}, "q2": {"imp": 3, "sat": 2}},
        {"q1": {"imp": 4, "sat": 3}, "q2": {"imp": 4, "sat": 5}},
    ]
    assert [item.job for item in survey.items.order_by("position")] == [dry, None]


def test_rows_with_errors_are_named_and_only_the_sound_ones_can_be_taken(
    owner: StudyAccess, login: Any, dry: Job
) -> None:
    client = login(owner)
    there = upload(client, owner, SOUND + "R3;City;7;2\nR4;City;often;2\nR1;City;4;4\n;;;\n")["Location"]
    proposed = choices(client.get(there))

    looked = client.post(there, proposed | {"check": "1"})
    refused = client.post(there, proposed | {"import": "all"})
    survey = owner.study.surveys.get()
    assert survey.responses.count() == 0
    client.post(there, proposed | {"import": "sound"})

    assert "“7” is outside the scale from 1 to 5." in looked.text
    assert "“often” is words" in looked.text
    assert "1 of these rows holds a number outside 1 to 5." in looked.text
    assert "If a number such as 99 stands for no answer, empty those cells." in looked.text
    assert "1 row repeats a respondent" in looked.text
    assert refused.status_code == 422
    assert "2 of 5 rows have errors, nothing was imported. Row 4, " in refused.text
    assert "Row 5, “imp__" in refused.text
    assert dict(survey.responses.values_list("respondent", "answers")) == {
        "R1": {"q1": {"imp": 4, "sat": 4}},
        "R2": {"q1": {"imp": 4}},
    }


def test_the_page_says_how_words_are_read_and_that_rows_without_an_id_are_people(
    owner: StudyAccess, login: Any, dry: Job
) -> None:
    client = login(owner)
    there = upload(client, owner, "imp__arrive dry;sat__arrive dry\n5 - very important;2\n4;1\n")["Location"]

    looked = client.post(there, choices(client.get(there)) | {"check": "1"})

    assert "“5 - very important” as <strong>5</strong>. Is 5 the most" in looked.text
    assert "No column is the respondent’s id, so each row counts as a person of its own." in looked.text
    assert "2 respondents from 2 rows" in looked.text


def test_ids_that_answered_another_survey_are_told_before_they_count_as_the_same_people(
    owner: StudyAccess, login: Any, dry: Job
) -> None:
    client = login(owner)
    first = upload(client, owner, SOUND)["Location"]
    client.post(first, choices(client.get(first)) | {"import": "all"})
    there = upload(client, owner, SOUND.replace("R1;City;5", "R3;City;4"))["Location"]

    looked = client.post(there, choices(client.get(there)) | {"check": "1"})

    assert "1 of these ids has answered another survey of this study." in looked.text


def test_the_same_file_is_refused_with_the_day_of_the_first(
    owner: StudyAccess, outsider: StudyAccess, login: Any, dry: Job
) -> None:
    client = login(owner)
    first = upload(client, owner, SOUND)["Location"]
    waiting = upload(client, owner, SOUND, "again.csv")
    client.post(first, choices(client.get(first)) | {"import": "all"})
    again = upload(client, owner, SOUND, "again.csv")

    survey = owner.study.surveys.get()
    day = f"{survey.created_at:%-d %B %Y}"
    assert (waiting.status_code, again.status_code) == (422, 422)
    assert f"is waiting for its columns since {day}" in waiting.text
    assert f"The same file was imported on {day}, as “autumn”." in again.text
    assert upload(login(outsider), outsider, SOUND).status_code == 302  # another study knows nothing of it


def test_a_deleted_import_may_be_imported_again_and_then_not_restored(owner: StudyAccess, login: Any) -> None:
    upload(login(owner), owner, SOUND)
    first = owner.study.surveys.get()
    set_survey_deleted(owner, first, deleted=True)

    assert upload(login(owner), owner, SOUND).status_code == 302
    with pytest.raises(SurveyRefused, match="imported again meanwhile"):
        set_survey_deleted(owner, first, deleted=False)


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "empty.csv", "is empty"),
        (b"%PDF-1.7 ...", "answers.pdf", "is a PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "answers.csv", "is an image"),
        (b"PK\x03\x04 not really", "answers.xlsx", "damaged or locked"),
        (",".join(f"imp__{n}" for n in range(300)).encode() + b"\n1\n", "wide.csv", "300 columns"),
        (b"respondent;imp__a\n", "head.csv", "no rows below"),
        (b"imp__a\n" + b"5\n" * (6 * 1024 * 1024), "long.csv", "is larger than 10 MB"),
    ],
    ids=["empty", "pdf", "png", "broken", "wide", "head", "large"],
)
def test_what_is_no_table_of_answers_is_refused_in_words(
    owner: StudyAccess, login: Any, data: bytes, name: str, said: str
) -> None:
    response = upload(login(owner), owner, data, name)

    assert response.status_code == 422
    assert said in response.text
    assert owner.study.surveys.count() == 0


def test_a_packed_bomb_is_refused_before_it_is_unpacked(owner: StudyAccess, login: Any) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", bytes(60 * 1024 * 1024))

    response = upload(login(owner), owner, file.getvalue(), "bomb.xlsx")

    assert response.status_code == 422
    assert "too much for a workbook" in response.text


@pytest.mark.parametrize("is_quick", [True, False])
def test_a_scale_in_words_is_asked_about_and_imported(
    owner: StudyAccess, login: Any, monkeypatch: pytest.MonkeyPatch, is_quick: bool
) -> None:
    monkeypatch.setattr(actions, "is_quick", lambda survey, table: is_quick)
    client = login(owner)
    there = upload(client, owner, "imp__a,sat__a\nvery important,4\nnot important,2\n")["Location"]
    proposed = choices(client.get(there))

    asked = client.post(there, proposed | {"check": "1"})
    said = {"word": ["very important", "not important"], "stands": ["5", "1"]}
    looked = client.post(there, proposed | said | {"check": "1"})
    client.post(there, proposed | said | {"import": "all"})
    for run in owner.study.runs.filter(kind="jobs.survey_import"):
        execute_run(run.pk)

    assert "What “very important” stands for" in asked.text
    assert ("2 respondents from 2 rows" in looked.text) is is_quick
    assert looked.context["words"] == [("very important", 5), ("not important", 1)]
    assert [row.answers["q1"] for row in owner.study.surveyresponses.order_by("pk")] == [
        {"imp": 5, "sat": 4},
        {"imp": 1, "sat": 2},
    ]
    assert owner.study.history.get(verb="survey.imported").data["scale"]["very important"] == 5


def test_words_are_asked_about_only_until_they_are_said(owner: StudyAccess, login: Any) -> None:
    client = login(owner)
    there = upload(client, owner, "imp__a,sat__a\ngood,4\ngood,9\n")["Location"]
    proposed = choices(client.get(there)) | {"check": "1"}

    unsaid = client.post(there, proposed)
    said = client.post(there, proposed | {"word": ["good"], "stands": ["5"]})

    assert "Say above what words stand for" in unsaid.text
    assert "Say above what words stand for" not in said.text
    assert "1 row with errors is never imported" in said.text


def test_of_a_scale_only_what_can_be_a_word_of_it_is_taken(owner: StudyAccess, login: Any) -> None:
    client = login(owner)
    there = upload(client, owner, "imp__a,sat__a\ngood,4\n")["Location"]
    proposed = choices(client.get(there))

    posted = {"word": ["good", "\0", "b\0d", "x" * 201, *"abcdefghijklmnopqrstuvwxyz"], "stands": ["5"] * 30}
    client.post(there, proposed | posted | {"import": "all"})

    kept = owner.study.history.get(verb="survey.imported").data["scale"]
    assert kept == {"good": 5}


def test_more_rows_than_a_survey_may_have_are_refused_whole(
    owner: StudyAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = actions.upload_answers(owner, data=b"imp__a\n5\n4\n3\n", filename="a.csv")
    monkeypatch.setattr(actions, "check", partial(check, at_most=2))

    with pytest.raises(SurveyRefused, match="Split the file"):
        actions.import_answers(
            owner, survey, columns={"imp__a": COLUMNS["imp__a"]}, scale={}, jobs={}, sound_only=False
        )
    assert survey.responses.count() == 0


def test_a_table_that_breaks_off_far_below_its_head_is_told_when_it_is_read(
    owner: StudyAccess, login: Any
) -> None:
    """What breaks off where the names of columns are looked for is refused with the upload."""
    data = b"id,imp__a\n" + b"1,5\n" * 60 + b'2,"' + b"x" * 140_000
    survey = actions.upload_answers(owner, data=data, filename="torn.csv")
    columns = reverse("jobs:survey_columns", args=[owner.study.slug, survey.pk])

    for asked in ({"check": "1"}, {"import": "all"}):
        answer = login(owner).post(columns, {"what-1": "imp"} | asked, follow=True)
        assert "Most likely a quotation mark is opened and never closed." in answer.text
    assert survey.responses.count() == 0


def test_nothing_is_asked_in_a_survey_whose_file_waits_for_its_columns(
    owner: StudyAccess, login: Any, dry: Job
) -> None:
    """Else its items would stand where those of the file go."""
    client = login(owner)
    there = upload(client, owner, SOUND)["Location"]
    survey = owner.study.surveys.get()

    refused = client.post(
        reverse("jobs:survey_edit", args=[owner.study.slug, survey.pk]),
        {"version": survey.version, "name": "Mine", "add": dry.pk},
    )
    imported = client.post(there, {"what-0": "respondent", "what-2": "imp", "job-2": dry.pk, "import": "all"})

    assert (refused.status_code, "waits for its columns" in refused.text) == (422, True)
    assert (imported.status_code, survey.items.get().job_id) == (302, dry.pk)


def test_a_mapping_without_ratings_or_with_a_job_of_another_study_is_refused(
    owner: StudyAccess, outsider: StudyAccess, login: Any
) -> None:
    theirs = make_general(outsider.study, "A secret of somebody else")
    client = login(owner)
    there = upload(client, owner, SOUND)["Location"]

    nothing = client.post(there, {"what-0": "respondent", "import": "all"})
    foreign = client.post(there, {"what-2": "imp", "job-2": theirs.pk, "import": "all"})

    assert (nothing.status_code, foreign.status_code) == (422, 422)
    assert "No column holds importance" in nothing.text
    assert "A secret" not in foreign.text
    assert owner.study.surveyresponses.count() == 0


def test_a_large_file_is_a_run_that_says_what_it_wrote_and_writes_once(
    owner: StudyAccess, login: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", {})
    client = login(owner)
    there = upload(client, owner, SOUND)["Location"]
    proposed = choices(client.get(there))
    assert "read in the background" in client.post(there, proposed | {"check": "1"}).text

    with django_capture_on_commit_callbacks(execute=True):
        client.post(there, proposed | {"import": "all"})

    run, survey = owner.study.runs.get(), owner.study.surveys.get()
    assert (run.state, run.result) == (Run.State.DONE, {"respondents": 2, "rows": 2, "left out": 0})
    assert survey.responses.count() == 2
    with pytest.raises(SurveyRefused, match="file is gone"):
        actions.import_answers(owner, survey, columns=COLUMNS, scale={}, jobs={}, sound_only=False)


def test_a_run_that_finds_errors_fails_with_the_first_of_them(
    owner: StudyAccess, django_capture_on_commit_callbacks: Any
) -> None:
    survey = actions.upload_answers(owner, data=b"imp__a,sat__a\n5,5\n6,1\n", filename="a.csv")

    with django_capture_on_commit_callbacks(execute=True):
        run = actions.start_import(
            owner, survey, columns=COLUMNS, scale={}, jobs={"a": None}, sound_only=False
        )

    run.refresh_from_db()
    assert run.state == Run.State.FAILED
    assert "Row 3, “imp__a”: “6” is outside the scale" in run.error
    assert survey.responses.count() == 0


def test_a_viewer_neither_uploads_nor_maps(owner: StudyAccess, as_role: Any, login: Any) -> None:
    survey = actions.upload_answers(owner, data=SOUND.encode(), filename="a.csv")
    access = as_role(Role.VIEWER)

    assert upload(login(access), access, SOUND).status_code == 403
    assert login(access).get(url(access, "survey_columns", survey.pk)).status_code == 403
    assert login(access).get(url(access, "survey", survey.pk)).status_code == 200
    assert Survey.objects.count() == 1


def test_what_we_export_can_be_imported_elsewhere(
    owner: StudyAccess, outsider: StudyAccess, login: Any, dry: Job
) -> None:
    client = login(owner)
    there = upload(client, owner, SOUND)["Location"]
    client.post(there, choices(client.get(there)) | {"import": "all"})
    exported = client.get(url(owner, "survey_answers", owner.study.surveys.get().pk))
    theirs = make_general(outsider.study, "Ride: arrive dry")

    other = login(outsider)
    there = upload(other, outsider, b"".join(exported.streaming_content), "theirs.csv")["Location"]
    other.post(there, choices(other.get(there)) | {"import": "all"})

    assert answers(outsider.study) == [
        Answered(theirs.pk, "R1", "City", 5, 2, None, None),
        Answered(theirs.pk, "R2", "Village", 4, None, None, None),
    ]
