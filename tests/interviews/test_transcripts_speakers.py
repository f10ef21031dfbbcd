import pytest

from interviews.transcripts import Speaker, speaker_role_guess
from interviews.transcripts.speakers import plausible


def guesses(*speakers):
    return [speaker_role_guess(s.label, speakers) for s in speakers]


@pytest.mark.parametrize(
    "label", ["Interviewer", "Interviewer 2", "Moderator", "Host", "I", "Q", "INT", "Interviewerin"]
)
def test_words_for_those_who_ask(label):
    assert speaker_role_guess(label, [Speaker(label, 1, 900), Speaker("Mara", 1, 10)]) == "interviewer"


@pytest.mark.parametrize(
    "label",
    [
        "Interviewee",
        "Participant 9",
        "P1",
        "Befragte",
        "B",
        "Kundin",
        "Interviewee 1 and/or Interviewee 2",
        "Quoted words",
    ],
)
def test_words_for_those_who_answer(label):
    assert speaker_role_guess(label, [Speaker(label, 1, 10), Speaker("Mara", 1, 900)]) == "participant"


def test_among_names_the_one_who_talks_most_answers_and_the_next_asks():
    assert guesses(Speaker("Dan", 40, 900), Speaker("Mara", 40, 2000), Speaker("Kim", 2, 9)) == [
        "interviewer",
        "participant",
        "other",
    ]


def test_a_known_participant_leaves_the_asking_to_the_other_name():
    assert guesses(Speaker("Dan", 47, 2943), Speaker("Participant", 47, 1991)) == [
        "interviewer",
        "participant",
    ]


def test_a_known_interviewer_leaves_the_answering_to_the_other_name():
    assert guesses(Speaker("Interviewer", 4, 400), Speaker("Mara", 4, 90)) == ["interviewer", "participant"]


def test_words_without_a_speaker_and_notes_are_neither():
    assert guesses(Speaker("", 4, 400), Speaker("Notes", 4, 90)) == ["other", "other"]


@pytest.mark.parametrize(
    "label",
    [
        "Mara",
        "Z. Victor Zhou (xinbenlv)",
        "Łukasz Rozmej",
        "佐藤 花子",
        "علي",
        "Akash | ECH",
        "luc.eth",
        "Dr. Ort",
        "S01",
    ],
)
def test_names_of_all_kinds_may_be_speakers(label):
    assert plausible(label)


@pytest.mark.parametrize(
    "label",
    [
        "",
        "17",
        "12:30",
        "[REDACTED]",
        "REDACTED",
        "Note",
        "Datum",
        "https",
        "Was it cheap?",
        "a very long way to put it",
        "—",
    ],
)
def test_times_marks_and_headings_may_not(label):
    assert not plausible(label)
