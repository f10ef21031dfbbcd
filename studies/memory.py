"""The memory of a process that runs for weeks."""

import ctypes
import gc
from contextlib import suppress


def settle() -> None:
    """Everything that stays loaded is here now. The collector would walk all of it again and again in the
    middle of requests, 20 % of a page's time; and reading code leaves holes of 14 MB behind."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    give_back()


def collect() -> None:
    """Everything that nobody needs any more, which takes 10 to 20 ms; what settle() found is left alone."""
    gc.collect()
    give_back()


def give_back() -> None:
    """What was freed, the C library keeps for the next one who asks; there may be none for hours."""
    with suppress(OSError, AttributeError):  # only glibc has it
        ctypes.CDLL("libc.so.6").malloc_trim(0)
