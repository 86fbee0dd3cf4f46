"""Hear the recording that an answer is, once it was sent in; its evaluation follows."""

from __future__ import annotations

import asyncio

from interview.commands import HearTake
from interview.effects import HEAR_TAKE
from interview.errors import NotFound
from interview.nouns import Question, Utterance, Word
from interview.ports.speech import RECOGNITION_RATE_HZ, Hypothesis
from interview.records import AnswerState, State, Take
from interview.taking import NOTHING_SAID, take_of
from realtime.apart import decode_apart
from realtime.clips import ClipTooLong, UnreadableClip
from server.jobs.kind import JobKind, Progress, SessionPayload, Tools

GRACE_S = 5.0
RETRIES = 3
MAX_SOUND_S = 4_000.0
NO_EARS = "There is no speech recognition on this server."
GONE = "The recording is not there any more."
UNREADABLE = "The recording cannot be read."


class HearTakePayload(SessionPayload):
    """Which answer. `again`: staff asked for it to be heard once more."""

    answer_id: str
    again: bool = False


async def hear_take(tools: Tools, asked: HearTakePayload, progress: Progress) -> None:
    """Harmless when it was done.

    Raises:
        Unavailable: The recogniser or a store refuses; it is tried again.
    """
    del progress
    state = await tools.sessions.state(asked.session_id)
    answer = state.answer(asked.answer_id)
    if answer is None or ((answer.utterances or answer.heard_note) and not asked.again):
        return
    command = await _heard(tools, state, answer)
    command = command.model_copy(update={"again": asked.again})
    await tools.sessions.command(asked.session_id, command)


async def give_up(tools: Tools, asked: HearTakePayload, error: str) -> None:
    """No more tries: the log says so, so that nobody waits for words."""
    failure = f"It could not be heard ({error})."
    command = HearTake(answer_id=asked.answer_id, failure=failure, again=asked.again)
    await tools.sessions.command(asked.session_id, command)


async def _heard(tools: Tools, state: State, answer: AnswerState) -> HearTake:
    silent = HearTake(answer_id=answer.answer_id)
    take = take_of(state, answer)
    sound = await _sound(tools, state.session_id, take) if take is not None else None
    if take is None or sound is None:
        return silent.model_copy(update={"failure": GONE})
    content, start_s = sound
    question = state.plan.questions[answer.question_number - 1]
    try:
        clip = await decode_apart(content, max_s=MAX_SOUND_S)
    except (UnreadableClip, ClipTooLong):
        return silent.model_copy(update={"failure": UNREADABLE})
    if tools.recogniser is None:
        return silent.model_copy(update={"failure": NO_EARS})
    heard = await tools.recogniser.transcribe(_cut(clip.pcm, question), language=_language(state))
    words = await asyncio.to_thread(_words, heard, start_s)
    if not words:
        return silent.model_copy(update={"failure": NOTHING_SAID})
    utterance = Utterance(
        utterance_id=f"take:{answer.answer_id}",
        text=" ".join(word.text.strip() for word in words),
        words=words,
        start_s=words[0].start_s,
        end_s=words[-1].end_s,
        language=heard.language,
    )
    return silent.model_copy(update={"utterances": (utterance,)})


def _language(state: State) -> str:
    return state.plan.language


def _cut(pcm: bytes, question: Question) -> bytes:
    """The responding time and a little more: nobody has more of it by a page of their own."""
    return pcm[: round((question.timer_s + GRACE_S) * RECOGNITION_RATE_HZ) * 2]


def _words(heard: Hypothesis, start_s: float) -> tuple[Word, ...]:
    """The words on the session clock."""
    return tuple(
        word.model_copy(update={"start_s": word.start_s + start_s, "end_s": word.end_s + start_s})
        for word in sorted(heard.committed, key=lambda word: word.start_s)
        if word.text.strip()
    )


async def _sound(tools: Tools, session_id: str, take: Take) -> tuple[bytes, float] | None:
    """The file as it came, and where it began on the session clock."""
    chunks = await tools.storage.recordings.chunks(session_id)
    own = sorted((c for c in chunks if c.part_id == take.part_id), key=lambda c: c.number)
    if not own:
        return None
    try:
        content = [await tools.blobs.get(chunk.blob_key) for chunk in own]
    except NotFound:
        return None
    return b"".join(content), own[0].start_s


KIND = JobKind(HEAR_TAKE, HearTakePayload, hear_take, attempts=1 + RETRIES, give_up=give_up)
