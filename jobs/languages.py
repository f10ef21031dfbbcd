"""Function words of English and German, which of the two a short text is written in, and whether it says
anything.

Pure. Shared by the lint of statements and by the analysis, which loads much more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal
from unicodedata import category

Language = Literal["en", "de", ""]

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def phrase_set(text: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in text.split(","))


ENGLISH = word_set(
    """
    a about above across after again against all almost along already also although always am among an
    and another any anyone anything are around as at away be because been before being below between
    both but by can cannot could did do does doing done down during each either else enough even ever
    every everyone everything few for from further get gets getting go goes going got had has have
    having he her here hers herself him himself his how however i if in into is it its itself just last
    least less let like made make makes making many may me might mine more most much must my myself near
    neither never next no nobody none nor not nothing now of off often on once one only onto or other
    others our ours ourselves out over own per perhaps please quite rather really same see she should
    since so some someone something still such take than that the their theirs them themselves then
    there these they thing things this those though through to too toward under until up upon us use
    very was way we well were what whatever when where whether which while who whom whose why will with
    within without would yes yet you your yours yourself
    """
)

GERMAN = word_set(
    """
    ab aber alle allem allen aller alles als also am an andere anderen anderer anderes auch auf aus bei
    beim bevor bin bis bist da dabei dadurch dafür daher damit danach dann daran darauf darf darin
    darüber das dass davon dazu dein deine dem den denn der deren des dessen deshalb die dies diese
    diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines er es etwas euch
    euer für gar gegen gehabt genug gerade gewesen gibt hab habe haben hat hatte hätte hier hinter ich
    ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in indem ins irgend ist ja jede jedem jeden jeder
    jedes jetzt kann kein keine keinem keinen keiner kommt kommen konnte können könnte lassen machen
    macht man manche mehr mein meine meinem meinen meiner mich mir mit muss musste müssen nach nachdem
    nicht nichts noch nun nur ob oder ohne schon sehr sein seine seinem seinen seiner seit selbst sich
    sie sind so sobald sodass soll sollte solche sondern sonst statt tun über um und uns unser unsere
    unserem unseren unter viel viele vielleicht vom von vor während war waren warum was weil weiter
    welche welcher wenig wenn wer werde werden wie wieder will wir wird wirklich wo wollen worden wurde
    würde zu zum zur zwischen
    """
)

# Words that job statements share by their form, not by their meaning
TEMPLATE = word_set(
    """
    able ability help helps make sure need needs needed want wants wanted wish would like feel avoid
    ensure möchte möchten mag brauche brauchen braucht will wollen helfen hilft damit können
    sicherstellen
    """
)

NUMBERS = word_set(
    """
    one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred
    thousand first second third half zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig
    dreißig vierzig fünfzig hundert tausend erste ersten zweite zweiten dritte dritten halbe halben
    """
)

# Words that say nothing alone, nor at the end of a phrase or, numbers apart, at its start: “geht nie ans”
LEANING = NUMBERS | word_set(
    """
    actually anymore asked asking away back become becomes begin bit bring bringing brings call came
    clearly come comes coming day days different difficult early easily easy ends everywhere feels felt
    fifty-five finally find finds finding finished fully gave give given gives good hard hear heard huge
    keep keeping keeps kept kind knew know knowing known knows large late leave left liked little live
    long longer look looked looks lot lots mean means new nice old ought pass passes place put puts
    putting quickly ready real run runs said sat say says seem seems seen set sets show showed shows sit
    sits somebody sometimes somewhere soon sort start started starts stay stays stop stops takes taking
    tell tells thinking think thinks time times today together told took tried tries try trying turned
    twice used using want way ways went whole work works worked year years yesterday
    allein alte alten ander ans aufs bald bekommen bereits besser bleibt bloß brachte bringen bringt
    eben echt eigentlich einfach einmal endlich erst etwa fast fand finde finden findet früh fürs ganz
    ganze ganzen ganzes gebracht gehe gehen geht gekommen gelten genau gern gestern geworden gewinnen
    gilt ging große großen gut gute guten halt heute heraus hin hinein hört immer irgendwann jahr jahre
    jahren jemand jemanden kam kamen kennt komme kurz lang lange langen längst leicht leider letzte
    letzten liegt mag mal manchmal mehrere meist morgen neu neue neuen nie niemand niemanden nochmal oft
    passt plötzlich raus rein sage sagen sagt sagte schlecht schnell sehen sieht sofort sogar spät
    später stand stehen steht tag tage tagen überall übers ums vorher wann weg weiß weniger wenigstens
    wirkt wissen wohl wüsste zeit ziemlich zuerst zurück
    """
)

# Function words that can be the point of a sentence all the same: “Nobody else gets in”, “Be myself”
CARRYING = word_set(
    """
    all anyone anything enough everyone everything get gets getting go goes going gone got less let like
    made make makes making mine more never nobody none nothing others own please see someone something
    such take use herself himself itself myself ourselves themselves yourself yourselves
    alle allem allen aller alles andere anderen anderer anderes etwas genug kein keine keinem keinen
    keiner kommen kommt können lassen machen macht man mehr nichts selbst tun viel viele wenig wollen
    """
)
EMPTY_ALONE = (ENGLISH - CARRYING, GERMAN - CARRYING)

# What people and programs write where an answer was asked for, signs apart: “n/a”, “k. A.”
NO_ANSWER = phrase_set(
    """
    na, n a, nan, nil, null, not applicable, no answer, no answers, no comment, no comments, no response,
    no opinion, not specified, not stated, unknown, dont know, don't know, do not know, i dont know,
    i don't know, i do not know, idk, prefer not to say, prefer not to answer,
    ka, k a, keine angabe, keine angaben, ohne angabe, keine antwort, kein kommentar, keine meinung,
    keine ahnung, weiß nicht, weiss nicht, weiß ich nicht, weiss ich nicht, entfällt, nein,
    trifft nicht zu, nicht zutreffend
    """
)
_ONE_LETTER = re.compile(r"([a-zäöü])\1*")


def says_something(text: str) -> bool:
    """No for signs, digits, one letter again and again (“xxx”), “n/a” and its like, and function words
    alone. Pictures do, and so do words with a number."""
    found = words(text.replace("’", "'"))
    if found and not _is_empty(found):
        return True
    return any(category(char) == "So" or (found and char.isdigit()) for char in text)


def _is_empty(found: Sequence[str]) -> bool:
    letters = all(_ONE_LETTER.fullmatch(word) for word in found)
    return letters or " ".join(found) in NO_ANSWER or any(known.issuperset(found) for known in EMPTY_ALONE)


def words(text: str) -> list[str]:
    return WORD.findall(text.casefold())


@lru_cache(maxsize=8192)  # the same statements are asked about again and again
def guess_language(text: str) -> Language:
    """A vote of function words, umlauts counting too; "" where nothing speaks for either."""
    found = words(text)
    english = sum(word in ENGLISH and word not in GERMAN for word in found)
    german = sum(word in GERMAN and word not in ENGLISH for word in found)
    german += sum(any(letter in word for letter in "äöüß") for word in found)
    if english == german:
        return ""
    return "en" if english > german else "de"
