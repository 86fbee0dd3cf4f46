"""A voice without ears for candidates who read and type: prompts take their time and end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from agents.prompts import PromptLedger, Reporter
from interview.nouns import QuestionKind
from interview.ports.conversation import ConversationLink, Listening, Playout, SpokenPrompt


class Silence:
    """A playout that never has anything to say."""

    def pull(self, samples: int) -> bytes | None:
        """None: idle."""
        del samples
        return None


class VirtualVoice:
    """See `interview.ports.Voice`. Needs no audio and no AgentSession."""

    def __init__(self, link: ConversationLink) -> None:
        self.playout: Playout = Silence()
        self._reporter = Reporter()
        self._ledger = PromptLedger(link, self._reporter)
        self._timer: asyncio.TimerHandle | None = None
        self._began = 0.0
        self._now: Callable[[], float] = asyncio.get_running_loop().time

    async def speak(self, prompt: SpokenPrompt) -> None:
        """Let the prompt's duration pass."""
        self._cut()
        duration_s = prompt.audio.duration_s
        self._ledger.begin(prompt.prompt_id, duration_s)
        self._ledger.started()
        self._began = self._now()
        self._timer = asyncio.get_running_loop().call_later(duration_s, self._end, duration_s)

    @property
    def lag_s(self) -> float:
        """Nothing is heard, so nothing waits."""
        return 0.0

    async def hush(self) -> None:
        """Stop the prompt."""
        self._cut()

    def listen(
        self,
        mode: Listening,
        *,
        pause_tolerance_s: float = 3.0,
        kind: QuestionKind = QuestionKind.TEXT,
        answered: bool = False,
        turn_id: str | None = None,
    ) -> None:
        """Nothing is heard."""

    async def finish_utterance(self) -> None:
        """Nothing was heard."""

    async def aclose(self) -> None:
        """Stop the prompt; its end is reported."""
        self._cut()
        await self._reporter.aclose()

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
