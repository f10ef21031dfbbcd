"""What may stand before a colon and be a person, and who of them asks and who answers."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from interviews.transcripts.model import Speaker

Role = Literal["interviewer", "participant", "other"]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ASKING = _set(
    """
    interviewer interviewerin interviewers intervieweur intervieweuse enquêteur enquêtrice enqueteur
    moderator moderatorin modérateur modératrice host researcher facilitator forscher forscherin i q int
    mod f fragende fragesteller
    """
)
_ANSWERING = _set(
    """
    interviewee interviewees interviewter interviewte participant participants participante teilnehmer
    teilnehmerin teilnehmende respondent befragte befragter befragt proband probandin customer client
    kunde kundin guest user nutzer nutzerin répondant répondante enquêté enquêtée interviewé interviewée
    subject informant patient p b a r e tn ip quoted
    """
)
_NEUTRAL = _set(
    """
    speaker sprecher sprecherin locuteur locutrice voice stimme unknown person caller narrator note-
    taker observer beobachter observateur
    """
)
_NO_LABELS = _set(
    """
    note notes notiz notizen date datum time zeit heure location ort lieu place subject title titel
    titre topic thema question frage summary zusammenfassung résumé agenda keywords duration dauer durée
    attendees attendee participants teilnehmer speakers invited recording transcript transkript audio
    video file datei source quelle link url http https mailto example beispiel exemple hinweis important
    wichtig warning attachments anhang meeting project projekt projet language sprache langue version
    page seite session comment kommentar details decisions ps nb fyi todo re fwd from to cc kind style
    webvtt
    """
)
_SENTENCE_OPENERS = _set(
    """
    so and but well also because then yes no yeah okay ok if when what how why where the this that these
    there it we you they he she my your our his her for in on at of with as or not is was like again
    first second third finally und aber dann ja nein genau wenn das es wir ihr was wie warum also oder
    weil nur noch mit für bei et mais alors donc oui non si ce c'est il elle nous vous je pour dans avec
    ou
    """
)
_SOUNDS = _set(
    """
    redacted inaudible crosstalk laughter laughs laughing pause unintelligible unverständlich lacht
    lachen music applause silence noise cough coughs sighs rires inaudible
    """
)
_PARTICLES = _set(
    """
    von van der den de del della di da du la le el al bin ben y e of the
    """
)
_FORBIDDEN = re.compile(r'[?!…;"“”„«»<>{}=\\*_]|https?|www\.')
_JOINT = re.compile(r"\s+(?:and/or|and|or|und/oder|und|oder|et/ou|et|ou)\s+|\s*[&+/]\s*", re.IGNORECASE)
_NUMBERED = re.compile(r"[\s#.\-]*\d{1,3}[a-z]?$", re.IGNORECASE)
_FULL_STOP = re.compile(r"\w{3,}\.+$")  # an initial keeps its point: Tom B.
_LONGEST_LABEL = 60


def spelled(label: str) -> str:
    """One spelling for "Interviewee", "Interviewee." and "@Interviewee "."""
    bare = " ".join(label.split()).strip("#@").rstrip(" :-–").strip()
    return bare.rstrip(".") if _FULL_STOP.search(bare) else bare


def is_role_word(label: str) -> bool:
    bare = _NUMBERED.sub("", label).casefold()
    return bare in _ASKING or bare in _ANSWERING or bare in _NEUTRAL


def joint_parts(label: str) -> list[str]:
    """["Interviewee 1", "Interviewee 2"] of "Interviewee 1 and/or Interviewee 2"; empty for one voice."""
    parts = [part.strip() for part in _JOINT.split(label)]
    return parts if len(parts) > 1 and all(parts) else []


def is_joint(label: str, labels: Iterable[str]) -> bool:
    parts, known = joint_parts(label), set(labels)
    return bool(parts) and all(is_role_word(part) or part in known for part in parts)


def plausible(label: str) -> bool:
    """Could this be a name at all? Clock times, bare numbers, sentences and headings cannot."""
    if not 0 < len(label) <= _LONGEST_LABEL or _FORBIDDEN.search(label):
        return False
    if not unicodedata.category(label[0]).startswith(("L", "N")) or not any(map(str.isalpha, label)):
        return False
    parts = joint_parts(label)
    if parts and all(is_role_word(part) for part in parts):
        return True
    bare = _NUMBERED.sub("", label).casefold()
    return bare not in _NO_LABELS - _ANSWERING and bare not in _SOUNDS and _is_short(label)


def _is_short(label: str) -> bool:
    name = re.sub(r"\s*[(|\[].*$", "", label)
    if any(len(head) > 4 for head in re.findall(r"(\w+)\.\s", name)):
        return False  # a sentence ended inside
    return len(name.split()) <= 4


def looks_like_a_name(label: str) -> bool:
    words = [w for w in label.split() if w.casefold() not in _PARTICLES]
    if not words or _opens_a_sentence(label):
        return False
    return not any(word[0].islower() for word in words)


def chosen_labels(counts: Counter[str], paragraphs: int) -> frozenset[str]:
    """Which candidates are speakers: role words, names that return, single names where all is speech."""
    candidates = {label: n for label, n in counts.items() if plausible(label)}
    sure = {
        label
        for label, n in candidates.items()
        if is_role_word(label) or (joint_parts(label) and is_joint(label, candidates))
    }
    names = {label for label, n in candidates.items() if n >= 2 and _returns_as_name(label, n, paragraphs)}
    labelled = sum(candidates[label] for label in sure | names)
    all_speech = labelled * 2 >= paragraphs
    once = {label for label, n in candidates.items() if n == 1 and looks_like_a_name(label)}
    if all_speech:
        names |= {label for label, n in candidates.items() if n >= 2 and not _opens_a_sentence(label)}
    if all_speech or (len(once) >= 2 and (labelled + len(once)) * 3 >= paragraphs * 2):
        return frozenset(sure | names | once)
    return frozenset(sure | names)


def _returns_as_name(label: str, count: int, paragraphs: int) -> bool:
    if looks_like_a_name(label):
        return True
    often = (" " not in label and count >= 3) or count * 3 >= paragraphs
    return often and not _opens_a_sentence(label)


def _opens_a_sentence(label: str) -> bool:
    return len(label) > 1 and label.split()[0].casefold() in _SENTENCE_OPENERS


def speaker_role_guess(label: str, speakers: Sequence[Speaker]) -> Role:
    """A first guess: the label's own word; else who talks most answers, and of the rest one asks."""
    own = _role_by_word(label)
    if own:
        return own
    if not label or label == "Notes":
        return "other"
    unnamed = sorted((s for s in speakers if s.label and not _role_by_word(s.label)), key=lambda s: -s.words)
    roles = {_role_by_word(s.label) for s in speakers}
    order: list[Role] = [role for role in _OPEN_ROLES if role not in roles]
    position = next((i for i, s in enumerate(unnamed) if s.label == label), len(order))
    return order[position] if position < len(order) else "other"


_OPEN_ROLES: tuple[Role, ...] = ("participant", "interviewer")


def _role_by_word(label: str) -> Role | None:
    words = [_NUMBERED.sub("", part).casefold() for part in (joint_parts(label) or [label])]
    words += [word.strip("()[]") for part in words if len(part) > 1 for word in part.split() if len(word) > 2]
    if any(word in _ASKING for word in words):
        return "interviewer"
    return "participant" if any(word in _ANSWERING for word in words) else None
