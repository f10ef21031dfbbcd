"""Wake-ups between web processes: none while a process is alone, and from the first moment when it is not."""

from __future__ import annotations

import asyncio
from typing import Any

from strategy.live.wakes import Wakes

STUDY = 7


class Process:
    """What one web process hears of one study."""

    def __init__(self) -> None:
        self.tasks, self.heard = list[Any](), list[dict[str, Any]]()
        self.wakes = Wakes(lambda work: self.tasks.append(asyncio.create_task(work)), self.heard.append)

    def writes(self, seq: int) -> None:
        self.wakes.pass_on(STUDY, what="updates", sheet=1, seq=seq)

    async def hears(self, count: int) -> list[tuple[str, int]]:
        async with asyncio.timeout(60):
            while len(self.heard) < count:
                await asyncio.sleep(0.01)
        return [(message["what"], message.get("seq", 0)) for message in self.heard]


def test_a_process_passes_on_what_it_writes_once_another_one_is_there(settings: Any) -> None:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    asyncio.run(_one_comes_after_the_other())


async def _one_comes_after_the_other() -> None:
    first, second = Process(), Process()
    await first.wakes.listen(STUDY)
    first.writes(1)

    await second.wakes.listen(STUDY)
    assert await second.hears(1) == [("look", 0)]  # for what it was not told
    first.writes(2)
    assert await second.hears(2) == [("look", 0), ("updates", 2)]
    second.writes(3)
    assert await first.hears(2) == [("look", 0), ("updates", 3)]

    for task in first.tasks + second.tasks:
        task.cancel()
