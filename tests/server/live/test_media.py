"""The media of one session: one peer, one source, one voice at a time, and none of them lost."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import pytest

from interview import machine
from interview.commands import NoteActivity, StartSession, SubmitAnswer
from interview.conversation import Listening, TurnEnded, VoiceFailed, WordsHeard
from interview.errors import InvalidInput, Unavailable
from interview.events import (
    Event,
    FaultBegan,
    FaultEnded,
    PromptDelivered,
    UtteranceCommitted,
)
from interview.nouns import Media, Utterance, Word
from interview.ports.speech import SpokenAudio
from server.live import voices as voices_module
from server.live.connection import Connection
from server.live.messages import BacklogFrame
from tests.server.live.rig import SEAT, Live, NoFrames, Rig, Socket, ToldVoice, eventually

FRAME = b"\1\0" * 320


def words(utterance_id: str, text: str) -> Utterance:
    heard = tuple(Word(text=w, start_s=0.0, end_s=1.0, confidence=0.9) for w in text.split())
    return Utterance(utterance_id=utterance_id, text=text, words=heard, start_s=0.0, end_s=1.0)


async def happened(rig: Rig, kind: type[Event]) -> list[Event]:
    return [item.event for item in await rig.events() if isinstance(item.event, kind)]


async def committed(rig: Rig) -> list[str]:
    events = [item.event for item in await rig.events()]
    return [e.utterance.utterance_id for e in events if isinstance(e, UtteranceCommitted)]


async def started(rig: Rig) -> Live:
    """A session that has begun; the candidate's page has announced a peer."""
    live = await rig.seated(media=Media.WEBRTC)
    await live.command(StartSession(by="test"))
    return live


async def connected(rig: Rig) -> Live:
    """A candidate with a peer that is connected and hears the greeting."""
    live = await started(rig)
    assert await live.room.media.offer(SEAT, "v=0") == "v=0 answer"
    rig.peers[-1].told["on_audio"](NoFrames())
    await eventually(lambda: bool(rig.voices))
    rig.peers[-1].told["on_state"]("connected")
    await live.until(lambda s: s.prompt is not None and s.prompt.delivered)
    return live


async def test_a_prompt_waits_for_the_peer_that_was_announced(rig: Rig) -> None:
    live = await started(rig)
    await live.room.session.presenter.settled()
    assert rig.voices == []
    await live.room.media.offer(SEAT, "v=0")
    rig.peers[0].told["on_state"]("connected")
    await live.until(lambda s: s.prompt is not None and s.prompt.delivered)
    assert [len(voice.said) for voice in rig.voices] == [1]
    assert rig.voices[0].source is not None, "said to a voice that nobody hears"
    assert rig.peers[0].told["playout"].pull(960) is None


async def test_the_mouth_moves_with_the_prompt_and_its_sound_is_let_go(rig: Rig) -> None:
    live = await connected(rig)
    await eventually(lambda: any('"event":"start"' in text for text in live.socket.sent))
    begun = next(json.loads(text) for text in live.socket.sent if '"event":"start"' in text)
    assert begun["prompt_id"] == rig.voices[0].said[0].prompt_id and begun["visemes"]
    assert live.room.voices._audio == {}


async def test_a_prompt_waits_for_a_voice_that_opens_slowly(rig: Rig) -> None:
    """The peer may be connected before the voice is there: nothing may be said to nobody."""
    opened = asyncio.Event()
    open_voice = rig.open_voice

    async def slowly(*given: Any, **named: Any) -> ToldVoice:
        await opened.wait()
        return await open_voice(*given, **named)

    object.__setattr__(rig.registry.context, "open_voice", slowly)
    live = await started(rig)
    await live.room.media.offer(SEAT, "v=0")
    rig.peers[0].told["on_audio"](NoFrames())
    rig.peers[0].told["on_state"]("connected")
    await live.room.session.presenter.settled()
    assert rig.voices == []
    opened.set()
    await live.until(lambda s: s.prompt is not None and s.prompt.delivered)
    assert [len(voice.said) for voice in rig.voices] == [1]


async def test_a_voice_that_cannot_be_opened_leaves_the_prompt_to_be_read(rig: Rig) -> None:
    async def refuse(*given: Any, **named: Any) -> ToldVoice:
        raise Unavailable("stt", "no ears")

    object.__setattr__(rig.registry.context, "open_voice", refuse)
    live = await started(rig)
    await live.room.media.offer(SEAT, "v=0")
    rig.peers[0].told["on_state"]("connected")
    await live.until(lambda s: s.prompt is not None and s.prompt.delivered)
    assert [len(voice.said) for voice in rig.voices] == [1]


async def test_a_peer_that_never_comes_is_not_waited_for_for_ever(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = rig.registry.context
    object.__setattr__(context, "media_wait_s", 0.01)
    live = await started(rig)
    await live.until(lambda s: s.prompt is not None and s.prompt.delivered)
    assert len(rig.voices) == 1 and rig.voices[0].source is None


async def test_without_any_voice_a_prompt_lasts_as_long_as_its_sound(rig: Rig) -> None:
    object.__setattr__(rig.registry.context, "open_text_voice", None)
    live = await rig.seated()
    await live.command(StartSession(by="test"))
    await live.until(lambda s: s.prompt is not None)
    prompt = live.state.prompt
    assert prompt is not None
    short = SpokenAudio(b"\0\0" * 160, 16_000, (), "tone", "tone")
    await live.room.mouth.say(prompt.prompt_id, prompt.text, short)
    (delivered,) = await happened(rig, PromptDelivered)
    assert isinstance(delivered, PromptDelivered) and delivered.how == "text"


async def test_an_offer_without_webrtc_is_refused(rig: Rig) -> None:
    object.__setattr__(rig.registry.context, "open_peer", None)
    live = await started(rig)
    with pytest.raises(Unavailable, match="media part"):
        await live.room.media.offer(SEAT, "v=0")


async def test_a_new_offer_closes_the_earlier_peer_and_its_voice(rig: Rig) -> None:
    live = await connected(rig)
    voice = live.room.voices.voice
    await live.room.media.offer(SEAT, "v=0 again")
    assert [peer.closed for peer in rig.peers] == [True, False]
    assert voice is rig.voices[0] and rig.voices[0].closed
    assert live.room.media.peer is rig.peers[1]


async def test_a_peer_of_an_earlier_connection_changes_nothing(rig: Rig) -> None:
    live = await connected(rig)
    voices = len(rig.voices)
    live.room.media.arrive("connection-2", Media.TEXT)
    rig.peers[0].told["on_audio"](NoFrames())
    rig.peers[0].told["on_state"]("failed")
    await live.room.session.presenter.settled()
    assert len(rig.voices) == voices
    assert live.room.media.peer is rig.peers[0]


async def test_a_lost_peer_leaves_the_interview_to_text(rig: Rig) -> None:
    live = await connected(rig)
    await live.until(lambda s: s.media is Media.WEBRTC)
    rig.peers[0].told["on_state"]("failed")
    await live.until(lambda s: s.media is Media.TEXT)
    assert rig.peers[0].closed and rig.voices[0].closed
    await live.consent()
    assert live.room.voices.voice is rig.voices[-1] and rig.voices[-1].source is None


async def test_the_voice_listens_for_what_the_state_wants(rig: Rig) -> None:
    live = await connected(rig)
    await live.consent()
    await live.room.session.presenter.settled()
    assert rig.voices[0].modes[-1] is Listening.ANSWER
    await live.command(SubmitAnswer(answer_id="a", content="Typed."))
    await live.room.session.presenter.settled()
    assert rig.voices[0].hushed == 1


async def test_binary_frames_open_one_voice_and_odd_ones_are_refused(rig: Rig) -> None:
    live = await rig.seated(media=Media.WEBSOCKET)
    desk = live.room.media
    with pytest.raises(InvalidInput):
        desk.pcm(SEAT, b"\1")
    desk.pcm("somebody else", FRAME)
    await live.room.session.presenter.settled()
    assert desk._pcm is None
    for _ in range(3):
        desk.pcm(SEAT, FRAME)
    await live.until(lambda s: s.media is Media.WEBSOCKET)
    await eventually(lambda: any(voice.source is not None for voice in rig.voices))
    heard = [voice for voice in rig.voices if voice.source is not None]
    assert len(heard) == 1
    source = heard[0].source
    assert source is not None
    assert (await source.receive()).samples[:4] == FRAME[:4]


async def test_the_last_words_of_a_lost_connection_wait_for_the_gap(rig: Rig) -> None:
    live = await connected(rig)
    await live.consent()
    voice, desk = rig.voices[0], live.room.media

    voice.last_words = [words("u1", "before the cut")]
    await desk.leave(SEAT)
    assert voice.closed and rig.peers[0].closed
    assert await happened(rig, UtteranceCommitted) == []
    assert [u.utterance_id for u in live.state.held] == ["u1"]
    await voice.tell(TurnEnded(turn_id=None))
    assert live.state.answers == (), "a voice that is gone ended the turn"
    await live.room.words.count_held()
    assert await committed(rig) == ["u1"]
    assert live.state.held == ()


def spoken(utterance_id: str, *said: tuple[str, float, float]) -> Utterance:
    heard = tuple(Word(text=text, start_s=a, end_s=b, confidence=0.9) for text, a, b in said)
    return Utterance(
        utterance_id=utterance_id,
        text=" ".join(word.text for word in heard),
        words=heard,
        start_s=heard[0].start_s,
        end_s=heard[-1].end_s,
    )


async def test_words_at_the_seam_of_a_cut_are_stored_once(rig: Rig) -> None:
    """The page sends the sound of the gap from a little before its beginning."""
    live = await connected(rig)
    await live.consent()
    await live.until(lambda s: s.asking is not None and s.asking.opened_at is not None)
    before = spoken("u1", ("do", 1.0, 1.2), ("for", 1.2, 1.5), ("them.", 1.5, 2.0))
    await rig.voices[-1].tell(WordsHeard(utterance=before))
    await live.room.leave(SEAT, "connection_lost")
    rig.clock.forward(5)
    await rig.join(connection_id="connection-2", media=Media.WEBRTC)
    assert await live.room.media.offer("connection-2", "v=0") == "v=0 answer"
    rig.peers[-1].told["on_audio"](NoFrames())
    await eventually(lambda: len(rig.voices) == 2)
    again = spoken("u2", ("for", 1.3, 1.5), ("them.", 1.55, 2.05), ("Unless", 2.6, 3.0))
    await rig.voices[-1].tell(WordsHeard(utterance=again))
    await eventually(lambda: len(live.state.asking.utterances if live.state.asking else ()) == 2)
    assert live.state.answer_text == "do for them. Unless"


async def test_who_comes_back_by_text_has_said_what_was_heard_before(rig: Rig) -> None:
    live = await connected(rig)
    await live.consent()
    rig.voices[0].last_words = [words("u1", "before the cut")]
    await live.room.leave(SEAT, "connection_lost")
    assert [each.utterance_id for each in live.state.held] == ["u1"]
    await rig.join(connection_id="connection-2")
    await live.until(lambda state: not state.held)
    assert await committed(rig) == ["u1"]


async def test_the_words_heard_before_the_end_are_committed(rig: Rig) -> None:
    live = await connected(rig)
    await live.consent()
    voice = rig.voices[0]

    voice.last_words = [words("u1", "and that is all")]
    await live.room.media.close_media()
    assert await committed(rig) == ["u1"]
    voice.room.say(WordsHeard(utterance=words("u2", "from beyond")))
    await asyncio.sleep(0.01)
    assert await committed(rig) == ["u1"], "a detached voice still commits"


async def test_a_deleted_session_commits_nothing(rig: Rig) -> None:
    live = await connected(rig)
    await live.consent()
    voice = rig.voices[0]

    voice.last_words = [words("u1", "too late")]
    seq = live.state.seq
    await live.room.media.abandon()
    assert live.state.seq == seq


async def test_a_flush_that_hangs_is_cut(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices_module, "FLUSH_S", 0.01)
    live = await connected(rig)

    rig.voices[0].last_words = None
    async with asyncio.timeout(20):
        await live.room.voices.flush()
    rig.voices[0].last_words = []


async def test_a_broken_voice_is_rebuilt_while_the_clock_stands_but_not_for_ever(rig: Rig) -> None:
    live = await connected(rig)
    await live.consent()
    for number in range(voices_module.REBUILDS):
        broken = rig.voices[-1]
        await broken.tell(VoiceFailed(component="stt", why="it broke"))
        await eventually(lambda broken=broken: rig.voices[-1] is not broken)  # type: ignore[misc]
        await live.until(lambda s: not s.faults)
        assert broken.closed and live.room.voices.voice is rig.voices[-1]
        assert len(await happened(rig, FaultEnded)) == number + 1
    voices = len(rig.voices)
    await rig.voices[-1].tell(VoiceFailed(component="stt", why="again"))
    await live.room.session.presenter.settled()
    assert len(rig.voices) == voices
    assert len(await happened(rig, FaultBegan)) == voices_module.REBUILDS


async def test_while_recognition_lags_the_clock_stands(rig: Rig) -> None:
    live = await connected(rig)
    await live.consent()
    desk = live.room.voices
    rig.voices[-1].room.beat(voices_module.LAG_BEGIN_S + 1)
    await desk._mind_lag()
    assert voices_module.LAG_FAULT in live.state.faults
    rig.voices[-1].room.beat(voices_module.LAG_END_S + 1)
    await desk._mind_lag()
    assert voices_module.LAG_FAULT in live.state.faults, "it must not flutter"
    rig.voices[-1].room.beat(0.0)
    await desk._mind_lag()
    assert not live.state.faults


async def test_only_the_session_whose_own_recognition_lags_stands(rig: Rig) -> None:
    first, second = await connected(rig), await rig.seated("s2", media=Media.WEBSOCKET)
    await first.consent()
    await second.consent()
    rig.voices[0].room.beat(voices_module.LAG_BEGIN_S + 1)
    for live in (first, second):
        await live.room.voices._mind_lag()
    assert first.state.faults and not second.state.faults


async def test_the_end_of_a_turn_told_twice_ends_no_other(rig: Rig) -> None:
    live = await connected(rig)
    await live.consent()
    voice = rig.voices[0]
    await voice.tell(WordsHeard(utterance=words("u1", "First answer.")))
    turn = voice.turn_ids[-1]
    await voice.tell(TurnEnded(turn_id=turn))
    await live.until(lambda s: s.question_number == 2 and s.prompt is not None)
    await live.until(lambda s: s.prompt is not None and s.prompt.delivered)
    at_s = live.room.clock_s()
    begun = Utterance(utterance_id="u2", text="Second, just beginning", start_s=at_s, end_s=at_s)
    await voice.tell(WordsHeard(utterance=begun))
    await voice.tell(TurnEnded(turn_id=turn))  # the same end of turn, told twice
    assert [answer.content for answer in live.state.answers] == ["First answer."]
    await voice.tell(TurnEnded(turn_id=voice.turn_ids[-1]))
    assert len(live.state.answers) == 2


async def test_what_a_refusing_store_cost_is_given_back(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = await connected(rig)
    await live.consent()
    left_s = machine.remaining_s(live.state, rig.clock())

    async def refuse(*_: Any) -> int:
        raise Unavailable("storage", "the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(rig.storage.events, "append", refuse)
        with pytest.raises(Unavailable):
            await live.command(NoteActivity(kind="speech"))
        rig.clock.forward(30)
    state = await live.command(NoteActivity(kind="typing"))
    assert left_s is not None
    assert machine.remaining_s(state, rig.clock()) == pytest.approx(left_s, abs=0.5)
    assert [outage.cause for outage in state.outages] == ["storage"]


async def test_ears_that_still_load_are_our_time(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = asyncio.Event()

    async def ready() -> None:
        await loaded.wait()

    object.__setattr__(rig.registry.context, "engines_ready", ready)
    rig.ears.available = False
    live = await started(rig)
    await live.room.media.offer(SEAT, "v=0")
    rig.peers[0].told["on_audio"](NoFrames())
    await live.until(lambda s: voices_module.EARS_FAULT in s.faults)
    rig.ears.available = True
    loaded.set()
    await live.until(lambda s: not s.faults)
    await eventually(lambda: live.room.voices.voice is not None)
    assert len(await happened(rig, FaultBegan)) == len(await happened(rig, FaultEnded)) == 1


async def test_a_client_that_plays_the_address_itself_says_when_it_is_heard(rig: Rig) -> None:
    live = await started(rig)
    await live.room.session.presenter.settled()
    prompt = live.state.prompt
    assert prompt is not None and not prompt.delivered
    await eventually(lambda: live.room.mouth._saying == prompt.prompt_id)
    await live.room.media.playback_finished("another")
    assert await happened(rig, PromptDelivered) == []
    await live.room.media.playback_finished(prompt.prompt_id)
    assert len(await happened(rig, PromptDelivered)) == 1


async def test_a_gap_is_refused_when_it_is_no_sound(rig: Rig) -> None:
    live = await rig.seated()
    for pcm in ("***", base64.b64encode(b"\1").decode()):
        with pytest.raises(InvalidInput):
            live.room.words.backlog(
                BacklogFrame(type="backlog", gap_id="g", pcm=pcm, start_s=0.0, last=True)
            )
    good = base64.b64encode(FRAME).decode()
    live.room.words.backlog(
        BacklogFrame(type="backlog", gap_id="of nobody", pcm=good, start_s=0.0, last=True)
    )


async def test_pictures_are_for_observers_only(rig: Rig) -> None:
    live = await connected(rig)
    before = len(live.socket.sent)
    rig.peers[0].told["on_picture"](b"\xff\xd8")
    watcher = Socket()
    live.room.session.connections["w"] = Connection("w", "observer", watcher)  # type: ignore[arg-type]
    rig.peers[0].told["on_picture"](b"\xff\xd8")
    await eventually(lambda: len(watcher.sent) == 1)
    assert "data:image/jpeg;base64," in watcher.sent[0]
    assert not any("data:image" in text for text in live.socket.sent[before:])
