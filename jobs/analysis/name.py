"""Names for groups without a language model: the medoid's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

import numpy as np
import numpy.typing as npt

from jobs.languages import words

LONGEST_NAME = 80
WORDY = 0.02  # similarity that a medoid loses per word above the median length

_PURPOSE = re.compile(
    r"\b(?:so that|so) I (?:can|could|am able to|do(?: not|n['’]t) have to)\s+", re.IGNORECASE
)
_SITUATION = r"^(?:when\b[^,]*,\s*)?(?:as an? [^,]*,\s*)?"
_OPENING = re.compile(_SITUATION + r"(?:I (?:want|need|would like|wish) )?(?:to\s+)?", re.IGNORECASE)


def medoid(similarity: npt.NDArray[np.floating], texts: Sequence[str]) -> int:
    """The member nearest to the centre, plainly worded: each word above the median length costs a little."""
    lengths = [len(words(text)) for text in texts]
    usual = median(lengths)
    scores = [
        (float(near) - WORDY * max(length - usual, 0))
        for near, length in zip(similarity, lengths, strict=True)
    ]
    return max(range(len(texts)), key=lambda index: (round(scores[index], 6), -index))


def suggested_name(statement: str) -> str:
    """The medoid's statement, shortened: what it is for, where it says so, else without its opening."""
    text = " ".join(statement.split())
    purpose = _PURPOSE.search(text)
    if purpose and len(words(text[purpose.end() :])) >= 2:
        text = text[purpose.end() :]
    else:
        text = _OPENING.sub("", text, count=1) or text
    text = text.rstrip(" .;,!")
    return shortened(text[:1].upper() + text[1:], LONGEST_NAME)


def shortened(text: str, longest: int) -> str:
    """At most `longest` characters, cut between words where that keeps half of them."""
    if len(text) <= longest:
        return text
    head = text[: longest - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[longest // 2 :] else head).rstrip(" ,;-") + "…"
