"""What was said, told exactly once and in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from interview.conversation import PromptEnded, PromptStarted


@dataclass(slots=True)
class _Saying:
    prompt_id: str
    duration_s: float
    played_s: float = 0.0
    interrupted: bool = False
    started: bool = False


class PromptLedger:
    """The prompt being said. `begin` and the first `end` after it make one message each."""

    def __init__(self, say: Callable[[PromptStarted | PromptEnded], None]) -> None:
        self._say = say
        self._saying: _Saying | None = None

    @property
    def duration_s(self) -> float:
        """How long the prompt is that is being said; 0 without one."""
        return self._saying.duration_s if self._saying is not None else 0.0

    def begin(self, prompt_id: str, duration_s: float) -> None:
        """A prompt was accepted; one still open is cut off."""
        self.end(interrupted=True)
        self._saying = _Saying(prompt_id, duration_s)

    def started(self) -> None:
        """Its first sound is on the way."""
        saying = self._saying
        if saying is None or saying.started:
            return
        saying.started = True
        self._say(PromptStarted(prompt_id=saying.prompt_id, duration_s=saying.duration_s))

    def played(self, played_s: float, *, interrupted: bool) -> None:
        """How far it came."""
        if self._saying is not None:
            self._saying.played_s = played_s
            self._saying.interrupted |= interrupted

    def end(self, *, interrupted: bool = False, failure: str | None = None) -> None:
        """It is over; harmless when nothing is being said."""
        saying, self._saying = self._saying, None
        if saying is None:
            return
        self._say(
            PromptEnded(
                prompt_id=saying.prompt_id,
                played_s=round(saying.played_s, 3),
                duration_s=round(saying.duration_s, 3),
                interrupted=interrupted or saying.interrupted,
                failure=failure,
            )
        )
