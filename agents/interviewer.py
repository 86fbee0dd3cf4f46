"""The interviewer as livekit-agents sees it: mouth and ears. The session decides what is said."""

from __future__ import annotations

from livekit.agents import Agent, StopResponse, llm


class Interviewer(Agent):
    """A livekit-agents Agent without a language model and without any transport."""

    def __init__(self) -> None:
        super().__init__(instructions="Ask one question at a time and listen to the whole answer.")

    async def on_user_turn_completed(
        self, turn_ctx: llm.ChatContext, new_message: llm.ChatMessage
    ) -> None:
        """Say nothing by ourselves: `TurnPolicy` ends turns, not the library."""
        raise StopResponse
