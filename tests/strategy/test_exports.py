"""A canvas taken along: every file is read back, and says what the canvas says."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pptx import Presentation
from pypdf import PdfReader

from jobs.actions.priorities import ranking
from jobs.papers.shapes import lines_of
from strategy.actions import cards, papers, readings
from strategy.actions.loops import close_loop
from strategy.actions.rules import StrategyRefused
from strategy.actions.tracker import add_action, answer_check, edit_action, set_status, trash_action
from strategy.actions.workshops import end_workshop, hand_over, start_workshop
from strategy.days import day_words
from strategy.models import Canvas, CardComment, CardDecision, KpiReading, Workshop
from strategy.papers.calendar import Due, write_calendar
from strategy.papers.minutes import plain
from strategy.papers.sheet import write_pdf, write_png
from strategy.papers.slides import write_slides
from strategy.papers.tree import CanvasPaper, CardLine
from strategy.queries.canvases import in_order
from strategy.queries.papers import KEPT, canvas_paper, exports_of
from strategy.reading_table import Reading
from studies.access import StudyAccess
from studies.history import person_name, record
from studies.models import HistoryEntry
from studies.roles import Role
from studies.runs import cancel
from studies.tasks import execute_run
from tests import factories as make
from tests.strategy.rooms import come_in, edit_card, invite, lead, seat_of

Login = Callable[[StudyAccess], Client]
EMOJI, HEBREW = "Lend 🚲 to all", "שלום לכולם"


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def canvas(owner: StudyAccess) -> Canvas:
    return make.make_canvas(make.make_job(owner.study, scope="generalised", statement="Get there dry"))


@pytest.fixture
def client(owner: StudyAccess, login: Login) -> Client:
    return login(owner)


def url(name: str, canvas: Canvas, *args: Any) -> str:
    return reverse(f"strategy:{name}", args=[canvas.study.slug, canvas.pk, *args])


def add(access: StudyAccess, canvas: Canvas, text: str, **more: Any) -> Any:
    place = {"phase": 2, "lane": "solutions"} | more
    return cards.add_card(access, canvas=canvas, text=text, **place)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def paper_of(canvas: Canvas) -> CanvasPaper:
    canvas.refresh_from_db()
    return canvas_paper(canvas, version="Board (change 3)")


def pdf_text(data: bytes) -> str:
    """Without line breaks: where a line ends is the typesetter's business."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def slide_texts(data: bytes) -> list[str]:
    found = []
    for slide in Presentation(io.BytesIO(data)).slides:
        found += [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    return found


def none_runs_off(data: bytes) -> bool:
    deck = Presentation(io.BytesIO(data))
    ends = (shape.top + shape.height for slide in deck.slides for shape in slide.shapes)
    return max(ends) <= deck.slide_height


# --- PDF, PNG, slides ----------------------------------------------------------------------------------
def test_a_job_or_a_group_behind_a_card_is_evidence_as_on_the_canvas(
    owner: StudyAccess, canvas: Canvas
) -> None:
    job, gone = (make.make_job(owner.study, scope="generalised") for _ in range(2))
    card = add(owner, canvas, "Lend a bike")
    edit_card(owner, card=card, links={f"job:{canvas.job_id}", f"job:{job.pk}", f"job:{gone.pk}"})
    type(gone).objects.filter(pk=gone.pk).update(deleted_at=timezone.now())

    assert "Idea · 2 pieces of evidence\nLend a bike" in slide_texts(write_slides(paper_of(canvas)))


@pytest.mark.parametrize(("sheet", "width"), [("a4", 842), ("a3", 1191), ("a2", 1684), ("a1", 2384)])
def test_the_pdf_is_a_landscape_sheet_that_says_what_the_canvas_says(
    sheet: str, width: int, owner: StudyAccess, canvas: Canvas
) -> None:
    card = add(owner, canvas, "Lend a bike for a week", kind="assumption")
    cards.agree_card(owner, card=card)
    make.make_action(canvas, title="Lend ten bikes", due_on=date(2026, 12, 1))

    data = write_pdf(paper_of(canvas), sheet=sheet, authors=["Lena"])

    reader = PdfReader(io.BytesIO(data))
    assert round(float(reader.pages[0].mediabox.width)) == width
    assert reader.metadata is not None
    assert reader.metadata.title == "Get there dry: strategy canvas"
    text = pdf_text(data)
    wanted = (
        "Get there dry",
        "1 Awareness",
        "help to choose",
        "Sales and buying aids",
        "Assumption · agreed · no evidence",
        "Lend a bike for a week",
        "Version: Board (change 3)",
        "Lend ten bikes",
        "1 December 2026",
        "independent and not endorsed by them",
    )
    assert [each for each in wanted if each not in text] == []


def test_the_same_canvas_gives_the_same_bytes(owner: StudyAccess, canvas: Canvas) -> None:
    add(owner, canvas, "Lend a bike")
    paper = paper_of(canvas)

    assert write_pdf(paper, sheet="a4", authors=[]) == write_pdf(paper, sheet="a4", authors=[])


@pytest.fixture
def crowded(canvas: Canvas) -> Canvas:
    """500 cards, some of them as long as a card can be."""
    for number in range(500):
        text = f"card-{number:03} " + ("very long words " * (120 if number % 100 == 0 else 3))
        make.make_card(canvas, phase=number % 4 + 1, lane="solutions", text=text, position=f"{number:03}V")
    return canvas


def test_five_hundred_cards_are_all_on_the_pages(crowded: Canvas) -> None:
    data = write_pdf(paper_of(crowded), sheet="a3", authors=[])

    text = pdf_text(data)
    assert [number for number in range(500) if f"card-{number:03}" not in text] == []
    assert "Solutions, continued" in text
    assert "Page 1 of" in text


def test_five_hundred_cards_are_all_on_the_slides_and_none_runs_off(crowded: Canvas) -> None:
    data = write_slides(paper_of(crowded))

    told = " ".join(slide_texts(data))
    assert [number for number in range(500) if f"card-{number:03}" not in told] == []
    assert none_runs_off(data)


def test_a_small_canvas_is_one_slide_with_shapes_that_can_be_edited(
    owner: StudyAccess, canvas: Canvas
) -> None:
    add(owner, canvas, "Lend a bike")
    add(owner, canvas, HEBREW, phase=4)

    data = write_slides(paper_of(canvas))

    deck = Presentation(io.BytesIO(data))
    assert len(deck.slides) == 1
    shapes = {shape.text_frame.text: shape for shape in deck.slides[0].shapes if shape.has_text_frame}
    assert "Idea · no evidence\nLend a bike" in shapes
    assert 'rtl="1"' in shapes[f"Idea · no evidence\n{HEBREW}"].text_frame._txBody.xml
    assert any("Board (change 3)" in text for text in shapes)


def heard_canvas(owner: StudyAccess, canvas: Canvas, note: str) -> CanvasPaper:
    interview = make.make_interview(owner.study)
    make.make_job(owner.study, interview=interview, general=canvas.job)
    make.make_element(interview, kind="push", note=note)
    make.make_element(interview, kind="constraint", note="Two steep stairs", phase=None)
    return paper_of(canvas)


def test_no_slide_has_letters_that_nobody_reads_on_a_wall(owner: StudyAccess, canvas: Canvas) -> None:
    for number in range(32):
        make.make_card(canvas, phase=number % 4 + 1, lane="solutions", text="Lend a bike for a week " * 2)

    deck = Presentation(io.BytesIO(write_slides(paper_of(canvas))))

    frames = [shape.text_frame for slide in deck.slides for shape in slide.shapes if shape.has_text_frame]
    told = [frame.paragraphs[1].runs[0] for frame in frames if "Lend a bike" in frame.text]
    assert (len(told), min(run.font.size.pt for run in told) >= 8) == (32, True)


def test_phases_with_long_names_stay_in_their_heads(owner: StudyAccess, canvas: Canvas) -> None:
    add(owner, canvas, "Lend a bike")
    paper = paper_of(canvas)
    named = tuple(replace(column, name="Getting to know the alternatives") for column in paper.columns)

    for columns, size in ((paper.columns, 12), (named, 8)):
        deck = Presentation(io.BytesIO(write_slides(replace(paper, columns=columns))))
        frames = [shape.text_frame for shape in deck.slides[0].shapes if shape.has_text_frame]
        heads = [frame for frame in frames if frame.text.startswith("1 ")]
        assert [head.paragraphs[0].runs[0].font.size.pt for head in heads] == [size]


def test_the_slide_says_what_the_interviews_say(owner: StudyAccess, canvas: Canvas) -> None:
    add(owner, canvas, "Lend a bike")

    texts = slide_texts(write_slides(heard_canvas(owner, canvas, "The van died on the bridge")))

    assert "Pushes  1 of 1 interviews\nThe van died on the bridge" in texts
    assert {"Constraints", "1 of 1 interviews\nTwo steep stairs"} <= set(texts)


def test_evidence_that_no_slide_can_hold_goes_on_on_the_next(owner: StudyAccess, canvas: Canvas) -> None:
    words = [f"word-{number:04}" for number in range(900)]

    data = write_slides(heard_canvas(owner, canvas, " ".join(words)))

    told = " ".join(slide_texts(data))
    assert [word for word in words if word not in told] == []
    assert none_runs_off(data)


@pytest.mark.parametrize("text", ["donaudampfschiff-{0} ", "w{0}\n", "W" * 40 + "{0} "])
def test_long_cards_of_long_words_and_many_lines_stay_on_their_slides(
    text: str, owner: StudyAccess, canvas: Canvas
) -> None:
    words = "".join(text.format(number) for number in range(1000, 1300))
    add(owner, canvas, words)

    data = write_slides(paper_of(canvas))

    told = " ".join(slide_texts(data))
    assert [number for number in range(1000, 1300) if str(number) not in told] == []
    assert none_runs_off(data)


def test_no_words_are_lost_below_a_title(owner: StudyAccess, canvas: Canvas) -> None:
    add(owner, canvas, "Lend a bike")
    purposes = tuple(f"{'purpose ' * 35}number-{number}" for number in range(30))
    paper = replace(paper_of(canvas), purpose=purposes, study="S" * 120)

    data = write_slides(paper)

    told = " ".join(slide_texts(data))
    assert [words for words in (*purposes, "Board (change 3)") if words not in told] == []
    assert none_runs_off(data)


def test_long_actions_stay_on_their_slides(owner: StudyAccess, canvas: Canvas) -> None:
    for number in range(12):
        make.make_action(canvas, title=f"action-{number:02} " + "many words " * 13, kpi="Calls " * 20)

    deck = Presentation(io.BytesIO(write_slides(paper_of(canvas))))

    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    titles = [row.cells[0].text for table in tables for row in list(table.rows)[1:]]
    assert len({title[:9] for title in titles}) == 12
    assert all(4 * sum(row.height for row in table.rows) < 3 * (deck.slide_height or 0) for table in tables)


def test_a_long_word_takes_a_line_of_its_own() -> None:
    assert lines_of("57 " + "x" * 40 + " mit dem", 4, 11) == 3
    assert lines_of("x" * 100, 4, 11) == 3
    assert lines_of("日" * 30, 4, 11) == 2
    assert [lines_of(text, 4, 11) for text in ("", "a b", "a\nb")] == [1, 1, 2]


def test_a_sheet_keeps_together_what_nearly_fits(owner: StudyAccess, canvas: Canvas) -> None:
    for number in range(60):
        lane = ("need", "solutions", "marketing", "partners", "target")[number // 4 % 5]
        text = f"card-{number} " + "words that are said " * 14
        make.make_card(canvas, phase=number % 4 + 1, lane=lane, text=text, position=f"{number:02}V")

    data = write_pdf(paper_of(canvas), sheet="a4", authors=[])

    pages = [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
    rows: dict[int, set[int]] = {}  # the pages on which cards of a row lie
    for number, page in enumerate(pages):
        for card in map(int, re.findall(r"card-(\d+)", page)):
            rows.setdefault(card // 4 % 5, set()).add(number)
    assert len(pages) > 1
    assert [len(found) for found in rows.values()] == [1] * 5


def test_a_word_wider_than_its_card_is_broken_and_a_long_one_that_fits_is_not(
    owner: StudyAccess, canvas: Canvas
) -> None:
    add(owner, canvas, "A" * 300)
    add(owner, canvas, "was die Kraftfahrzeughaftpflichtversicherung kostet")

    page = PdfReader(io.BytesIO(write_pdf(paper_of(canvas), sheet="a3", authors=[]))).pages[0]

    lines = page.extract_text().replace("\u200b", "").split("\n")
    wide = [len(found[0]) for line in lines if (found := re.search("A{2,}", line))]
    assert (sum(wide), max(wide) < 60) == (300, True)
    assert any("Kraftfahrzeughaftpflichtversicherung" in line for line in lines)


def test_a_text_from_the_right_stands_at_the_right_of_its_card(owner: StudyAccess, canvas: Canvas) -> None:
    add(owner, canvas, HEBREW)
    left: dict[str, float] = {}

    page = PdfReader(io.BytesIO(write_pdf(paper_of(canvas), sheet="a3", authors=[]))).pages[0]
    page.extract_text(visitor_text=lambda text, at, *more: left.setdefault(text.strip(), at[4]))

    facts, words = (next(x for text, x in left.items() if part in text) for part in ("Idea", HEBREW[:4]))
    assert words > facts + 50


def test_scripts_that_no_font_holds_are_told_and_nothing_breaks(owner: StudyAccess, canvas: Canvas) -> None:
    add(owner, canvas, EMOJI)
    add(owner, canvas, HEBREW)
    add(owner, canvas, "日本語")

    paper = paper_of(canvas)

    text = pdf_text(write_pdf(paper, sheet="a4", authors=[]))
    assert "Lend" in text
    assert write_png(paper, authors=[]).startswith(b"\x89PNG")
    assert f"Idea · no evidence\n{EMOJI}" in slide_texts(write_slides(paper))


def test_words_are_never_code(owner: StudyAccess, canvas: Canvas) -> None:
    hostile = '#panic("x") $x$ *bold* _under_ <label> @cite `raw` \\u{41} [x](http://evil)'
    add(owner, canvas, hostile)

    told = pdf_text(write_pdf(paper_of(canvas), sheet="a4", authors=[]))
    assert hostile.replace(" ", "") in told.replace(" ", "")


def test_nobody_who_withdrew_consent_is_quoted(owner: StudyAccess, canvas: Canvas) -> None:
    interview = make.make_interview(owner.study)
    make.make_job(owner.study, interview=interview, general=canvas.job)
    make.make_element(interview, kind="push", note="The van died on the bridge")
    assert "The van died" in str(paper_of(canvas))

    owner.study.participants.update(consent="withdrawn")

    paper = paper_of(canvas)
    assert "The van died" not in str(paper)
    assert (paper.columns[0].heard, paper.held) == ((), 0)


def test_text_is_set_in_the_direction_of_its_first_letter() -> None:
    assert [CardLine("idea", text, False, 0).from_right for text in ("a " + HEBREW, "1. " + HEBREW, "")] == [
        False,
        True,
        False,
    ]


# --- by a run ------------------------------------------------------------------------------------------
def made(client: Client, canvas: Canvas, callbacks: Any, **asked: str) -> Any:
    with callbacks(execute=True):
        client.post(url("export_make", canvas), asked)
    return exports_of(canvas).first()


@pytest.mark.parametrize(
    ("kind", "begins"), [("pdf", b"%PDF-"), ("png", b"\x89PNG"), ("pptx", b"PK\x03\x04")]
)
def test_a_file_is_made_by_a_run_and_downloaded(
    kind: str,
    begins: bytes,
    client: Client,
    owner: StudyAccess,
    canvas: Canvas,
    django_capture_on_commit_callbacks: Any,
) -> None:
    add(owner, canvas, "Lend a bike")

    run = made(client, canvas, django_capture_on_commit_callbacks, format=kind, sheet="a4")

    assert (run.state, run.error, run.result["cards"]) == ("done", "", 1)
    page = client.get(url("canvas_exports", canvas)).content.decode()
    assert url("export_file", canvas, run.pk) in page
    answer = client.get(url("export_file", canvas, run.pk))
    assert body(answer).startswith(begins)
    assert answer["Content-Disposition"].startswith("attachment")


def test_what_is_no_format_is_refused(client: Client, owner: StudyAccess, canvas: Canvas) -> None:
    client.post(url("export_make", canvas), {"format": "exe"})
    with pytest.raises(StrategyRefused):
        papers.ask_for_export(owner, canvas=canvas, kind="pdf", sheet="../a4")

    assert exports_of(canvas).count() == 0


def test_a_viewer_takes_along_what_was_made_and_makes_nothing(
    client: Client,
    owner: StudyAccess,
    canvas: Canvas,
    login: Login,
    as_role: Callable[[Role], StudyAccess],
    django_capture_on_commit_callbacks: Any,
) -> None:
    run = made(client, canvas, django_capture_on_commit_callbacks, format="pdf")
    viewer = login(as_role(Role.VIEWER))

    assert viewer.get(url("export_file", canvas, run.pk)).status_code == 200
    assert viewer.post(url("export_make", canvas), {"format": "pdf"}).status_code == 403


def test_a_file_of_another_canvas_is_not_here(
    client: Client, owner: StudyAccess, canvas: Canvas, django_capture_on_commit_callbacks: Any
) -> None:
    run = made(client, canvas, django_capture_on_commit_callbacks, format="pdf")
    other = make.make_canvas(make.make_job(owner.study, scope="generalised"))

    assert client.get(url("export_file", other, run.pk)).status_code == 404


def test_only_the_newest_files_are_kept(
    client: Client, canvas: Canvas, django_capture_on_commit_callbacks: Any
) -> None:
    runs = [
        made(client, canvas, django_capture_on_commit_callbacks, format="pdf", sheet="a4")
        for _ in range(KEPT + 2)
    ]

    assert len(default_storage.listdir(f"exports/{canvas.study.pk}")[1]) == KEPT
    assert client.get(url("export_file", canvas, runs[0].pk)).status_code == 404
    assert client.get(url("canvas_exports", canvas)).status_code == 200


def test_a_cancelled_run_leaves_no_file(owner: StudyAccess, canvas: Canvas) -> None:
    run = papers.ask_for_export(owner, canvas=canvas, kind="pdf")
    cancel(owner, run)
    execute_run(run.pk)

    run.refresh_from_db()
    assert (run.state, default_storage.exists(f"exports/{canvas.study.pk}")) == ("cancelled", False)


def test_a_canvas_that_is_gone_is_told(owner: StudyAccess, canvas: Canvas) -> None:
    run = papers.ask_for_export(owner, canvas=canvas, kind="pdf")
    type(canvas).objects.filter(pk=canvas.pk).update(deleted_at=timezone.now())
    execute_run(run.pk)

    run.refresh_from_db()
    assert (run.state, run.error) == ("failed", "This canvas was deleted meanwhile.")


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_however_much_was_made(
    number: int,
    client: Client,
    canvas: Canvas,
    django_capture_on_commit_callbacks: Any,
    django_assert_max_num_queries: Any,
) -> None:
    for _ in range(number):
        made(client, canvas, django_capture_on_commit_callbacks, format="pdf", sheet="a4")

    with django_assert_max_num_queries(15):
        client.get(url("canvas_exports", canvas))


# --- tables --------------------------------------------------------------------------------------------
def test_the_workbook_holds_cards_actions_and_readings(
    client: Client, owner: StudyAccess, canvas: Canvas
) -> None:
    add(owner, canvas, "=HYPERLINK(1)", kind="strategy", links=[f"job:{canvas.job_id}"])
    action = make.make_action(canvas, title="+1", kpi="Calls", mode="reactive")
    KpiReading.objects.create(study=canvas.study, action=action, on=date(2026, 1, 5), value=4)

    book = load_workbook(io.BytesIO(body(client.get(url("export_workbook", canvas)))))

    assert book.sheetnames == ["Cards", "Actions", "Readings"]
    sheets = {name: list(book[name].iter_rows(values_only=True)) for name in book.sheetnames}
    assert "change 1" in str(sheets["Cards"][0][0])
    card = dict(zip(sheets["Cards"][1], sheets["Cards"][2], strict=True))
    assert (card["kind"], card["text"], card["jobs"]) == ("Strategy", "=HYPERLINK(1)", "Get there dry")
    assert book["Cards"]["E3"].data_type == "s"
    told = dict(zip(sheets["Actions"][1], sheets["Actions"][2], strict=True))
    assert (told["action"], told["last reading"], told["proactive or reactive"]) == ("+1", 4, "Reactive")
    assert sheets["Readings"][2][3] == 4


def test_cards_as_csv_cannot_become_formulas(client: Client, owner: StudyAccess, canvas: Canvas) -> None:
    add(owner, canvas, '=cmd|"/c calc"!A1')
    add(owner, canvas, "Räder, “alle”\nzweite Zeile")

    text = body(client.get(url("export_cards", canvas))).decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["text"] for row in rows] == ['\'=cmd|"/c calc"!A1', "Räder, “alle”\nzweite Zeile"]
    assert [row["place in its field"] for row in rows] == ["1", "2"]
    assert {row["version"][-10:] for row in rows} == {"(change 2)"}


def test_tables_list_cards_in_the_order_of_the_canvas(
    client: Client, owner: StudyAccess, canvas: Canvas
) -> None:
    for lane in ("target", "buying_aids", "solutions", "need"):
        add(owner, canvas, lane, lane=lane)
    add(owner, canvas, "first of all", phase=1, lane="target")

    rows = csv.DictReader(io.StringIO(body(client.get(url("export_cards", canvas))).decode("utf-8-sig")))

    assert [row["text"] for row in rows] == ["first of all", "need", "solutions", "buying_aids", "target"]


def test_cards_stand_as_browsers_sort_them_however_the_database_does(canvas: Canvas) -> None:
    for place in ("a", "Z", "0V", "b"):
        make.make_card(canvas, phase=1, lane="need", text=place, position=place)
    like_a_language = sorted(canvas.cards.all(), key=lambda card: card.position.lower())

    assert [card.text for card in in_order(like_a_language)] == ["0V", "Z", "a", "b"]


# --- dates ---------------------------------------------------------------------------------------------
def unfolded(text: str) -> list[str]:
    """RFC 5545, 3.1, read back."""
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    return text.replace("\r\n ", "").split("\r\n")


def test_due_dates_are_all_day_events_with_stable_names(
    client: Client, canvas: Canvas, owner: StudyAccess
) -> None:
    today = timezone.localdate()
    due = make.make_action(canvas, title="Lend; ten, bikes\\ 🚲" * 6, due_on=today, owner=owner.user)
    make.make_action(canvas, title="Over", due_on=today, status="adopted")
    make.make_action(canvas, title="Undated")

    lines = unfolded(body(client.get(url("export_dates", canvas))).decode())

    events = [line for line in lines if line.startswith("SUMMARY:")]
    assert [event.removeprefix("SUMMARY:") for event in events] == ["Lend\\; ten\\, bikes\\\\ 🚲" * 6]
    assert f"DTSTART;VALUE=DATE:{today:%Y%m%d}" in lines
    first = next(line for line in lines if line.startswith("UID:"))

    type(due).objects.filter(pk=due.pk).update(due_on=today + timedelta(5), version=4)
    again = unfolded(body(client.get(url("export_dates", canvas))).decode())
    assert (first in again, "SEQUENCE:4" in again) == (True, True)


def test_a_calendar_begins_and_ends_as_the_standard_wants() -> None:
    due = Due("u@x", date(2026, 12, 31), "A\r\nB", "C\x07", "https://x/", 1)

    made = datetime(2026, 1, 1, tzinfo=UTC)
    lines = unfolded(write_calendar("Dates", [due], about="Version; one", made_at=made))

    assert (lines[0], lines[1], lines[-2:]) == ("BEGIN:VCALENDAR", "VERSION:2.0", ["END:VCALENDAR", ""])
    assert "X-WR-CALDESC:Version\\; one" in lines
    assert {"SUMMARY:A\\nB", "DESCRIPTION:C", "DTSTART;VALUE=DATE:20261231"} <= set(lines)


# --- minutes -------------------------------------------------------------------------------------------
def test_minutes_tell_who_what_and_how_many_but_never_who_voted(
    client: Client, owner: StudyAccess, canvas: Canvas
) -> None:
    workshop = start_workshop(owner, canvas=canvas)
    card = add(owner, canvas, "Lend *bikes* | to all", kind="assumption")
    cards.agree_card(owner, card=card)
    add(owner, canvas, "Who pays?", kind="question")
    workshop.votes.create(seat="u77", card_key=card.key)
    CardDecision.objects.create(
        study=owner.study, card=card, decision="keep", reason="Still true", decided_by=owner.user
    )
    CardComment.objects.create(study=owner.study, card=card, author_name="Ada", text="Too dear?")
    plan = {"phase": 1, "lane": "solutions", "owner": owner.user, "due_on": date(2026, 12, 1)}
    add_action(owner, canvas=canvas, title="Lend ten", **plan)
    workshop.voting, workshop.result = "closed", {str(card.key): 4}
    workshop.save()
    end_workshop(seat_of(owner, canvas))

    text = body(client.get(url("minutes", canvas) + f"?workshop={workshop.pk}")).decode()

    name = owner.user.first_name
    wanted = (
        f"- Facilitated by {name}",
        f"{name} started a workshop on this canvas",
        "- 4 dots: Lend \\*bikes\\* \\| to all (phase 2)",
        "- Solutions: Lend \\*bikes\\* \\| to all (assumption, **agreed**, no evidence)",
        "- Keep it as it is: Lend \\*bikes\\* \\| to all. Still true",
        f"| Lend ten | 1 | {name} | 1 December 2026 | Idea |",
        "- Who pays? (phase 2)",
        "- Too dear? (Ada, on “Lend \\*bikes\\* \\| to all”)",
    )
    assert [each for each in wanted if each not in text] == []
    assert "u77" not in text


def test_minutes_name_everybody_once_and_whom_the_workshop_was_handed_to(
    client: Client, owner: StudyAccess, canvas: Canvas, as_role: Callable[[Role], StudyAccess]
) -> None:
    leader, other = lead(owner, canvas), as_role(Role.STRATEGIST)
    come_in(invite(leader, role="observer")[0], "Mo")
    hand_over(leader, user_id=other.user.pk)
    end_workshop(seat_of(other, canvas))

    text = body(client.get(url("minutes", canvas))).decode()

    names = sorted([person_name(owner.user), person_name(other.user), "Mo (guest)"])
    assert f"- Took part: {', '.join(names)}\n" in text
    assert f" handed over the workshop to {person_name(other.user)}\n" in text
    assert f" {person_name(other.user)} ended the workshop on this canvas\n" in text


BELIEVED = "lending will help parents because two said so"
NOT_READ = "Bikes lent: not read yet, target 20"


@pytest.fixture
def ended(owner: StudyAccess, canvas: Canvas) -> Workshop:
    """A workshop of a month ago, with an agreed card, its votes, an open question and an action."""
    leader = lead(owner, canvas)
    card = add(owner, canvas, "Lend bikes", kind="assumption")
    cards.agree_card(owner, card=card)
    add(owner, canvas, "Buy a van")
    CardComment.objects.create(study=owner.study, card=card, author_name="Ada", text="Too dear?")
    plan = {"phase": 2, "lane": "solutions", "kpi": "Bikes lent", "kpi_target": 20.0}
    believed = {"hypothesis_change": "lending", "performer": "parents", "because": "two said so"}
    due = date(2026, 12, 1)
    add_action(
        owner,
        canvas=canvas,
        title="Lend ten",
        owner=owner.user,
        due_on=due,
        mode="proactive",
        **plan | believed,
    )
    Workshop.objects.update(voting="closed", result={str(card.key): 4})
    end_workshop(leader)
    return canvas.workshops.get()


def minutes_of(client: Client, canvas: Canvas) -> str:
    return body(client.get(url("minutes", canvas))).decode()


def test_minutes_can_be_read_where_an_archive_has_lost_what_was_edited(
    client: Client, owner: StudyAccess, canvas: Canvas, ended: Workshop
) -> None:
    gone = record(owner, "action.edited", canvas.actions.get(), before={"title": "Lend five"})
    HistoryEntry.objects.filter(pk=gone.pk).update(target_id="")

    assert "Lend ten" in minutes_of(client, canvas)


def test_minutes_leave_out_an_answer_that_an_archive_has_lost(
    client: Client, owner: StudyAccess, canvas: Canvas
) -> None:
    lead(owner, canvas)
    action = add_action(owner, canvas=canvas, title="Lend ten", phase=1, lane="solutions")
    record(owner, "action.checked", action)
    record(owner, "action.checked", action, welcomed=False)

    assert minutes_of(client, canvas).count("welcome it: Lend ten.") == 1


def part(text: str, title: str) -> str:
    """What stands below a heading."""
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_minutes_show_the_cards_as_the_workshop_left_them(
    client: Client, owner: StudyAccess, canvas: Canvas, ended: Workshop
) -> None:
    before = minutes_of(client, canvas)
    lend, van = canvas.cards.order_by("pk")

    cards.agree_card(owner, card=lend, agreed=False)
    edit_card(owner, card=lend, text="Lend scooters", phase=3)
    cards.trash_card(owner, card=van)
    add(owner, canvas, "Who pays?", kind="question")
    CardComment.objects.update(resolved_at=timezone.now())
    after = minutes_of(client, canvas)

    assert "Version of the canvas: Workshop ends, " in before
    for section in ("Cards", "Votes", "Decisions"):
        assert part(after, section) == part(before, section), section
    assert "- Solutions: Lend bikes (assumption, **agreed**, no evidence)" in part(after, "Cards")
    assert "- 4 dots: Lend bikes (phase 2)" in part(after, "Votes")
    assert "- Is it so? Lend bikes (phase 2)" in part(after, "Open questions")
    assert "- Too dear? (Ada, on “Lend bikes”, resolved " in part(after, "Open questions")
    assert "scooters" not in after
    assert "Who pays" not in after


def test_minutes_tell_what_has_happened_to_the_actions_since_apart(
    client: Client,
    owner: StudyAccess,
    canvas: Canvas,
    ended: Workshop,
    as_role: Callable[[Role], StudyAccess],
) -> None:
    name, other = person_name(owner.user), as_role(Role.STRATEGIST)
    row = f"| Lend ten | 2 | {name} | 1 December 2026 | Idea | {BELIEVED} | {NOT_READ} |"
    assert row in minutes_of(client, canvas)
    assert "Since then" not in minutes_of(client, canvas)
    action = canvas.actions.get()

    later = {
        "due_on": date(2027, 1, 9),
        "owner": other.user,
        "kpi_target": 30.0,
        "because": "of rain",
        "is_assumption": True,
    }
    edit_action(owner, action=action, seen=action.version, **later)
    answer_check(owner, action=action, welcomed=True, note="")
    set_status(owner, action=action, status="running")
    KpiReading.objects.create(study=owner.study, action=action, on=date(2026, 12, 20), value=12)
    close_loop(owner, action=action, result="Fewer", expectation_after="Lent", decision="adapt")
    made = make.make_action(canvas, title="Lend twenty")
    text, today = minutes_of(client, canvas), day_words(timezone.localdate())

    since = (
        f"now: Stopped, {today} (loop closed: Adapt); owner: {person_name(other.user)}; due: 9 January 2027; "
        "Bikes lent: 12 on 20 December 2026"
    )
    assert f"{row} {since} |" in part(text, "Actions")
    assert made.title not in text


def test_minutes_tell_of_the_kpi_what_the_room_knew_and_how_it_was_corrected(
    client: Client, owner: StudyAccess, canvas: Canvas, ended: Workshop
) -> None:
    action, first, second = canvas.actions.get(), date(2026, 11, 1), date(2026, 11, 8)
    for on, value in ((first, 3), (second, 4)):
        readings.add_reading(owner, action=action, on=on, value=value)
    KpiReading.objects.update(made_at=ended.started_at)
    known = "Bikes lent: 4 on 8 November 2026, target 20"
    assert f"| {known} |" in part(minutes_of(client, canvas), "Actions")
    late = action.readings.get(on=second)

    readings.edit_reading(owner, reading=late, on=date(2026, 11, 9), value=5, note="")
    assert f"| {known} | Bikes lent: 5 on 9 November 2026 |" in minutes_of(client, canvas)
    again = [Reading(1, date(2026, 11, 9), 6), Reading(2, date(2026, 12, 1), 7)]
    readings.import_readings(owner, action=action, readings=again, replace=True)
    late.refresh_from_db()
    readings.remove_reading(owner, reading=late)
    assert f"| {known} | Bikes lent: 7 on 1 December 2026 |" in minutes_of(client, canvas)

    owner.study.history.filter(verb="reading.imported").update(data={"before": {"2026-11-09": 10**400}})
    owner.study.history.filter(verb="reading.edited").update(data={"before": 5})
    assert "| Bikes lent: 6 on 9 November 2026, target 20 |" in minutes_of(client, canvas)


def test_minutes_leave_out_a_reading_that_was_brought_back_after_the_workshop(
    client: Client, owner: StudyAccess, canvas: Canvas, ended: Workshop
) -> None:
    action = canvas.actions.get()
    reading = readings.add_reading(owner, action=action, on=date(2026, 11, 1), value=3)
    KpiReading.objects.update(made_at=ended.started_at, deleted_at=ended.started_at)

    readings.restore_reading(owner, reading=reading)

    assert f"| {NOT_READ} | Bikes lent: 3 on 1 November 2026 |" in minutes_of(client, canvas)


def test_minutes_keep_a_reading_that_was_removed_after_the_workshop_and_brought_back(
    client: Client, owner: StudyAccess, canvas: Canvas, ended: Workshop
) -> None:
    reading = readings.add_reading(owner, action=canvas.actions.get(), on=date(2026, 11, 1), value=3)
    KpiReading.objects.update(made_at=ended.started_at)

    readings.remove_reading(owner, reading=reading)
    readings.restore_reading(owner, reading=reading)

    assert "| Bikes lent: 3 on 1 November 2026, target 20 |" in part(minutes_of(client, canvas), "Actions")


def test_minutes_know_owners_who_have_left_and_actions_that_were_deleted(
    client: Client, owner: StudyAccess, canvas: Canvas, ended: Workshop
) -> None:
    action = canvas.actions.get()
    edit_action(owner, action=action, seen=action.version, owner=None)
    owner.study.history.filter(verb="action.edited").update(data={"before": {"owner": "gone"}})
    trash_action(owner, action=action)

    told = part(minutes_of(client, canvas), "Actions")

    assert "| Lend ten | 2 | gone |" in told
    assert f"| deleted, {day_words(timezone.localdate())}; owner: nobody |" in told


@pytest.mark.parametrize("verb", ["action.edited", "action.status"])
@pytest.mark.parametrize(
    "data",
    [
        {},
        {"before": 5},
        {"before": ["many"]},
        {"before": {"owner": 5, "readings": "many", "no_field": "many", "due_on": "soon", "status": "odd"}},
        {"before": {"kpi_target": "many", "due_on": "0000-00-00", "title": None}},
    ],
)
def test_a_history_that_an_archive_made_up_breaks_no_minutes(
    client: Client, owner: StudyAccess, canvas: Canvas, ended: Workshop, verb: str, data: dict[str, Any]
) -> None:
    action = canvas.actions.get()
    edit_action(owner, action=action, seen=action.version, title="Lend eleven")
    owner.study.history.filter(verb="action.edited").update(verb=verb, data=data)

    told = part(minutes_of(client, canvas), "Actions")

    assert "| Lend eleven | 2 |" in told


def test_minutes_name_earlier_actions_that_the_workshop_worked_on_and_the_check_of_them(
    client: Client, owner: StudyAccess, canvas: Canvas
) -> None:
    make.make_action(canvas, title="Untouched")
    earlier = make.make_action(canvas, title="Lend ten")
    lead(owner, canvas)
    edit_action(owner, action=earlier, seen=earlier.version, owner=owner.user)
    answer_check(owner, action=earlier, welcomed=False, note="Not at *that* price.")

    text, name = minutes_of(client, canvas), person_name(owner.user)
    told = part(text, "Actions")
    checked = f"- The customer would not welcome it: Lend ten. Not at \\*that\\* price. ({name})"
    assert checked in part(text, "Decisions")

    assert told.startswith("\nMade or changed in the workshop so far.\n")
    assert "| Lend ten (made before the workshop) |" in told
    assert "Untouched" not in told


def test_minutes_are_saved_under_the_day_of_their_workshop(
    client: Client, canvas: Canvas, ended: Workshop
) -> None:
    Workshop.objects.update(started_at=datetime(2026, 3, 9, 10, tzinfo=UTC))

    saved_as = client.get(url("minutes", canvas))["Content-Disposition"]

    assert saved_as.endswith(f'-canvas-{canvas.pk}-2026-03-09-minutes.md"')


def test_a_job_that_is_not_ranked_says_why_within_a_sentence(
    client: Client, owner: StudyAccess, canvas: Canvas
) -> None:
    ranking(owner)

    told = "Not ranked, needs more evidence: 0 interviews hold this job, 3 are needed; held by 0 of 0"
    assert f"\n{told} interviews.\n" in minutes_of(client, canvas)


def test_minutes_tell_where_the_job_stood_when_the_workshop_ended(
    client: Client, owner: StudyAccess, canvas: Canvas, ended: Workshop
) -> None:
    make.make_interview(owner.study)
    ranking(owner)

    told = "\nWhen the workshop ended: Not ranked yet; held by 0 of 0 interviews.\n"
    assert told in minutes_of(client, canvas)


@pytest.mark.parametrize("data", [{}, {"standing": 5}])
def test_minutes_that_do_not_know_where_the_job_stood_tell_of_which_day_it_is(
    client: Client, owner: StudyAccess, canvas: Canvas, ended: Workshop, data: dict[str, Any]
) -> None:
    owner.study.history.filter(verb="workshop.ended").update(data=data)

    told = f"\nOn {day_words(timezone.localdate())}: Not ranked yet; held by 0 of 0 interviews.\n"
    assert told in minutes_of(client, canvas)


def test_minutes_say_where_the_cards_of_then_are_no_longer_kept(
    client: Client, owner: StudyAccess, canvas: Canvas, ended: Workshop
) -> None:
    canvas.versions.all().delete()
    edit_card(owner, card=canvas.cards.order_by("pk")[0], text="Lend scooters")

    told = part(minutes_of(client, canvas), "Cards")

    assert told.startswith("\n**The cards as they were when this workshop ended are no longer kept.** ")
    assert f"the cards of {day_words(timezone.localdate())}; they may have changed since." in told
    assert "Lend scooters" in told


def test_an_open_vote_is_in_no_minutes(client: Client, owner: StudyAccess, canvas: Canvas) -> None:
    card = add(owner, canvas, "Lend")
    Workshop.objects.create(
        study=owner.study,
        canvas=canvas,
        facilitator=owner.user,
        voting="open",
        result={str(card.key): 4},
    )

    assert "## Votes" not in body(client.get(url("minutes", canvas))).decode()


@pytest.mark.parametrize("asked", ["", "?workshop=99999", "?workshop=x", "?workshop=" + "9" * 40])
def test_without_a_workshop_the_minutes_are_the_canvas_as_it_stands(
    asked: str, client: Client, owner: StudyAccess, canvas: Canvas
) -> None:
    add(owner, canvas, "Lend")

    text = body(client.get(url("minutes", canvas) + asked)).decode()

    assert text.startswith("# Strategy canvas: Get there dry\n")
    assert ("- Solutions: Lend (idea, no evidence)" in text, "Who and when" in text) == (True, False)


def test_words_stay_words_in_markdown() -> None:
    assert plain("# [x](y) <b>\n- 1. z") == "\\# \\[x\\](y) \\<b\\> - 1. z"
    assert plain("- a") == "\\- a"
    assert plain("1. a") == "\\1. a"
