"""Products in 8 bits: within the rounding of each row, and exact where nothing is rounded."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from jobs.analysis.dense import EXACT, Dense, Desk, InBytes, InFloats

WHOLE = np.random.default_rng(3).integers(-127, 128, size=(7, 5)).astype(np.int8)  # 7 in, 5 out
WORTH, BIAS = np.float32([0.5, 1, 2, 0.25, 0.125]), np.float32([0, 1, -1, 2, 0])
PRODUCTS = [InBytes, InFloats]  # a machine uses one of them; both run on any
DENSE = Dense.of(WHOLE, WORTH, BIAS)


@given(arrays(np.float32, (3, 7), elements=st.floats(-100, 100, width=32)))
def test_products_are_off_by_no_more_than_the_rounding_of_each_row(rows):
    """A row is rounded to half a step; a step is a 252nd of its range, in which 0 lies."""
    half = np.ptp(np.pad(rows, ((0, 0), (0, 1))), axis=1, keepdims=True) / 504

    exact = rows.astype(np.float64) @ (WHOLE * WORTH) + BIAS

    at_most = half * np.abs(WHOLE * WORTH).sum(axis=0) + 1e-4 * (1 + np.abs(exact))
    assert (np.abs(DENSE(rows, Desk()) - exact) <= at_most).all()


def test_whole_numbers_are_multiplied_exactly():
    rows = np.float32([[126, -126, 3, 0, 1, 2, 100], [0, 0, 0, 0, 0, 0, 0], [3, 3, 3, 3, 3, 3, 3]])

    assert DENSE(rows, Desk()) == pytest.approx(rows @ (WHOLE * WORTH) + BIAS, rel=1e-6)


@pytest.mark.parametrize("features", [1, 7, EXACT, EXACT + 1, 3 * EXACT])
def test_both_products_give_the_same_numbers(features):
    """The largest ones: every sum of up to EXACT products is a number that floating point can write."""
    random = np.random.default_rng(features)
    whole = (127 * random.choice([-1, 1], size=(features, 6))).astype(np.int8)
    rows = random.normal(size=(9, features)).astype(np.float32)

    in_bytes, in_floats = (
        Dense.of(whole, np.ones(6, np.float32), np.zeros(6, np.float32), product) for product in PRODUCTS
    )

    assert np.array_equal(in_bytes(rows, Desk()), in_floats(rows, Desk()))


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("sign", [1, -1])
def test_columns_that_are_full_to_one_side_are_multiplied_exactly(sign, product):
    """Their sum, 190,500, takes 1,501 features of 8 bits."""
    whole = np.full((1500, 2), 127 * sign, np.int8)
    dense = Dense.of(whole, np.float32([1, 2]), np.float32([0, 4]), product)
    rows = np.float32([[252.0] * 750 + [0.0] * 750])

    assert dense(rows, Desk()).tolist() == [[sign * 24_003_000.0, sign * 48_006_000.0 + 4]]


def test_room_that_was_used_before_leaves_nothing_behind():
    desk, few = Desk(), np.float32([[1, 2, 3, 4, 5, 6, 7]])
    alone = DENSE(few, Desk()).tolist()

    DENSE(np.float32(np.arange(70).reshape(10, 7)), desk)

    assert DENSE(few, desk).tolist() == alone
