"""Nudges of a process without a hub, over the real layer."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from channels.layers import get_channel_layer

from realtime import broadcast, nudge
from tests.realtime.conftest import eventually

pytestmark = pytest.mark.postgres


async def test_many_at_once_are_few_and_one_comes_after_the_last() -> None:
    layer: Any = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(broadcast.GROUP, channel)
    heard: list[float] = []

    async def listen() -> None:
        while True:
            if (await layer.receive(channel))["type"] == broadcast.NUDGE:
                heard.append(time.monotonic())

    listening = asyncio.create_task(listen())
    began = time.monotonic()
    for _ in range(500):
        nudge.background().nudge()
    last = time.monotonic()
    try:
        await eventually(lambda: heard and heard[-1] > last)
        sent, windows = len(heard), (time.monotonic() - began) / nudge.GATHER_S
        assert sent <= windows + 2
        nudge.background().nudge()
        await eventually(lambda: len(heard) > sent)
    finally:
        listening.cancel()
        await layer.group_discard(broadcast.GROUP, channel)
