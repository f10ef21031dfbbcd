"""What templates call things."""

import pytest

from studies.templatetags.studio import initials


@pytest.mark.parametrize(
    ("name", "expected"), [("Ruth Ann Owner", "RO"), ("Lena", "Le"), ("", ""), ("lena@home", "le"), (7, "7")]
)
def test_initials_are_those_of_the_first_and_the_last_name(name: object, expected: str) -> None:
    assert initials(name) == expected
