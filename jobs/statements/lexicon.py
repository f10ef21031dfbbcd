"""Small word lists of English and German for generalising statements. Pure.

They name classes of everyday verbs and objects; a word that stands in none is a class of its own. Everything
here only ever helps two members of one group to be recognised as saying the same: a missing word costs a
proposal, never a wrong group.
"""

from __future__ import annotations

from jobs.languages import word_set


def _classes(text: str) -> dict[str, str]:
    """Each line is a class: its name, then the words that belong to it."""
    rows = [line.split(":") for line in text.strip().splitlines()]
    return {word.strip(): name.strip() for name, words in rows for word in (name, *words.split(","))}


VERB_OF: dict[str, dict[str, str]] = {
    "en": _classes(
        """
        get: bring, take, carry, transport, haul, deliver, drive, fetch
        know: see, understand, find out, figure out, work out, learn, tell
        find: look for, search, identify, discover
        choose: decide, select, pick, pick out
        keep: stay, remain, hold
        avoid: prevent, stop, not
        plan: organise, organize, arrange, schedule, prepare, coordinate, set up
        check: verify, confirm, ensure, test
        protect: secure, guard, lock, lock up
        save: reduce, cut, lower, cut down
        share: send, give, pass on, hand over
        fix: repair, mend
        remember: record, note, keep track, track
        buy: purchase, order
        use: use up, finish, eat up
        be perceived as: be seen as, be regarded as, be recognised as, be known as
        avoid being perceived as: avoid being seen as
        """
    ),
    "de": _classes(
        """
        bringen: transportieren, tragen, befördern, holen, schaffen, bekommen, fahren, schleppen
        wissen: erfahren, verstehen, erkennen, sehen, kennen, herausfinden
        finden: suchen, entdecken
        auswählen: wählen, entscheiden, aussuchen
        behalten: bewahren, halten, bleiben
        vermeiden: verhindern
        planen: organisieren, vorbereiten, koordinieren, abstimmen
        prüfen: überprüfen, kontrollieren, sicherstellen, testen
        schützen: sichern, abschließen
        sparen: senken, reduzieren, verringern
        teilen: weitergeben, schicken, senden
        kaufen: anschaffen, besorgen, bestellen
        reparieren: flicken
        verbrauchen: aufbrauchen, aufessen, nutzen
        wahrgenommen werden: angesehen werden, gesehen werden, anerkannt werden
        """
    ),
}

# Keys are stems as `parse` makes them; the first word of a line is the class
OBJECT_OF: dict[str, dict[str, str]] = {
    "en": _classes(
        """
        child: kid, son, daughter, baby, toddler
        school: nursery, kindergarten, daycare, preschool, crèche, creche
        grocery: shopping, shop
        cost: price, expense, spending, fee
        family: relative, household
        friend: mate, buddy
        bicycle: bike, e-bike, cycle
        car: vehicle, van
        meal: dinner, lunch, supper, breakfast, dish
        appointment: meeting
        doctor: physician, dentist
        document: paper, form, file
        parent: mother, father, mum, mom, dad
        time: punctually, punctual
        safe: safety, safely, secure
        calm: relaxed, unhurried, stress
        client: customer
        trip: journey, ride, run
        """
    ),
    "de": _classes(
        """
        kind: sohn, tocht, kid, baby
        schul: kita, kindergart, kripp, hort
        einkauf: lebensmittel
        kost: preis, ausgab, gebuhr
        famili: angehorig, haushalt
        freund: bekannt
        fahrrad: rad, e-bik, lastenrad
        auto: wag, pkw
        mahlzeit: abendess, mittagess, gericht
        termin: besprechung
        arzt: zahnarzt
        unterlag: dokument, formular
        elt: mutt, vat
        punktlich: rechtzeitig
        sich: sicherheit
        kund: klient
        """
    ),
}
# What a class is called where the members agree on it and not on the word
NAME_OF: dict[str, dict[str, str]] = {
    "en": {
        "child": "children",
        "grocery": "groceries",
        "cost": "costs",
        "family": "family",
        "friend": "friends",
        "bicycle": "bicycle",
        "car": "car",
        "meal": "meals",
        "appointment": "appointments",
        "document": "documents",
        "parent": "parent",
        "client": "clients",
        "trip": "trip",
    },
    "de": {"kind": "Kinder", "kost": "Kosten", "famili": "Familie", "unterlag": "Unterlagen"},
}

DETERMINERS: dict[str, frozenset[str]] = {
    "en": word_set(
        "a an the my our your his her their its this that these those all both every each any some"
    ),
    "de": word_set(
        "der die das den dem des ein eine einen einem einer mein meine meinen meinem meiner unser unsere "
        "unseren unserem ihre ihren ihrem alle allen beide beiden jede jeden jedes"
    ),
}
CONTEXT: dict[str, frozenset[str]] = {
    "en": word_set(
        "about above across after against among around as at because before behind below beside between by "
        "despite during for from how if in inside into near of off on onto outside over past per since so "
        "than that through to toward towards under until up what when where whether which while who whom "
        "whose why with within without"
    ),
    "de": word_set(
        "ab als am an auf aus bei beim bevor bis dass durch für gegen hinter im in ins mit nach nachdem "
        "neben ob ohne seit sobald über um unter vom von vor während was weil wenn wer wie wo zu zum zur "
        "zwischen"
    ),
}
# Contexts that are clauses: whole or not at all
CLAUSES: dict[str, frozenset[str]] = {
    "en": word_set(
        "because before how if since so than that until what when where whether which while who whom whose "
        "why"
    ),
    "de": word_set("bevor bis dass nachdem ob sobald während was weil wenn wer wie wo"),
}
# Contexts that say where to, where or when; without one of them a weak verb says nothing
PLACES: dict[str, frozenset[str]] = {
    "en": word_set("across around at from in inside into off on onto over through to toward towards up"),
    "de": word_set("an am auf aus bei beim durch in im ins nach über zu zum zur"),
}
# How specific the word before an object is: the plainest is taken
PLAIN: dict[str, tuple[str, ...]] = {"en": ("the", "", "a", "an"), "de": ("die", "der", "das", "den", "")}
# Contexts of one word
ADVERBS: dict[str, frozenset[str]] = {
    "en": word_set("home there together alone punctually upstairs abroad overnight again outdoors"),
    "de": word_set("pünktlich rechtzeitig allein zusammen draußen unterwegs selbst wieder"),
}
PARTICLES = word_set("up out off down away back")
# Verbs that say nothing without a place, a time or a state
WEAK: dict[str, frozenset[str]] = {
    "en": word_set("get bring take keep make be have put go stay hold give let do"),
    "de": word_set("bringen bekommen halten haben sein machen tun lassen bleiben holen schaffen"),
}
# Longest first. German ones stand at the end of the clause and are written backwards here
OPENINGS: dict[str, tuple[list[str], ...]] = {
    "en": (
        ["avoid", "being", "perceived", "as"],
        ["avoid", "being", "seen", "as"],
        ["be", "perceived", "as"],
        ["be", "recognised", "as"],
        ["be", "regarded", "as"],
        ["be", "seen", "as"],
        ["be", "known", "as"],
        ["avoid", "feeling"],
        ["feel", "like"],
        ["feel"],
        ["make", "sure"],
        ["be", "able", "to"],
        ["keep", "track"],
        ["know", "how", "to"],
    ),
    "de": (
        ["werden", "wahrgenommen"],
        ["werden", "angesehen"],
        ["werden", "gesehen"],
        ["werden", "anerkannt"],
        ["fühlen", "zu"],
        ["fühlen"],
    ),
}
