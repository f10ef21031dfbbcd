"""The pages of verbatims, from the upload to the job that they speak to."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jobs.actions.verbatims import GROUP
from jobs.models import Job, Verbatim, VerbatimGroup, VerbatimLink, VerbatimSource
from jobs.queries.verbatims import SILENT
from studies.access import StudyAccess
from studies.models import Run
from studies.roles import Role
from tests import factories as make
from tests.jobs.verbatims_made import as_csv

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def url(access: StudyAccess, name: str, *args: Any) -> str:
    return reverse(f"jobs:{name}", args=[access.study.slug, *args])


def source_of(access: StudyAccess, **fields: Any) -> VerbatimSource:
    number = VerbatimSource.with_trash.count()
    defaults = {"name": "Reviews 2026", "kind": "reviews", "state": "ready", "digest": f"d{number}"}
    return VerbatimSource.objects.create(
        study=access.study, **defaults | {"rows": 1200, "distinct": 980, "refused": 3} | fields
    )


def grouping_of(access: StudyAccess, *, silent: int) -> Run:
    return Run.objects.create(study=access.study, kind=GROUP, state="done", result={SILENT: silent})


def group_of(source: VerbatimSource, texts: list[str], **fields: Any) -> VerbatimGroup:
    group = VerbatimGroup.objects.create(
        study=source.study, source=source, texts=len(texts), times=len(texts), **{"name": "Late"} | fields
    )
    for place, text in enumerate(texts):
        Verbatim.objects.create(
            study=source.study,
            source=source,
            group=group,
            row=place + 2,
            text=text,
            text_hash=f"{group.pk}-{place}",
            segment="City" if place % 2 else "Country",
            similarity=0.9 - place / 100,
        )
    return group


def posted(access: StudyAccess, login: Any, data: bytes, name: str = "reviews.csv") -> Any:
    return login(access).post(
        url(access, "verbatim_upload"),
        {"file": SimpleUploadedFile(name, data), "name": "", "kind": "reviews"},
        follow=True,
    )


@pytest.mark.parametrize(
    ("distinct", "said"),
    [
        (2, "1 group holds 2 of 2 texts</span>"),
        (3, "2 of 3 texts; <a>1 says nothing</a>, like “n/a” or “and so”</span>"),
        (4, "<a>1 says nothing</a>, like “n/a” or “and so”; <a>1 fits nowhere</a></span>"),
    ],
)
def test_a_source_says_how_many_texts_its_groups_hold(
    owner: StudyAccess, login: Any, distinct: int, said: str
) -> None:
    run = grouping_of(owner, silent=int(distinct > 2))
    source = source_of(owner, distinct=distinct, run=run)
    group_of(source, ["Too late", "Late again"])

    page = login(owner).get(url(owner, "verbatim_source", source.pk)).text
    assert said in re.sub("<a [^>]*>", "<a>", page)


def test_the_texts_in_no_group_can_be_read_apart_from_those_that_say_nothing(
    owner: StudyAccess, login: Any
) -> None:
    """What was written most often stands first."""
    source = source_of(owner)
    group_of(source, ["Too late"])
    for row, (text, times) in enumerate([("n/a", 3), ("Purple", 1), ("Bees", 2), ("...", 9)], 10):
        verbatim = {"row": row, "text": text, "times": times, "text_hash": text, "segment": "City"}
        Verbatim.objects.create(study=owner.study, source=source, **verbatim)
    client, there = login(owner), url(owner, "verbatim_outside", source.pk)

    def texts(query: str) -> list[str]:
        return [each.text for each in client.get(there + query).context["verbatims"]]

    assert (texts(""), texts("?silent=1")) == (["Bees", "Purple"], ["...", "n/a"])
    assert (texts("?word=purp"), texts("?segment=City&silent=1&word=a")) == (["Purple"], ["n/a"])
    assert "No text here fits the filter" in client.get(f"{there}?word=zebra").text


def test_a_source_without_words_says_so(owner: StudyAccess, login: Any) -> None:
    run = grouping_of(owner, silent=2)

    page = login(owner).get(url(owner, "verbatim_source", source_of(owner, distinct=2, run=run).pk)).text

    assert ("These texts say nothing" in page, "No clear groups" in page) == (True, False)


# --- upload and columns ------------------------------------------------------------------------------
def test_a_file_is_shown_before_anything_is_imported(owner: StudyAccess, login: Any) -> None:
    data = as_csv(
        [("Great bike", "A", "2026-05-01"), ("great bike", "B", ""), ("", "A", ""), ("Bad", "B", "never")],
        head=("Review", "Plan", "Date"),
    )
    page = posted(owner, login, data).content.decode()

    source = owner.study.verbatimsources.get()
    assert (source.state, source.name, source.verbatims.count()) == ("uploaded", "reviews", 0)
    assert "What the first 4 rows would give" in page
    assert "Row 5, column “Date”: “never” is no date" in page
    assert '<option value="Review" selected>' in page


@pytest.mark.parametrize(
    ("data", "name", "is_named"),
    [
        (as_csv([("Great",)]), "reviews.csv", True),
        (b'{"Review": "Great"}', "reviews.jsonl", False),
        (b"Export\n\nReview;Plan;Day\nGreat;A;1\nBad;B;2\n", "reviews.csv", False),
    ],
)
def test_a_table_without_names_of_columns_would_lose_its_first_row_in_sight(
    owner: StudyAccess, login: Any, data: bytes, name: str, is_named: bool
) -> None:
    page = posted(owner, login, data, name).text

    assert ("; the first row names the columns." in page) is is_named


def test_every_row_that_was_looked_at_is_counted(owner: StudyAccess, login: Any) -> None:
    data = as_csv(
        [(f"Great bike {number}", "A", "") for number in range(12)], head=("Review", "Plan", "Date")
    )
    page = posted(owner, login, data).content.decode()

    assert "What the first 12 rows would give" in page
    assert "<b>12</b> with words" in page


def test_other_columns_are_tried_without_importing(owner: StudyAccess, login: Any) -> None:
    posted(owner, login, as_csv([("Great", "never")], head=("Review", "Date")))
    source = owner.study.verbatimsources.get()

    tried = {"text": "Review", "segment": "Date", "date": "", "order": "day"}
    sent = tried | {"try": "1", "csrfmiddlewaretoken": "a-secret"}
    page = login(owner).post(url(owner, "verbatim_columns", source.pk), sent, follow=True)

    assert page.redirect_chain == [(f"{url(owner, 'verbatim_source', source.pk)}?{urlencode(tried)}", 302)]
    assert [(said.text, said.segment) for said in page.context["said"]] == [("Great", "never")]
    source.refresh_from_db()
    assert source.state == "uploaded"


def test_trying_one_column_twice_says_so_and_counts_nothing(owner: StudyAccess, login: Any) -> None:
    posted(owner, login, as_csv([("Great", "A")], head=("Review", "Plan")))
    source = owner.study.verbatimsources.get()

    tried = {"text": "Plan", "segment": "Plan", "date": "", "order": "day", "try": "1"}
    page = login(owner).post(url(owner, "verbatim_columns", source.pk), tried, follow=True).text

    assert "One column is chosen twice" in page
    assert "What these columns would give" in page


def test_the_import_runs_with_the_columns_that_were_chosen(
    owner: StudyAccess, login: Any, django_capture_on_commit_callbacks: Any
) -> None:
    posted(owner, login, as_csv([("Great", "A")], head=("Review", "Plan")))
    source = owner.study.verbatimsources.get()
    chosen = {"text": "Plan", "segment": "Review", "date": "", "order": "day"}

    with django_capture_on_commit_callbacks(execute=True):
        login(owner).post(url(owner, "verbatim_columns", source.pk), chosen)

    assert list(source.verbatims.values_list("text", "segment")) == [("A", "Great")]
    page = login(owner).get(url(owner, "verbatim_source", source.pk)).content.decode()
    assert "<b>1</b> different text of 1 row" in page


DATED = as_csv(
    [(f"Great {n}", "A", "2026-05-01") for n in range(250)] + [("Bad", "B", "never")],
    head=("Review", "Plan", "Day"),
)
CHOSEN = {"text": "Review", "segment": "", "date": "Day", "order": "day"}


def test_a_date_far_down_that_cannot_be_read_is_shown_and_decided_on(
    owner: StudyAccess, login: Any, django_capture_on_commit_callbacks: Any
) -> None:
    """Of all rows, not only of the first ones; the word counts for the columns that were seen."""
    posted(owner, login, DATED)
    source, client = owner.study.verbatimsources.get(), login(owner)

    def send(**more: str) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            client.post(url(owner, "verbatim_columns", source.pk), CHOSEN | more)
        return client.get(url(owner, "verbatim_source", source.pk))

    asked = send()
    assert source.verbatims.count() == 0
    assert "1 row cannot be read in full" in asked.text
    assert "Row 252, column “Day”: “never” is no date" in asked.text
    assert "Import 251 rows, 1 of them without a date" in asked.text
    assert "Import 250 rows, leave 1 out" in asked.text
    listed = client.get(url(owner, "verbatim_refusals", source.pk))
    assert "252,Day,never," in b"".join(listed.streaming_content).decode()

    again = send(faulty="keep", seen="text=Review&segment=Plan&date=Day&order=")
    assert (source.verbatims.count(), "asked-title" in again.text) == (0, True)

    done = send(faulty="keep", seen="text=Review&segment=&date=Day&order=")
    assert source.verbatims.get(text="Bad").said_on is None
    assert "1 without its date" in done.text


def test_a_short_file_is_decided_on_at_once(
    owner: StudyAccess, login: Any, django_capture_on_commit_callbacks: Any
) -> None:
    page = posted(owner, login, as_csv([("Great", "2026-05-01"), ("Bad", "never")], head=("Review", "Day")))
    source = owner.study.verbatimsources.get()
    assert "Import 1 row, leave 1 out" in page.text

    sent = CHOSEN | {"faulty": "leave", "seen": page.context["form"].choice()}
    with django_capture_on_commit_callbacks(execute=True):
        login(owner).post(url(owner, "verbatim_columns", source.pk), sent)

    assert list(source.verbatims.values_list("text", flat=True)) == ["Great"]


def test_the_order_of_day_and_month_is_asked_where_no_date_tells(
    owner: StudyAccess, login: Any, django_capture_on_commit_callbacks: Any
) -> None:
    page = posted(owner, login, as_csv([("Great", "3/4/2026"), ("Bad", "5/4/2026")], head=("Review", "Day")))
    source, client = owner.study.verbatimsources.get(), login(owner)
    there = url(owner, "verbatim_columns", source.pk)
    assert "What does “3/4/2026” mean?" in page.text
    assert "Import these rows" not in page.text

    refused = client.post(there, CHOSEN | {"order": ""})
    told = client.post(f"{there}?try=1", CHOSEN | {"order": ["", "month"]}, follow=True)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(there, CHOSEN | {"order": "month"})

    assert refused.status_code == 422
    assert "“3/4/2026” is 4 March 2026: the month comes first, as you said." in told.text
    assert {f"{day:%-d %B}" for day in source.verbatims.values_list("said_on", flat=True)} == {
        "4 March",
        "4 May",
    }


def test_a_date_of_the_column_that_has_one_meaning_tells_the_order_of_all(
    owner: StudyAccess, login: Any
) -> None:
    page = posted(owner, login, as_csv([("Great", "3/4/2026"), ("Bad", "3/31/2026")], head=("Review", "Day")))

    assert "What does" not in page.text
    assert [f"{said.said_on:%-d %B}" for said in page.context["said"]] == ["4 March", "31 March"]


def test_a_date_with_two_meanings_far_down_is_asked_about_once_all_rows_were_looked_at(
    owner: StudyAccess, login: Any, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr("jobs.forms.verbatims.DATES_READ", 1)
    posted(owner, login, as_csv([("Great", "2026-05-01"), ("Bad", "3/4/2026")], head=("Review", "Day")))
    source, client = owner.study.verbatimsources.get(), login(owner)
    there = url(owner, "verbatim_columns", source.pk)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(there, CHOSEN | {"order": ""})
    asked = client.get(url(owner, "verbatim_source", source.pk))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(there, CHOSEN)

    assert "What does “3/4/2026” mean?" in asked.text
    assert source.verbatims.get(text="Bad").said_on.isoformat() == "2026-04-03"


def test_a_column_of_numbers_as_the_words_is_questioned(owner: StudyAccess, login: Any) -> None:
    posted(owner, login, as_csv([("Great bike", "5"), ("Too dear", "2")], head=("Review", "Stars")))
    source = owner.study.verbatimsources.get()

    tried = {"text": "Stars", "segment": "", "date": "", "order": "day", "try": "1"}
    page = login(owner).post(url(owner, "verbatim_columns", source.pk), tried, follow=True)

    assert "“Stars” holds numbers or codes, such as “5”" in page.text
    assert "holds numbers or codes" not in login(owner).get(url(owner, "verbatim_source", source.pk)).text


@pytest.mark.parametrize(
    "chosen",
    [
        {"text": "Nothing", "segment": "", "date": "", "order": "day"},
        {"text": "Review", "segment": "Review", "date": "", "order": "day"},
        {},
    ],
)
def test_columns_that_make_no_sense_are_refused(
    owner: StudyAccess, login: Any, chosen: dict[str, str]
) -> None:
    posted(owner, login, as_csv([("Great", "A")], head=("Review", "Plan")))
    source = owner.study.verbatimsources.get()

    assert login(owner).post(url(owner, "verbatim_columns", source.pk), chosen).status_code == 422
    source.refresh_from_db()
    assert source.state == "uploaded"


def test_the_same_file_twice_links_to_the_first(owner: StudyAccess, login: Any) -> None:
    posted(owner, login, as_csv([("Great",)]))
    first = owner.study.verbatimsources.get()

    answer = posted(owner, login, as_csv([("Great",)]), "other.csv")

    assert answer.status_code == 409
    assert url(owner, "verbatim_source", first.pk) in answer.content.decode()
    assert answer.text.count("is here already") == 1
    assert owner.study.verbatimsources.count() == 1


def test_each_open_question_of_a_file_can_be_imported_once(
    owner: StudyAccess, login: Any, django_capture_on_commit_callbacks: Any
) -> None:
    data = as_csv([("Great bike", "Too dear", "5")], head=("What is good?", "What is bad?", "Stars"))

    def bring(expected: str) -> Any:
        page = posted(owner, login, data)
        source = page.context["source"]
        assert page.context["form"].cleaned_data["text"] == expected
        with django_capture_on_commit_callbacks(execute=True):
            chosen = {"text": expected, "segment": "Stars", "date": "", "order": ""}
            login(owner).post(url(owner, "verbatim_columns", source.pk), chosen)
        return page

    first, second = bring("What is good?"), bring("What is bad?")
    third = posted(owner, login, data)

    assert [each.text for each in Verbatim.objects.order_by("pk")] == ["Great bike", "Too dear"]
    assert ["Of this file is here already" in page.text for page in (first, second)] == [False, True]
    assert (third.status_code, owner.study.verbatimsources.count()) == (409, 2)
    listed = login(owner).get(url(owner, "verbatims")).text
    assert ["“What is good?”" in listed, "“What is bad?”" in listed] == [True, True]


def test_the_same_column_of_a_file_is_no_choice(
    owner: StudyAccess, login: Any, django_capture_on_commit_callbacks: Any
) -> None:
    posted(owner, login, as_csv([("Great bike", "Fine too")], head=("Review", "More")))
    first, chosen = owner.study.verbatimsources.get(), {"text": "Review", "segment": "", "date": ""}
    with django_capture_on_commit_callbacks(execute=True):
        login(owner).post(url(owner, "verbatim_columns", first.pk), chosen)
    posted(owner, login, as_csv([("Great bike", "Fine too")], head=("Review", "More")))
    second = owner.study.verbatimsources.exclude(pk=first.pk).get()

    assert login(owner).post(url(owner, "verbatim_columns", second.pk), chosen).status_code == 422


@pytest.mark.parametrize(
    ("limit", "said"),
    [(50, "At most 50 MB, a workbook at most 10 MB."), (10, "At most 10 MB."), (5, "At most 5 MB.")],
)
def test_the_limits_stand_beside_the_field_before_anything_is_sent(
    owner: StudyAccess, login: Any, settings: Any, limit: int, said: str
) -> None:
    settings.UPLOAD_MAX_BYTES = limit * 1024 * 1024

    page = login(owner).get(url(owner, "verbatim_upload")).text

    assert said in page


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"Review;Date\n", "no rows below"),
        ("a.pdf", b"%PDF-1.7", "is a PDF"),
        ("a.csv", b"x" * 2_000_001, "a file may have 1 MB"),
        ("a.xlsx", b"PK\x03\x04" + b"\0" * 100, "damaged or locked"),
    ],
)
def test_a_bad_file_is_refused_in_words(
    owner: StudyAccess, login: Any, settings: Any, name: str, data: bytes, words: str
) -> None:
    settings.UPLOAD_MAX_BYTES = 1024 * 1024

    answer = posted(owner, login, data, name)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert owner.study.verbatimsources.count() == 0


def test_a_viewer_sees_that_columns_are_missing(owner: StudyAccess, as_role: Any, login: Any) -> None:
    posted(owner, login, as_csv([("Great",)]))
    source = owner.study.verbatimsources.get()

    page = login(as_role(Role.VIEWER)).get(url(owner, "verbatim_source", source.pk)).content.decode()

    assert "A researcher still has to say" in page
    assert "Great" not in page


def test_a_stopped_import_can_be_repeated(
    owner: StudyAccess, login: Any, django_capture_on_commit_callbacks: Any
) -> None:
    posted(owner, login, as_csv([("Great",)]))
    source = owner.study.verbatimsources.get()
    VerbatimSource.objects.filter(pk=source.pk).update(state="importing")
    assert "Import again" in login(owner).get(url(owner, "verbatim_source", source.pk)).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        login(owner).post(url(owner, "verbatim_again", source.pk))

    source.refresh_from_db()
    assert (source.state, source.distinct) == ("ready", 1)


# --- sources and groups ------------------------------------------------------------------------------
def test_an_empty_page_teaches(owner: StudyAccess, login: Any) -> None:
    assert "No verbatims yet" in login(owner).get(url(owner, "verbatims")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_cost_the_same_queries_however_long(
    owner: StudyAccess, login: Any, django_assert_max_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        source = source_of(owner)
        for _ in range(count):
            group_of(source, ["Late again", "Too late"])
    client = login(owner)

    with django_assert_max_num_queries(12):
        client.get(url(owner, "verbatims"))
    with django_assert_max_num_queries(14):
        client.get(url(owner, "verbatim_source", source.pk))
    with django_assert_max_num_queries(14):
        client.get(url(owner, "verbatim_group", source.groups.first().pk))


def test_a_source_shows_its_groups_largest_first_with_examples(owner: StudyAccess, login: Any) -> None:
    source = source_of(owner)
    group_of(source, ["Small"], name="Small")
    group_of(source, [f"Large {n}" for n in range(5)], name="Large")

    page = login(owner).get(url(owner, "verbatim_source", source.pk))

    rows = page.context["groups"]
    assert [(row.group.name, [each.text for each in row.examples]) for row in rows] == [
        ("Large", ["Large 0", "Large 1", "Large 2"]),
        ("Small", ["Small"]),
    ]
    assert "<b>980</b> different texts of 1,200 rows" in page.content.decode()


def test_a_group_is_filtered_by_segment_and_word(owner: StudyAccess, login: Any) -> None:
    group = group_of(source_of(owner), ["Late bus", "Late tram", "Early bus", "No bus"])

    page = login(owner).get(url(owner, "verbatim_group", group.pk), {"segment": "Country", "word": "BUS"})

    assert [each.text for each in page.context["page"]] == ["Late bus", "Early bus"]
    odd = login(owner).get(url(owner, "verbatim_group", group.pk), {"segment": "Nowhere"})
    assert len(odd.context["page"]) == 4


def test_a_group_tells_that_there_is_no_job_to_link_yet(owner: StudyAccess, login: Any) -> None:
    group = group_of(source_of(owner), ["Late bus"])

    page = login(owner).get(url(owner, "verbatim_group", group.pk)).content.decode()

    assert "This study has no generalised job yet" in page
    assert "Find a generalised job" not in page


def test_a_group_is_renamed_and_the_name_taken_back(owner: StudyAccess, login: Any) -> None:
    group, client = group_of(source_of(owner), ["Late"]), login(owner)

    client.post(url(owner, "verbatim_rename", group.pk), {"name": "Never on time", "seen": "Late"})
    stale = client.post(url(owner, "verbatim_rename", group.pk), {"name": "Mine", "seen": "Late"})
    group.refresh_from_db()
    assert (group.name, group.decided, stale.status_code) == ("Never on time", True, 409)

    client.post(url(owner, "verbatim_rename_undo", group.pk))
    group.refresh_from_db()
    assert group.name == "Late"


def test_a_name_cannot_be_empty(owner: StudyAccess, login: Any) -> None:
    group = group_of(source_of(owner), ["Late"])

    assert login(owner).post(url(owner, "verbatim_rename", group.pk), {"name": " "}).status_code == 422


def test_a_job_is_found_linked_and_seen_beside_the_interviews(owner: StudyAccess, login: Any) -> None:
    source, client = source_of(owner), login(owner)
    group = group_of(source, ["Late", "Later"])
    job = make.make_job(owner.study, scope=Job.Scope.GENERALISED, statement="Be on time everywhere")
    make.make_job(owner.study, scope=Job.Scope.GENERALISED, statement="Feel safe")

    found = client.get(url(owner, "verbatim_group", group.pk), {"find": "time every"}, headers=HTMX)
    assert found.context["jobs"] == [job]
    client.post(url(owner, "verbatim_link", group.pk), {"job": job.pk, "polarity": "supports"})

    page = client.get(url(owner, "detail", job.pk)).content.decode()
    behind = client.get(url(owner, "behind", job.pk), {"of": "prevalence"}).content.decode()
    for seen in (page, behind):
        assert "Also in <b>2</b> of 980 verbatims" in seen
        assert "change no number of the ranking" in seen
    assert "<b>0</b> of 0 interviews" in page


def test_a_link_is_removed_and_comes_back(owner: StudyAccess, login: Any) -> None:
    group, client = group_of(source_of(owner), ["Late"]), login(owner)
    job = make.make_job(owner.study, scope=Job.Scope.GENERALISED)
    link = VerbatimLink.objects.create(study=owner.study, group=group, job=job, polarity="contradicts")

    client.post(url(owner, "verbatim_unlink", link.pk))
    assert group.links.count() == 0
    client.post(url(owner, "verbatim_link", group.pk) + f"?job={job.pk}&polarity=contradicts")

    assert group.links.get().polarity == "contradicts"


def test_foreign_and_individual_jobs_cannot_be_linked(
    owner: StudyAccess, outsider: StudyAccess, login: Any
) -> None:
    group, client = group_of(source_of(owner), ["Late"]), login(owner)
    for job in (make.make_job(outsider.study, scope=Job.Scope.GENERALISED), make.make_job(owner.study)):
        answer = client.post(url(owner, "verbatim_link", group.pk), {"job": job.pk, "polarity": "supports"})
        assert answer.status_code == 422
    assert group.links.count() == 0


def test_a_source_is_deleted_with_its_groups_and_brought_back(owner: StudyAccess, login: Any) -> None:
    source, client = source_of(owner), login(owner)
    group = group_of(source, ["Late"])

    client.post(url(owner, "verbatim_delete", source.pk))
    assert client.get(url(owner, "verbatim_group", group.pk)).status_code == 404
    client.post(url(owner, "verbatim_restore", source.pk))

    assert client.get(url(owner, "verbatim_group", group.pk)).status_code == 200


def test_words_of_customers_never_stand_in_addresses_of_undo(owner: StudyAccess, login: Any) -> None:
    group = group_of(source_of(owner), ["Secret words"], name="Secret words")

    answer = login(owner).post(url(owner, "verbatim_rename", group.pk), {"name": "Other"}, follow=True)

    tags = [message.extra_tags for message in answer.context["messages"]]
    assert all("Secret" not in tag for tag in tags)


def test_a_long_source_is_shown_page_by_page(owner: StudyAccess, login: Any) -> None:
    source = source_of(owner)
    for _ in range(25):
        group_of(source, ["One", "Two"])

    page = login(owner).get(url(owner, "verbatim_source", source.pk), {"page": 2})

    assert len(page.context["groups"]) == 5
