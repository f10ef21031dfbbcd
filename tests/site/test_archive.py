"""Story 10: one JSON archive of everything that a study holds, and the import of that archive."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cpd_site.actions import import_study
from cpd_site.archive import layout
from cpd_site.archive.load import load_archive
from cpd_site.archive.read import ArchiveRefused, read_archive
from cpd_site.archive.write import canonical, write_archive
from interviews.models import Asked, Code, Coding, Coverage, Element, GuidePrompt, SnapProposal
from jobs.models import (
    Approval,
    BusinessInput,
    ClusterMember,
    Comment,
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
from strategy.models import CanvasVersion, CardComment, CardDecision, KpiReading, Workshop
from studies.access import StudyAccess
from studies.history import record
from studies.models import Membership, Run, Study
from studies.roles import Role
from tests import factories as make

TIMES = {"created_at", "captured_at", "imported_at", "at", "joined_at", "started_at", "finished_at"}
TIMES |= {"made_at", "decided_at"}


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def full(owner: StudyAccess) -> StudyAccess:
    return filled(owner)


def filled(owner: StudyAccess) -> StudyAccess:
    """A study with a row of every kind, references forward and backward, and trash."""
    study, user = owner.study, owner.user
    colleague = make.make_access(Role.REVIEWER, study=study).user
    run = Run.objects.create(
        study=study, kind="jobs.cluster", state="done", input_digest="d", created_by=user, versions={"a": "1"}
    )
    interview = make.make_interview(study, held_on=date(2026, 3, 1))
    prompt = GuidePrompt.objects.create(study=study, text="What happened that day?", phase=1)
    Asked.objects.create(study=study, interview=interview, prompt=prompt, at_ms=5)
    Coverage.objects.create(study=study, interview=interview, kind="gain")
    transcript = make.make_transcript(interview, imported_by=user)
    quote = make.make_quote(transcript, "Just died.")
    push = make.make_element(interview, quote=quote, captured_by=colleague, detail={"cost": "=1+1"})
    make.make_element(interview, note="Gone", deleted_at=timezone.now())
    SnapProposal.objects.create(study=study, element=push, turn=transcript.turns.all()[1], distance_ms=3)
    job = make.make_job(study, interview=interview, created_by=user)
    above = make.make_job(study, scope="generalised", statement="Keep the family moving")
    job.general, job.parent = above, above
    job.save(update_fields=["general", "parent"])
    job.also_serves.add(above)
    LintDismissal.objects.create(study=study, job=job, rule="verb", reason="It is one", by=user)
    make.make_evidence(job, element=push, by=colleague)
    make.make_evidence(above, quote=quote, polarity="contradicts")
    cluster = JobCluster.objects.create(study=study, run=run, name="Moving", general=above, state="accepted")
    ClusterMember.objects.create(study=study, cluster=cluster, job=job, similarity=0.7)
    Rating.objects.create(study=study, job=above, criterion="fit", rater=user, value=3)
    Rating.objects.create(study=study, job=above, criterion="fit", rater=colleague, value=1)
    Comment.objects.create(study=study, job=above, author=colleague, text="Really?")
    Approval.objects.create(study=study, job=above, reviewer=colleague, decision="approved")
    PrioritySettings.objects.create(study=study, goals=["Sell bikes"])
    code = Code.objects.create(study=study, name="Old van", created_by=user)
    Coding.objects.create(study=study, element=push, code=code, by=colleague)
    cluster.stands_on.add(interview)
    Pin.objects.create(study=study, kind="apart", first=job, second=above, by=user)
    BusinessInput.objects.create(study=study, job=above, performers_low=1000, performers_high=4000, by=user)
    Scenario.objects.create(study=study, name="Only city").without_interviews.add(interview)
    frozen = Snapshot.objects.create(study=study, name="Board", weights={}, interviews=1, draws=2000, by=user)
    SnapshotRow.objects.create(
        study=study, snapshot=frozen, job=above, statement="Keep moving", rank=1, numbers={"k": 1}
    )
    survey = Survey.objects.create(study=study, name="Importance", created_by=user)
    SurveyItem.objects.create(study=study, survey=survey, job=above, key="moving", wording={"en": "Move"})
    SurveyResponse.objects.create(study=study, survey=survey, respondent="r1", answers={"moving": {"imp": 5}})
    source = VerbatimSource.objects.create(
        study=study, name="Tickets", digest="d", state="ready", imported_by=user
    )
    group = VerbatimGroup.objects.create(study=study, source=source, name="Late", texts=1, times=2, run=run)
    Verbatim.objects.create(study=study, source=source, group=group, row=2, text="=Late", text_hash="h")
    VerbatimLink.objects.create(study=study, group=group, job=above, by=user)
    SuggestionModel.objects.create(study=study, on=True, run=run)
    canvas = make.make_canvas(above, created_by=user)
    card = make.make_card(canvas, created_by=user)
    card.elements.add(push)
    card.quotes.add(quote)
    card.jobs.add(above)
    card.clusters.add(cluster)
    said = CardComment.objects.create(study=study, card=card, author=colleague, author_name="C", text="Hm")
    said.mentions.add(user)
    CardDecision.objects.create(study=study, card=card, decision="keep", reason="Still true", decided_by=user)
    links = [f"cluster:{cluster.pk}", f"element:{push.pk}", f"job:{above.pk}", f"quote:{quote.pk}"]
    kept = {"key": str(card.key), "phase": 1, "lane": "need", "position": "V", "kind": "idea", "text": "Lend"}
    CanvasVersion.objects.create(
        study=study, canvas=canvas, name="Before", cards=[{**kept, "links": links}], made_by=user
    )
    Workshop.objects.create(
        study=study, canvas=canvas, facilitator=user, ended_at=timezone.now(), result={str(card.key): 4}
    )
    Workshop.objects.create(study=study, canvas=canvas, facilitator=user)
    action = make.make_action(canvas, card=card, owner=colleague, due_on=date(2026, 12, 1))
    action.elements.add(push)
    make.make_action(canvas, title="The next loop", previous=action, mode="proactive")
    KpiReading.objects.create(study=study, action=action, on=date(2026, 11, 1), value=3.5, made_by=user)
    record(owner, "study.edited", job, note="x")
    return owner


def archive_of(access: StudyAccess) -> bytes:
    return "".join(write_archive(access)).encode()


def sealed(data: dict[str, Any]) -> bytes:
    """The archive with fresh checksums, so that the next check is the one that speaks."""
    parts = {"study": data["study"], **data["sections"]}
    data["sha256"] = {
        name: hashlib.sha256(canonical(part).encode()).hexdigest() for name, part in parts.items()
    }
    return json.dumps(data).encode()


def without_times(data: dict[str, Any]) -> dict[str, Any]:
    """Sections without times and the entries that the import itself writes; people by their names."""
    sections = {name: rows for name, rows in data["sections"].items() if name not in {"members", "people"}}
    names = [row["name"] for row in data["sections"]["people"]]
    sections["history"] = [
        row for row in sections["history"] if row["verb"] not in {"study.created", "study.imported"}
    ]
    people = {
        "actor",
        "author",
        "by",
        "captured_by",
        "created_by",
        "decided_by",
        "facilitator",
        "imported_by",
        "made_by",
        "owner",
        "rater",
        "reviewer",
    }
    return {"study": data["study"]} | {
        section: [
            {
                key: [names[each - 1] for each in value]
                if key == "mentions"
                else names[value - 1]
                if key in people and value
                else value
                for key, value in row.items()
                if key not in TIMES
            }
            for row in rows
        ]
        for section, rows in sections.items()
    }


def imported(user: Any, raw: bytes, callbacks: Any) -> StudyAccess:
    with callbacks(execute=True):
        run = import_study(user, raw=raw)
    run.refresh_from_db()
    assert (run.state, run.error) == ("done", "")
    return StudyAccess(run.study, user, Role.OWNER)


# --- round trip --------------------------------------------------------------------------------------
def test_export_import_export_gives_the_same_archive(
    full: StudyAccess, outsider: StudyAccess, django_capture_on_commit_callbacks: Any
) -> None:
    first = archive_of(full)
    copy = imported(outsider.user, first, django_capture_on_commit_callbacks)
    second = archive_of(copy)

    assert without_times(json.loads(second)) == without_times(json.loads(first))
    assert all(rows for rows in json.loads(first)["sections"].values())


def test_times_survive_the_import(
    full: StudyAccess, outsider: StudyAccess, django_capture_on_commit_callbacks: Any
) -> None:
    Element.objects.update(captured_at="2020-02-02T10:00:00Z")
    copy = imported(outsider.user, archive_of(full), django_capture_on_commit_callbacks)

    assert copy.study.elements.get().captured_at.year == 2020


def test_who_imports_is_owner_and_nobody_else_gets_in(
    full: StudyAccess, outsider: StudyAccess, django_capture_on_commit_callbacks: Any
) -> None:
    before = set(get_user_model().objects.values_list("pk", flat=True))
    copy = imported(outsider.user, archive_of(full), django_capture_on_commit_callbacks)
    made = get_user_model().objects.exclude(pk__in=before)

    assert list(copy.study.memberships.values_list("user_id", "role")) == [(outsider.user.pk, "owner")]
    assert {(user.is_active, user.has_usable_password(), user.email) for user in made} == {(False, False, "")}


def test_two_surveys_of_our_own_page_come_back(owner: StudyAccess) -> None:
    """Neither came from a file, so neither has a digest: that makes them no twins."""
    for name in ("Spring", "Autumn"):
        Survey.objects.create(study=owner.study, name=name)

    assert len(read_archive(archive_of(owner)).rows["surveys"]) == 2


def test_my_own_archive_keeps_my_work_mine(
    full: StudyAccess, django_capture_on_commit_callbacks: Any
) -> None:
    copy = imported(full.user, archive_of(full), django_capture_on_commit_callbacks)

    assert copy.study.jobs.get(scope="individual").created_by == full.user


def test_the_history_keeps_its_names_and_points_to_the_new_rows(
    full: StudyAccess, outsider: StudyAccess, django_capture_on_commit_callbacks: Any
) -> None:
    copy = imported(outsider.user, archive_of(full), django_capture_on_commit_callbacks)
    entry = copy.study.history.get(verb="study.edited")

    assert entry.actor_name == full.user.first_name
    assert entry.target_id == str(copy.study.jobs.get(scope="individual").pk)


def test_the_uploaded_file_goes_once_it_is_written(
    full: StudyAccess, outsider: StudyAccess, django_capture_on_commit_callbacks: Any
) -> None:
    imported(outsider.user, archive_of(full), django_capture_on_commit_callbacks)

    assert default_storage.listdir("archives") == ([], [])


def test_a_second_delivery_of_the_run_writes_nothing_twice(
    full: StudyAccess, outsider: StudyAccess, django_capture_on_commit_callbacks: Any
) -> None:
    raw = archive_of(full)
    copy = imported(outsider.user, raw, django_capture_on_commit_callbacks)

    assert load_archive(copy, read_archive(raw)) == {}
    assert copy.study.elements.count() == 1


def test_the_archive_holds_no_address_no_password_and_no_trash(full: StudyAccess) -> None:
    text = archive_of(full).decode()

    assert full.user.email not in text
    assert full.user.password not in text
    assert "Gone" not in text


def test_words_of_a_deleted_interview_leave_with_it(full: StudyAccess) -> None:
    full.study.interviews.update(deleted_at=timezone.now())
    sections = json.loads(archive_of(full))["sections"]

    emptied = ["interviews", "transcripts", "turns", "quotes", "elements", "evidence", "snaps", "asked"]
    assert [len(sections[name]) for name in emptied] == [0] * len(emptied)
    assert read_archive(archive_of(full)).rows["jobs"][0]["interview"] is None


def test_every_model_of_a_study_is_in_the_archive_or_left_out_for_a_reason() -> None:
    ours = {"studies", "interviews", "jobs", "journeys", "strategy"}
    models = {
        model.__name__ for model in apps.get_models() if model._meta.app_label in ours and model is not Study
    }

    assert models - {section.model.__name__ for section in layout.SECTIONS} - set(layout.LEFT_OUT) == set()


def test_the_same_study_gives_the_same_checksums(full: StudyAccess) -> None:
    assert json.loads(archive_of(full))["sha256"] == json.loads(archive_of(full))["sha256"]


def test_a_kept_version_names_the_rows_of_the_study_it_comes_into(
    full: StudyAccess, outsider: StudyAccess, django_capture_on_commit_callbacks: Any
) -> None:
    make.make_element(make.make_interview(outsider.study))  # so that no number is the same by chance
    study = imported(outsider.user, archive_of(full), django_capture_on_commit_callbacks).study

    assert study.canvas_versions.get().cards[0]["links"] == [
        f"cluster:{study.jobclusters.get().pk}",
        f"element:{study.elements.get().pk}",
        f"job:{study.jobs.get(scope='generalised').pk}",
        f"quote:{study.quotes.get().pk}",
    ]


def test_a_workshop_that_goes_on_stays_at_home(full: StudyAccess) -> None:
    assert [row["ended_at"] is None for row in read_archive(archive_of(full)).rows["workshops"]] == [False]


# --- archives from before ----------------------------------------------------------------------------
def older(full: StudyAccess) -> dict[str, Any]:
    """As it was written before canvases were shared live."""
    data: dict[str, Any] = json.loads(archive_of(full))
    for name in ("card_comments", "card_decisions", "canvas_versions", "workshops", "kpi_readings"):
        del data["sections"][name]
    for row in data["sections"]["cards"]:
        for name in ("kind", "locked", "author_name", "quotes", "jobs", "clusters"):
            del row[name]
    for row in data["sections"]["actions"]:
        for name in ("kpi_kind", "mode", "previous", "started_on", "closed_at"):
            del row[name]
    return data


@pytest.mark.parametrize(("mark", "kind"), [(True, "assumption"), (False, "idea")])
def test_an_older_archive_is_still_read(mark: bool, kind: str, full: StudyAccess) -> None:
    data = older(full)
    data["sections"]["cards"][0]["is_assumption"] = mark

    read = read_archive(sealed(data))

    assert [row["kind"] for row in read.rows["cards"]] == [kind]
    assert (read.rows["kpi_readings"], read.rows["actions"][0]["previous"]) == ([], None)


def test_an_older_archive_with_another_gap_is_refused(full: StudyAccess) -> None:
    data = older(full)
    del data["sections"]["cards"][0]["text"]

    with pytest.raises(ArchiveRefused, match="cards, row 1: “text” is missing or unknown"):
        read_archive(sealed(data))


# --- files that are refused --------------------------------------------------------------------------
def test_a_file_that_breaks_off_says_where(full: StudyAccess) -> None:
    raw = archive_of(full)
    with pytest.raises(ArchiveRefused, match=r"breaks off or is damaged in line \d+"):
        read_archive(raw[: len(raw) // 2])


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "not UTF-8"),
        (b"[1, 2]", "no archive of a study"),
        (b"import sys", "This file is no archive of a study"),
        (b'{"a": 1}', "no archive of a study"),
        (b'{"format": "progress-studio/9"}', "this version reads"),
        (b'{"format": "progress-studio/1"}', "Parts of the archive are missing"),
        (b'{"format": NaN}', "no archive of a study would hold"),
        (b"[" * 100_000, "no archive of a study would hold"),
    ],
)
def test_a_foreign_file_is_refused_in_words(raw: bytes, reason: str) -> None:
    with pytest.raises(ArchiveRefused, match=reason):
        read_archive(raw)


def test_one_changed_letter_is_found_by_its_checksum(full: StudyAccess) -> None:
    raw = archive_of(full).replace(b"Keep the family moving", b"Keep the family growing")

    with pytest.raises(ArchiveRefused, match="“jobs” does not match its checksum"):
        read_archive(raw)


def change(data: dict[str, Any], section: str, **fields: Any) -> bytes:
    data["sections"][section][0] |= fields
    return sealed(data)


@pytest.mark.parametrize(
    ("section", "fields", "reason"),
    [
        ("elements", {"interview": 99}, "elements, row 1: “interview” points to a row of “interviews”"),
        ("elements", {"interview": None}, "elements, row 1: “interview” points to"),
        ("elements", {"interview": True}, "elements, row 1: “interview” points to"),
        ("elements", {"kind": "dream"}, "elements, row 1: “kind”"),
        ("elements", {"intensity": 9}, "elements, row 1: “intensity”"),
        ("elements", {"intensity": "4"}, "elements, row 1: “intensity” has the wrong type"),
        ("elements", {"note": "a\u0000b"}, "elements, row 1: “note”"),
        ("elements", {"detail": ["x"]}, "elements, row 1: “detail” has the wrong shape"),
        ("elements", {"shoe": 1}, "elements, row 1: “shoe” is missing or unknown"),
        ("elements", {"captured_at": "yesterday"}, "elements, row 1: “captured_at”"),
        ("quotes", {"start": 3}, "quotes, row 1: the words do not stand at that place"),
        ("jobs", {"statement": "x" * 301}, "jobs, row 1: “statement”"),
        ("cards", {"elements": [7]}, "cards, row 1: “elements” points to"),
        ("canvas_versions", {"cards": [{"key": "x"}]}, "canvas_versions, row 1: “cards” has the wrong shape"),
        ("workshops", {"ended_at": None}, "workshops, row 1: “ended_at” cannot be “None”"),
        ("card_comments", {"mentions": [99]}, "card_comments, row 1: “mentions” points to a row of “people”"),
        ("kpi_readings", {"value": 1e300}, "kpi_readings, row 1: “value”"),
        ("evidence", {"element": None}, "evidence, row 1: it needs an element or a quote"),
        ("people", {"name": 5}, "people"),
        ("members", {"role": "emperor"}, "members, row 1"),
    ],
)
def test_a_row_that_does_not_fit_is_named(
    section: str, fields: dict[str, Any], reason: str, full: StudyAccess
) -> None:
    raw = change(json.loads(archive_of(full)), section, **fields)

    with pytest.raises(ArchiveRefused, match=reason):
        read_archive(raw)


def test_two_rows_that_exclude_each_other_are_named(full: StudyAccess) -> None:
    data = json.loads(archive_of(full))
    data["sections"]["ratings"].append(data["sections"]["ratings"][0])

    with pytest.raises(ArchiveRefused, match="ratings, row 3: the same as row 1"):
        read_archive(sealed(data))


# --- the pages ---------------------------------------------------------------------------------------
def upload(client: Any, raw: bytes, name: str = "a.json") -> Any:
    return client.post("/import/", {"archive": SimpleUploadedFile(name, raw)})


def test_a_damaged_file_leaves_nothing_behind(outsider: StudyAccess, login: Any) -> None:
    response = upload(login(outsider), b'{"format": "progress')

    assert response.status_code == 422
    assert "breaks off or is damaged" in response.content.decode()
    assert Study.objects.count() == 1
    assert Run.objects.count() == 0


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    outsider: StudyAccess, login: Any, settings: Any
) -> None:
    settings.UPLOAD_MAX_BYTES = 1024
    response = upload(login(outsider), b" " * 2000, "big.json")

    assert response.status_code == 422
    assert "big.json" in response.content.decode()


def test_a_full_disk_is_told_and_nothing_is_imported(
    full: StudyAccess, login: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(*args: Any, **kwargs: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage.save", no_space)
    response = upload(login(full), archive_of(full))

    assert response.status_code == 422
    assert "No space left on device" in response.content.decode()
    assert Study.objects.count() == 1


def test_an_import_that_fails_in_the_middle_writes_nothing(
    full: StudyAccess,
    outsider: StudyAccess,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    from cpd_site.archive import load

    def dies(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    people = get_user_model().objects.count()
    with monkeypatch.context() as patch, django_capture_on_commit_callbacks(execute=True):
        patch.setattr(load, "_link", dies)
        run = import_study(outsider.user, raw=archive_of(full))
    run.refresh_from_db()

    assert run.state == "failed"
    assert run.study.participants.count() == 0
    assert get_user_model().objects.count() == people
    assert len(default_storage.listdir("archives")[1]) == 1


def test_a_failed_import_can_be_run_again(
    full: StudyAccess, outsider: StudyAccess, login: Any, django_capture_on_commit_callbacks: Any
) -> None:
    run = import_study(outsider.user, raw=archive_of(full))
    Run.objects.filter(pk=run.pk).update(state="failed")
    with django_capture_on_commit_callbacks(execute=True):
        login(outsider).post(f"/s/{run.study.slug}/runs/{run.pk}/repeat/")

    assert run.study.elements.count() == 1


def test_the_page_leads_to_the_run_and_the_run_to_the_study(
    full: StudyAccess, login: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client, raw = login(full), archive_of(full)
    with django_capture_on_commit_callbacks(execute=True):
        response = upload(client, raw)
    study = Membership.objects.filter(user=full.user).last().study  # type: ignore[union-attr]

    assert response.url.startswith(f"/s/{study.slug}/runs/")
    assert f'href="/s/{study.slug}/"' in client.get(response.url).content.decode()
