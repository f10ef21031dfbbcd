import srt
import webvtt

from interviews.transcripts import DraftTurn, read_transcript

ZOOM = """WEBVTT

1
00:00:01.000 --> 00:00:03.000
Ines Ferreira: So when did you first think about it?

2
00:00:03.400 --> 00:00:06.000
Tom B.: Um, that was the winter the boiler gave up.

3
00:00:07.900 --> 00:00:09.000
Tom B.: We had guests.

4
00:00:11.001 --> 00:00:12.000
Tom B.: At 17:30 on a Sunday.
"""


def spoken(draft):
    return [(t.speaker, draft.text[t.start : t.end]) for t in draft.turns]


def times(draft):
    return [(t.start_ms, t.end_ms) for t in draft.turns]


def test_zoom_cues_of_one_speaker_join_up_to_two_seconds_apart():
    draft = read_transcript(ZOOM.replace("\n", "\r\n").encode(), "GMT2026_Recording.transcript.vtt")
    assert draft.format == "WebVTT (Zoom)"
    assert spoken(draft) == [
        ("Ines Ferreira", "So when did you first think about it?"),
        ("Tom B.", "Um, that was the winter the boiler gave up. We had guests."),
        ("Tom B.", "At 17:30 on a Sunday."),
    ]
    assert times(draft) == [(1000, 3000), (3400, 9000), (11001, 12000)]
    assert draft.meta["cues"] == 4
    assert draft.duration_ms == 12000


def test_an_overlapping_cue_never_shrinks_the_end_of_its_turn():
    source = (
        "WEBVTT\n\n00:01.000 --> 00:09.000\n<v Ana>One long breath\n\n"
        "00:02.000 --> 00:04.000\n<v Ana>and a short one\n"
    )
    draft = read_transcript(source.encode(), "a.vtt")
    assert times(draft) == [(1000, 9000)]
    assert draft.warnings == ("1 cue overlapping the one before (first at 0:00:02).",)


def test_a_monologue_stays_quotable_by_time():
    cues = [f"00:{n:02d}:00.000 --> 00:{n:02d}:59.500\n<v Ana>minute {n}\n" for n in range(10)]
    draft = read_transcript(("WEBVTT\n\n" + "\n".join(cues)).encode(), "a.vtt")
    assert len(draft.turns) == 5


def test_teams_voices_lose_their_badges_and_unpadded_times_are_read():
    source = (
        "WEBVTT\n\n"
        "6e2b1f0c-0d3a-4c1e-9a7b-2f5d8e1c4a90/12-0\n"
        "0:0:0.0 --> 0:0:3.540\n<v Jana Ritter (Guest)>Guten Morgen</v>\n\n"
        "6e2b1f0c-0d3a-4c1e-9a7b-2f5d8e1c4a90/12-1\n"
        "0:0:3.540 --> 0:0:5.1\n<v Jana Ritter (Guest)>zusammen.</v>\n\n"
        "6e2b1f0c-0d3a-4c1e-9a7b-2f5d8e1c4a90/17-0\n0:0:9.0 --> 0:0:10.0\n<v Paul Weiß>Morgen.</v>\n"
    )
    draft = read_transcript(source.encode(), "meeting.vtt")
    assert draft.format == "WebVTT (Teams)"
    assert spoken(draft) == [("Jana Ritter", "Guten Morgen zusammen."), ("Paul Weiß", "Morgen.")]
    assert draft.warnings == ("Badge removed from the name “Jana Ritter (Guest)”.",)


def test_a_teams_export_without_names_says_how_to_get_them():
    source = "WEBVTT\n\n6e2b1f0c-0d3a-4c1e-9a7b-2f5d8e1c4a90/12-0\n0:0:0.0 --> 0:0:3.5\nHello.\n"
    draft = read_transcript(source.encode(), "meeting.vtt")
    assert "Download the .vtt or .docx from the meeting itself" in draft.warnings[0]


def test_two_voices_in_one_cue_are_two_turns():
    source = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v.loud Fred>Hi &amp; hello</v><v Bill>I &lt;3 it</v>\n"
    assert spoken(read_transcript(source.encode(), "a.vtt")) == [("Fred", "Hi & hello"), ("Bill", "I <3 it")]


def test_markup_goes_and_angle_brackets_of_speech_stay():
    source = "WEBVTT\n\n00:01.000 --> 00:02.000\n<i>So</i> <00:01.500>it was <laughs> 3 < 4 <c.red>yes</c>\n"
    assert read_transcript(source.encode(), "a.vtt").text == "So it was <laughs> 3 < 4 yes"


def test_notes_styles_and_header_fields_are_not_speech():
    source = (
        "WEBVTT Talk with the baker\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE\nmade by hand\n\n"
        "intro\n00:01.000 --> 00:02.000 align:start\nFresh bread.\n\nNOTE done\n"
    )
    draft = read_transcript(source.encode(), "a.vtt")
    assert draft.text == "Fresh bread."
    assert draft.meta["title"] == "Talk with the baker"


def test_speech_that_looks_like_a_time_or_an_arrow_is_speech():
    source = "WEBVTT\n\n1\n00:01.000 --> 00:02.000\nAna: we moved from A --> B at\n12:30\nand 2\n\n"
    source += "2\n00:09.000 --> 00:10.000\nAna: yes\n"
    assert spoken(read_transcript(source.encode(), "a.vtt")) == [
        ("Ana", "we moved from A --> B at 12:30 and 2"),
        ("Ana", "yes"),
    ]


def test_words_are_kept_where_the_cue_is_broken():
    source = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\none\n\ntwo after a blank line\n\n"
        "00:07.000 --> 00:1d.890\nthree\n\n"
        "00:09.000 --> 00:08.000\nfour\n\n00:05.000 --> 00:06.000\nfive\n\n00:10.000 --> 00:11.000\n\n"
        "00:12.000 --> 00:13.000\n\nsix below a blank line\n"
    )
    draft = read_transcript(source.encode(), "a.vtt")
    assert draft.text.split("\n\n") == [
        "one two after a blank line three",
        "four",
        "five",
        "six below a blank line",
    ]
    assert draft.warnings == (
        "1 cue ending before the start (first at 0:00:09); words kept.",
        "1 cue overlapping the one before (first at 0:00:05).",
        "1 cue out of order (first at 0:00:05); file order kept.",
        "1 unreadable time line left out; words kept with the cue before.",
        "2 paragraphs without a time kept with the cue before.",
        "1 turn without words left out.",
        "No speaker names found: every turn is without a speaker until you name one.",
    )


def test_a_missing_signature_is_told_and_the_cues_are_read():
    draft = read_transcript(b"00:01.000 --> 00:02.000\nhello\n", "a.vtt")
    assert draft.warnings[0] == "The first line is not WEBVTT; the cues were read all the same."


def test_subrip_with_names_italics_positions_and_restarted_numbers():
    source = (
        "1\n00:00:01,000 --> 00:00:02,000\nÁgnes Őri: <i>Szia</i>,\nhogy vagy?\n\n"
        "2\n00:00:02,100 --> 00:00:04,000\nPer: {\\an8}Jo tack.\n\n"
        "1\n00:00:05,000 --> 00:00:06,000\nÁgnes Őri: Jó.\n"
    )
    draft = read_transcript(source.encode("utf-8-sig"), "talk.srt")
    assert draft.format == "SubRip"
    assert spoken(draft) == [("Ágnes Őri", "Szia, hogy vagy?"), ("Per", "Jo tack."), ("Ágnes Őri", "Jó.")]


def test_a_dialogue_in_dashes_keeps_its_lines():
    source = "1\n00:00:01,000 --> 00:00:02,000\n- Would you?\n- Never.\n"
    assert read_transcript(source.encode(), "a.srt").text == "- Would you?\n- Never."


def test_the_dialect_is_found_by_content_when_the_name_is_wrong():
    assert read_transcript(ZOOM.encode(), "notes.txt").format == "WebVTT (Zoom)"
    assert read_transcript(b"1\n00:00:01,000 --> 00:00:02,000\nhm\n", "notes.txt").format == "SubRip"


def test_youtube_sbv_and_bracketed_ranges_of_speech_recognisers():
    sbv = read_transcript(
        b"0:00:01.000,0:00:02.500\nhello there\n\n0:00:03.000,0:00:04.000\nyes[br]indeed\n", "c.sbv"
    )
    assert (sbv.format, sbv.text, sbv.duration_ms) == ("SBV captions", "hello there\n\nyes indeed", 4000)
    ranges = read_transcript(
        b"[00:00.000 --> 00:04.000]  Well, hello.\n[00:04.000 --> 00:06.500]  Right.\n", "w.txt"
    )
    assert ranges.text == "Well, hello.\n\nRight."
    assert times(ranges) == [(0, 4000), (4000, 6500)]


def test_cues_pasted_into_markdown():
    body = ZOOM.removeprefix("WEBVTT\n")
    draft = read_transcript(f"<h1>Session 4 (phone)</h1>\n\n{body}".encode(), "session.md")
    assert draft.format == "Markdown with cues (Zoom)"
    assert draft.meta["cues"] == 4
    assert draft.dropped == ("Headings: Session 4 (phone)",)


def test_offsets_enclose_the_words():
    draft = read_transcript("WEBVTT\n\n00:01.000 --> 00:02.000\n<v A1>👩‍👩‍👧 é\n".encode(), "a.vtt")
    assert draft.turns == (DraftTurn("A1", 1000, 2000, 0, len("👩‍👩‍👧 é")),)


def test_the_kept_parsers_find_the_same_cues():
    vtt = webvtt.from_string(ZOOM)
    draft = read_transcript(ZOOM.encode(), "a.vtt")
    assert draft.meta["cues"] == len(vtt)
    as_srt = ZOOM.removeprefix("WEBVTT\n\n").replace(".000", ",000").replace(".400", ",400")
    as_srt = as_srt.replace(".900", ",900").replace(".001", ",001")
    assert read_transcript(as_srt.encode(), "a.srt").meta["cues"] == len(list(srt.parse(as_srt)))
