"""What a web process loads while it runs is left alone by the collector, too; nothing is kept for it."""

from __future__ import annotations

import json
import subprocess
import sys

CODE = """
import gc, json, weakref
from studies import memory

class Person:
    def __init__(self):
        self.me = self

def facts():
    return [len(gc.get_objects()) < memory.MUCH, person() is not None]

somebody = Person()
person = weakref.ref(somebody)
memory.settle()
loaded = [[] for _ in range(memory.MUCH)]
told = [facts()]
del somebody
memory.collect()
told.append(facts())
memory.settle_again()
told.append(facts())
print(json.dumps(told))
"""


def test_what_was_loaded_later_is_left_alone_and_what_nobody_needs_any_more_goes() -> None:
    told = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)

    assert json.loads(told.stdout) == [[False, True], [False, True], [True, False]]
