import codecs

import pytest

from interviews.transcripts import TranscriptError, read_transcript

DEMO = """Interviewer  0:03
Take me back to the day you first thought about it.

Mara  0:14
It was, I don’t know, a Tuesday?
The heating had been off since six.

Mara  1:02:05
Anyway. [laughs]
"""


def read(source, name="talk.txt"):
    return read_transcript(source.encode(), name)


def spoken(draft):
    return [(t.speaker, draft.text[t.start : t.end]) for t in draft.turns]


def starts(draft):
    return [t.start_ms for t in draft.turns]


def test_names_with_times_above_the_words():
    draft = read(DEMO)
    assert draft.format == "Plain text (Name  time)"
    assert spoken(draft) == [
        ("Interviewer", "Take me back to the day you first thought about it."),
        ("Mara", "It was, I don’t know, a Tuesday?\nThe heating had been off since six."),
        ("Mara", "Anyway. [laughs]"),
    ]
    assert starts(draft) == [3000, 14000, 3725000]
    assert (draft.language, draft.duration_ms, draft.warnings, draft.dropped) == ("en", 3725000, (), ())


def test_an_otter_export_loses_its_keywords_and_its_signature():
    source = (
        f"SUMMARY KEYWORDS\nheating, landlord\n\nSPEAKERS\nMara\n\n{DEMO}\nTranscribed by https://otter.ai\n"
    )
    draft = read(source)
    assert len(draft.turns) == 3
    assert "otter" not in draft.text
    assert draft.dropped == (
        (
            "Summary or notes before the transcript (not testimony): "
            "SUMMARY KEYWORDS / heating, landlord / SPEAKERS / Mara"
        ),
        "Lines of the recorder: Transcribed by https://otter.ai",
    )


@pytest.mark.parametrize(
    "head",
    [
        "Mara (0:14)",
        "Mara (00:00:14):",
        "Mara [0:14]",
        "[Mara] 00:00:14",
        "0:14 Mara:",
        "[00:00:14] Mara:",
        "Mara\t0:14",
    ],
)
def test_other_heads_with_a_time(head):
    draft = read(f"{head}\nIt was cold.\n\n{head.replace('Mara', 'Tomás')}\nWas it?\n")
    assert spoken(draft) == [("Mara", "It was cold."), ("Tomás", "Was it?")]
    assert starts(draft) == [14000, 14000]


def test_a_single_blank_before_the_time_is_a_head_only_for_names_that_return():
    source = (
        "Mara 0:01\nIt was cold.\n\nTom 0:05\nWhen?\n\n"
        "Mara 0:09\nWe left at 17:30\nLunch at 12:15\n\nTom 0:15\nOh.\n"
    )
    assert spoken(read(source))[2] == ("Mara", "We left at 17:30\nLunch at 12:15")


def test_names_and_colons():
    source = (
        "Title of the talk\n\nDr. Ort: Und dann?\n\n佐藤 花子：はい。\n\n"
        "Dr. Ort: Um 17:30 Uhr?\n\n佐藤 花子：いいえ。\n"
    )
    draft = read(source)
    assert draft.format == "Plain text (Name: words)"
    assert spoken(draft) == [
        ("Dr. Ort", "Und dann?"),
        ("佐藤 花子", "はい。"),
        ("Dr. Ort", "Um 17:30 Uhr?"),
        ("佐藤 花子", "いいえ。"),
    ]
    assert draft.dropped == ("Before the first turn: Title of the talk",)


@pytest.mark.parametrize(
    "line",
    [
        "[00:00:14] Mara: Cold.",
        "0:14 Mara: Cold.",
        "Mara (0:14): Cold.",
        "Mara: [0:14] Cold.",
        "00:00:14\tMara\tCold.",
    ],
)
def test_times_beside_names(line):
    draft = read(f"{line}\n\n{line.replace('Mara', 'Interviewer')}\n")
    assert spoken(draft) == [("Mara", "Cold."), ("Interviewer", "Cold.")]
    assert starts(draft) == [14000, 14000]


@pytest.mark.parametrize("mark", ["[{}]", "{{{}}}", "#{}:", "@{}:"])
def test_marks_of_analysis_programs(mark):
    source = "".join(f"{mark.format(name)} words of {name}\n\n" for name in ("Ann", "Bob", "Ann", "Bob"))
    assert [t.speaker for t in read(source).turns] == ["Ann", "Bob", "Ann", "Bob"]


def test_words_with_a_colon_are_no_speakers():
    source = (
        "Interviewer: What did you compare?\n\nTilda: Two things.\nSo the first one: price.\n"
        "Note: not the tax.\n"
        "https://example.org/a\n[REDACTED]: hm\n17:30: too late\n\nInterviewer: And?\n\nTilda: The rest.\n"
    )
    draft = read(source)
    assert [s.label for s in draft.speakers] == ["Interviewer", "Tilda"]
    assert len(draft.turns) == 4
    assert draft.warnings == (
        "1 line beginning with words and a colon read as speech, not as a speaker: “So the first one:”.",
    )


def test_joint_labels_are_a_speaker_of_their_own():
    source = (
        "Interviewer: Tap?\n\nInterviewee 1: Yes.\n\nInterviewer: Both?\n\n"
        "Interviewee 1 and/or Interviewee 2: Yeah.\n\nInterviewer: Fine.\n"
    )
    draft = read(source)
    assert [s.label for s in draft.speakers] == [
        "Interviewer",
        "Interviewee 1",
        "Interviewee 1 and/or Interviewee 2",
    ]
    assert draft.warnings == (
        (
            "“Interviewee 1 and/or Interviewee 2” is a joint label: "
            "kept as a speaker of its own, neither split nor merged."
        ),
    )


def test_another_spelling_of_a_label_is_the_same_speaker_and_told():
    source = "Interviewer: A?\n\nInterviewee: B.\n\nINTERVIEWER: C?\n\nInterviewee.: D.\n"
    draft = read(source)
    assert [(s.label, s.turns) for s in draft.speakers] == [("Interviewer", 2), ("Interviewee", 2)]
    assert draft.warnings == ("“INTERVIEWER” read as “Interviewer”.", "“Interviewee.” read as “Interviewee”.")


def test_a_paragraph_without_a_speaker_stays_with_the_turn_before():
    turns = "".join(f"{'Ann' if n % 2 else 'Bo'}: line {n}\n\n" for n in range(6))
    draft = read(f"{turns}It was raining, I think.\n\nBo: Yes.\n")
    assert spoken(draft)[5] == ("Ann", "line 5\nIt was raining, I think.")
    assert draft.warnings == ("1 paragraph without a speaker kept with the turn before.",)


def test_google_meet_keeps_the_talk_and_leaves_out_the_notes_of_the_machine():
    source = (
        "Notes by Gemini\n\nSummary\n\nAnna told that she switched for the price.\n\nSuggested next steps\n\n"
        "Anna Vogel: will send the bill\n\nTranscript\n\n00:00:00\n\nAnna Vogel: Hallo.\n\nPer Lind: Hej!\n\n"
        "00:05:00\n\nAnna Vogel: It was the price, partly.\n\nTranscription ended after 00:06:10\n"
    )
    draft = read(source)
    assert draft.format == "Plain text (Google Meet)"
    assert spoken(draft) == [
        ("Anna Vogel", "Hallo."),
        ("Per Lind", "Hej!"),
        ("Anna Vogel", "It was the price, partly."),
    ]
    assert starts(draft) == [0, None, 300000]
    assert draft.dropped[0].startswith(
        "Gemini’s notes and other lines outside the transcript (not testimony): Notes by"
    )


def test_notes_of_the_machine_alone_are_refused():
    with pytest.raises(TranscriptError, match="holds Gemini’s notes but no transcript"):
        read("Notes by Gemini\n\nSummary\n\nAnna: will send the bill\n\nPer: will wait\n")


def test_zoom_columns_and_chat():
    transcript = read("00:00:02\tAnn Lee\tHello.\n00:00:04\tBo\tHi, it's 10:30 here.\n")
    assert (transcript.format, spoken(transcript)) == (
        "Zoom text",
        [("Ann Lee", "Hello."), ("Bo", "Hi, it's 10:30 here.")],
    )
    chat = read(
        "00:02:04\tluc.eth:\theya\r\n00:04:17\tAnn Lee:\tsee this\r\nhttps://example.org\r\n", "chat.txt"
    )
    assert spoken(chat) == [("luc.eth", "heya"), ("Ann Lee", "see this\nhttps://example.org")]
    assert starts(chat) == [124000, 257000]


def test_markdown_with_bold_names_and_attributes():
    source = (
        '---\nlayout: default\ndate: 2026-03-01\nattendees:\n- Ann Lee\n- "Bo"\n---\n\n## A visit\n\n'
        "**Interviewer:**{: .text-yellow-000}   \nWas it *really* [cheap](https://example.org/p_(x))?\n\n"
        "**Befragte:**{: .text-green-000}  \nNein. ![](a.png) Um 8:00 Uhr\\*.\n\n---\n\n"
        "- **Interviewer**: Und snake_case_name?\n\n**Befragte:** Ja.\n"
    )
    draft = read(source, "visit.md")
    assert draft.format == "Markdown (Name: words)"
    assert spoken(draft) == [
        ("Interviewer", "Was it really cheap?"),
        ("Befragte", "Nein.  Um 8:00 Uhr*."),
        ("Interviewer", "Und snake_case_name?"),
        ("Befragte", "Ja."),
    ]
    assert draft.dropped == ("Headings: A visit", "1 image")
    assert draft.meta == {
        "encoding": "utf-8",
        "layout": "default",
        "date": "2026-03-01",
        "attendees": ["Ann Lee", "Bo"],
    }


def test_field_notes_tell_quoted_words_from_notes():
    source = (
        "# Visite\n\nElle cherche un produit.\n\n"
        "> J'ai **tout** comparé.\n> Pendant une semaine.\n\nPuis elle part.\n"
    )
    draft = read(source, "visite.md")
    assert draft.format == "Markdown (notes with quotes)"
    assert spoken(draft) == [
        ("Notes", "Elle cherche un produit."),
        ("Quoted words", "J'ai tout comparé.\nPendant une semaine."),
        ("Notes", "Puis elle part."),
    ]


def test_text_without_speakers_is_a_turn_for_each_paragraph():
    draft = read("It was cold.\nVery cold.\n\n\n\nThen it was not.\n")
    assert spoken(draft) == [("", "It was cold.\nVery cold."), ("", "Then it was not.")]
    assert draft.warnings == ("No speaker names found: every turn is without a speaker until you name one.",)


def test_loose_times_are_refused_with_advice():
    with pytest.raises(TranscriptError) as refusal:
        read("00:00:05\nHello there\n00:00:10\nFine, and you?\n")
    assert str(refusal.value) == (
        "“talk.txt” has 2 times on lines of their own (first: line 1), but no speaker that they belong to, "
        "so that every turn would sit at 0:00. Export it with speaker names, or as .vtt, or put “Name  0:14” "
        "above each turn; to import it without times, delete those lines."
    )


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"]
)
def test_unicode_encodings_with_and_without_a_mark(encoding):
    source = "Ágnes: Szia, 👩‍👩‍👧 é!\r\n\r\nInterviewer: Naïve?\r\n\r\n" * 4
    draft = read_transcript(source.encode(encoding), "talk.txt")
    assert spoken(draft)[:2] == [("Ágnes", "Szia, 👩‍👩‍👧 é!"), ("Interviewer", "Naïve?")]
    assert draft.warnings == ()


def test_windows_1252_is_read_with_a_warning():
    draft = read_transcript(
        "Interviewer: Where?\r\nJürgen: “Café” – 5 €\r\n".encode("windows-1252"), "talk.txt"
    )
    assert spoken(draft)[1] == ("Jürgen", "“Café” – 5 €")
    assert draft.warnings == (
        "Not UTF-8 (line 2): read as Windows-1252. Check accents and quotation marks before you import.",
    )


def test_what_cannot_be_stored_is_removed_and_told():
    source = (
        codecs.BOM_UTF8 + "Ann: a\x00b\ufeffc\u2028d\x0be\n\nBo: f\x1b[0m\n\nAnn: e\u0301\n\nBo: x\n".encode()
    )
    draft = read_transcript(source, "talk.txt")
    assert draft.text == "abc\nd\ne\n\nf[0m\n\ne\u0301\n\nx"
    assert draft.dropped == ("2 control characters removed",)


def test_the_language_is_guessed_or_left_open():
    assert read("Anna: Ja, das ist nicht so, und ich habe es dann auch nicht mehr.\n").language == "de"
    assert read("Anna: Oui, et je ne sais pas, c'est pour vous et les autres.\n").language == "fr"
    assert read("Anna: Hm.\n").language == ""


def test_what_somebody_says_while_another_speaks_is_a_turn_of_its_own():
    source = "S01: [00:00:12] It was late. //S02: Very. // And cold.\n\nS00: [00:00:36] Ja. //S01: Genau.//\n"
    draft = read(source)

    assert spoken(draft) == [
        ("S01", "It was late."),
        ("S02", "Very."),
        ("S01", "And cold."),
        ("S00", "Ja."),
        ("S01", "Genau."),
    ]
    assert starts(draft) == [12000, 12000, 12000, 36000, 36000]
    assert draft.warnings == (
        "2 remarks into another’s words, marked “//name: … //”, made a turn of its own.",
    )


def test_two_strokes_before_a_name_are_no_part_of_it():
    said = [("S02", "Hallo"), ("S01", "Ja gut"), ("S02", "Dann los")]
    cues = [
        f"00:0{at * 3}.000 --> 00:0{at * 3}.500\n<v //{who}>{words} //"
        for at, (who, words) in enumerate(said)
    ]

    assert spoken(read("\n\n".join(f"//{who}: {words} //" for who, words in said))) == said
    assert spoken(read("\n\n".join(["WEBVTT", *cues]), "talk.vtt")) == said


def test_addresses_and_strokes_in_speech_stay_where_they_are():
    words = "see https://example.org/a: b // and //maybe: not// ok"

    assert spoken(read(f"Ann: {words}\n\nBob: Yes\n\nAnn: So"))[0] == ("Ann", words)


def test_a_chat_in_columns_is_a_conversation_and_no_table():
    draft = read("00:00:01\tAnn:\tHello\n00:00:09\tBob:\tHi\n00:00:12\tAnn:\tSo\n")

    assert [who for who, _ in spoken(draft)] == ["Ann", "Bob", "Ann"]


def test_speech_with_as_many_commas_in_each_line_is_no_table():
    draft = read("Well, I went, you know\nAnd then, later, it rained\nSo, in the end, I left\n")

    assert "it rained" in draft.text
