"""What respondents read around the team's own words, in English and German."""

from __future__ import annotations

from collections.abc import Mapping

KANO = ("like", "must_be", "neutral", "live_with", "dislike")
TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "name": "English",
        "survey": "A short survey",
        "preview": "This is a preview. Nothing that you choose here is kept.",
        "intro": "There are no right answers. Leave out whatever you like.",
        "private": (
            "No account is needed and your name is not asked. What you choose stays in this browser "
            "until you send it. A cookie recognises this browser, so that answering again changes "
            "your answers instead of counting twice; it does nothing else."
        ),
        "segment": "Which of these describes you best?",
        "importance": "How important is it to you",
        "imp_low": "not at all important",
        "imp_high": "extremely important",
        "satisfaction": "How satisfied are you with how you do it today?",
        "sat_low": "not at all satisfied",
        "sat_high": "completely satisfied",
        "with": "If there were something that helps you with this, how would you feel about it?",
        "without": "If there were nothing that helps you with this, how would you feel about it?",
        "like": "I like it",
        "must_be": "I expect it",
        "neutral": "I do not mind",
        "live_with": "I can live with it",
        "dislike": "I dislike it",
        "none": "no answer",
        "back": "Back",
        "next": "Next",
        "step": "Part {n} of {of}",
        "send": "Send my answers",
        "send_again": "Send my changes",
        "sending": "Sending …",
        "unsent": (
            "Not sent: there is no connection just now. Your answers are kept in this browser. Try again."
        ),
        "restored": "Your answers from earlier are still here. They have not been sent yet.",
        "empty": "Nothing has been answered yet. Choose at least one answer, then send.",
        "refused": (
            "Part of the form was not understood, so nothing was kept. Load the page again; your "
            "answers are still in this browser."
        ),
        "too_many": (
            "Too many answers come from your network just now, so this one was not kept. Wait a few "
            "minutes and send again; your answers are still in this browser."
        ),
        "known": "You have answered already. Sending again changes your answers.",
        "thanks": "Thank you",
        "stored": "Your answers have arrived.",
        "correct": "Change my answers",
        "until": "You can change them from this browser until the survey closes.",
        "closed": "This survey is closed",
        "closed_words": "No more answers are taken. What you sent before it closed has been kept.",
        "closed_late": (
            "It closed before you sent this, so these answers were not taken. What you sent earlier "
            "has been kept."
        ),
        "unknown": "There is no survey here",
        "unknown_words": (
            "The address may be incomplete, or the survey was never opened. Ask whoever sent you the "
            "link for a new one."
        ),
    },
    "de": {
        "name": "Deutsch",
        "survey": "Eine kurze Umfrage",
        "preview": "Dies ist eine Vorschau. Nichts, was Sie hier wählen, wird gespeichert.",
        "intro": "Es gibt keine richtigen Antworten. Lassen Sie aus, was Sie möchten.",
        "private": (
            "Sie brauchen kein Konto und werden nicht nach Ihrem Namen gefragt. Was Sie wählen, "
            "bleibt in diesem Browser, bis Sie es absenden. Ein Cookie erkennt diesen Browser wieder, "
            "damit ein zweites Absenden Ihre Antworten ändert und nicht doppelt zählt; es tut sonst "
            "nichts."
        ),
        "segment": "Was davon beschreibt Sie am besten?",
        "importance": "Wie wichtig ist es Ihnen,",
        "imp_low": "überhaupt nicht wichtig",
        "imp_high": "äußerst wichtig",
        "satisfaction": "Wie zufrieden sind Sie damit, wie Ihnen das heute gelingt?",
        "sat_low": "überhaupt nicht zufrieden",
        "sat_high": "völlig zufrieden",
        "with": "Wenn es etwas gäbe, das Ihnen dabei hilft: Wie wäre das für Sie?",
        "without": "Wenn es nichts gäbe, das Ihnen dabei hilft: Wie wäre das für Sie?",
        "like": "Das würde mich freuen",
        "must_be": "Das setze ich voraus",
        "neutral": "Das ist mir egal",
        "live_with": "Das könnte ich hinnehmen",
        "dislike": "Das würde mich stören",
        "none": "keine Angabe",
        "back": "Zurück",
        "next": "Weiter",
        "step": "Teil {n} von {of}",
        "send": "Antworten absenden",
        "send_again": "Änderungen absenden",
        "sending": "Wird gesendet …",
        "unsent": (
            "Nicht gesendet: Es gibt gerade keine Verbindung. Ihre Antworten bleiben in diesem "
            "Browser. Versuchen Sie es noch einmal."
        ),
        "restored": "Ihre Antworten von vorhin sind noch da. Sie sind noch nicht abgesendet.",
        "empty": (
            "Sie haben noch nichts beantwortet. Wählen Sie mindestens eine Antwort und senden Sie dann ab."
        ),
        "refused": (
            "Ein Teil des Formulars war nicht zu verstehen, darum wurde nichts gespeichert. Laden Sie "
            "die Seite neu; Ihre Antworten sind noch in diesem Browser."
        ),
        "too_many": (
            "Aus Ihrem Netz kommen gerade zu viele Antworten, darum wurde diese nicht gespeichert. "
            "Warten Sie einige Minuten und senden Sie noch einmal; Ihre Antworten sind noch in diesem "
            "Browser."
        ),
        "known": "Sie haben schon geantwortet. Wenn Sie noch einmal absenden, ändern Sie Ihre Antworten.",
        "thanks": "Vielen Dank",
        "stored": "Ihre Antworten sind angekommen.",
        "correct": "Meine Antworten ändern",
        "until": "Sie können sie von diesem Browser aus ändern, bis die Umfrage endet.",
        "closed": "Diese Umfrage ist beendet",
        "closed_words": (
            "Es werden keine Antworten mehr angenommen. Was Sie vorher gesendet haben, ist gespeichert."
        ),
        "closed_late": (
            "Sie wurde beendet, bevor Sie dies gesendet haben; diese Antworten wurden nicht "
            "angenommen. Was Sie früher gesendet haben, ist gespeichert."
        ),
        "unknown": "Hier ist keine Umfrage",
        "unknown_words": (
            "Vielleicht ist die Adresse unvollständig, oder die Umfrage wurde nie geöffnet. Bitten "
            "Sie um einen neuen Link."
        ),
    },
}


def preferred(wanted: str, accepted: str, offered: tuple[str, ...]) -> str:
    """The language asked for by name, else the first of the browser's that is offered, else the first one.

    `accepted` is an Accept-Language header; browsers name their languages in order of preference.
    """
    if wanted in offered:
        return wanted
    named = (part.strip()[:2].lower() for part in accepted.split(","))
    return next((code for code in named if code in offered), offered[0])
