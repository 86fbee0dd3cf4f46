"""The turn policy in real time: sounds and words go in, and its decisions are carried out."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from agents.echo import EchoGuard
from agents.turns.commands import CommandKind, spoken_command
from agents.turns.decisions import Act, Decision, Decisions
from agents.turns.policy import TurnPolicy
from agents.turns.profile import Expectation, TurnProfile
from agents.turns.wording import is_back_channel
from agents.utterances import OpenUtterance
from interview.conversation import Listening
from interview.nouns import QuestionKind, TurnEnd, Word

SPEECH, STILL_SPEECH, SURE_SPEECH = 0.5, 0.35, 0.85
KEPT_PROMPTS = 8


class Acts(Protocol):
    """What the floor asks of the voice."""

    def offer(self, end: TurnEnd) -> None:
        """The answer seems over: acknowledge it."""

    def regain(self) -> None:
        """The candidate goes on after all."""

    def duck(self) -> None: ...
    def hold(self) -> None: ...
    def resume(self, *, again: bool) -> None: ...
    def stop(self) -> None: ...
    def prepare(self) -> None: ...
    def retract(self) -> None: ...
    def end_turn(self, end: TurnEnd | None) -> None: ...
    def command(self, kind: CommandKind) -> None: ...

    def speaking(self, speaking: bool) -> None:
        """The candidate began or stopped to speak."""

    async def settled(self) -> None:
        """Returns when what was asked for has been done and reported."""


class Floor:
    """One conversation's turns. All times are on the session clock."""

    def __init__(self, acts: Acts, *, profile: TurnProfile, clock: Callable[[], float]) -> None:
        self._acts = acts
        self._clock = clock
        self._policy = TurnPolicy(profile)
        self._echo = EchoGuard()
        self._timer: asyncio.TimerHandle | None = None
        self._prompts: deque[tuple[float, float | None]] = deque(maxlen=KEPT_PROMPTS)
        self._spoke = False

    @property
    def mode(self) -> Listening:
        """What is listened for."""
        return self._policy.expected.mode

    # --- what happens ---------------------------------------------------------------------------

    def expect(self, expected: Expectation) -> None:
        """Listen for something else."""
        self._carry_out(self._policy.expect(expected, self._clock()))

    def forget(self) -> None:
        """The words so far belong to a turn that is over."""
        self._carry_out(self._policy.forget())

    def window(self, probability: float, samples: NDArray[np.int16]) -> None:
        """The voice activity detector's verdict on 32 ms of 16 kHz sound."""
        self._echo.heard(samples)
        likely = probability >= (STILL_SPEECH if self._policy.speaking else SPEECH)
        speech = likely and not self._echo.is_echo()
        sure = probability >= SURE_SPEECH
        decisions = self._policy.window(speech, self._clock(), sure=sure)
        self._tell_speaking()
        self._carry_out(decisions)

    def _tell_speaking(self) -> None:
        if self._policy.speaking != self._spoke:
            self._spoke = self._policy.speaking
            self._acts.speaking(self._spoke)

    def deaf(self, deaf: bool) -> None:
        """Nothing comes from the microphone, or something comes again."""
        now_s = self._clock()
        decisions = self._policy.deaf(now_s) if deaf else self._policy.hears(now_s)
        self._tell_speaking()
        self._carry_out(decisions)

    def predicted(self, probability: float) -> None:
        """The end-of-turn model has spoken."""
        self._carry_out(self._policy.predicted(probability, self._clock()))

    def played(self, pcm: bytes | None, samples: int) -> None:
        """What the candidate is given to hear."""
        self._echo.played(pcm, samples)

    def prompt_started(self, duration_s: float = 0.0, *, aside: bool = False) -> None:
        """The avatar begins to speak; an `aside` leaves the candidate the floor."""
        now_s = self._clock()
        self._prompts.append((now_s, None))
        if not aside:
            self._carry_out(self._policy.prompt_started(now_s, duration_s))

    def prompt_ended(self, *, aside: bool = False) -> None:
        """The avatar is silent."""
        now_s = self._clock()
        if self._prompts and self._prompts[-1][1] is None:
            self._prompts[-1] = (self._prompts[-1][0], now_s)
        ended = self._policy.aside_ended if aside else self._policy.prompt_ended
        self._carry_out(ended(now_s))

    def close(self) -> None:
        """Decide nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # --- words (see `utterances.Audience`) ------------------------------------------------------

    async def heard(self, utterance: OpenUtterance) -> None:
        """What the recogniser knows of the open utterance."""
        if utterance.counts:
            decisions = self._policy.heard(
                utterance.words,
                utterance.tentative,
                utterance.until_s,
                self._clock(),
                final=utterance.final,
            )
            self._carry_out(decisions)
        await self._acts.settled()

    def command_in(self, words: Sequence[Word]) -> int | None:
        """Where the command begins that ends these words."""
        expected = self._policy.expected
        if expected.mode is not Listening.ANSWER:
            return None
        found = spoken_command(
            [word.text for word in words],
            answered=expected.answered,
            coding=expected.kind is QuestionKind.CODING,
            language=expected.language,
        )
        return None if found is None else found.start

    def is_noise(self, words: Sequence[Word]) -> bool:
        """An "mm-hm" while the avatar speaks is no answer."""
        if self.mode is Listening.REPLY or not words:
            return False
        over_prompt = any(
            words[-1].end_s > began_s and (ended_s is None or words[0].start_s < ended_s)
            for began_s, ended_s in self._prompts
        )
        return over_prompt and is_back_channel(" ".join(word.text for word in words))

    # --- decisions --------------------------------------------------------------------------------

    def _carry_out(self, decisions: Decisions) -> None:
        for decision in decisions:
            self._do(decision)
        self._arm()

    def _do(self, decision: Decision) -> None:
        if decision.command is not None:
            self._acts.command(decision.command.kind)
            return
        if decision.act is Act.OFFER and decision.end is not None:
            self._acts.offer(decision.end)
            return
        does: dict[Act, Callable[[], Any]] = {
            Act.DUCK: self._acts.duck,
            Act.HOLD: self._acts.hold,
            Act.RESUME: lambda: self._acts.resume(again=decision.reason != "click"),
            Act.STOP: self._acts.stop,
            Act.PREPARE: self._acts.prepare,
            Act.RETRACT: self._acts.retract,
            Act.REGAIN: self._acts.regain,
            Act.END: lambda: self._acts.end_turn(decision.end),
        }
        does[decision.act]()

    def _arm(self) -> None:
        self.close()
        wake_s = self._policy.wake_s
        if wake_s is None:
            return
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(max(0.005, wake_s - self._clock()), self._wake)

    def _wake(self) -> None:
        self._timer = None
        self._carry_out(self._policy.tick(self._clock()))
