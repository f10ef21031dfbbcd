"""Keys that sort as text and leave room between any two: moving one row never renumbers the others. Pure."""

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"  # in the order of their code points


def key_between(low: str, high: str) -> str:
    """A key k with low < k < high, read as fractions to base 62; "" means no bound on that side.

    Raises ValueError if low >= high. Keys never end in the lowest digit, so there is always room before one.
    """
    if high and low >= high:
        raise ValueError(f"{low!r} does not stand before {high!r}")
    common = _common_prefix(low, high)
    below = DIGITS.index(low[common]) if common < len(low) else 0
    # behind the last key one small step is enough: a long field then keeps short keys
    above = DIGITS.index(high[common]) if common < len(high) else min(below + 2, len(DIGITS))
    prefix = high[:common]
    if above - below > 1:
        return prefix + DIGITS[(below + above) // 2]
    return prefix + DIGITS[below] + key_between(low[common + 1 :], "")


def _common_prefix(low: str, high: str) -> int:
    """How many leading digits agree, `low` being padded with zeros as a fraction is."""
    place = 0
    while place < len(high) and (low[place] if place < len(low) else DIGITS[0]) == high[place]:
        place += 1
    return place
