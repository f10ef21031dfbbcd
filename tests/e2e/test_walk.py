"""The whole story in a real browser: from an empty interview to a dated action, on the demo study.

One test, a chapter a function: what one chapter makes, the next one works with.
"""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from scripts.main_pages import SLUG
from tests.e2e.steps import (
    CARLA,
    DENIZ,
    ROSA,
    Visitor,
    all_saved,
    capture,
    go,
    id_in,
    kept,
    notice,
    number_in,
    press,
    ready_to_capture,
    rows,
    until,
)
from tests.plugins.running import Studio

NEWCOMER = "Wanda"
LIVE = [  # words, keys that sort them, how the wheel tells them
    ("First thought at the nursery gate", ["Alt+e", "Alt+1"], "Event, T1 First thought, phase 1 Awareness"),
    ("The bus drove past full, again", ["Alt+p", "Alt+1"], "Push, phase 1 Awareness"),
    ("The old car is paid off", ["Alt+h", "Alt+1"], "Habit, phase 1 Awareness"),
    ("A neighbour let her ride round the block", ["Alt+e", "Alt+2"], "Event, T2 Event one, phase 2"),
    ("Pictured the three of them singing", ["Alt+l", "Alt+2", "Alt+ArrowUp"], "Pull, phase 2 Expectations"),
    ("Wants to talk with them on the way", ["Alt+d", "Alt+2"], "Desire, phase 2 Expectations"),
    ("No lock in the courtyard", ["Alt+c", "Alt+3"], ""),
    ("Signed on a Saturday in May", ["Alt+e", "Alt+4"], "Event, T4"),
    ("Now they count herons", ["Alt+g", "Alt+4"], "Gain, phase 4 Experience"),
    ("Something about her mother", [], ""),
]
PASTED = (
    "pseudonym\tsegment\ttags\tconsent\n"
    "Xaver\tGrandparent\tcity; stairs\tgiven\n"
    "Yusuf\tFamily, two children\t\t"
)
FEAR = "the tram tracks would throw us 👩‍👧 over"
TRANSCRIPT = (
    "\ufeffWEBVTT\n\n"
    "00:00:00.000 --> 00:00:02.000\n<v Lena>What happened on the day you first thought of it?</v>\n\n"
    "00:00:02.000 --> 00:00:40.000\n"
    "<v Wanda>At the gate 🚲 I saw three of them sing. The bus had driven past full, again.</v>\n\n"
    "00:00:40.000 --> 00:00:45.000\n<v Lena>What almost stopped you?</v>\n\n"
    f"00:00:45.000 --> 00:01:20.000\n<v Wanda>Honestly? 😬 I thought {FEAR} and my mother laughed.</v>\n\n"
).replace("\n", "\r\n")
QUICK = "Get both children to nursery quickly"
TALK = "Hear what the children tell on the way"
CLOSE = "Feel that I do not stand alone in the morning"
REASON = "Her own word; the minutes were not the point"
DUE = "2030-03-29"
CARD = "Ride home with the children once, before you decide"


def test_from_the_first_note_to_a_running_action(
    own_studio: Studio, visitor: Visitor, tmp_path: Path
) -> None:
    page = visitor(own_studio)
    home_tells_what_is_next(page, own_studio)
    people_are_added_and_pasted(page, own_studio)
    interview = an_interview_is_captured_by_keys(page, own_studio)
    a_transcript_is_imported(page, own_studio, interview)
    a_live_note_finds_its_turn(page, own_studio, interview)
    words_become_an_element(page, own_studio, interview)
    jobs_are_written(page, own_studio, interview)
    the_map_refuses_a_circle(page, own_studio, interview)
    general = a_group_is_accepted(page, own_studio)
    priorities_open_their_quotes(page, own_studio)
    a_reviewer_speaks(visitor(own_studio, CARLA), own_studio)
    a_viewer_only_looks(visitor(own_studio, ROSA), own_studio)
    the_journey_keeps_its_counts(page, own_studio, interview)
    deniz = visitor(own_studio, DENIZ)
    action = a_card_becomes_an_action(deniz, own_studio, general)
    the_action_runs_once_the_check_is_answered(deniz, own_studio, action)
    the_action_is_listed_and_told(deniz, own_studio)
    the_archive_comes_back_as_a_study(page, own_studio, tmp_path)


def home_tells_what_is_next(page: Page, studio: Studio) -> None:
    go(page, studio)
    expect(page.locator("ol.steps > li")).to_have_count(10)
    current = page.locator("li[aria-current=step]")
    done = page.locator("ol.steps > li[data-state=done]").count()
    title = current.get_by_role("heading").get_by_role("link").inner_text()
    expect(page.get_by_text(f"{done} of 10 done; next: {title.lower()}")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("14 of 14 participants")


def people_are_added_and_pasted(page: Page, studio: Studio) -> None:
    go(page, studio, "participants/")
    page.keyboard.press("n")
    page.keyboard.type(NEWCOMER)
    page.keyboard.press("Enter")
    notice(page, f"{NEWCOMER} added.")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", PASTED)
    page.get_by_role("textbox", name="Pseudonym").focus()
    page.keyboard.press("Control+v")
    expect(page.get_by_text("2 of 2 rows can be imported")).to_be_visible()
    page.get_by_role("button", name="Import 2 participants").click()
    xaver = page.get_by_role("row").filter(has=page.get_by_role("link", name="Xaver", exact=True))
    expect(xaver).to_contain_text("Grandparent")
    expect(xaver).to_contain_text("Consent given")
    expect(page.get_by_text("17 of 17 participants", exact=True)).to_be_visible()


def an_interview_is_captured_by_keys(page: Page, studio: Studio) -> int:
    page.get_by_role("link", name=NEWCOMER, exact=True).click()
    page.get_by_role("link", name="Plan an interview").click()
    page.get_by_role("button", name="Open live capture").click()
    ready_to_capture(page)
    page.keyboard.press("Alt+m")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.locator("[data-clock]")).not_to_have_text("0:00")
    for words, keys, _ in LIVE:
        capture(page, words, *keys)
    all_saved(page)

    page.reload()
    ready_to_capture(page)
    expect(page.locator("[data-list] .item-words")).to_have_text([words for words, _, _ in LIVE])
    expect(page.locator("[data-count]")).to_have_text("10, 1 in the tray")
    for words, _, told in LIVE:
        if told:
            expect(on_the_wheel(page, words)).to_have_attribute("aria-label", re.compile(re.escape(told)))
    expect(page.locator("[data-wheel] [aria-label*='1 constraints of no kind yet']")).to_be_visible()
    page.keyboard.press("Alt+t")
    tray = page.locator("[data-twin] details").filter(has_text="Tray: not classified yet (1)")
    expect(tray).to_contain_text(LIVE[-1][0])
    page.keyboard.press("Alt+t")
    page.get_by_role("button", name="Record consent given").click()
    expect(page.locator("[data-consent]")).to_contain_text("Consent given")
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    interview = id_in(page)
    assert rows(studio, "SELECT state FROM interviews_interview WHERE id = ?", interview) == [("captured",)]
    return interview


def on_the_wheel(page: Page, words: str) -> Locator:
    return page.locator(f'[data-wheel] .wheel-chip[aria-label*="{words}"]')


def a_transcript_is_imported(page: Page, studio: Studio, interview: int) -> None:
    go(page, studio, "import/")
    file = {"name": f"{NEWCOMER}.vtt", "mimeType": "text/vtt", "buffer": TRANSCRIPT.encode()}
    page.get_by_label("Drop files here or choose them").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="Read the files").click()
    page.get_by_role("button", name="Import", exact=True).wait_for()
    expect(page.get_by_role("main")).to_contain_text("4 turns")
    expect(page.get_by_label("An interview that is there already")).to_be_checked()
    expect(page.get_by_role("combobox", name="Interview", exact=True)).to_have_value(str(interview))
    page.get_by_label("Role of Lena").select_option(label="Interviewer")
    page.get_by_label(f"Role of {NEWCOMER}").select_option(label="Participant")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name=f"{NEWCOMER}, transcript")).to_be_visible()
    assert "\r" not in rows(studio, "SELECT text FROM interviews_transcript WHERE id = ?", id_in(page))[0][0]


def a_live_note_finds_its_turn(page: Page, studio: Studio, interview: int) -> None:
    expect(page.get_by_role("link", name="10 live notes to place")).to_be_visible()
    note = page.locator("[data-snap]").filter(has_text=LIVE[1][0])
    note.get_by_role("button", name="Yes, this turn").click()
    expect(page.locator("[data-snap]")).to_have_count(9)
    query = (
        "SELECT q.text FROM interviews_element e JOIN interviews_quote q ON q.id = e.quote_id"
        " WHERE e.note = ?"
    )
    until(lambda: bool(rows(studio, query, LIVE[1][0])))
    said = "At the gate 🚲 I saw three of them sing. The bus had driven past full, again."
    assert rows(studio, query, LIVE[1][0]) == [(said,)]


def words_become_an_element(page: Page, studio: Studio, interview: int) -> None:
    turn = page.get_by_role("list", name="Turns").get_by_role("listitem").filter(has_text="Honestly?")
    turn.focus()
    press(page, "Enter", *["ArrowRight"] * 3)  # Honestly, I, thought: the
    press(page, *["Shift+ArrowRight"] * 5, "Shift+ArrowRight")
    page.keyboard.press("a")
    panel = page.get_by_role("region", name="Element")
    expect(panel.get_by_role("blockquote")).to_contain_text(FEAR)
    page.keyboard.press("3")
    expect(page.get_by_label("Phase", exact=True)).to_have_value("3")
    newest = (
        "SELECT q.text, e.kind, e.phase FROM interviews_element e"
        " JOIN interviews_quote q ON q.id = e.quote_id WHERE e.interview_id = ? ORDER BY e.id DESC LIMIT 1"
    )
    until(lambda: rows(studio, newest, interview) == [(FEAR, "anxiety", 3)])
    where = (
        "SELECT q.start, q.end, t.text FROM interviews_quote q"
        " JOIN interviews_transcript t ON t.id = q.transcript_id WHERE q.text = ?"
    )
    [(start, end, whole)] = rows(studio, where, FEAR)
    assert whole[start:end] == FEAR
    all_saved(page)
    page.get_by_role("link", name="Wheel", exact=True).click()
    ready_to_capture(page)
    expect(on_the_wheel(page, FEAR)).to_have_attribute(
        "aria-label", re.compile("Anxiety, phase 3 Trade-offs")
    )


def jobs_are_written(page: Page, studio: Studio, interview: int) -> None:
    go(page, studio, f"jobs/write/{interview}/")
    page.get_by_label(f"Supports: {LIVE[5][0]}").check()
    page.get_by_label(f"Contradicts: {FEAR}").check()
    page.get_by_label("What progress did this person want to make?").fill(QUICK)
    expect(page.get_by_text("“quickly” says how well it should be done.")).to_be_visible()
    page.get_by_text("Does not apply").click()
    page.get_by_placeholder("Why not? One short reason").fill(REASON)
    page.get_by_label("What progress did this person want to make?").focus()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("link", name=QUICK)).to_be_visible()

    page.get_by_label(f"Supports: {LIVE[4][0]}").check()
    page.get_by_label(f"Supports: {LIVE[8][0]}").check()
    page.get_by_label("What progress did this person want to make?").fill(TALK)
    expect(page.get_by_text("✓ Nothing to question.")).to_be_visible()
    page.get_by_role("button", name="Save the job").click()
    written = page.locator(".desk-written")
    expect(written).to_contain_text("2 jobs")
    expect(written.get_by_role("listitem").filter(has_text=TALK)).to_contain_text("2 for")
    expect(written.get_by_role("listitem").filter(has_text=QUICK)).to_contain_text("1 for, 1 against")
    written.get_by_role("link", name=QUICK).click()
    expect(page.get_by_text(f"dismissed by Lena Hartwig, “{REASON}”")).to_be_visible()


def the_map_refuses_a_circle(page: Page, studio: Studio, interview: int) -> None:
    address = f"jobs/map/?scope=individual&interview={interview}"
    go(page, studio, address)
    other = go(page.context.new_page(), studio, address)
    quick, talk = (page.get_by_role("row").filter(has_text=words) for words in (QUICK, TALK))
    talk.focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("tr[data-job]").first).to_contain_text(TALK)
    expect(talk).to_be_focused()
    other.reload()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("tr[data-job]").first).to_contain_text(QUICK)
    expect(talk).to_be_focused()
    page.keyboard.press("Alt+ArrowRight")
    notice(page, f"“{TALK}”, in order to “{QUICK}”, 1 of 1.")
    expect(talk).to_have_attribute("aria-level", "2")

    other.get_by_role("row").filter(has_text=QUICK).focus()
    other.keyboard.press("Alt+ArrowRight")
    circle = f"“{TALK}” already serves “{QUICK}”: a job cannot serve itself in a circle."
    notice(other, circle)
    other.close()
    page.reload()
    expect(talk).to_have_attribute("aria-level", "2")
    expect(quick).to_have_attribute("aria-level", "1")


def a_group_is_accepted(page: Page, studio: Studio) -> int:
    """Returns the generalised job that the accepted group became."""
    go(page, studio, "clusters/")
    before = str(page.locator("[data-change]").get_attribute("data-change"))
    page.get_by_role("button", name="Group again").click()
    expect(page.locator(".run-step")).to_be_visible()
    runs = "SELECT state FROM studies_run ORDER BY id DESC LIMIT 1"
    until(lambda: rows(studio, runs) == [("done",)], 120)
    expect(page.locator(".run-step")).to_have_text("Done")
    expect(page.locator("[data-change]")).not_to_have_attribute("data-change", before)

    slip = page.locator("[data-card]").filter(has_text=TALK)
    slip.get_by_role("link").focus()
    page.keyboard.press("m")
    group = page.get_by_role("region", name=re.compile("^Proposed: ")).first
    name = str(group.get_attribute("data-lane-name"))
    page.get_by_placeholder("Type to find a group").fill(name[:30])
    page.keyboard.press("Enter")
    expect(
        page.get_by_role("region", name=f": {name}").locator("[data-card]").filter(has_text=TALK)
    ).to_be_visible()
    page.get_by_role("region", name=f"Proposed: {name}").get_by_role("link", name="Review and accept").click()
    page.get_by_label("The generalised job").fill(CLOSE)
    page.get_by_label("Why do these belong together?").fill("Each of them tells what the way is for")
    accept = page.get_by_role("button", name="Accept as a generalised job")
    accept.click()
    lane = page.locator(f'[data-lane-name="{CLOSE}"]')
    expect(lane).to_contain_text("✓ accepted")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_role("region", name=f"Proposed: {name}")).to_be_visible()
    assert general_jobs(studio, CLOSE) == []
    page.get_by_role("region", name=f"Proposed: {name}").get_by_role("link", name="Review and accept").click()
    page.get_by_label("The generalised job").fill(CLOSE)
    accept.click()
    expect(lane).to_contain_text("✓ accepted")
    (general,) = general_jobs(studio, CLOSE)
    (members,) = rows(
        studio, "SELECT count(DISTINCT interview_id) FROM jobs_job WHERE general_id = ?", general
    )[0]
    assert members >= 3
    return general


def general_jobs(studio: Studio, statement: str) -> list[int]:
    query = "SELECT id FROM jobs_job WHERE statement = ? AND scope = 'generalised' AND deleted_at IS NULL"
    return [row[0] for row in rows(studio, query, statement)]


def priorities_open_their_quotes(page: Page, studio: Studio) -> None:
    go(page, studio, "jobs/priorities/")
    first = page.get_by_role("table").first.get_by_role("row").nth(1)
    expect(first.locator("td.rank")).to_have_text(re.compile(r"1\s+(steady|1 to \d+)"))
    heard = first.locator("td.heard")
    k, n = map(int, re.findall(r"(\d+) of (\d+)", heard.inner_text())[0])
    assert n == 13  # the twelve of the demo study and this one
    drawn = f"^Heard in {k} of {n} interviews. .* a share from \\d+ to \\d+ % fits"
    expect(heard.get_by_role("img", name=re.compile(drawn))).to_be_visible()
    heard.get_by_role("link").first.click()
    behind = page.locator("#behind")
    expect(behind).to_contain_text(f"{k} of {n} interviews hold this job; Wilson 95 % interval")
    people = behind.locator("h3.who").all_inner_texts()
    assert len(people) == len(set(people)) <= k
    assert behind.get_by_role("blockquote").count() >= len(people) > 0

    mine = page.get_by_role("row").filter(has=page.get_by_role("link", name=CLOSE, exact=True)).first
    heard_in = re.compile(r"\b\d of 13")
    expect(mine.locator("td.heard")).to_contain_text(heard_in)
    mine.get_by_role("link", name=CLOSE).click()
    page.get_by_role("link", name=heard_in).first.click()
    expect(behind).to_contain_text(f"{NEWCOMER}")
    expect(behind).to_contain_text(LIVE[4][0])


def a_reviewer_speaks(page: Page, studio: Studio) -> None:
    go(page, studio, "jobs/priorities/")
    page.get_by_role("link", name="Get the children to care and school on time without stress").first.click()
    importance = page.locator("#importance")
    importance.get_by_role("radio", name="5", exact=True).check(force=True)
    importance.get_by_label("Why you rate importance so").fill("Every family begins with the morning")
    importance.get_by_role("button", name="importance").first.click()
    expect(page.locator("#importance")).to_contain_text(
        "Carla Brückner: Every family begins with the morning"
    )
    page.get_by_label("Comment", exact=True).fill("Ask the two who went back to the car, too.")
    page.get_by_role("button", name="Add the comment").click()
    expect(page.locator("#comments")).to_contain_text("Ask the two who went back to the car, too.")
    page.get_by_label("Note", exact=True).fill("Told in detail by most of them")
    page.get_by_role("button", name=re.compile("^Approve at rank")).click()
    verdict = page.locator("#decision .verdict").filter(has_text="Told in detail by most of them")
    expect(verdict).to_contain_text(re.compile(r"✓ Approved\s+Carla Brückner, at rank \d+ then"))


def a_viewer_only_looks(page: Page, studio: Studio) -> None:
    """What a viewer may not do is not offered: the only forms are filters and the account's own."""
    go(page, studio, "jobs/priorities/")
    page.get_by_role("link", name="Get the children to care and school on time without stress").first.click()
    expect(page.get_by_text("Ask the two who went back to the car, too.")).to_be_visible()
    job = page.url.removeprefix(f"{studio.url}/s/{SLUG}/")
    for path in (job, "participants/", "jobs/", "clusters/", "canvases/", "actions/", "jobs/priorities/"):
        go(page, studio, path)
        expect(
            page.get_by_role("main").locator("form[method=post], form[action] button[type=submit]")
        ).to_have_count(0)
        expect(
            page.get_by_role("main").get_by_role("textbox").and_(page.locator(":not([type=search])"))
        ).to_have_count(0)
    refused = page.goto(f"{studio.url}/s/{SLUG}/settings/")
    assert refused is not None
    assert refused.status == 403


def the_journey_keeps_its_counts(page: Page, studio: Studio, interview: int) -> None:
    go(page, studio, f"journey/{interview}/")
    stops = page.get_by_role("region", name="From the first thought on").get_by_role("listitem")
    expect(stops).to_have_count(3)
    for stop, (point, words) in zip(stops.all(), (("T1", 0), ("T2", 3), ("T4", 7)), strict=True):
        expect(stop).to_contain_text(point)
        expect(stop).to_contain_text(LIVE[words][0])
    pieces = len(LIVE) + 1
    stages = page.get_by_role("region", name="What was told, stage by stage")
    lenses = stages.get_by_role("navigation", name="Lens").get_by_role("link")
    assert lenses.count() == 3
    for lens, columns in zip(range(3), (4, 3, 6), strict=True):
        lenses.nth(lens).click()
        expect(lenses.nth(lens)).to_have_attribute("aria-current", "true")
        page.wait_for_load_state()  # so that the counts are read from a page that is whole
        expect(stages).to_contain_text(f"{pieces} pieces")
        counts = [number_in(text) for text in stages.locator(".stage > header > span").all_inner_texts()]
        assert (len(counts) >= columns, sum(counts)) == (True, pieces)


def a_card_becomes_an_action(page: Page, studio: Studio, general: int) -> int:
    go(page, studio, "canvases/")
    page.get_by_role("button", name=f"Open canvas: {CLOSE}").click()
    expect(page.get_by_role("heading", name=CLOSE)).to_be_visible()
    said = page.get_by_role("group", name="What the interviews say, Expectations")
    said.get_by_role("link", name=re.compile(r"Desires \d of \d interviews")).click()
    expect(page.locator("#cv-panel")).to_contain_text(LIVE[5][0])
    page.locator("#cv-panel").get_by_role("button", name="Close").click()
    page.get_by_label(re.compile("^Add a card: Solutions, Trade-offs")).focus()
    press(page, "Enter")
    page.keyboard.type(CARD)
    press(page, "Escape")
    card = page.get_by_role("listitem", name=CARD)
    expect(card).to_contain_text("○ Idea")
    kept(studio, CARD)

    press(page, "a")
    notice(page, "Link at least one piece of evidence first, or mark it as an assumption.")
    press(page, "l")
    page.get_by_role("combobox", name=re.compile("^Find an element")).fill(FEAR[:20])
    page.locator("#link-found").get_by_text(FEAR).click()
    expect(page.get_by_label("Linked", exact=True)).to_contain_text(FEAR)
    page.locator("#link-card").get_by_role("button", name="Close").click()
    expect(card).to_contain_text("1 interview for")
    card.focus()
    press(page, "a")
    expect(card).to_contain_text("✓ agreed")
    card.get_by_label(re.compile("^Card menu")).click()
    card.get_by_role("button", name="Make an action from it").click()
    page.locator("#cv-panel").get_by_role("button", name="Make the action").click()
    expect(card).to_contain_text("1 action")
    (action,) = rows(studio, "SELECT id FROM strategy_action WHERE title = ?", CARD)[0]
    go(page, studio, f"actions/{action}/")
    expect(page.get_by_role("heading", name=CARD)).to_be_visible()
    return id_in(page)


def the_action_runs_once_the_check_is_answered(page: Page, studio: Studio, action: int) -> None:
    page.get_by_label("Owner").select_option(label="Deniz Aydin")
    page.get_by_label("Due", exact=True).fill(DUE)
    page.get_by_label("We believe").fill("riding the own way once")
    page.get_by_label("will help").fill("parents who fear the tracks")
    page.get_by_role("radio", name=re.compile("^Proactive")).check()
    page.get_by_role("button", name="Save", exact=True).click()
    notice(page, "Saved.")
    assert rows(studio, "SELECT due_on FROM strategy_action WHERE id = ?", action) == [(DUE,)]
    expect(page.get_by_role("region", name="Evidence")).to_contain_text(FEAR)

    page.get_by_role("button", name="Agreed").click()
    notice(page, "Status: agreed.")
    page.get_by_role("button", name="Running").click()
    refused = (
        "Answer the self-determination check first: would the customer welcome this, knowing our intention?"
    )
    expect(page.get_by_role("alert")).to_contain_text(refused)
    expect(page.get_by_role("heading", name="Status: agreed")).to_be_visible()
    page.get_by_text("Answer", exact=True).click()
    page.get_by_label("Yes").check()
    page.get_by_label("Why do you think so?").fill("They asked for it themselves")
    page.get_by_role("button", name="Record the answer").click()
    expect(page.get_by_text("✓ Yes")).to_be_visible()
    page.get_by_role("button", name="Running").click()
    expect(page.get_by_role("heading", name="Status: running")).to_be_visible()


def the_action_is_listed_and_told(page: Page, studio: Studio) -> None:
    go(page, studio, "actions/?owner=me")
    line = page.get_by_role("row").filter(has_text=CARD)
    expect(line).to_contain_text("Deniz Aydin")
    expect(line).to_contain_text("Running")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Export CSV").click()
    with saved.value.path().open(encoding="utf-8-sig", newline="") as file:
        (found,) = [each for each in csv.DictReader(file) if each["action"] == CARD]
    assert (found["job"], found["owner"], found["status"]) == (CLOSE, "Deniz Aydin", "Running")
    assert found["due"] == DUE
    go(page, studio, "activity/")
    entries = page.get_by_role("listitem").filter(has_text=CARD)
    for sentence in (
        "added the card",
        "agreed the card",
        "added the action",
        "answered the self-determination check",
    ):
        expect(entries.filter(has_text=sentence).first).to_contain_text("Deniz Aydin")


def the_archive_comes_back_as_a_study(page: Page, studio: Studio, folder: Path) -> None:
    go(page, studio, "exports/")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save the archive").click()
    archive = folder / "archive.json"
    saved.value.save_as(archive)
    assert FEAR in json.dumps(json.loads(archive.read_text()), ensure_ascii=False)
    page.get_by_role("link", name="Import an archive as a new study").click()
    page.get_by_label("Archive").set_input_files(archive)
    page.get_by_role("button", name="Check and import").click()
    expect(page.get_by_role("main")).to_contain_text("Done", timeout=120_000)
    slug = page.url.removeprefix(studio.url).split("/")[2]
    assert slug != SLUG
    assert holdings(studio, slug) == holdings(studio, SLUG)
    go(page, studio, slug=slug)
    expect(page.get_by_role("heading", name="The ten steps")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("14 interviews")


def holdings(studio: Studio, slug: str) -> dict[str, int]:
    """How much of each a study holds, the trash not counted."""
    alive = (
        "interviews_participant", "interviews_interview", "interviews_element", "jobs_job", "jobs_jobcluster",
        "jobs_comment", "strategy_canvas", "strategy_card", "strategy_action",
    )  # fmt: skip
    plain = ("interviews_transcript", "interviews_quote", "jobs_evidence", "jobs_rating", "jobs_approval")
    count = "SELECT count(*) FROM {} WHERE study_id = (SELECT id FROM studies_study WHERE slug = ?)"
    return {
        table: rows(
            studio, count.format(table) + (" AND deleted_at IS NULL" if table in alive else ""), slug
        )[0][0]
        for table in alive + plain
    }
