"""Training the suggestions of a study: learn from what people coded, test it, suggest for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from interviews import kinds
from jobs.actions.suggestions import Ranked, store_training
from jobs.encoders import sentence_encoder
from jobs.queries.coding_material import Coded, CodingMaterial, Spoken, coding_material, count_labels
from jobs.queries.suggestions import AFTER, CODE, RUN_KIND
from jobs.vectors import remembering
from studies.access import access_of
from studies.models import Run, Study
from studies.progress import Reporter, stage
from studies.runs import RunFailed, run_kind

if TYPE_CHECKING:
    from jobs.analysis import Encoder
    from jobs.analysis.evaluation import Evaluation, Score
    from jobs.analysis.roles import Roles
    from jobs.analysis.speech import Sentence
    from jobs.analysis.suggest import Family, Material

Likely = list[tuple[str, float]]  # labels with their probability, the likeliest first
CHUNK = 256  # texts between two reports
_learned: dict[str, Roles] = {}  # by encoder


@run_kind(RUN_KIND, title="Training the suggestions", result_page="jobs:suggestions")
def train(run: Run, report: Reporter) -> dict[str, Any]:
    """Only what people coded teaches; a suggestion counts once a person accepted it, as their coding.

    The result counts the coded `elements` that taught, the `codes` that were tested, and the `sentences` that
    a suggestion was stored for.
    """
    from jobs.analysis.evaluation import evaluate

    access = access_of(run)
    report(0, "Reading what was coded")
    labels, found = count_labels(access.study), coding_material(access.study)
    encoder, lesson = _encoder(), _code_lesson(access.study, found)
    run.versions = {"encoder": encoder.name, "version": encoder.version}
    for_elements, for_codes = _materials(access.study, encoder, found, lesson.family, report)
    kinds_of = [each.kind for each in found.coded]
    tested = evaluate(for_elements, kinds_of, _interviews(found.coded), report=stage(report, 0.5, 0.8))
    report(0.8, "Suggesting for the rest")
    elements = _ranked_elements(for_elements, found, kinds_of, tested.temperature)
    codes, code_scores = _ranked_codes(for_codes, found, lesson)
    report(0.95, "Storing the suggestions")
    stored = store_training(
        access,
        run=run,
        encoder=f"{encoder.name} {encoder.version}"[:80],
        labels=labels,
        report=_report(tested, code_scores, len(found.coded)),
        ranked=_rows(found, elements, codes),
    )
    return {"elements": len(found.coded), "codes": len(code_scores), "sentences": stored}


def _encoder() -> Encoder:
    try:
        return sentence_encoder()
    except ValueError as error:
        raise RunFailed(str(error)) from error


def _materials(
    study: Study, encoder: Encoder, found: CodingMaterial, codes: Family, report: Reporter
) -> tuple[Material, Material]:
    """The sentences, coded ones first, as elements and as `codes` are learned from them."""
    from jobs.analysis.suggest import materials

    sentences = _sentences(found)
    families = [_elements(encoder, stage(report, 0.0, 0.2)), codes]
    remembered = remembering(study, encoder)
    _encode(remembered, sentences, families, stage(report, 0.2, 0.5))
    for_elements, for_codes = materials(sentences, families, remembered)
    return for_elements, for_codes


def _interviews(coded: Iterable[Coded]) -> list[str]:
    return [str(each.interview) for each in coded]


def _sentences(found: CodingMaterial) -> list[Sentence]:
    rows = [(each.spoken, each.interview) for each in found.coded]
    rows += [(each.spoken, each.interview) for each in found.uncoded]
    return [_sentence(spoken, interview) for spoken, interview in rows]


def _sentence(spoken: Spoken, interview: int) -> Sentence:
    from jobs.analysis.speech import Sentence

    return Sentence(
        spoken.text, spoken.before, spoken.after, spoken.question, spoken.place, str(interview), spoken.start
    )


def _elements(encoder: Encoder, report: Reporter) -> Family:
    """The twelve elements, with what interviews of our own teach about them."""
    from jobs.analysis.suggest import Family, Label
    from jobs.analysis.told import told

    labels = [Label(kind.code) for kind in kinds.KINDS]
    if not encoder.comparable:
        return Family(labels, taught=told())
    return Family(labels, roles=_roles(encoder, report))


def _roles(encoder: Encoder, report: Reporter) -> Roles:
    """They are the same for every study, so a process learns them once."""
    from jobs.analysis.roles import learn
    from jobs.analysis.speech import Vectors, words_of
    from jobs.analysis.told import told

    name = f"{encoder.name} {encoder.version}"
    if name not in _learned:
        words = words_of([sentence for _kind, sentence in told()])
        vectors = Vectors(words, encoder, lambda share: report(0.7 * share, "Reading invented interviews"))
        report(0.7, "Learning the elements from them")
        _learned[name] = learn(told(), tuple(kinds.BY_CODE), vectors)
    return _learned[name]


def _encode(
    encoder: Encoder, sentences: Sequence[Sentence], families: Sequence[Family], report: Reporter
) -> None:
    """Fills the memory piece by piece, so that the run can say how far it is and can be cancelled."""
    if not encoder.comparable:
        return
    said = {text for each in sentences for text in (each.text, each.question)}
    known = {text for family in families for text in family.words()}
    texts = sorted(text for text in said | known if text.strip())
    for start in range(0, len(texts), CHUNK):
        report(start / len(texts), f"Reading {start:,} of {len(texts):,} sentences")
        encoder.encode(texts[start : start + CHUNK])


def _ranked_elements(
    found: Material, rows: CodingMaterial, kinds_of: Sequence[str], temperature: float
) -> list[Likely]:
    from jobs.analysis.suggest import likely, ranked

    coded = len(kinds_of)
    wanted = range(coded, coded + len(rows.uncoded))
    return ranked(likely(found, kinds_of, range(coded), wanted, temperature), found.keys)


# --- codes -------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class CodeLesson:
    """Codes with enough examples, and coded rows to learn them from. Rows come only from interviews in which
    codes were given at all: in others a missing code says nothing."""

    family: Family
    names: dict[str, str]  # key -> name
    rows: list[int]
    given: list[frozenset[str]]  # by coded row


def _code_lesson(study: Study, found: CodingMaterial) -> CodeLesson:
    from jobs.analysis.suggest import Family, Label, learnable

    with_codes = {each.interview for each in found.coded if each.codes}
    rows = [row for row, each in enumerate(found.coded) if each.interview in with_codes]
    given = [frozenset(map(str, each.codes)) for each in found.coded]
    keys = learnable([given[row] for row in rows], _interviews(found.coded[row] for row in rows))
    book = study.codes.filter(pk__in=keys).values_list("pk", "name", "description")
    about = {str(pk): [text for text in (name, description) if text] for pk, name, description in book}
    family = Family([Label(key, tuple(texts)) for key, texts in about.items()])
    return CodeLesson(family, {key: texts[0] for key, texts in about.items()}, rows, given)


def _ranked_codes(
    material: Material, found: CodingMaterial, lesson: CodeLesson
) -> tuple[list[Likely], dict[str, Score]]:
    """What to suggest for each uncoded sentence, and how the codes fared, by name."""
    from jobs.analysis.evaluation import evaluate_codes
    from jobs.analysis.suggest import LIKELY_CODE, likely_codes, ranked

    if not lesson.family.labels:
        return [[] for _ in found.uncoded], {}
    coded = len(found.coded)
    table = likely_codes(material, lesson.given, lesson.rows, range(coded, coded + len(found.uncoded)))
    best = [
        [(key, share) for key, share in row if share >= LIKELY_CODE] for row in ranked(table, material.keys)
    ]
    given = [lesson.given[row] for row in lesson.rows]
    interviews = _interviews(found.coded[row] for row in lesson.rows)
    scores = evaluate_codes(material.at(lesson.rows), given, interviews)
    return best, {lesson.names[key]: score for key, score in scores.items()}


# --- what is stored ----------------------------------------------------------------------------------
def _rows(found: CodingMaterial, elements: list[Likely], codes: list[Likely]) -> Iterator[Ranked]:
    for each, kinds_ranked, codes_ranked in zip(found.uncoded, elements, codes, strict=True):
        ranking: dict[str, list[list[Any]]] = {"elements": [list(pair) for pair in kinds_ranked]}
        if codes_ranked:
            ranking["codes"] = [[int(key), share] for key, share in codes_ranked]
        yield Ranked(each.transcript, each.spoken.start, each.spoken.end, ranking)


def _report(tested: Evaluation, codes: dict[str, Score], sentences: int) -> dict[str, dict[str, int | float]]:
    found = {key: _score(score) for key, score in tested.scores.items()}
    for count, score in tested.curve.items():
        found[f"{AFTER}{count}"] = _score(score) | {"sentences": sentences}
    return found | {f"{CODE}{name}": _score(score) for name, score in codes.items()}


def _score(score: Score) -> dict[str, int | float]:
    return asdict(score)
