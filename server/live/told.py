"""What a voice tells its room: every message becomes a command or a volatile frame."""

from __future__ import annotations

import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog

from interview import machine, views
from interview.channel import RoomSide
from interview.closing import OURS
from interview.commands import (
    AskPatience,
    Command,
    DeliverPrompt,
    Done,
    EndTurn,
    NoteActivity,
    OfferTurn,
    Repeat,
    ResumeTurn,
    Skip,
    TakeMoment,
)
from interview.conversation import (
    CandidateSpeaking,
    Caption,
    PromptEnded,
    PromptStarted,
    SpokenCommand,
    TurnEnded,
    TurnExpected,
    TurnOffered,
    TurnResumed,
    VoiceFailed,
    VoiceSays,
    WordsHeard,
)
from interview.errors import IllegalTransition, InvalidInput, RoomReplaced, Unavailable, VivaError
from interview.nouns import Utterance, Viseme
from server.live.messages import AvatarFrame, CommandHeard, ListeningFrame, TranscriptFrame
from server.live.within import Within
from server.live.words import Words

ACTIVITY_EVERY_S = 1.0

_COMMANDS: dict[str, Callable[[], Command]] = {
    "done": lambda: Done(answer_id=str(uuid.uuid4())),
    "repeat": Repeat,
    "moment": TakeMoment,
    "skip": Skip,
    "patience": lambda: AskPatience(source="spoken"),
}

log = structlog.get_logger(__name__)


class Told:
    """The room's side of the conversation with one voice. After `detach` nothing of it counts."""

    def __init__(
        self,
        session: Within,
        words: Words,
        *,
        visemes: Callable[[str], Sequence[Viseme]],
        on_failure: Callable[[str], None],
        on_speech: Callable[[bool], None],
        on_expected: Callable[[bool], None],
    ) -> None:
        self._session = session
        self._on_speech = on_speech
        self._visemes = visemes
        self._on_failure = on_failure
        self._on_expected = on_expected
        self._words = words
        self._attached = True
        self._holding = False
        self._speaking_noted = 0.0
        self.speaking = False
        self.side = RoomSide(self._take, self._clock)
        self._does: dict[type[VoiceSays], Callable[[Any], Awaitable[None]]] = {
            CandidateSpeaking: self._candidate_speaking,
            Caption: self._caption,
            TurnOffered: self._turn_offered,
            TurnResumed: self._turn_resumed,
            TurnEnded: self._turn_ended,
            TurnExpected: self._turn_expected,
            SpokenCommand: self._spoken_command,
            PromptStarted: self._prompt_started,
            PromptEnded: self._prompt_ended,
        }

    def detach(self) -> None:
        """Ignore everything from here on."""
        self._attached = False
        self.side.close()

    def hold(self) -> None:
        """Its connection is gone: further words are held, and nothing else is done."""
        self._holding = True

    def _clock(self) -> float | None:
        return machine.session_clock_s(self._session.state, self._session.context.clock())

    async def _take(self, message: VoiceSays) -> None:
        """One message. Raises Unavailable when it is to be told again."""
        try:
            if isinstance(message, WordsHeard):
                await self._heard(message.utterance)
            elif isinstance(message, VoiceFailed):
                self._failed(message.component)
            elif self._attached and not self._holding:
                await self._does[type(message)](message)
        except RoomReplaced:
            return  # it goes on elsewhere, and is heard there
        except VivaError as error:
            log.warning("voice_refused", what=message.kind, code=error.code)
            if error.retryable:
                raise
            if isinstance(message, WordsHeard):
                self._failed("storage")
        except Exception:
            # Root of the conversation: the next words must be heard, and a turn must end.
            log.exception("voice_not_understood", what=message.kind)
            if isinstance(message, (TurnEnded, SpokenCommand)):
                self._failed("turns")

    async def _heard(self, utterance: Utterance) -> None:
        """Words that stay: stored when this returns."""
        if self._holding:
            await self._words.hold(utterance)
        elif self._attached:
            await self._words.commit(utterance)

    def _failed(self, component: str) -> None:
        """Ears or mouth are broken: the owner rebuilds them."""
        log.warning("voice_failed", component=component, session=self._session.session_id)
        if self._attached and not self._holding:
            self._on_failure(component)

    async def _candidate_speaking(self, message: CandidateSpeaking) -> None:
        """Silence counts anew; the page shows that it hears."""
        self.speaking = message.speaking
        self._on_speech(message.speaking)
        self._session.show(ListeningFrame(speaking=message.speaking))
        await self.note_speech()

    async def _caption(self, message: Caption) -> None:
        self._session.show(
            TranscriptFrame(
                question_number=self._session.state.question_number,
                committed=message.text,
                tentative=message.tentative,
                words=list(message.words),
            )
        )
        await self.note_speech()

    def _over(self, turn_id: str | None) -> bool:
        """Whether it was said of a turn that is over."""
        return turn_id is not None and turn_id != views.turn_id(self._session.state)

    async def _turn_offered(self, message: TurnOffered) -> None:
        """The answer seems over: it is acknowledged and stays open."""
        if not self._over(message.turn_id):
            await self._session.command(OfferTurn(end=message.end))

    async def _turn_resumed(self, message: TurnResumed) -> None:
        """The candidate went on."""
        if not self._over(message.turn_id):
            await self._session.command(ResumeTurn())

    async def _turn_ended(self, message: TurnEnded) -> None:
        answer_id = f"{OURS}{uuid.uuid4()}"
        await self._session.command(
            EndTurn(turn_id=message.turn_id, answer_id=answer_id, end=message.end)
        )

    async def _turn_expected(self, message: TurnExpected) -> None:
        """The end of the answer may be near: what comes after it is made ready."""
        self._on_expected(message.expected)

    async def _spoken_command(self, message: SpokenCommand) -> None:
        """A sentence for the interviewer: shown as understood, and carried out like its button."""
        if self._over(message.turn_id):
            return
        self._session.show(CommandHeard(command=message.command, words=message.words))
        try:
            await self._session.command(_COMMANDS[message.command]())
        except (IllegalTransition, InvalidInput) as error:
            log.info("spoken_command_refused", command=message.command, code=error.code)

    async def _prompt_started(self, message: PromptStarted) -> None:
        """The avatar's mouth starts to move."""
        self._session.show(
            AvatarFrame(
                event="start",
                prompt_id=message.prompt_id,
                duration_s=message.duration_s,
                visemes=list(self._visemes(message.prompt_id)),
            )
        )

    async def _prompt_ended(self, message: PromptEnded) -> None:
        """The prompt was heard, or cut off."""
        prompt_id, interrupted = message.prompt_id, message.interrupted
        self._session.show(AvatarFrame(event="end", prompt_id=prompt_id, interrupted=interrupted))
        await self._session.command(
            DeliverPrompt(
                prompt_id=prompt_id,
                played_s=message.played_s,
                duration_s=message.duration_s,
                interrupted=interrupted,
                failure=message.failure,
            )
        )

    async def note_speech(self) -> None:
        """Count silence anew; at most one command a second."""
        now = time.monotonic()
        if now - self._speaking_noted < ACTIVITY_EVERY_S:
            return
        self._speaking_noted = now
        try:
            await self._session.command(NoteActivity(kind="speech"))
        except (IllegalTransition, Unavailable) as error:
            log.debug("activity_not_noted", code=error.code)
