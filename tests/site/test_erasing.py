"""Erasing a participant for good: what goes, what is replaced, what stays, and who may."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cpd_site.erasing.actions import erase_participant, start_erasing, sweep
from cpd_site.erasing.found import OTHERS, Erasure, text_columns
from cpd_site.erasing.words import Words
from cpd_site.integrity import CHECKS
from interviews.actions.codes import add_code
from interviews.actions.elements import add_element, edit_element
from interviews.actions.participants import trash_participant
from interviews.models import Code, Participant
from jobs.actions.statements import add_job, edit_job
from jobs.models import ClusterMember, Comment, JobCluster, Paper, Snapshot, SnapshotRow, Vector
from jobs.vectors import hash_of
from strategy.actions.cards import add_card, trash_card
from strategy.actions.sheets import changing, shared_sheet
from strategy.actions.versions import name_version
from strategy.document import change_card, read_cards
from strategy.live import store
from strategy.models import SheetSnapshot, SheetUpdate
from studies.access import StudyAccess
from studies.actions.runs import cancel_run
from studies.history import record
from studies.models import Run
from studies.roles import Role
from studies.tasks import execute_run
from tests import factories as make

SENTENCE = "The blue van died on the bridge with both girls in it."
NOTE = "Mother of twins, her van broke down on the Elbe bridge"
STATEMENT = "Get the twins over the bridge without the blue van"


@pytest.fixture
def mara(owner: StudyAccess) -> Participant:
    """Somebody whose words are in every place that the study has."""
    person: Participant = make.make_participant(owner.study, pseudonym="Mara-17", note="Lives at the bridge")
    interview = make.make_interview(owner.study, participant=person)
    turns = [("interviewer", "What happened?"), ("participant", f"It was May. {SENTENCE} So I called.")]
    transcript = make.make_transcript(interview, turns, filename="mara-the-midwife-may.vtt")
    element = add_element(owner, interview=interview, kind="push", note=NOTE)
    edit_element(owner, element=element, note=f"{NOTE}, in May")
    make.make_element(interview, quote=make.make_quote(transcript, SENTENCE))
    job = add_job(owner, statement=STATEMENT, interview=interview, supports=[element])
    edit_job(owner, job=job, seen=None, statement=f"{STATEMENT} again")
    return person


def everything(*but: type) -> str:
    """All rows of the database as text, but for these models."""
    rows = (row for model in apps.get_models() if model not in but for row in model._base_manager.values())
    return "\n".join(str(row) for row in rows)


def committed(access: StudyAccess, person: Participant, capture: Any) -> None:
    with capture(execute=True):
        erase_participant(access, participant=person)


def test_nothing_of_the_person_is_left_in_any_row(
    owner: StudyAccess, mara: Participant, django_capture_on_commit_callbacks: Any
) -> None:
    other = make.make_element(
        make.make_interview(owner.study), note="Words of somebody else stay where they are"
    )
    committed(owner, mara, django_capture_on_commit_callbacks)

    left = everything()
    for words in ("Mara-17", SENTENCE, NOTE, STATEMENT, "midwife", "Lives at the bridge"):
        assert words not in left
    assert other.note in left
    assert owner.study.interviews.count() == 1
    assert [sentence for check in CHECKS.values() for sentence in check()] == []


def test_the_history_counts_and_says_nothing_of_the_person(owner: StudyAccess, mara: Participant) -> None:
    lines = owner.study.history.count()
    erase_participant(owner, participant=mara)

    last = owner.study.history.first()
    assert last is not None
    assert owner.study.history.count() == lines + 1
    assert (last.verb, last.target_type) == ("participant.erased", "study")
    assert last.target_label == "one participant, 1 interview, 1 transcript, 1 quote, 2 elements"


def test_copies_that_stay_say_when_they_were_erased(owner: StudyAccess, mara: Participant) -> None:
    general = make.make_job(owner.study, scope="generalised")
    canvas = make.make_canvas(general)
    card = add_card(owner, canvas=canvas, phase=1, lane="solutions", text=f"As she said: {SENTENCE}")
    dropped = add_card(owner, canvas=canvas, phase=1, lane="solutions", text=f"And: {SENTENCE}")
    version = name_version(owner, canvas=canvas, name="Board")
    trash_card(owner, card=dropped)
    comment = Comment.objects.create(study=owner.study, job=general, author=owner.user, text=f"“{SENTENCE}”!")
    snapshot = Snapshot.objects.create(study=owner.study, name="A", weights={}, interviews=1, draws=1)
    row = SnapshotRow.objects.create(
        study=owner.study, snapshot=snapshot, statement="Kept", numbers={"why": SENTENCE, "score": 4}
    )
    erasure = Erasure(owner.study, mara)
    instead = erasure.instead
    assert set(erasure.replaced) == {
        "2 cards",
        "2 kept versions of a canvas",
        "1 comment",
        "1 line of an approved ranking",
    }

    erase_participant(owner, participant=mara)

    for each in (card, comment, row, version):
        each.refresh_from_db()
    assert card.text == f"As she said: {instead}"
    assert comment.text == f"“{instead}”!"
    assert (row.statement, row.numbers) == ("Kept", {"why": instead, "score": 4})
    assert {each["text"] for each in version.cards} == {f"As she said: {instead}", f"And: {instead}"}
    assert SENTENCE not in everything()


def log_of(sheet: int) -> bytes:
    """Everything that the database keeps of a shared document."""
    rows = [bytes(row.data) for row in SheetUpdate.objects.filter(sheet=sheet)]
    return b"".join([*rows, store.load(sheet).doc.get_update()])


def test_a_shared_document_forgets_what_was_deleted_long_ago(owner: StudyAccess, mara: Participant) -> None:
    canvas = make.make_canvas(make.make_job(owner.study, scope="generalised"))
    card = add_card(owner, canvas=canvas, phase=1, lane="solutions", text=f"{SENTENCE} Lend a bike")
    sheet = shared_sheet(canvas)
    with changing(sheet) as doc:
        change_card(doc, str(card.key), text="Lend a bike")
    before = store.load(sheet.pk)
    assert SENTENCE.encode() in log_of(sheet.pk)

    erase_participant(owner, participant=mara)

    assert SENTENCE.encode() not in log_of(sheet.pk)
    assert [card.text for card in read_cards(store.load(sheet.pk).doc).values()] == ["Lend a bike"]
    # a room that had read it before goes on writing, and folds what it knows
    with changing(sheet) as doc:
        change_card(doc, str(card.key), text="Lend two bikes")
    for each in store.rows_after(sheet.pk, before.seq):
        before.doc.apply_update(each.data)
    now = store.load(sheet.pk)
    store.fold(sheet.pk, before._replace(seq=now.seq, rows=1))
    assert SheetSnapshot.objects.get(pk=sheet.pk).seq == now.seq
    assert SENTENCE.encode() not in log_of(sheet.pk)
    assert [card.text for card in read_cards(before.doc).values()] == ["Lend two bikes"]
    assert before.doc.get_state() == store.load(sheet.pk).doc.get_state()


def test_what_a_machine_made_of_their_words_goes(owner: StudyAccess, mara: Participant) -> None:
    study = owner.study
    job = study.jobs.get()
    cluster = JobCluster.objects.create(study=study, name=job.statement, cohesion=0.5, resamples=9)
    ClusterMember.objects.create(study=study, cluster=cluster, job=job)
    ClusterMember.objects.create(study=study, cluster=cluster, job=make.make_job(study))
    Vector.objects.create(study=study, encoder="e", text_hash=hash_of(SENTENCE), values=b"1")
    run = Run.objects.create(study=study, kind="jobs.cluster", input_digest="x", state="running")

    erase_participant(owner, participant=mara)

    cluster.refresh_from_db()
    run.refresh_from_db()
    assert STATEMENT not in cluster.name
    assert (cluster.cohesion, cluster.resamples, cluster.members.count()) == (None, 0, 1)
    assert not study.vectors.exists()
    assert run.cancel_requested


@pytest.fixture
def documents(owner: StudyAccess) -> Iterator[list[str]]:
    """A board paper and a file of a canvas, with their runs."""
    study = owner.study
    names = []
    for kind, folder in (("jobs.papers", "papers"), ("strategy.export", "exports")):
        run = Run.objects.create(study=study, kind=kind, input_digest=kind, state="done")
        names.append(default_storage.save(f"{folder}/{study.pk}/{run.pk}.pdf", ContentFile(b"%PDF-")))
        if folder == "papers":
            Paper.objects.create(study=study, kind="pdf", run=run, file=names[-1])
    yield names
    for name in names:
        default_storage.delete(name)


def test_documents_go_after_the_rows(
    owner: StudyAccess, mara: Participant, documents: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as later:
        erase_participant(owner, participant=mara)
    assert all(map(default_storage.exists, documents))  # killed here, rows are gone and files are not
    assert not Paper.with_trash.exists()

    sweep()

    assert not any(map(default_storage.exists, documents))
    assert later


def test_a_sweep_spares_what_was_made_since(owner: StudyAccess, mara: Participant) -> None:
    erase_participant(owner, participant=mara)
    run = Run.objects.create(study=owner.study, kind="jobs.papers", input_digest="n", state="done")
    name = default_storage.save(f"papers/{owner.study.pk}/{run.pk}.pdf", ContentFile(b"%PDF-"))
    paper = Paper.objects.create(study=owner.study, kind="pdf", run=run, file=name)
    late = Run.objects.create(study=owner.study, kind="jobs.papers", input_digest="o", state="done")
    Run.objects.filter(pk=late.pk).update(created_at=timezone.now() - timedelta(hours=1))
    stale = default_storage.save(f"papers/{owner.study.pk}/{late.pk}.pdf", ContentFile(b"%PDF-"))

    sweep()

    assert default_storage.exists(name)
    assert [*Paper.objects.all()] == [paper]
    assert not default_storage.exists(stale)
    default_storage.delete(name)


def test_erasing_twice_changes_nothing(owner: StudyAccess, mara: Participant) -> None:
    erase_participant(owner, participant=Participant.with_trash.get(pk=mara.pk))
    lines = owner.study.history.count()
    erase_participant(owner, participant=mara)
    assert owner.study.history.count() == lines


def test_only_an_owner_erases(owner: StudyAccess, mara: Participant, as_role: Any, login: Any) -> None:
    researcher = as_role(Role.RESEARCHER)
    with pytest.raises(PermissionDenied):
        erase_participant(researcher, participant=mara)
    url = f"/s/{owner.study.slug}/participants/{mara.pk}/erase/"
    assert login(researcher).get(url).status_code == 403
    assert "erase/" not in login(researcher).get(f"/s/{owner.study.slug}/participants/{mara.pk}/").text


def test_the_page_asks_for_the_pseudonym(owner: StudyAccess, mara: Participant, login: Any) -> None:
    client, url = login(owner), f"/s/{owner.study.slug}/participants/{mara.pk}/erase/"
    trash_participant(owner, participant=mara)

    page = client.get(url)
    wrong = client.post(url, {"pseudonym": "Mara"})

    for words in ("1 interview", "1 transcript", "1 quote", "2 elements", "1 job statement"):
        assert words in page.text
    assert wrong.status_code == 422
    assert "Nothing was erased. Type “Mara-17”" in wrong.text
    assert not owner.study.runs.exists()


def erase_url(access: StudyAccess, person: Participant) -> str:
    return f"/s/{access.study.slug}/participants/{person.pk}/erase/"


def test_who_presses_twice_or_comes_later_sees_the_one_run(
    owner: StudyAccess, mara: Participant, login: Any
) -> None:
    client, url = login(owner), erase_url(owner, mara)

    first = client.post(url, {"pseudonym": "Mara-17"})
    again = client.post(url, {"pseudonym": "Mara-17"})
    run = owner.study.runs.get()
    execute_run(run.pk)
    later = client.get(url)

    assert {first.url, again.url, later.url} == {f"/s/{owner.study.slug}/runs/{run.pk}/"}
    assert not Participant.with_trash.filter(pk=mara.pk).exists()
    page = client.get(later.url).text
    assert "one participant, 1 interview" in page
    assert "Run again" not in page


def test_a_run_says_how_much_it_erased_and_nothing_of_whom(
    owner: StudyAccess, mara: Participant, django_capture_on_commit_callbacks: Any
) -> None:
    run = start_erasing(owner, participant=mara)
    told = [str(run.__dict__)]
    with django_capture_on_commit_callbacks(execute=True):
        execute_run(run.pk)

    run.refresh_from_db()
    assert (run.state, run.error, run.message) == ("done", "", "Done")
    assert run.params == {"participant": mara.pk}
    assert run.result == {"erased": "one participant, 1 interview, 1 transcript, 1 quote, 2 elements"}
    left = everything() + told[0]
    for words in ("Mara-17", SENTENCE, NOTE, STATEMENT, "midwife", "Lives at the bridge"):
        assert words not in left


def test_cancelled_before_it_begins_to_delete_it_erases_nothing(
    owner: StudyAccess, mara: Participant, login: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start_erasing(owner, participant=mara)
    monkeypatch.setattr("cpd_site.runs.Erasure.look", lambda *_: cancel_run(owner, run=run))

    execute_run(run.pk)

    run.refresh_from_db()
    assert run.state == "cancelled"
    assert Participant.objects.get() == mara
    client = login(owner)
    assert (
        f'href="{erase_url(owner, mara)}">Run again…'
        in client.get(f"/s/{owner.study.slug}/runs/{run.pk}/").text
    )
    assert client.get(erase_url(owner, mara)).status_code == 200
    assert client.post(f"/s/{owner.study.slug}/runs/{run.pk}/repeat/").status_code == 403
    assert start_erasing(owner, participant=mara) != run


def test_once_it_deletes_cancelling_comes_too_late_and_says_so(
    owner: StudyAccess, mara: Participant, login: Any
) -> None:
    run = start_erasing(owner, participant=mara)
    execute_run(run.pk)

    client = login(owner)
    page = client.post(f"/s/{owner.study.slug}/runs/{run.pk}/cancel/", follow=True)

    assert "it was over already, so nothing was cancelled" in page.text
    assert not owner.study.history.filter(verb="run.cancelled").exists()


def test_a_run_that_fails_in_the_middle_leaves_everything(
    owner: StudyAccess, mara: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(Run)
    run = start_erasing(owner, participant=mara)
    monkeypatch.setattr("cpd_site.erasing.actions.members_changed", None)

    execute_run(run.pk)

    run.refresh_from_db()
    assert (run.state, run.result) == ("failed", {})
    assert everything(Run) == before


def test_a_run_of_somebody_who_is_gone_says_so(owner: StudyAccess, mara: Participant) -> None:
    run = start_erasing(owner, participant=mara)
    erase_participant(owner, participant=mara)

    execute_run(run.pk)

    run.refresh_from_db()
    assert (run.state, run.result) == ("done", {"erased": "nobody: this participant is gone already"})


def test_the_run_asks_again_whether_its_owner_still_may(owner: StudyAccess, mara: Participant) -> None:
    run = start_erasing(owner, participant=mara)
    owner.study.memberships.filter(user=owner.user).update(role=Role.RESEARCHER)

    execute_run(run.pk)

    run.refresh_from_db()
    assert (run.state, run.result) == ("failed", {})
    assert "may no longer do so" in run.error
    assert Participant.objects.get() == mara


def test_only_who_may_erase_may_cancel_it(
    owner: StudyAccess, mara: Participant, as_role: Any, login: Any
) -> None:
    run = start_erasing(owner, participant=mara)
    client, url = login(as_role(Role.RESEARCHER)), f"/s/{owner.study.slug}/runs/{run.pk}/"
    assert "cancel/" not in client.get(url).text
    assert client.post(f"{url}cancel/").status_code == 403


def test_what_was_read_before_is_not_read_again_but_what_came_since_is(
    owner: StudyAccess, mara: Participant, django_assert_max_num_queries: Any
) -> None:
    general = make.make_job(owner.study, scope="generalised")
    old = record(owner, "job.edited", general, label="Old", before=SENTENCE)
    owner.study.history.update(at=timezone.now() - timedelta(days=1))
    looked = Erasure(owner.study, mara).look()
    new = record(owner, "job.edited", general, label="New", before=SENTENCE)
    comment = Comment.objects.create(study=owner.study, job=general, author=owner.user, text=SENTENCE)

    erase_participant(owner, participant=mara, looked=looked)

    for line in (old, new):
        line.refresh_from_db()
        assert line.data == {"before": looked.instead}
    comment.refresh_from_db()
    assert comment.text == looked.instead


def test_codes_that_were_named_in_their_words_stay_apart_and_fit(
    owner: StudyAccess, mara: Participant
) -> None:
    interview = mara.interviews.get()
    said = ["It was so early that", "nobody was on a tram", "It rained for a month"]
    for words in said:
        make.make_element(interview, note=words)
    codes = [add_code(owner, name=name) for name in (*said, " ".join(said)[:80])]

    erase_participant(owner, participant=mara)

    names = list(Code.objects.filter(pk__in=[code.pk for code in codes]).values_list("name", flat=True))
    assert len(set(names)) == len(codes)
    assert all(name.startswith("[erased on") and len(name) <= 80 for name in names)


def test_withdrawn_consent_leads_here(owner: StudyAccess, mara: Participant, login: Any) -> None:
    Participant.objects.filter(pk=mara.pk).update(consent="withdrawn")
    page = login(owner).get(f"/s/{owner.study.slug}/participants/{mara.pk}/")
    assert f'href="/s/{owner.study.slug}/participants/{mara.pk}/erase/">Look at what goes' in page.text


def test_a_job_that_stands_on_them_alone_is_shown(owner: StudyAccess, mara: Participant) -> None:
    alone = make.make_job(owner.study, scope="generalised", statement="Cross rivers")
    shared = make.make_job(owner.study, scope="generalised", statement="Be on time")
    owner.study.jobs.filter(statement__startswith=STATEMENT).update(general=alone)
    interview = mara.interviews.get()
    make.make_job(owner.study, interview=interview, general=shared)
    make.make_job(owner.study, interview=make.make_interview(owner.study), general=shared)
    assert Erasure(owner.study, mara).alone == [alone]


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("the old van died", True),
        ("“the old van died”, she said", True),
        ("the old van  died", False),
        ("lathe old van died", True),
        ("the old car died", False),
        ("at the\nriver.vtt", True),
        ("river", False),
    ],
)
def test_a_passage_is_found_wherever_it_stands(text: str, there: bool) -> None:
    words = Words(["the old van died", "river.vtt", "old"], "[gone]", shortest=5)
    assert words.within(text) is there
    assert ("[gone]" in words.replaced(text)) is there


def test_the_page_reads_each_table_once_for_the_words_and_once_for_the_pseudonym(
    owner: StudyAccess, mara: Participant, login: Any
) -> None:
    make.make_job(owner.study, scope="generalised", statement="Ride with Mara-17 to work")
    with CaptureQueriesContext(connection) as asked:
        login(owner).get(erase_url(owner, mara))

    assert sum('FROM "studies_historyentry"' in query["sql"] for query in asked) == 2


def test_the_page_tells_where_colleagues_wrote_the_pseudonym(owner: StudyAccess, mara: Participant) -> None:
    canvas = make.make_canvas(make.make_job(owner.study, scope="generalised"))
    make.make_card(canvas, text="Ask Mara-17 again")
    make.make_card(canvas, text="Ask Mara-170 again")
    assert Erasure(owner.study, mara).named == ["1 card"]


def test_every_column_of_a_study_that_holds_text_is_looked_at() -> None:
    """Whoever adds a model gets it for nothing; only what others said is spared."""
    looked_at = {model.__name__ for model in text_columns()}
    assert {"Card", "CanvasVersion", "Comment", "HistoryEntry", "Job", "Run", "SnapshotRow"} <= looked_at
    assert not looked_at & {model.__name__ for model in OTHERS}
