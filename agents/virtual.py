"""A voice without ears for candidates who read and type: prompts take their time and end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from agents.prompts import PromptLedger
from interview.channel import VoiceSide
from interview.conversation import Flush, Flushed, Hush, RoomSays, Speak
from interview.ports.conversation import Playout


class Silence:
    """A playout that never has anything to say."""

    def pull(self, samples: int) -> bytes | None:
        """None: idle."""
        del samples
        return None


class VirtualVoice:
    """See `interview.ports.conversation.Voice`. Needs no audio and no AgentSession."""

    def __init__(self, room: VoiceSide) -> None:
        self.playout: Playout = Silence()
        self._room = room
        self._ledger = PromptLedger(room.say)
        self._timer: asyncio.TimerHandle | None = None
        self._began = 0.0
        self._now: Callable[[], float] = asyncio.get_running_loop().time
        room.serve(self._do)

    def _do(self, message: RoomSays) -> None:
        if isinstance(message, Speak):
            self._speak(message)
        elif isinstance(message, Hush):
            self._cut()
        elif isinstance(message, Flush):  # nothing was heard
            self._room.say(Flushed(flush_id=message.flush_id))

    def _speak(self, prompt: Speak) -> None:
        """Let the prompt's duration pass."""
        self._cut()
        self._ledger.begin(prompt.prompt_id, prompt.duration_s)
        self._ledger.started()
        self._began = self._now()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(prompt.duration_s, self._end, prompt.duration_s)

    async def aclose(self) -> None:
        """Stop the prompt; its end is told."""
        self._cut()

    def _cut(self) -> None:
        if self._timer is None:
            return
        self._timer.cancel()
        self._timer = None
        self._ledger.played(self._now() - self._began, interrupted=True)
        self._ledger.end(interrupted=True)

    def _end(self, duration_s: float) -> None:
        self._timer = None
        self._ledger.played(duration_s, interrupted=False)
        self._ledger.end()
