"""Verbatims: import, grouping, names and links, and that none of it touches the interviews."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from openpyxl import Workbook
from sklearn.metrics import adjusted_rand_score

from jobs.actions import verbatims as actions
from jobs.actions.priorities import ranking
from jobs.analysis import scale
from jobs.models import Job, Verbatim, VerbatimGroup, VerbatimSource
from jobs.queries import verbatims as queries
from jobs.queries.verbatims import SILENT
from jobs.runs import verbatims as work
from studies import runs
from studies.access import StudyAccess
from studies.models import Run
from tests import factories as make
from tests.jobs.verbatims_made import as_csv, grouped, imported, reviews, upload

# runs are computed in this process as soon as they are queued, which is on commit
pytestmark = pytest.mark.django_db(transaction=True)


def outcome(source: VerbatimSource) -> tuple[int, ...]:
    return (source.rows, source.distinct, source.repeated, source.empty, source.refused)


def texts(source: VerbatimSource) -> list[tuple[str, int]]:
    return list(source.verbatims.order_by("row").values_list("text", "times"))


# --- import ------------------------------------------------------------------------------------------
def test_rows_repetitions_empty_and_refused_rows_are_counted_apart(owner: StudyAccess) -> None:
    data = as_csv(
        [("Great", "2026-05-01"), ("great ", ""), ("", "2026-05-02"), ("Bad", "never"), ("Fine", "3.5.2026")],
        head=("Review", "Day"),
    )
    source = imported(owner, data, date="Day", faulty="leave")

    assert (source.state, outcome(source)) == ("ready", (5, 2, 1, 1, 1))
    assert texts(source) == [("Great", 2), ("Fine", 1)]
    assert source.errors == ["Row 5, column “Day”: “never” is no date"]
    assert "5,Day,never,“never” is no date" in source.refusals.read().decode()


DATED = as_csv(
    [("Great", "2026-05-01"), ("Bad", "never"), ("a" * 10_001, ""), ("Bad", "soon")], head=("Review", "Day")
)


def test_nothing_is_imported_before_somebody_decided_on_rows_that_cannot_be_read(owner: StudyAccess) -> None:
    source = imported(owner, DATED, date="Day")

    assert (source.run.state, source.state, source.verbatims.count()) == ("done", "uploaded", 0)
    assert (source.rows, source.refused, source.undated, len(source.errors)) == (4, 3, 2, 3)
    assert len(source.refusals.read().decode().splitlines()) == 4


@pytest.mark.parametrize(
    ("word", "expected", "undated"),
    [("keep", (4, 2, 1, 0, 1), 2), ("leave", (4, 1, 0, 0, 3), 0)],
)
def test_rows_come_without_their_date_or_stay_out_as_was_decided(
    owner: StudyAccess, word: str, expected: tuple[int, ...], undated: int
) -> None:
    source = imported(owner, DATED, date="Day")
    stored = source.refusals.name
    actions.import_source(owner, source=source, mapping=source.mapping | {"faulty": word})

    source.refresh_from_db()
    assert (source.state, outcome(source), source.without_date) == ("ready", expected, undated)
    assert not default_storage.exists(stored)
    assert source.refusals


def test_the_upload_goes_once_its_rows_are_in(owner: StudyAccess) -> None:
    before = upload(owner, as_csv([("Great",)]))
    stored = before.file.name

    actions.import_source(owner, source=before, mapping=before.mapping)

    before.refresh_from_db()
    assert (before.file.name, default_storage.exists(stored)) == ("", False)


def test_a_workbook_and_json_lines_give_the_same(owner: StudyAccess) -> None:
    book, file = Workbook(), io.BytesIO()
    for row in (["Review", "Plan"], ["Great 🚲", "A"], ["=1+1", "B"]):
        book.active.append([f"'{cell}" if cell.startswith("=") else cell for cell in row])
    book.save(file)
    lines = [{"Review": "Great 🚲", "by": {"Plan": "A"}}, {"Review": "'=1+1", "by": {"Plan": "B"}}]
    data = "\n".join(json.dumps(line) for line in lines).encode()

    excel = imported(owner, file.getvalue(), "a.xlsx", segment="Plan")
    nested = imported(owner, data, "a.jsonl", segment="by.Plan")

    rows = [list(each.verbatims.values_list("text", "segment")) for each in (excel, nested)]
    assert rows == [[("Great 🚲", "A"), ("'=1+1", "B")]] * 2


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], (0, 0, 0, 0, 0)),
        ([("One",)], (1, 1, 0, 0, 0)),
        ([("Same",)] * 30, (30, 1, 29, 0, 0)),
        ([("a" * 10_001,), ("nul\x00",), ("🚲",)], (3, 2, 0, 0, 1)),
    ],
)
def test_odd_files(owner: StudyAccess, rows: list[Any], expected: tuple[int, ...]) -> None:
    source = imported(owner, as_csv(rows), faulty="leave")

    assert (source.state, outcome(source)) == ("ready", expected)


def test_the_same_file_twice_is_refused_with_the_first(owner: StudyAccess, outsider: StudyAccess) -> None:
    first = upload(owner, as_csv([("Great",)]))

    with pytest.raises(actions.VerbatimsRefused) as refused:
        upload(owner, as_csv([("Great",)]))

    assert refused.value.twin == first
    assert upload(outsider, as_csv([("Great",)])).study == outsider.study


def test_a_file_that_breaks_off_leaves_no_rows(owner: StudyAccess, monkeypatch: Any) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 5)
    source = imported(owner, as_csv([(f"Row {n}",) for n in range(20)]) + b'"open' + b"x" * 140_000)

    assert (source.state, source.verbatims.count(), source.run.state) == ("uploaded", 0, "failed")
    assert "never closed" in source.run.error


def test_a_cancelled_import_leaves_no_rows(owner: StudyAccess, monkeypatch: Any) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 5)
    source = upload(owner, as_csv([(f"Row {n}",) for n in range(40)]))
    run = Run.objects.create(
        study=owner.study, kind=actions.IMPORT, params={"source": source.pk}, created_by=owner.user
    )

    def report(fraction: float, message: str) -> None:
        if fraction > 0.5:
            raise runs.RunCancelled

    with pytest.raises(runs.RunCancelled):
        work.import_verbatims(run, report)

    source.refresh_from_db()
    assert (source.state, source.verbatims.count()) == ("uploaded", 0)


def test_an_import_whose_worker_was_killed_begins_again(owner: StudyAccess) -> None:
    """What the killed worker had written is no reason to write it twice."""
    source = upload(owner, as_csv([("Great",), ("Bad",)]))
    Verbatim.objects.create(study=owner.study, source=source, row=2, text="Great", text_hash="half")

    actions.import_source(owner, source=source, mapping=source.mapping)

    source.refresh_from_db()
    assert (source.state, texts(source)) == ("ready", [("Great", 1), ("Bad", 1)])


def test_a_deleted_source_comes_back_unless_its_file_is_there_again(owner: StudyAccess) -> None:
    source = imported(owner, as_csv([("Great",)]))
    actions.trash_source(owner, source=source)
    assert queries.sources(owner.study) == []
    again = imported(owner, as_csv([("Great",)]))

    with pytest.raises(actions.VerbatimsRefused):
        actions.restore_source(owner, source=source)
    actions.trash_source(owner, source=again)
    actions.restore_source(owner, source=source)

    assert [row.source for row in queries.sources(owner.study)] == [source]


# --- grouping ----------------------------------------------------------------------------------------
def themes_and_groups(source: VerbatimSource, count: int) -> tuple[list[str], list[int]]:
    themes = dict(reviews(count))
    rows = list(source.verbatims.values_list("text", "group"))
    return [themes[text] for text, _ in rows], [group or 0 for _, group in rows]


def test_few_texts_are_grouped_by_the_vote(owner: StudyAccess) -> None:
    source = grouped(owner, 200)

    assert adjusted_rand_score(*themes_and_groups(source, 200)) > 0.8
    assert sum(group.texts for group in source.groups.all()) <= 200
    assert all(group.name and group.times >= group.texts > 0 for group in source.groups.all())


@pytest.fixture
def _small_stages(monkeypatch: Any) -> None:
    """The two stages with small numbers."""
    monkeypatch.setattr(work, "MOST_TOGETHER", 100)
    monkeypatch.setattr(work, "READ_AT_ONCE", 60)
    monkeypatch.setattr(work, "PLACED_AT_ONCE", 70)
    monkeypatch.setattr(scale, "SAMPLE", 300)


@pytest.mark.usefixtures("_small_stages")
def test_many_texts_are_grouped_in_two_stages_and_leave_nothing_behind(owner: StudyAccess) -> None:
    source = grouped(owner, 600)

    assert (source.run.state, source.run.error) == ("done", "")
    assert adjusted_rand_score(*themes_and_groups(source, 600)) > 0.75
    assert owner.study.runs.filter(kind="jobs.verbatims_part").count() == 0
    assert owner.study.vectors.count() == 300


@pytest.mark.usefixtures("_small_stages")
def test_texts_that_say_nothing_stand_aside_in_the_sample_and_behind_it(owner: StudyAccess) -> None:
    silent = ["it was what it was" + " and so on" * times for times in range(60)]
    source = imported(owner, as_csv([(text,) for text in [*silent, *dict(reviews(400))]]))

    actions.start_grouping(owner, source=source)

    outside = set(source.verbatims.filter(group=None).values_list("text", flat=True))
    assert set(silent) <= outside
    assert len(outside) < 200


@pytest.mark.usefixtures("_small_stages")
def test_a_second_grouping_gives_the_same_and_reads_nothing_again(
    owner: StudyAccess, outsider: StudyAccess
) -> None:
    """Nor does the order of the file matter."""
    shuffled = imported(outsider, as_csv([(text,) for text, _ in reversed(reviews(400))]))
    actions.start_grouping(outsider, source=shuffled)
    source = grouped(owner, 400)
    first = dict(source.verbatims.values_list("text", "group__name"))

    Run.objects.all().delete()
    actions.start_grouping(owner, source=source)

    assert dict(source.verbatims.values_list("text", "group__name")) == first
    assert dict(shuffled.verbatims.values_list("text", "group__name")) == first


@pytest.mark.usefixtures("_small_stages")
def test_a_grouping_that_was_killed_takes_up_what_other_workers_finished(owner: StudyAccess) -> None:
    source = imported(owner, as_csv([(text,) for text, _ in reviews(400)]))
    run = Run.objects.create(
        study=owner.study, kind=actions.GROUP, params={"source": source.pk}, created_by=owner.user
    )

    def dies(fraction: float, message: str) -> None:
        if message.startswith("Placing") and fraction > 0.7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work.group_verbatims(run, dies)
    read_before = owner.study.vectors.count()
    done = runs.claim(run.pk)
    result = work.group_verbatims(done, runs.reporter(done))

    assert (read_before, owner.study.vectors.count()) == (300, 300)
    assert result["groups"] == source.groups.count() > 0


@pytest.mark.usefixtures("_small_stages")
def test_a_cancelled_grouping_changes_nothing(owner: StudyAccess) -> None:
    source = imported(owner, as_csv([(text,) for text, _ in reviews(300)]))
    run = Run.objects.create(
        study=owner.study, kind=actions.GROUP, params={"source": source.pk}, created_by=owner.user
    )

    def report(fraction: float, message: str) -> None:
        if message.startswith("Reading"):
            raise runs.RunCancelled

    with pytest.raises(runs.RunCancelled):
        work.group_verbatims(run, report)

    assert source.groups.count() == 0
    assert owner.study.runs.filter(kind="jobs.verbatims_part").count() == 0


def test_texts_that_say_nothing_alike_have_no_groups(owner: StudyAccess) -> None:
    source = imported(owner, as_csv([("Keep bees in a city",), ("Learn the violin",), ("Sell stamps",)]))
    actions.start_grouping(owner, source=source)

    assert source.groups.count() == 0


def test_what_many_wrote_alike_is_a_group_and_what_says_nothing_is_none(owner: StudyAccess) -> None:
    often = [("It is too loud",)] * 60 + [("Keine Angabe",)] * 9
    source = imported(owner, as_csv([*often, ("n/a",), ("-",), ("Nothing like the others",)]))

    run = actions.start_grouping(owner, source=source)

    run.refresh_from_db()
    assert run.result == {"texts": 5, "groups": 1, "in no group": 4, SILENT: 3}
    assert list(source.groups.values_list("name", "texts", "times", "cohesion")) == [
        ("It is too loud", 1, 60, None)
    ]


def test_every_text_comes_into_its_group_however_many_are_stored_at_once(
    owner: StudyAccess, monkeypatch: Any
) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 3)
    source = imported(owner, as_csv([(f"Bees {number}",) for number in range(8)]))
    places = [(pk, 0, 0.9) for pk in source.verbatims.values_list("pk", flat=True)]

    actions.store_groups(owner, source=source, run=None, groups=[{"name": "Bees"}], places=places)

    assert source.groups.get().texts == 8


@pytest.mark.usefixtures("_small_stages")
def test_what_many_wrote_alike_is_a_group_among_very_many_texts_too(owner: StudyAccess) -> None:
    """Whether the encoder read it, or it was only placed."""
    often = [(f"{word} zebra",) for word in ("Ultramarine", "Vermilion", "Ochre", "Umber") for _ in range(3)]
    source = imported(owner, as_csv([*((text,) for text, _ in reviews(400)), *often, ("Teal giraffe",)]))

    actions.start_grouping(owner, source=source)

    alone = source.groups.filter(texts=1).values_list("times", "cohesion")
    nowhere = source.verbatims.filter(group=None).values_list("text", flat=True)
    assert (set(alone), [text for text in nowhere if "zebra" in text]) == ({(3, None)}, [])


@pytest.mark.usefixtures("_small_stages")
@pytest.mark.parametrize("words", [[], ["Too loud"], ["Too loud", "Too dear"]])
def test_many_texts_of_which_hardly_any_says_something_have_no_groups(
    owner: StudyAccess, words: list[str]
) -> None:
    source = imported(owner, as_csv([(str(number),) for number in range(200)] + [(word,) for word in words]))

    run = actions.start_grouping(owner, source=source)

    run.refresh_from_db()
    assert (run.state, run.result.get("groups"), run.result.get(SILENT)) == ("done", 0, 200)


def test_what_a_person_named_or_linked_is_kept_by_the_next_run(owner: StudyAccess) -> None:
    source = grouped(owner)
    named, linked = source.groups.all()[:2]
    members = [set(group.verbatims.values_list("pk", flat=True)) for group in (named, linked)]
    actions.rename_group(owner, group=named, name="  Flat   batteries ")
    job = make.make_job(owner.study, scope=Job.Scope.GENERALISED)
    actions.link_group(owner, group=linked, job=job, polarity="supports")

    actions.start_grouping(owner, source=source)

    kept = [VerbatimGroup.objects.get(pk=group.pk) for group in (named, linked)]
    assert [set(group.verbatims.values_list("pk", flat=True)) for group in kept] == members
    assert (kept[0].name, kept[1].links.count()) == ("Flat batteries", 1)


def test_nothing_is_left_to_group_where_people_decided_on_all(owner: StudyAccess) -> None:
    source = grouped(owner, 60)
    source.verbatims.update(group=source.groups.first())
    source.groups.update(decided=True)

    with pytest.raises(actions.VerbatimsRefused, match="nothing is left"):
        actions.start_grouping(owner, source=source)


@pytest.mark.parametrize("is_linked", [False, True])
def test_a_name_is_taken_back(owner: StudyAccess, is_linked: bool) -> None:
    """Then later runs are free again, unless somebody linked the group meanwhile."""
    group = grouped(owner).groups.first()
    before = group.name
    actions.rename_group(owner, group=group, name="Other")
    if is_linked:
        job = make.make_job(owner.study, scope=Job.Scope.GENERALISED)
        actions.link_group(owner, group=group, job=job, polarity="supports")

    group = actions.take_back_name(owner, group=group)

    assert (group.name, group.decided) == (before, is_linked)


@pytest.mark.parametrize(
    ("was_named", "has_another", "is_kept"),
    [(False, False, False), (True, False, True), (False, True, True)],
)
def test_a_link_taken_away_frees_a_group_on_which_nothing_else_was_decided(
    owner: StudyAccess, was_named: bool, has_another: bool, is_kept: bool
) -> None:
    group = grouped(owner).groups.first()
    jobs = [make.make_job(owner.study, scope=Job.Scope.GENERALISED) for _ in range(1 + has_another)]
    if was_named:
        actions.rename_group(owner, group=group, name="Other")
    links = [actions.link_group(owner, group=group, job=job, polarity="supports") for job in jobs]

    actions.unlink_group(owner, link=links[0])

    group.refresh_from_db()
    assert group.decided is is_kept


def test_a_name_taken_back_leaves_only_the_link_to_keep_the_group(owner: StudyAccess) -> None:
    group = grouped(owner).groups.first()
    job = make.make_job(owner.study, scope=Job.Scope.GENERALISED)
    actions.rename_group(owner, group=group, name="Other")
    link = actions.link_group(owner, group=group, job=job, polarity="supports")
    actions.take_back_name(owner, group=group)

    actions.unlink_group(owner, link=link)

    group.refresh_from_db()
    assert group.decided is False


# --- beside the interviews ---------------------------------------------------------------------------
def numbers(access: StudyAccess) -> list[tuple[Any, ...]]:
    access.study.priorities.all().delete()
    return [(row["k"], row["n"], row["rank"], row["score"]) for row in ranking(access).rows]


def test_verbatims_never_change_a_number_of_the_ranking(owner: StudyAccess) -> None:
    general = make.make_job(owner.study, scope=Job.Scope.GENERALISED)
    for _ in range(3):
        interview = make.make_interview(owner.study, state="evaluated")
        make.make_job(owner.study, interview=interview, general=general)
    before = numbers(owner)
    source = grouped(owner)

    for group in source.groups.all():
        actions.link_group(owner, group=group, job=general, polarity="supports")

    assert numbers(owner) == before
    assert before[0][:2] == (3, 3)
    (beside,) = queries.beside(owner.study, general)
    assert beside.supporting == sum(group.texts for group in source.groups.all()) > 3
    assert beside.contradicting == 0


def test_a_deleted_source_speaks_to_no_job(owner: StudyAccess) -> None:
    general = make.make_job(owner.study, scope=Job.Scope.GENERALISED)
    source = grouped(owner)
    actions.link_group(owner, group=source.groups.first(), job=general, polarity="contradicts")

    actions.trash_source(owner, source=source)

    assert queries.beside(owner.study, general) == []
    actions.restore_source(owner, source=source)
    assert len(queries.beside(owner.study, general)) == 1


def test_linking_again_turns_the_link_round(owner: StudyAccess) -> None:
    general = make.make_job(owner.study, scope=Job.Scope.GENERALISED)
    group = grouped(owner).groups.first()
    actions.link_group(owner, group=group, job=general, polarity="supports")
    link = actions.link_group(owner, group=group, job=general, polarity="contradicts")

    assert (group.links.count(), link.polarity) == (1, "contradicts")
    actions.unlink_group(owner, link=link)
    assert group.links.count() == 0


def test_the_table_of_a_source_holds_each_text_once(owner: StudyAccess) -> None:
    """The bulk update of places must never make rows."""
    source = grouped(owner)

    assert source.verbatims.count() == source.distinct == 200
    assert source.verbatims.filter(text="").count() == 0
    with connection.cursor():
        connection.check_constraints()
