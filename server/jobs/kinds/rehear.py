"""Hear an answer's kept sound whole; its words take the place of the captions.

The sound of its utterances is joined in the order of time, as it was said. A word belongs to the
utterance in whose time it was said. When the sound cannot be heard, or much less is heard than
the captions have, the captions stand and the log says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog

from interview.commands import RecordRehearing
from interview.effects import REHEAR
from interview.errors import NotFound, VivaError
from interview.nouns import Utterance, Word
from interview.ports.speech import RECOGNITION_RATE_HZ, Hypothesis, other_language
from interview.records import AnswerState
from server.jobs.kind import JobKind, Progress, SessionPayload, Tools
from server.platform.sound import sound_key

BYTES_PER_S = RECOGNITION_RATE_HZ * 2
PAUSE_S = 1.0  # longer silences between two utterances are shortened to it
EARLY_S = 0.3  # so much before its first caption a word may begin
ENOUGH = 0.6  # of the captions' words; with less, something went wrong
MANY = 6  # words: of fewer, one more or less at the edge is no sign

log = structlog.get_logger(__name__)


class RehearPayload(SessionPayload):
    """Which answer."""

    answer_id: str


@dataclass(frozen=True, slots=True)
class Part:
    """One utterance's sound: `at_s` in what is heard, `start_s` on the session clock."""

    utterance: Utterance
    at_s: float
    start_s: float


async def rehear(tools: Tools, asked: RehearPayload, progress: Progress) -> None:
    """Harmless when it was done. The sound is removed once its words are stored.

    Also what a process that died between the two has left.
    """
    del progress
    state = await tools.sessions.state(asked.session_id)
    answer = state.answer(asked.answer_id)
    if answer is None:
        return
    waiting = {utterance.utterance_id for utterance in answer.unheard}
    await _remove(tools, asked.session_id, {u.utterance_id for u in answer.utterances} - waiting)
    if not waiting:
        return
    pcm, parts = await _joined(tools, asked.session_id, answer)
    command = await _heard(tools, answer, pcm, parts, state.plan.language)
    await tools.sessions.command(asked.session_id, command)
    await _remove(tools, asked.session_id, command.heard)


async def _remove(tools: Tools, session_id: str, names: Iterable[str]) -> None:
    for name in names:
        await tools.blobs.delete(sound_key(session_id, name))


async def _joined(tools: Tools, session_id: str, answer: AnswerState) -> tuple[bytes, list[Part]]:
    pcm, parts = bytearray(), list[Part]()
    end_s: float | None = None
    for utterance in sorted(answer.unheard, key=lambda one: one.start_s):
        try:
            sound = await tools.blobs.get(sound_key(session_id, utterance.utterance_id))
        except NotFound:
            continue
        start_s = utterance.sound_start_s or 0.0
        if end_s is not None:
            pause_s = min(PAUSE_S, max(0.0, start_s - end_s))
            pcm += bytes(round(pause_s * RECOGNITION_RATE_HZ) * 2)
        parts.append(Part(utterance, len(pcm) / BYTES_PER_S, start_s))
        pcm += sound
        end_s = start_s + len(sound) / BYTES_PER_S
    return bytes(pcm), parts


async def _heard(
    tools: Tools, answer: AnswerState, pcm: bytes, parts: Sequence[Part], language: str
) -> RecordRehearing:
    told = RecordRehearing(
        answer_id=answer.answer_id, heard=tuple(u.utterance_id for u in answer.unheard)
    )
    if tools.recogniser is None or not parts:
        return told.model_copy(update={"failure": "Its sound was not there any more."})
    try:
        heard = await tools.recogniser.transcribe(pcm, language=language)
    except VivaError as error:
        log.warning("answer_not_reheard", code=error.code)
        return told.model_copy(update={"failure": f"It could not be heard again: {error.message}"})
    if len(heard.committed) < ENOUGH * sum(len(p.utterance.text.split()) for p in parts):
        return told.model_copy(update={"failure": "Much less was heard the second time."})
    better = tuple(map(_the_fuller, parts, _placed(heard, parts)))
    return told.model_copy(update={"utterances": better, "sounds_like": other_language(heard)})


def _the_fuller(part: Part, better: Utterance) -> Utterance:
    """The utterance in its captions where much of it was not heard the second time."""
    captions = len(part.utterance.text.split())
    if captions < MANY or len(better.words) >= ENOUGH * captions:
        return better
    log.warning("utterance_kept_its_captions", captions=captions, whole=len(better.words))
    return part.utterance.model_copy(update={"sound_start_s": None})


def _placed(heard: Hypothesis, parts: Sequence[Part]) -> tuple[Utterance, ...]:
    """The words on the session clock, each with the utterance in whose time it was said."""
    words: list[list[Word]] = [[] for _ in parts]
    for word in heard.committed:
        middle_s = (word.start_s + word.end_s) / 2
        source = parts[_last(middle_s, [part.at_s for part in parts])]
        moved_s = source.start_s - source.at_s
        start_s, end_s = max(0.0, word.start_s + moved_s), max(0.0, word.end_s + moved_s)
        begins = [part.utterance.start_s - EARLY_S for part in parts]
        placed = Word(text=word.text, start_s=start_s, end_s=end_s, confidence=word.confidence)
        words[_last((start_s + end_s) / 2, begins)].append(placed)
    return tuple(
        part.utterance.model_copy(
            update={
                "text": " ".join(word.text for word in own),
                "words": tuple(own),
                "start_s": own[0].start_s if own else part.utterance.start_s,
                "end_s": own[-1].end_s if own else part.utterance.end_s,
                "sound_start_s": None,
            }
        )
        for part, own in zip(parts, words, strict=True)
    )


def _last(at_s: float, begins: Sequence[float]) -> int:
    """The last that had begun by then, else the first."""
    return max((index for index, begin in enumerate(begins) if begin <= at_s), default=0)


KIND = JobKind(REHEAR, RehearPayload, rehear)
