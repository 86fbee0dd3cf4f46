"""What the room does about events: speech, follow-ups, the end; and the work that is queued."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from interview import wording
from interview.commands import EndSession, GiveConsent, SubmitAnswer, Tick
from interview.effects import EVALUATE, REPORT, evaluation_request
from interview.errors import Unavailable
from interview.events import PromptDelivered
from interview.nouns import CONSENT_TEXT_VERSION, InterviewPlan, Purpose
from interview.ports.analysis import EvaluationRequest
from server.live import avatar as avatar_module
from server.live import presenter as presenter_module
from server.live.avatar import FOLLOW_UP_S
from server.live.messages import QuestionFrame
from tests.fakes.engines import ToneSynthesiser
from tests.server.live.rig import Live, Rig, eventually
from tests.server.live.rig import rig as make_rig


class Author:
    """Proposes what it is told; `gate` lets it take its time."""

    def __init__(self, text: str | None = None, error: Exception | None = None) -> None:
        self.text = text
        self.error = error
        self.asked: list[EvaluationRequest] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def propose(self, request: EvaluationRequest, plan: InterviewPlan) -> str | None:
        self.asked.append(request)
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return self.text


async def queued(rig: Rig, kind: str) -> list[str]:
    """The keys of the due jobs of a kind, taken from the queue."""
    found: list[str] = []
    rig.clock.forward(1)
    while (job := await rig.storage.jobs.lease([kind], "test", rig.clock(), 60)) is not None:
        found.append(job.key)
        await rig.storage.jobs.complete(job, rig.clock())
    return found


async def answer(live: Live, answer_id: str, content: str = "An answer of some words.") -> None:
    await live.command(SubmitAnswer(answer_id=answer_id, content=content))
    await live.room.session.presenter.settled()


async def waited(live: Live) -> None:
    """The time in which a follow-up may still come is over."""
    live.rig.clock.forward(FOLLOW_UP_S + 1)
    await live.command(Tick())


async def test_each_prompt_is_said_once_and_the_next_question_is_prepared(rig: Rig) -> None:
    live = await rig.seated()
    await live.consent()
    await live.room.session.presenter.settled()
    voice = rig.voices[0]
    said = [prompt.text for prompt in voice.said]
    assert len(said) == 2 and "One?" in said[1]
    assert len({prompt.prompt_id for prompt in voice.said}) == 2
    shelf = rig.registry.context.speech
    synthesiser: Any = shelf._synthesiser
    await eventually(lambda: any("Two?" in text for text in synthesiser.texts))


async def test_a_voice_that_fails_leaves_the_question_to_be_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with make_rig(tmp_path, synthesiser=ToneSynthesiser(reason="no voice today")) as rig:
        live = await rig.seated()
        shown = live.frames(monkeypatch)
        await live.consent()
        await live.room.session.presenter.settled()
        questions = [o.frame for o in shown if isinstance(o.frame, QuestionFrame)]
        first = next(frame for frame in questions if frame.question_number == 1)
        assert "One?" in first.content
        assert first.speech_failed and first.audio_file is None
        events = [item.event for item in await rig.events()]
        delivered = [event for event in events if isinstance(event, PromptDelivered)]
        assert delivered and {(event.how, event.failure) for event in delivered} == {
            ("text", "tts")
        }
        assert rig.voices == [] or all(not voice.said for voice in rig.voices)


async def test_a_voice_that_fails_once_speaks_the_next_prompt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with make_rig(tmp_path, synthesiser=ToneSynthesiser(failures=1)) as rig:
        await rig.create()
        live = await rig.join()
        shown = live.frames(monkeypatch)
        await live.consent()
        await answer(live, "a")
        await live.until(lambda s: s.question_number == 2 and s.prompt is not None)
        await live.room.session.presenter.settled()
        questions = [o.frame for o in shown if isinstance(o.frame, QuestionFrame)]
        assert not questions[-1].speech_failed and questions[-1].audio_file


async def test_the_goodbye_is_ready_while_the_last_question_is_answered(tmp_path: Path) -> None:
    async with make_rig(tmp_path, synthesiser=(voice := ToneSynthesiser())) as rig:
        await rig.create()
        live = await rig.join()
        await live.consent()
        await answer(live, "a")
        await live.until(lambda s: s.question_number == 2 and s.prompt is not None)
        goodbye = wording.goodbye_completed(live.state.candidate.name)
        await eventually(lambda: goodbye in " ".join(voice.texts))
        assert not live.state.status.final


async def test_an_answer_is_queued_for_evaluation_with_its_event(rig: Rig) -> None:
    live = await rig.seated()
    await live.consent()
    await live.command(SubmitAnswer(answer_id="tab:1", content="An answer."))
    job = await rig.storage.jobs.lease([EVALUATE], "test", rig.clock(), 60)
    assert job is not None
    assert (job.payload["session_id"], job.payload["answer_id"]) == ("s1", "tab:1")


async def test_an_empty_answer_is_not_evaluated(rig: Rig) -> None:
    live = await rig.seated()
    await live.consent()
    await answer(live, "a", content="   ")
    assert all(evaluation_request(live.state, a) is None for a in live.state.answers)
    assert await queued(rig, EVALUATE) == []


@pytest.mark.parametrize(
    ("author", "follows"),
    [
        (Author("Why that one?"), True),
        (Author(None), False),
        (Author(error=Unavailable("llm", "down")), False),
        (Author(error=ZeroDivisionError("a bug")), False),
    ],
)
async def test_a_follow_up_is_asked_when_there_is_one(
    tmp_path: Path, author: Author, follows: bool
) -> None:
    async with make_rig(tmp_path, follow_ups=author) as rig:
        live = await rig.seated(follow_ups=True)
        await live.consent()
        await answer(live, "a")
        await eventually(lambda: bool(author.asked))
        if not follows:
            await waited(live)
        state = await live.until(
            lambda s: (
                s.prompt is not None
                and s.prompt.delivered
                and (s.question_number == 2 or s.prompt.purpose is Purpose.FOLLOW_UP)
            )
        )
        assert state.prompt is not None
        assert (state.prompt.purpose is Purpose.FOLLOW_UP) is follows
        if follows:
            assert "Why that one?" in state.prompt.text
        assert [request.answer_id for request in author.asked] == ["a"]


async def test_a_follow_up_that_takes_too_long_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(avatar_module, "FOLLOW_UP_S", 0.01)
    author = Author("Too late?")
    author.gate.clear()
    async with make_rig(tmp_path, follow_ups=author) as rig:
        live = await rig.seated(follow_ups=True)
        await live.consent()
        await answer(live, "a")
        await eventually(lambda: bool(author.asked))
        await waited(live)
        state = await live.until(lambda s: s.question_number == 2)
        assert all(not a.follow_up for a in state.answers)


async def test_the_end_asks_for_one_report_and_closes_after_the_goodbye(rig: Rig) -> None:
    live = await rig.seated()
    await live.consent()
    await answer(live, "a")
    await live.until(lambda s: s.question_number == 2)
    await answer(live, "b")
    await live.until(lambda s: s.status.final)
    await eventually(lambda: live.socket.closed is not None)
    assert live.socket.closed == (1000, "interview_concluded")
    said = [prompt.text for prompt in rig.voices[0].said]
    state = live.state
    assert state.prompt is not None and state.prompt.purpose is Purpose.GOODBYE
    assert said[-1] == state.prompt.text
    assert await queued(rig, REPORT) == ["s1"]


async def test_a_goodbye_that_nobody_reports_does_not_keep_the_sockets(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presenter_module, "GOODBYE_S", 0.01)
    live = await rig.seated()
    await live.consent()
    rig.voices[0].silent = True
    await live.command(EndSession(by="candidate", reason="candidate_ended"))
    await eventually(lambda: live.socket.closed is not None)
    assert live.socket.closed == (1000, "interview_concluded")


async def test_a_deed_that_fails_does_not_stop_the_next(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = await rig.seated()
    await live.consent()

    def refuse() -> None:
        raise Unavailable("voice", "gone")

    with monkeypatch.context() as patch:
        patch.setattr(live.room.mouth, "hush", refuse)
        await answer(live, "a")
    await live.until(lambda s: s.question_number == 2)
    await answer(live, "b")
    assert await queued(rig, EVALUATE) == ["s1/a", "s1/b"]


async def test_refused_consent_says_goodbye_and_ends(rig: Rig) -> None:
    live = await rig.seated()
    await live.command(GiveConsent(granted=False, text_version=CONSENT_TEXT_VERSION))
    await live.until(lambda s: s.status.final)
    await eventually(lambda: live.socket.closed is not None)
    assert live.state.answers == ()
