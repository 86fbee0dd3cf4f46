"""What every channel between a room and a voice must do: in memory now, over a socket later."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from interview import channel as channel_module
from interview.channel import MAX_KEPT, RoomSide, SessionTime, VoiceSide, in_memory
from interview.conversation import (
    Beat,
    Caption,
    Envelope,
    Flush,
    Flushed,
    Hush,
    Listen,
    Listening,
    RoomSays,
    Speak,
    TurnEnded,
    VoiceSays,
    WordsHeard,
)
from interview.errors import InvalidInput, Unavailable
from interview.nouns import Utterance
from tests.fakes.conversation_socket import SocketChannel


def heard(number: int) -> WordsHeard:
    words = Utterance(utterance_id=f"u{number}", text=f"word {number}", start_s=1, end_s=2)
    return WordsHeard(utterance=words)


@dataclass
class Room:
    """Takes what it is told, or refuses as the test says."""

    refuse: Callable[[VoiceSays], Exception | None] = lambda message: None
    told: list[VoiceSays] = field(default_factory=list)
    now_s: float | None = 100.0

    def __post_init__(self) -> None:
        self.side = RoomSide(self._take, lambda: self.now_s)

    async def _take(self, message: VoiceSays) -> None:
        error = self.refuse(message)
        await asyncio.sleep(0)
        if error is not None:
            raise error
        self.told.append(message)

    @property
    def words(self) -> list[str]:
        return [each.utterance.utterance_id for each in self.told if isinstance(each, WordsHeard)]


@dataclass
class Talk:
    """A room and a voice, and the way between them."""

    room: Room
    voice: VoiceSide
    cut: Callable[[], Awaitable[None]]
    connect: Callable[[], Awaitable[None]]
    said: list[RoomSays] = field(default_factory=list)

    async def drained(self) -> None:
        async with asyncio.timeout(20):
            await self.voice.drained()


@asynccontextmanager
async def over_memory() -> AsyncIterator[Talk]:
    room = Room()
    voice = in_memory(room.side)

    async def cut() -> None:
        room.side.detach()
        voice.detach()

    async def connect() -> None:
        voice.attach(room.side.arrived)
        room.side.attach(voice.arrived)

    yield Talk(room, voice, cut, connect)
    room.side.close()


@asynccontextmanager
async def over_a_socket() -> AsyncIterator[Talk]:
    room, voice = Room(), VoiceSide()
    line = SocketChannel(room.side, voice)
    await line.connect()
    yield Talk(room, voice, line.cut, line.connect)
    await line.cut()
    room.side.close()


@pytest.fixture(params=[over_memory, over_a_socket])
async def talk(request: pytest.FixtureRequest) -> AsyncIterator[Talk]:
    async with request.param() as made:
        made.voice.serve(made.said.append)
        yield made


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_module, "FIRST_RETRY_S", 0.001)
    monkeypatch.setattr(channel_module, "MAX_RETRY_S", 0.002)


async def test_what_is_said_arrives_in_order_and_is_acknowledged(talk: Talk) -> None:
    for number in range(50):
        talk.voice.say(heard(number))
    talk.voice.say(TurnEnded(turn_id="answer-1"))
    assert talk.voice.kept
    await talk.drained()
    assert talk.room.words == [f"u{number}" for number in range(50)]
    assert isinstance(talk.room.told[-1], TurnEnded)
    assert talk.voice.kept == 0


async def test_words_are_told_until_they_are_taken_and_what_follows_waits(talk: Talk) -> None:
    """A store that refuses for longer than any number of quick tries."""
    tries = 0

    def refuse(message: VoiceSays) -> Exception | None:
        nonlocal tries
        tries += isinstance(message, WordsHeard)
        return Unavailable("storage", "busy") if tries < 40 else None

    talk.room.refuse = refuse
    talk.voice.say(heard(1))
    talk.voice.say(TurnEnded(turn_id="answer-1"))
    await talk.drained()
    assert [each.kind for each in talk.room.told] == ["utterance", "turn_ended"]
    assert tries == 40


async def test_what_can_never_be_taken_does_not_hold_up_the_rest(talk: Talk) -> None:
    talk.room.refuse = lambda message: (
        InvalidInput("words", "of nobody") if message == heard(1) else None
    )
    talk.voice.say(heard(1))
    talk.voice.say(heard(2))
    await talk.drained()
    assert talk.room.words == ["u2"]


async def test_a_caption_that_is_refused_is_not_told_again(talk: Talk) -> None:
    tried: list[VoiceSays] = []

    def refuse(message: VoiceSays) -> Exception | None:
        tried.append(message)
        return Unavailable("storage", "busy") if isinstance(message, Caption) else None

    talk.room.refuse = refuse
    talk.voice.say(Caption(text="so", tentative="far", words=()))
    talk.voice.say(heard(1))
    await talk.drained()
    assert [each.kind for each in tried] == ["hypothesis", "utterance"]


async def test_no_word_is_lost_or_told_twice_when_the_way_breaks(talk: Talk) -> None:
    """Cut at any place, words under way included; the room is slow."""
    chance = random.Random(7)

    def refuse(message: VoiceSays) -> Exception | None:
        return Unavailable("storage", "busy") if chance.random() < 0.2 else None

    talk.room.refuse = refuse
    for number in range(200):
        talk.voice.say(heard(number))
        if chance.random() < 0.1:
            await talk.cut()
            talk.voice.say(Caption(text="lost", tentative="", words=()))
            await asyncio.sleep(0)
            await talk.connect()
        elif chance.random() < 0.3:
            await asyncio.sleep(0.001)
    await talk.drained()
    assert talk.room.words == [f"u{number}" for number in range(200)]


async def test_the_voice_takes_each_order_once_and_in_order(talk: Talk) -> None:
    orders: list[RoomSays] = [
        Listen(mode=Listening.ANSWER, turn_id="answer-1"),
        Speak(prompt_id="p1", text="One?", audio="speech/s/p1.wav", duration_s=1.5),
        Hush(),
    ]
    for order in orders:
        talk.room.side.say(order)
        await talk.cut()
        await talk.connect()
    async with asyncio.timeout(20):
        await talk.room.side.drained()
    assert talk.said == orders


async def test_a_flush_returns_when_all_words_before_it_have_been_taken(talk: Talk) -> None:
    def flush(message: RoomSays) -> None:
        if isinstance(message, Flush):
            talk.voice.say(heard(1))
            talk.voice.say(heard(2))
            talk.voice.say(Flushed(flush_id=message.flush_id))

    talk.voice.serve(flush)
    async with asyncio.timeout(20):
        await talk.room.side.flush()
    assert talk.room.words == ["u1", "u2"]


async def test_the_next_room_is_told_what_the_last_one_never_acknowledged(talk: Talk) -> None:
    """The room's process was killed before it could store anything."""
    talk.room.refuse = lambda _: Unavailable("storage", "busy")
    talk.voice.say(heard(1))
    await asyncio.sleep(0.01)
    talk.room.side.close()
    await asyncio.sleep(0.01)
    await talk.cut()
    assert talk.room.words == [] and talk.voice.kept == 1
    following = Room()
    following.side.attach(talk.voice.arrived)
    following.side.say(Listen(mode=Listening.ANSWER))
    talk.voice.attach(following.side.arrived)
    talk.voice.say(heard(2))
    await talk.drained()
    assert following.words == ["u1", "u2"]
    assert talk.said[-1] == Listen(mode=Listening.ANSWER)


async def test_the_session_clock_is_known_by_asking(talk: Talk) -> None:
    talk.room.now_s = None
    async with asyncio.timeout(20):
        await talk.voice.ready()
    assert talk.voice.clock() == 0.0
    talk.room.now_s = 42.0
    talk.voice.beat(1.5)
    async with asyncio.timeout(20):
        while talk.voice.clock() == 0.0:  # noqa: ASYNC110 - told by the other side
            await asyncio.sleep(0.001)
    assert talk.voice.clock() == pytest.approx(42.0, abs=0.1)
    assert talk.room.side.lag_s == 1.5
    assert not any(isinstance(each, Beat) for each in talk.room.told)


async def test_when_nobody_answers_words_are_kept_and_other_things_make_place() -> None:
    voice = VoiceSide()
    voice.say(TurnEnded(turn_id="answer-1"))
    for number in range(MAX_KEPT + 10):
        voice.say(heard(number))
    assert voice.kept == MAX_KEPT + 10
    room = Room()
    voice.attach(room.side.arrived)
    room.side.attach(voice.arrived)
    async with asyncio.timeout(20):
        await voice.drained()
    assert len(room.words) == len(room.told) == MAX_KEPT + 10


def test_the_least_doubtful_answer_tells_the_time() -> None:
    times = SessionTime()
    assert times.at(5.0) == 0.0
    times.answered(10.0, 11.0, 100.0, runs=True)  # a slow answer: half a second of doubt
    assert times.at(11.0) == pytest.approx(100.5)
    times.answered(20.0, 20.002, 110.2, runs=True)
    assert times.at(21.0) == pytest.approx(111.2, abs=0.01)
    times.answered(22.0, 24.0, 112.5, runs=True)  # slower, and it does not contradict
    assert times.at(24.0) == pytest.approx(114.2, abs=0.01)
    times.answered(25.0, 25.5, 300.0, runs=True)  # the session clock was set anew
    assert times.at(25.5) == pytest.approx(300.25)


def test_messages_travel_as_json() -> None:
    said = Envelope(life="a", number=3, message=heard(1), acknowledged=2, of_life="b")
    assert Envelope.model_validate_json(said.model_dump_json()) == said
