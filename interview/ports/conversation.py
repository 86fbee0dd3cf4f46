"""The live voice: what a session and its ears and mouth ask of each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from interview.nouns import QuestionKind, TurnEnd, Utterance, Word
from interview.ports.speech import PcmFrame, SpokenAudio


class Listening(StrEnum):
    """What the voice does with what it hears."""

    OFF = "off"
    REPLY = "reply"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class SpokenPrompt:
    """Something to say, already synthesised. An `aside` leaves the candidate the floor."""

    prompt_id: str
    text: str
    audio: SpokenAudio
    interruptible: bool = True
    aside: bool = False


class AudioIn(Protocol):
    """Where the candidate's audio comes from (a WebRTC track, PCM over a WebSocket)."""

    async def receive(self) -> PcmFrame:
        """The next frame, 10-60 ms, any rate. Raises EOFError when the source has ended."""


class Playout(Protocol):
    """The outgoing track's source of audio, pulled every 20 ms on a steady clock."""

    def pull(self, samples: int) -> bytes | None:
        """Exactly `samples` of PCM at PLAYOUT_RATE_HZ (padded with silence), or None when idle."""


class ConversationLink(Protocol):
    """What the voice tells the session. Every call is idempotent where it carries an id."""

    async def candidate_speaking(self, speaking: bool, at_s: float) -> None: ...

    async def hypothesis(self, text: str, tentative: str, words: Sequence[Word]) -> None:
        """Live captions of the open utterance; volatile."""

    async def utterance(self, utterance: Utterance) -> None:
        """Committed words; stored when this returns."""

    async def turn_offered(self, end: TurnEnd) -> None:
        """The answer seems over: acknowledge it. `turn_resumed` or `turn_ended` follows."""

    async def turn_resumed(self) -> None:
        """The candidate went on after the acknowledgement."""

    async def turn_ended(self, turn_id: str | None, end: TurnEnd | None = None) -> None:
        """The turn policy says that the candidate has finished the turn that was listened to."""

    async def turn_expected(self, expected: bool) -> None:
        """The end may be near: get ready, keep nothing. False: it was not the end."""

    async def spoken_command(self, command: str, words: str) -> None:
        """The candidate said `done`, `repeat`, `moment` or `skip`: no answer, shown as such."""

    async def prompt_started(self, prompt_id: str, duration_s: float) -> None: ...

    async def prompt_ended(
        self,
        prompt_id: str,
        played_s: float,
        *,
        duration_s: float = 0.0,
        interrupted: bool,
        failure: str | None = None,
    ) -> None:
        """Exactly once for each prompt given to `Voice.speak`; `duration_s`: of all of it."""

    async def voice_failed(self, component: str, why: str) -> None: ...


class Voice(Protocol):
    """One live conversation's ears and mouth (a livekit-agents AgentSession inside)."""

    playout: Playout

    @property
    def lag_s(self) -> float:
        """Age of the oldest audio of this conversation that is not yet recognised."""

    async def speak(self, prompt: SpokenPrompt) -> None:
        """Start saying it and return; whatever was being said is cut off first."""

    async def hush(self) -> None: ...

    def listen(
        self,
        mode: Listening,
        *,
        pause_tolerance_s: float = 3.0,
        kind: QuestionKind = QuestionKind.TEXT,
        answered: bool = False,
        turn_id: str | None = None,
    ) -> None:
        """`answered`: whether words of this answer are stored; those are counted by nobody else."""

    async def finish_utterance(self) -> None:
        """Flush the recogniser: all words heard so far are committed when this returns."""

    async def aclose(self) -> None: ...
