"""The grammar of job statements and its lint (method.md 2.1). Pure; English and German.

A warning never blocks and can be dismissed with a reason, so each names its rule and the place it means.
The lint is careful rather than clever: where it cannot tell, it stays silent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from jobs.languages import WORD, Language, guess_language, word_set

RULES: dict[str, str] = {
    "length": "Long enough to mean something, short enough to remember",
    "starts_with_verb": "Starts with a verb",
    "emotional_opening": "Opens with feel, avoid feeling, be perceived as or avoid being perceived as",
    "outcome_syntax": "Direction, metric, object of control",
    "story_syntax": "When …, I want to …, so I can …",
    "no_solution": "Names no product, brand, technology or method",
    "one_job": "Holds one job",
    "no_baked_in_outcome": "Says what is to be done, not how well",
    "stable_over_years": "Will still be true in years",
    "customer_perspective": "Told from the customer's side",
}


@dataclass(frozen=True)
class LintWarning:
    """`start` and `end` are code points of the statement as it was given."""

    rule: str
    message: str
    start: int
    end: int


def lint(
    statement: str, *, pattern: str, products: Collection[str] = (), level: str = "main"
) -> tuple[LintWarning, ...]:
    """What a careful colleague would question, in reading order. `pattern` decides which rules apply;
    `products` are the names that the study knows; a `purpose` may say how well ("be a better parent")."""
    if pattern not in _SYNTAX:
        raise ValueError(f"{pattern!r} is no pattern of job statements.")
    language = guess_language(statement)
    found = list(_length(statement, pattern))
    if not statement.strip():
        return tuple(found)
    found += _SYNTAX[pattern](statement, language)
    start, end = _job_part(statement, pattern)
    found += _solutions(statement, products)
    found += _several_jobs(statement, start, end, pattern)
    if pattern in ("functional", "story") and level != "purpose":
        found += _matches("no_baked_in_outcome", _BAKED_IN, _BAKED_IN_MESSAGE, statement, start, end)
    found += _matches("stable_over_years", _DATED, _DATED_MESSAGE, statement)
    found += _matches("customer_perspective", _PROVIDER, _PROVIDER_MESSAGE, statement)
    return tuple(sorted(set(found), key=lambda warning: (warning.start, warning.end, warning.rule)))


# --- Words --------------------------------------------------------------------------------------------


def _any_of(*words: str) -> re.Pattern[str]:
    """Whole words or phrases, in any case; longer ones first, so that they win."""
    ordered = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(ordered)})(?!\w)", re.IGNORECASE)


# Verbs that look like a noun or a form: known so that the endings below do not accuse them
_VERBS = word_set(
    """
    bring sing ring swing fling cling string spring wring sting ping
    need feed speed proceed succeed exceed breed bleed weed heed seed shed embed wed bed
    apply supply rely fly comply reply multiply imply ally tally rally bully ply
    mention question position condition function caution transition auction ration station petition
    implement document supplement experiment comment complement cement augment
    witness harness focus discuss process access assess address pass guess press dress miss cross express
    possess progress bless toss kiss dismiss fuss bus canvass compress impress stress confess redress
    make let be do have get go help keep stay look find avoid
    """
)
# What certainly is no verb at the beginning
_NOT_VERBS = word_set(
    """
    a an the this that these those my your his her our their its some any every each no all more less fewer
    better faster easier cheaper safer healthier good great best easy quick simple cheap fast
    i we you he she they it when if because while as for in on at by from of without about during after
    before into with what who which where why how not very peace time money freedom security safety
    """
)
_NOUN_END = re.compile(r"(?:[^aeiou]tion|[aei]tion|sion|ment|ness|ity|ance|ence|ship|hood|ism)$")
_FORM_END = re.compile(r"(?:ing|ed|ly)$")
_PLURAL_OR_THIRD = re.compile(r"[^su]s$")

_GERMAN_INFINITIVE = re.compile(r"(?:en|ern|eln)$|^(?:tun|sein)$")
_GERMAN_NO_VERB = word_set(
    """
    den einen keinen meinen deinen seinen ihren unseren jeden diesen welchen allen vielen anderen wenigen
    ihnen denen gegen wegen neben zwischen innen außen oben unten morgen gestern eben zusammen selten
    trotzdem sieben zehn extern intern modern gern sondern gestern mitten
    """
)

_BAKED_IN = _any_of(
    "quickly", "quicker", "easily", "easier", "cheaply", "cheaper", "faster", "more efficiently",
    "efficiently",
    "effectively", "seamlessly", "effortlessly", "conveniently", "smoothly", "simply", "affordably",
    "hassle-free", "stress-free", "optimally", "perfectly",
    "as (?:fast|quickly|soon|cheaply|easily) as possible",
    "with ease", "in no time", "with (?:minimal|little) effort", "without (?:any )?(?:hassle|effort)",
    "speed up",
    "(?<!get )(?<!feel )better", "schnell(?:er|stmöglich)?", "einfacher", "mühelos", "günstig(?:er)?",
    "billig(?:er)?", "bequem(?:er)?", "effizient(?:er)?", "effektiv(?:er)?", "reibungslos", "unkompliziert",
    "problemlos", "zügig(?:er)?", "so (?:schnell|einfach|günstig|billig) wie möglich", "beschleunigen",
)  # fmt: skip
_BAKED_IN_MESSAGE = "“{}” says how well it should be done. Keep that for an outcome statement."

_DATED = _any_of(
    r"(?:19|20)\d\d", "Q[1-4]", "currently", "nowadays", "these days", "right now",
    "(?:this|next|last) (?:year|month|week|quarter|season|summer|winter|spring|autumn|sprint|release)",
    "latest (?:version|model|trend|release)s?", "new version", "Covid(?:-?19)?", "[45]G",
    "(?:dieses|nächstes|letztes) (?:Jahr|Quartal)", "(?:diesen|nächsten|letzten) (?:Monat|Sommer|Winter)",
    "(?:diese|nächste|letzte) (?:Woche|Saison)", "derzeit", "momentan", "heutzutage",
)  # fmt: skip
_DATED_MESSAGE = "“{}” will not be true for long. A job stays the same for years."

_PROVIDER = _any_of(
    "our (?:product|service|customer|user|client|brand|app|offer|company|platform|shop|store|solution)s?",
    "(?:help|enable|allow|encourage|convince|get|make|let|give|offer|provide|sell) (?:the |our )?"
    "(?:customer|user|client|buyer|consumer|shopper)s?",
    "as an? (?:customer|user|client|consumer)", "up-?sell(?:ing)?", "cross-?sell(?:ing)?", "churn",
    "conversion rates?", "market share", "brand (?:awareness|loyalty)", "lead generation", "monetis?z?e",
    "unser[a-z]{0,2} (?:Produkt|Service|Kunde|Nutzer|Marke|Angebot|App|Firma|Lösung)[a-zäöü]{0,2}",
    "(?:dem|den|unseren) (?:Kunden|Nutzern?|Anwendern?) (?:helfen|ermöglichen|anbieten)",
    "Kunden (?:helfen|ermöglichen|gewinnen|binden)", "Kundenbindung", "Marktanteil",
    "als (?:Kunde|Nutzer)(?:in)?",
)  # fmt: skip
_PROVIDER_MESSAGE = "“{}” speaks for the provider. Say what the customer is trying to get done."

_TECHNOLOGY = _any_of(
    "apps?", "software", "web ?sites?", "web ?pages?", "chat-?bots?", "dashboards?", "spreadsheets?",
    "block-?chain",
    "machine learning", "artificial intelligence", "smart-?phones?", "plug-?ins?", "widgets?", "APIs?", "CRM",
    "ERP", "SaaS", "ChatGPT", "Google", "Facebook", "Instagram", "WhatsApp", "YouTube", "Netflix", "Airbnb",
    "iPhones?", "iPads?", "PowerPoint", "Microsoft", "Salesforce", "Scrum", "Kanban", "Web-?(?:seite|site)n?",
    "Künstliche[rn]? Intelligenz", "Programme? installieren", "Tabellenkalkulation",
)  # fmt: skip
_CAPITAL_TECHNOLOGY = re.compile(r"(?<!\w)(?:AI|KI|IoT|VR)(?!\w)|(?<=\w )Excel(?!\w| at\b)")

_CONJUNCTION = re.compile(
    r"(?<!\w)(?:and/or|und/oder|and|or|und|oder|sowie|as well as)(?!\w)|(?<=\w)\s*&\s*(?=\w)", re.I
)
_ONE_THING = _any_of(
    "between", "whether", "both", "either", "zwischen", "ob", "sowohl", "entweder", "differences?"
)  # what follows names alternatives of one job
_CONTEXT = _any_of(
    "when", "while", "if", "after", "before", "without", "during", "because", "since", "so that",
    "even though",
    "wenn", "während", "nachdem", "bevor", "ohne", "weil", "damit", "obwohl", "sobald", "falls", "bei",
    "beim",
)  # fmt: skip


# --- Rules for every pattern --------------------------------------------------------------------------

_LONGEST = {"functional": 20, "emotional": 20, "outcome": 28, "story": 50}


def _length(statement: str, pattern: str) -> Iterator[LintWarning]:
    words = WORD.findall(statement)
    if not words:
        yield LintWarning("length", "There is no statement yet.", 0, len(statement))
    elif len(words) < 2:
        yield LintWarning("length", "One word is too little: say what is done to what.", 0, len(statement))
    elif len(words) > _LONGEST[pattern]:
        message = f"{len(words)} words: hard to remember. Keep context only if it changes the job."
        yield LintWarning("length", message, 0, len(statement))


def _matches(
    rule: str, wanted: re.Pattern[str], message: str, text: str, start: int = 0, end: int | None = None
) -> Iterator[LintWarning]:
    for hit in wanted.finditer(text, start, len(text) if end is None else end):
        yield LintWarning(rule, message.format(hit.group()), hit.start(), hit.end())


def _solutions(statement: str, products: Collection[str]) -> Iterator[LintWarning]:
    known = [re.escape(product.strip()) for product in products if product.strip()]
    message = "“{}” is a solution. The job was there before it and will outlive it."
    for wanted in (_TECHNOLOGY, _CAPITAL_TECHNOLOGY, *([_any_of(*known)] if known else [])):
        yield from _matches("no_solution", wanted, message, statement)


def _several_jobs(statement: str, start: int, end: int, pattern: str) -> Iterator[LintWarning]:
    """Only in what is to be done: a situation or an outcome may name several things."""
    context = _CONTEXT.search(statement, start + 1, end)
    stop = context.start() if context and pattern != "story" else end
    alternatives = _ONE_THING.search(statement, start, stop)
    stop = alternatives.start() if alternatives else stop
    message = "“{}” may join two jobs. If so, split them."
    for hit in _CONJUNCTION.finditer(statement, start, stop):
        yield LintWarning("one_job", message.format(hit.group().strip()), hit.start(), hit.end())


def _job_part(statement: str, pattern: str) -> tuple[int, int]:
    """Where the statement says what is to be done; in a story, between the situation and the outcome."""
    if pattern != "story":
        return 0, len(statement)
    wish, purpose = _STORY_WISH.search(statement), _STORY_PURPOSE.search(statement)
    start = wish.end() if wish else 0
    end = purpose.start() if purpose and purpose.start() >= start else len(statement)
    return start, end


# --- One rule a pattern -------------------------------------------------------------------------------


def _functional(statement: str, language: Language) -> Iterator[LintWarning]:
    words = list(WORD.finditer(statement))
    while len(words) > 1 and _may_lead(words[0].group().casefold()):
        words = words[1:]
    if not words or (_has_german_verb(statement) if language == "de" else not _not_a_verb(words)):
        return
    message = f"“{words[0].group()}” does not look like a verb. Begin with what is to be done."
    if language == "de":
        message = (
            "No verb found. Say what the person is trying to do, with the verb at the end or the beginning."
        )
    yield LintWarning("starts_with_verb", message, words[0].start(), words[0].end())


def _may_lead(word: str) -> bool:
    """In “to find”, “always find” and “safely find” the verb comes second."""
    return word in ("to", "always", "never", "better") or (word.endswith("ly") and word not in _VERBS)


def _not_a_verb(words: list[re.Match[str]]) -> bool:
    first = words[0].group().casefold()
    if first in _VERBS:
        return False
    if first in _NOT_VERBS or "'" in first or "’" in first:
        return True
    following = words[1].group().casefold() if len(words) > 1 else ""
    if _NOUN_END.search(first):
        return following not in _DETERMINERS
    return bool(_FORM_END.search(first) or _PLURAL_OR_THIRD.search(first)) or following in ("of", "is", "are")


_DETERMINERS = word_set("a an the my your his her our their this that these those any all every each")


def _has_german_verb(statement: str) -> bool:
    """An infinitive stands last, before a comma, first, or before what is added; an adjective in -en stands
    before its noun, which has a capital letter."""
    words = list(WORD.finditer(statement))
    for position, word in enumerate(words):
        text = word.group()
        if text.casefold() in _GERMAN_NO_VERB or not _GERMAN_INFINITIVE.search(text.casefold()):
            continue
        following = words[position + 1] if position + 1 < len(words) else None
        closes = following is None or statement[word.end() : following.start()].strip() != ""
        if position == 0 or (
            text[0].islower() and (closes or not (following and following.group()[0].isupper()))
        ):
            return True
    return False


_EMOTIONAL = re.compile(
    r"\s*(?:to )?(?:(?:not |stop |avoid )?feel(?:ing)?\b|(?:avoid |not )?be(?:ing)? "
    r"(?:perceived|seen|recogni[sz]ed|viewed|regarded|respected|admired|known)\b)",
    re.IGNORECASE,
)
_EMOTIONAL_GERMAN = re.compile(
    r"\b(?:fühlen|gefühl|(?:wahrgenommen|gesehen|angesehen|anerkannt|geschätzt|respektiert) (?:zu )?werden"
    r"|(?:zu )?gelten|wirken|zu wirken)\b",
    re.IGNORECASE,
)


def _emotional(statement: str, language: Language) -> Iterator[LintWarning]:
    wanted = _EMOTIONAL_GERMAN.search(statement) if language == "de" else _EMOTIONAL.match(statement)
    if wanted is None:
        first = WORD.search(statement)
        start, end = first.span() if first else (0, len(statement))
        message = "Begin with feel, avoid feeling, be perceived as, or avoid being perceived as."
        yield LintWarning("emotional_opening", message, start, end)


_DIRECTION = _any_of(
    "minimi[sz]e", "reduce", "lower", "decrease", "limit", "cut", "shorten", "increase", "maximi[sz]e",
    "raise",
    "extend", "minimieren", "verringern", "reduzieren", "senken", "verkürzen", "vermindern", "erhöhen",
    "steigern", "maximieren", "verlängern",
)  # fmt: skip
_METRIC = _any_of(
    "time", "likelihood", "probability", "chance", "risk", "number", "amount", "quantity", "frequency",
    "effort",
    "costs?", "variability", "variation", "rate", "degree", "extent", "percentage", "share", "need",
    "distance",
    "length", "Zeit(?:aufwand|punkt|raum)?", "Dauer", "Wahrscheinlichkeit", "Risiko", "Zahl", "Anzahl",
    "Menge",
    "Häufigkeit", "Aufwand", "Kosten", "Anteil", "Grad", "Ausmaß",
)  # fmt: skip


def _outcome(statement: str, language: Language) -> Iterator[LintWarning]:
    direction = _DIRECTION.search(statement)
    opens = direction is not None and (language == "de" or not WORD.search(statement[: direction.start()]))
    if not opens:
        message = "Begin with a direction, such as minimise or increase."
        yield LintWarning("outcome_syntax", message, *_first_word(statement))
    metric = _METRIC.search(statement)
    if metric is None:
        message = "Name a metric, such as the time it takes, the likelihood or the number."
        yield LintWarning("outcome_syntax", message, *_first_word(statement))
    elif language != "de" and len(WORD.findall(statement[metric.end() :])) < 2:
        message = f"Say what the {metric.group().casefold()} is about: the object of control."
        yield LintWarning("outcome_syntax", message, metric.start(), metric.end())


_STORY_SITUATION = re.compile(r"\s*(?:when(?:ever)?|wenn|als|sobald|immer wenn)\b", re.IGNORECASE)
_STORY_WISH = re.compile(
    r"\bI(?: want| need|['’]d like| would like| wish)(?: to)?\b"
    r"|\b(?:möchte|will) ich\b|\bich (?:möchte|will)\b",
    re.IGNORECASE,
)
_STORY_PURPOSE = re.compile(
    r"\bso that\b|\bso (?:I|we|he|she|they|it|you|my|our|the)\b|\bin order to\b"
    r"|\b(?:damit|sodass|so dass)\b|,\s*um\b",
    re.IGNORECASE,
)
_STORY_PARTS = (
    (_STORY_SITUATION, "Open with the situation: “When …”."),
    (_STORY_WISH, "Say what is wanted: “I want to …”."),
    (_STORY_PURPOSE, "Say what for: “so I can …”."),
)


def _story(statement: str, _language: Language) -> Iterator[LintWarning]:
    for part, message in _STORY_PARTS:
        found = part.match(statement) if part is _STORY_SITUATION else part.search(statement)
        if found is None:
            yield LintWarning("story_syntax", message, 0, len(statement))


def _first_word(statement: str) -> tuple[int, int]:
    first = WORD.search(statement)
    return first.span() if first else (0, len(statement))


_SYNTAX: dict[str, Callable[[str, Language], Iterable[LintWarning]]] = {
    "functional": _functional,
    "emotional": _emotional,
    "outcome": _outcome,
    "story": _story,
}
