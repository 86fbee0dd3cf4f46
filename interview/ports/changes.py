"""How the processes that follow a session hear that somebody else has written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

Audience = Literal["all", "candidate", "observer"]
HeadMoved = Callable[[int], None]
FrameShown = Callable[[Audience, str], None]


class Changes(Protocol):
    """News between processes. The log is the truth: a lost message delays, it loses nothing.

    What is not in the log (tentative captions, pictures) goes the same way where the ways can
    carry it, and may be lost.
    """

    def follow(self, session_id: str, moved: HeadMoved, shown: FrameShown) -> Callable[[], None]:
        """Hear of a session until the answer is called."""

    def appended(self, session_id: str, seq: int) -> None:
        """This process has stored events up to `seq`."""

    def show(self, session_id: str, audience: Audience, frame: str) -> None:
        """A volatile frame that this process shows; for those who follow elsewhere."""

    async def start(self) -> None: ...
    async def aclose(self) -> None: ...
