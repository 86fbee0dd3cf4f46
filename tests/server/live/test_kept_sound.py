"""The sound of an answer is kept beside its words until it has been heard whole."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from interview.commands import Done
from interview.errors import Unavailable
from interview.events import AnswerReheard, UtteranceCommitted
from interview.nouns import Utterance, Word
from interview.ports.speech import RECOGNITION_RATE_HZ, Hypothesis, PcmFrame
from interview.ports.storage import BlobStore
from server.jobs.kind import Tools, handlers
from server.jobs.runner import JobRunner
from server.live.kept_sound import KEPT_S, KeptSound
from server.live.messages import ProcessingResponse
from server.platform.sound import sound_key
from server.platform.webhooks.sending import Sender
from storage.blobs import open_blobs
from tests.fakes.engines import ScriptedRecogniser
from tests.server.live.rig import Live, Rig
from tests.server.live.rig import rig as make_rig

RATE = RECOGNITION_RATE_HZ


def frame(start_s: float, value: int = 1, length_s: float = 0.02) -> PcmFrame:
    return PcmFrame(np.full(round(length_s * RATE), value, "<i2").tobytes(), RATE, start_s)


def utterance(name: str, start_s: float, end_s: float, text: str = "so") -> Utterance:
    words = (Word(text=text, start_s=start_s, end_s=end_s, confidence=1),)
    return Utterance(utterance_id=name, text=text, words=words, start_s=start_s, end_s=end_s)


def sound_of(kept: KeptSound, start_s: float, end_s: float) -> np.ndarray[Any, Any]:
    found = kept.cut(start_s, end_s)
    assert found is not None
    return np.frombuffer(found[1], "<i2")


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return open_blobs(str(tmp_path / "kept"))


async def test_utterances_share_no_sound_and_leave_none_out_in_a_pause(blobs: BlobStore) -> None:
    kept = KeptSound("s1", blobs)
    for number in range(600):
        kept.take(frame(number * 0.02, number % 1000))
    first = await kept.shelve(utterance("u1", 2.0, 3.0))
    second = await kept.shelve(utterance("u2", 4.5, 5.0))
    third = await kept.shelve(utterance("u3", 9.0, 9.5))
    assert first.sound_start_s == pytest.approx(1.3)
    assert second.sound_start_s == pytest.approx(5.0)
    assert third.sound_start_s == pytest.approx(8.3)
    sounds = [
        np.frombuffer(await blobs.get(sound_key("s1", name)), "<i2") for name in ("u1", "u2", "u3")
    ]
    assert [len(sound) / RATE for sound in sounds] == pytest.approx([3.7, 2.0, 3.2], abs=0.001)
    assert sounds[0][-1] + 1 == sounds[1][0]


@pytest.mark.parametrize(("floor_s", "begins_s"), [(None, 4.3), (4.6, 4.3), (3.5, 3.5), (1.0, 2.0)])
async def test_first_words_that_captions_missed_are_kept_but_never_the_avatars(
    blobs: BlobStore, floor_s: float | None, begins_s: float
) -> None:
    kept = KeptSound("s1", blobs)
    for number in range(600):
        kept.take(frame(number * 0.02))
    stored = await kept.shelve(utterance("u1", 5.0, 6.0), floor_s=floor_s)
    assert stored.sound_start_s == pytest.approx(begins_s)


async def test_words_that_were_not_stored_leave_their_sound_to_those_that_are(
    blobs: BlobStore,
) -> None:
    """The last words before a cut were held, then the page sent the audio of the gap."""
    kept = KeptSound("s1", blobs)
    for number in range(600):
        kept.take(frame(number * 0.02))
    before = await kept.shelve(utterance("u1", 1.0, 2.0))
    held = await kept.shelve(utterance("u2", 4.5, 6.0))
    await kept.settle(before, stored=True)
    await kept.settle(held, stored=False)
    again = await kept.shelve(utterance("u3", 4.5, 9.0))
    assert again.sound_start_s == held.sound_start_s == pytest.approx(4.0)
    assert await blobs.keys("sound/s1/") == ["sound/s1/u1.pcm", "sound/s1/u3.pcm"]


async def test_what_is_older_than_the_ring_is_not_kept_half(blobs: BlobStore) -> None:
    kept = KeptSound("s1", blobs)
    for number in range(round(KEPT_S) + 60):
        kept.take(frame(float(number), 1, 1.0))
    long = await kept.shelve(utterance("u1", 10.0, KEPT_S + 50))
    assert long.sound_start_s is None


async def test_a_store_that_refuses_costs_no_words(blobs: BlobStore) -> None:
    class Full:
        async def put(self, key: str, content: bytes) -> None:
            raise Unavailable("storage", "full")

    kept = KeptSound("s1", Full())  # type: ignore[arg-type]
    kept.take(frame(0.0, 1, 5.0))
    assert (await kept.shelve(utterance("u1", 1, 2))).sound_start_s is None


def test_what_came_twice_counts_once_and_what_never_came_is_silent(blobs: BlobStore) -> None:
    """Live sound until the cut; then what the page had kept of it, and live sound again."""
    kept = KeptSound("s1", blobs)
    for at_s, value, until_s in ((0.0, 1, 1.0), (0.5, 2, 1.5), (2.0, 3, 3.0)):
        for number in range(round((until_s - at_s) / 0.02)):
            kept.take(frame(at_s + number * 0.02 + 0.007 * value, value))
    sound = sound_of(kept, 0.0, 3.0)
    assert len(sound) == pytest.approx(3 * RATE, abs=200)
    assert [int(sound[round(at * RATE)]) for at in (0.2, 1.4, 1.7, 2.5)] == [1, 2, 0, 3]
    assert set(sound[round(0.55 * RATE) : round(1.45 * RATE)]) == {2}, "two versions mix"


class SecondHearing(ScriptedRecogniser):
    """Hears these words in a whole clip, evenly; or refuses."""

    def __init__(self, text: str, **heard: Any) -> None:
        super().__init__([])
        self.text, self.told, self.clips = text, heard, list[bytes]()

    async def transcribe(self, pcm: bytes, *, language: str | None) -> Hypothesis:
        self.clips.append(pcm)
        if not self.text:
            raise Unavailable("stt", "as told")
        length_s = len(pcm) / 2 / RATE
        each_s = length_s / len(self.text.split())
        words = tuple(
            Word(text=word, start_s=n * each_s, end_s=(n + 1) * each_s, confidence=0.9)
            for n, word in enumerate(self.text.split())
        )
        return Hypothesis(words, "", length_s, final=True, **self.told)


async def answered(rig: Rig, first: str = "a cue", second: str = "for cast") -> Live:
    """An answer of two utterances over a real tap, closed."""
    live = await rig.seated()
    await live.consent()
    words = live.room.words
    assert words._sound is not None
    for number in range(2_000):
        words._sound.take(frame(number * 0.02, 7))
    for heard in (utterance("u1", 10.0, 11.0, first), utterance("u2", 12.0, 13.0, second)):
        await words.commit(heard)
    await live.command(Done(answer_id="a1"))
    return live


async def work_off(rig: Rig, ears: SecondHearing, owner: str = "w") -> None:
    async def no_report(*_: object) -> Any:
        raise Unavailable("report", "not here")

    tools = Tools(
        sessions=rig.registry,
        storage=rig.storage,
        blobs=rig.registry.context.blobs,
        clock=rig.clock,
        evaluator=None,
        build_report=no_report,
        webhooks=Sender("key", rig.clock),
        references=None,  # type: ignore[arg-type]
        recogniser=ears,
    )
    await JobRunner(rig.storage, handlers(tools), owner=owner, clock=rig.clock).run_due()


async def test_the_answer_is_heard_whole_when_it_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with make_rig(tmp_path, keep_sound=True) as rig:
        live = await answered(rig)
        shown = live.frames(monkeypatch)
        ears = SecondHearing("a queue for tasks")
        await work_off(rig, ears)
        log = [item.event for item in await rig.events()]
        captions = [e.utterance.text for e in log if isinstance(e, UtteranceCommitted)]
        assert captions == ["a cue", "for cast"]
        (heard,) = [event for event in log if isinstance(event, AnswerReheard)]
        assert [u.text for u in heard.utterances] == ["a queue", "for tasks"]
        first, last = heard.utterances[0].words[0], heard.utterances[1].words[-1]
        assert (first.start_s, last.end_s) == pytest.approx((7.0, 15.0), abs=0.1)
        assert len(ears.clips[0]) / 2 / RATE == pytest.approx(8.0, abs=0.05)
        state = await rig.registry.state("s1")
        assert state.answers[0].content == "a queue for tasks"
        assert "a1" in state.evaluations
        assert await rig.registry.context.blobs.keys("sound/s1/") == []
        await live.until(lambda state: state.answers[0].heard == "whole")
        await live.room.session.presenter.settled()
        told = [
            out.frame.answer
            for out in shown
            if out.audience == "observer" and isinstance(out.frame, ProcessingResponse)
        ]
        assert told[-1] == "a queue for tasks"


@pytest.mark.parametrize(
    ("ears", "note"),
    [
        (SecondHearing(""), "could not be heard again"),
        (SecondHearing("cue"), "Much less was heard"),
    ],
)
async def test_captions_stand_when_the_second_hearing_is_worse(
    tmp_path: Path, ears: SecondHearing, note: str
) -> None:
    async with make_rig(tmp_path, keep_sound=True) as rig:
        await answered(rig)
        await work_off(rig, ears)
        state = await rig.registry.state("s1")
        assert state.answers[0].content == "a cue for cast"
        assert note in state.answers[0].heard_note
        assert "a1" in state.evaluations


class Halving(SecondHearing):
    """Hears little of what was said first, and all of what came after it."""

    async def transcribe(self, pcm: bytes, *, language: str | None) -> Hypothesis:
        length_s = len(pcm) / 2 / RATE
        at = [(0.2, "Only")] + [(length_s - 1 + 0.1 * n, f"w{n}") for n in range(8)]
        words = tuple(
            Word(text=text, start_s=at_s, end_s=at_s + 0.05, confidence=0.9) for at_s, text in at
        )
        return Hypothesis(words, "", length_s, final=True)


async def test_an_utterance_of_which_much_was_not_heard_again_keeps_its_captions(
    tmp_path: Path,
) -> None:
    captions = "We put a cache before it", "and then it was fast for everybody"
    async with make_rig(tmp_path, keep_sound=True) as rig:
        await answered(rig, *captions)
        await work_off(rig, Halving(""))
        (answer,) = (await rig.registry.state("s1")).answers
        assert answer.content == f"{captions[0]} w0 w1 w2 w3 w4 w5 w6 w7"
        assert answer.heard == "whole" and not answer.unheard
        assert await rig.registry.context.blobs.keys("sound/s1/") == []


async def test_another_language_is_noticed(tmp_path: Path) -> None:
    async with make_rig(tmp_path, keep_sound=True) as rig:
        await answered(rig)
        ears = SecondHearing("a b c d", language="en", sounds_like="es", belief=0.95)
        await work_off(rig, ears)
        assert (await rig.registry.state("s1")).answers[0].sounds_like == "es"


class Dying(SecondHearing):
    """Its process dies in the midst of the whole pass."""

    def __init__(self) -> None:
        super().__init__("never told")
        self.hearing = asyncio.Event()

    async def transcribe(self, pcm: bytes, *, language: str | None) -> Hypothesis:
        self.hearing.set()
        await asyncio.Event().wait()
        raise AssertionError("it is dead")


@pytest.mark.parametrize("when", ["before", "while it is heard", "before the sound is removed"])
async def test_a_process_killed_after_the_answer_loses_neither_words_nor_sound(
    tmp_path: Path, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job and the sound are in the store, not in the process: another one finishes."""
    ears = SecondHearing("a queue for tasks")
    async with make_rig(tmp_path, owner="a", keep_sound=True) as a:
        await answered(a)
        if when == "while it is heard":
            dying = Dying()
            work = asyncio.create_task(work_off(a, dying, "a"))
            await dying.hearing.wait()
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
        elif when == "before the sound is removed":
            blobs = a.registry.context.blobs
            monkeypatch.setattr(blobs, "delete", hang)
            work = asyncio.create_task(work_off(a, ears, "a"))
            await a.until(lambda: heard_whole(a))
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
        await a.die()
        async with make_rig(tmp_path, owner="b", keep_sound=True, clock=a.clock) as b:
            a.clock.forward(60)
            await work_off(b, ears, "b")
            log = [item.event for item in await b.events()]
            assert sum(isinstance(event, AnswerReheard) for event in log) == 1
            state = await b.registry.state("s1")
            assert state.answers[0].content == "a queue for tasks"
            assert "a1" in state.evaluations
            assert await b.registry.context.blobs.keys("sound/s1/") == []


async def hang(*_: object) -> None:
    await asyncio.Event().wait()


async def heard_whole(rig: Rig) -> bool:
    return any(isinstance(item.event, AnswerReheard) for item in await rig.events())
