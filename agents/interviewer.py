"""The interviewer: hears that a turn has ended and says so; what is asked, the session decides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from livekit.agents import Agent, StopResponse, llm


class Interviewer(Agent):
    """A livekit-agents Agent without a language model and without any transport."""

    def __init__(self, on_turn: Callable[[], Awaitable[None]]) -> None:
        super().__init__(instructions="Ask one question at a time and listen to the whole answer.")
        self._on_turn = on_turn

    async def on_user_turn_completed(
        self, turn_ctx: llm.ChatContext, new_message: llm.ChatMessage
    ) -> None:
        """Tell the session, and say nothing by ourselves."""
        await self._on_turn()
        raise StopResponse
