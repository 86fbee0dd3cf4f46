"""What a room and a voice say to each other.

The room decides what is said and what counts; the voice (the ears and the mouth, in this process or
in another) only tells. Every message is a value: times are on the session clock, which the voice
maps to its own by asking (`Beat`, `Time`), and audio has an address. How messages are numbered,
kept and acknowledged is `interview.channel`'s.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from interview.nouns import Noun, QuestionKind, TurnEnd, Utterance, Word


class Listening(StrEnum):
    """What the voice does with what it hears."""

    OFF = "off"
    REPLY = "reply"
    ANSWER = "answer"


class _Said(Noun):
    """`kept`: said again until the other side has acknowledged it; the rest may be lost."""

    kept: ClassVar[bool] = True


# --- what the room says --------------------------------------------------------------------------


class Speak(_Said):
    """Say this; whatever is being said is cut off first. An `aside` leaves the candidate the floor.

    `audio` is an address (see `ports.conversation.Fetch`), `duration_s` its length.
    """

    kind: Literal["speak"] = "speak"
    prompt_id: str
    text: str
    audio: str
    duration_s: float = Field(ge=0)
    aside: bool = False


class Hush(_Said):
    """Stop what is being said."""

    kind: Literal["hush"] = "hush"


class Listen(_Said):
    """What to listen for, in which turn.

    `answered`: whether words of this answer are stored; those are counted by nobody else.
    """

    kind: Literal["listen"] = "listen"
    mode: Listening
    pause_tolerance_s: float = 3.0
    question: QuestionKind = QuestionKind.TEXT
    answered: bool = False
    turn_id: str | None = None


class Flush(_Said):
    """Have all that was heard so far recognised and told, then say `Flushed`."""

    kind: Literal["flush"] = "flush"
    flush_id: str


class Microphone(_Said):
    """The page has no microphone now (it is being changed), or has one again.

    What is not heard meanwhile is no silence. That no sound comes at all is noticed without.
    """

    kind: Literal["microphone"] = "microphone"
    there: bool


class Time(_Said):
    """Answers a `Beat`: the session clock now, and whether it runs (not before the start)."""

    kept = False
    kind: Literal["time"] = "time"
    asked_s: float
    session_s: float
    runs: bool


# --- what the voice says -------------------------------------------------------------------------


class Beat(_Said):
    """Each second: what time is it? `asked_s` is on the voice's own clock and comes back.

    `lag_s`: age of the oldest audio of this conversation that is not yet recognised.
    """

    kept = False
    kind: Literal["beat"] = "beat"
    asked_s: float
    lag_s: float = 0.0


class CandidateSpeaking(_Said):
    """The candidate began or ceased to speak."""

    kind: Literal["candidate_speaking"] = "candidate_speaking"
    speaking: bool
    at_s: float


class Caption(_Said):
    """The open utterance as far as it is recognised."""

    kept = False
    kind: Literal["hypothesis"] = "hypothesis"
    text: str
    tentative: str
    words: tuple[Word, ...]


class WordsHeard(_Said):
    """Committed words. Acknowledged when they are stored, or never will be."""

    kind: Literal["utterance"] = "utterance"
    utterance: Utterance


class TurnOffered(_Said):
    """The answer seems over: acknowledge it. `TurnResumed` or `TurnEnded` follows."""

    kind: Literal["turn_offered"] = "turn_offered"
    turn_id: str | None
    end: TurnEnd


class TurnResumed(_Said):
    """The candidate went on after the acknowledgement."""

    kind: Literal["turn_resumed"] = "turn_resumed"
    turn_id: str | None


class TurnEnded(_Said):
    """The candidate has finished the turn that was listened to; told twice it ends no other."""

    kind: Literal["turn_ended"] = "turn_ended"
    turn_id: str | None
    end: TurnEnd | None = None


class TurnExpected(_Said):
    """The end may be near: get ready, keep nothing. False: it was not the end."""

    kept = False
    kind: Literal["turn_expected"] = "turn_expected"
    expected: bool


class SpokenCommand(_Said):
    """The candidate asked for something in words: no answer, shown as such."""

    kind: Literal["spoken_command"] = "spoken_command"
    turn_id: str | None
    command: Literal["done", "repeat", "moment", "skip", "patience"]
    words: str


class PromptStarted(_Said):
    """Its first sound is on the way."""

    kind: Literal["prompt_started"] = "prompt_started"
    prompt_id: str
    duration_s: float


class PromptEnded(_Said):
    """Once for each `Speak`; `duration_s`: of all of it."""

    kind: Literal["prompt_ended"] = "prompt_ended"
    prompt_id: str
    played_s: float
    duration_s: float = 0.0
    interrupted: bool = False
    failure: str | None = None


class VoiceFailed(_Said):
    """Ears or mouth are broken."""

    kind: Literal["voice_failed"] = "voice_failed"
    component: str
    why: str


class Flushed(_Said):
    """All that was heard before the `Flush` has been told."""

    kind: Literal["flushed"] = "flushed"
    flush_id: str


RoomSays = Speak | Hush | Listen | Flush | Microphone | Time
VoiceSays = (
    Beat
    | CandidateSpeaking
    | Caption
    | WordsHeard
    | TurnOffered
    | TurnResumed
    | TurnEnded
    | TurnExpected
    | SpokenCommand
    | PromptStarted
    | PromptEnded
    | VoiceFailed
    | Flushed
)


class Envelope(Noun):
    """A message on its way.

    Attributes:
        life: Of the side that says it: numbers of another life are another's.
        number: Counts what this side says, from 1; 0 only acknowledges.
        acknowledged: All of the other side up to this number has been taken care of.
        of_life: The life whose numbers are acknowledged.
    """

    life: str
    number: int = 0
    acknowledged: int = 0
    of_life: str = ""
    message: Annotated[RoomSays | VoiceSays, Field(discriminator="kind")] | None = None
