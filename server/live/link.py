"""What a voice may tell its session: every call becomes a command or a volatile frame."""

from __future__ import annotations

import time
import uuid
from collections.abc import Awaitable, Callable, Sequence

import structlog

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
from interview.errors import IllegalTransition, InvalidInput
from interview.nouns import TurnEnd, Utterance, Viseme, Word
from server.live.messages import AvatarFrame, CommandHeard, ListeningFrame, TranscriptFrame
from server.live.within import Within

ACTIVITY_EVERY_S = 1.0

_COMMANDS: dict[str, Callable[[], Command]] = {
    "done": lambda: Done(answer_id=str(uuid.uuid4())),
    "repeat": Repeat,
    "moment": TakeMoment,
    "skip": Skip,
    "patience": lambda: AskPatience(source="spoken"),
}

log = structlog.get_logger(__name__)


class SessionLink:
    """One voice's way into the session. After `detach` nothing of that voice counts any more.

    `held` collects the last words of a voice whose connection is gone: they are committed only
    when the page cannot send the audio of the gap (see `gap_audio`).
    """

    def __init__(
        self,
        session: Within,
        *,
        visemes: Callable[[str], Sequence[Viseme]],
        on_failure: Callable[[str, str], None],
        on_speech: Callable[[bool], None] = lambda speaking: None,
        on_expected: Callable[[bool], None] | None = None,
        commit: Callable[[Utterance], Awaitable[None]],
    ) -> None:
        self._session = session
        self._on_speech = on_speech
        self._visemes = visemes
        self._on_failure = on_failure
        self._on_expected = on_expected
        self._commit = commit
        self._attached = True
        self._holding = False
        self._speaking_noted = 0.0
        self.held: list[Utterance] = []
        self.speaking = False

    def detach(self) -> None:
        """Ignore everything from here on."""
        self._attached = False

    def hold(self) -> None:
        """Keep further utterances back, and report nothing else."""
        self._holding = True

    async def candidate_speaking(self, speaking: bool, at_s: float) -> None:
        """Silence counts anew; the page shows that it hears."""
        if not self._live:
            return
        self.speaking = speaking
        self._on_speech(speaking)
        self._session.show(ListeningFrame(speaking=speaking))
        await self.note_speech()

    async def hypothesis(self, text: str, tentative: str, words: Sequence[Word]) -> None:
        """Live captions."""
        if not self._live:
            return
        self._session.show(
            TranscriptFrame(
                question_number=self._session.state.question_number,
                committed=text,
                tentative=tentative,
                words=list(words),
            )
        )
        await self.note_speech()

    async def utterance(self, utterance: Utterance) -> None:
        """Words that stay: stored when this returns."""
        if self._holding:
            self.held.append(utterance)
        elif self._attached:
            await self._commit(utterance)

    async def turn_offered(self, end: TurnEnd) -> None:
        """The answer seems over: it is acknowledged and stays open."""
        if self._live:
            await self._session.command(OfferTurn(end=end))

    async def turn_resumed(self) -> None:
        """The candidate went on."""
        if self._live:
            await self._session.command(ResumeTurn())

    async def turn_ended(self, turn_id: str | None, end: TurnEnd | None = None) -> None:
        """The candidate has finished the turn that was listened to."""
        if self._live:
            answer_id = f"{OURS}{uuid.uuid4()}"
            await self._session.command(EndTurn(turn_id=turn_id, answer_id=answer_id, end=end))

    async def turn_expected(self, expected: bool) -> None:
        """The end of the answer may be near: what comes after it is made ready."""
        if self._live and self._on_expected is not None:
            self._on_expected(expected)

    async def spoken_command(self, command: str, words: str) -> None:
        """A sentence for the interviewer: shown as understood, and carried out like its button."""
        if not self._live:
            return
        self._session.show(CommandHeard.model_validate({"command": command, "words": words}))
        asked = _COMMANDS[command]()
        try:
            await self._session.command(asked)
        except (IllegalTransition, InvalidInput) as error:
            log.info("spoken_command_refused", command=command, code=error.code)

    async def prompt_started(self, prompt_id: str, duration_s: float) -> None:
        """The avatar's mouth starts to move."""
        if self._live:
            self._session.show(
                AvatarFrame(
                    event="start",
                    prompt_id=prompt_id,
                    duration_s=duration_s,
                    visemes=list(self._visemes(prompt_id)),
                )
            )

    async def prompt_ended(
        self,
        prompt_id: str,
        played_s: float,
        *,
        duration_s: float = 0.0,
        interrupted: bool,
        failure: str | None = None,
    ) -> None:
        """The prompt was heard, or cut off."""
        if not self._live:
            return
        self._session.show(AvatarFrame(event="end", prompt_id=prompt_id, interrupted=interrupted))
        await self._session.command(
            DeliverPrompt(
                prompt_id=prompt_id,
                played_s=played_s,
                duration_s=duration_s,
                interrupted=interrupted,
                failure=failure,
            )
        )

    async def voice_failed(self, component: str, why: str) -> None:
        """Ears or mouth are broken: the owner rebuilds them."""
        log.warning("voice_failed", component=component, session=self._session.session_id)
        if self._live:
            self._on_failure(component, why)

    @property
    def _live(self) -> bool:
        return self._attached and not self._holding

    async def note_speech(self) -> None:
        """Count silence anew; at most one command a second."""
        now = time.monotonic()
        if now - self._speaking_noted < ACTIVITY_EVERY_S:
            return
        self._speaking_noted = now
        try:
            await self._session.command(NoteActivity(kind="speech"))
        except IllegalTransition:
            log.debug("activity_outside_answer", session=self._session.session_id)
