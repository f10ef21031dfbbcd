"""A group of child processes that live and end together: none outlives its parent, none dies unnoticed."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    """A command, its place in the order of stopping, and the seconds that it is given to end by itself."""

    name: str
    command: list[str]
    stops: int = 1
    patience: float = 1.5
    # What the kernel sends when the parent is gone without a word (kill -9): Linux only
    orphan_signal: signal.Signals = signal.SIGTERM


@dataclass(frozen=True)
class Child:
    program: Program
    process: subprocess.Popen[bytes]

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def obituary(self) -> str:
        code = self.process.returncode
        if code is not None and code < 0:
            return f"{self.program.name} was ended by {signal.Signals(-code).name}"
        return f"{self.program.name} ended with exit code {code}"


class Group:
    """Programs that are started one by one, and stopped in the order of their `stops`."""

    def __init__(self, environment: Mapping[str, str], keep_open: tuple[int, ...] = ()) -> None:
        self.environment = dict(environment)
        self.keep_open = keep_open
        self.children: list[Child] = []

    def start(self, program: Program) -> Child:
        # A session of its own: Ctrl-C in the terminal reaches only the parent, which then keeps the order
        process = subprocess.Popen(
            program.command,
            env=self.environment,
            pass_fds=self.keep_open,
            start_new_session=True,
            preexec_fn=_die_with_parent(program.orphan_signal),
        )
        child = Child(program, process)
        self.children.append(child)
        return child

    def run(self, program: Program) -> int:
        """Start a program, wait for its end, and return its exit code."""
        child = self.start(program)
        code = child.process.wait()
        self.children.remove(child)
        return code

    def first_ended(self) -> Child | None:
        return next((child for child in self.children if child.has_ended), None)

    def stop(self) -> None:
        for child in sorted(self.children, key=lambda child: child.program.stops):
            _stop(child)
        self.children.clear()


def _stop(child: Child) -> None:
    if not child.has_ended:
        child.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(child.program.patience)
    # Whatever is left of it, and whatever it started itself
    with suppress(ProcessLookupError):
        os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()


def _die_with_parent(orphan_signal: signal.Signals) -> Callable[[], None] | None:
    """What a child does before it becomes its program; the library is loaded before the fork."""
    if sys.platform != "linux":
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def in_the_child() -> None:
        libc.prctl(PR_SET_PDEATHSIG, orphan_signal.value)
        if os.getppid() != parent:  # it died between the fork and the line above
            os._exit(1)

    return in_the_child


def end_forks_with_this_process() -> None:
    """From now on the kernel kills whatever this process forks as soon as it is gone (Linux only).

    A worker that dies while it starts has no signal handler yet, and would leave its pool behind.
    """
    if sys.platform != "linux":
        return
    libc, parent = ctypes.CDLL(None), [os.getpid()]

    def in_the_child() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL.value)
        if os.getppid() != parent[0]:
            os._exit(1)

    os.register_at_fork(before=lambda: parent.__setitem__(0, os.getpid()), after_in_child=in_the_child)


def wait_until(ready: Callable[[], bool], group: Group, seconds: float) -> bool:
    """True once ready() says so; False as soon as a child has ended, or when the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and group.first_ended() is None:
        if ready():
            return True
        time.sleep(0.05)
    return False
