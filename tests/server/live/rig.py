"""Live sessions over a real store, with voices and peers that only remember what they are told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from interview.channel import RoomSide, in_memory
from interview.commands import Command, CreateSession, GiveConsent
from interview.conversation import (
    Flush,
    Flushed,
    Hush,
    Listen,
    Listening,
    PromptEnded,
    PromptStarted,
    RoomSays,
    Speak,
    VoiceSays,
    WordsHeard,
)
from interview.errors import Unavailable
from interview.events import StoredEvent
from interview.journal import Appended, Journal
from interview.nouns import CONSENT_TEXT_VERSION, CandidateDetails, InterviewPlan, Media, Utterance
from interview.ports.conversation import AudioIn, Fetch, Playout
from interview.ports.speech import EngineHealth, PcmFrame
from interview.ports.storage import Storage
from interview.state import State
from realtime.pcm import PcmQueueAudioIn
from server.live.changes import PolledChanges
from server.live.connection import Connection
from server.live.context import LiveContext
from server.live.frames import Outgoing
from server.live.registry import LiveRegistry
from server.live.room import Room
from server.live.speech import SpeechShelf
from server.live.timekeeper import Timekeeper
from storage.blobs import open_blobs
from storage.opening import open_storage
from tests.fakes.engines import ScriptedRecogniser, ToneSynthesiser

ANN = CandidateDetails(name="Ann Example", email="ann@example.org")
SEAT = "connection-1"


@dataclass
class Clock:
    """The present, moved forward by hand."""

    offset: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def forward(self, seconds: float) -> None:
        self.offset += timedelta(seconds=seconds)


class Mute:
    """A playout with nothing to play."""

    def pull(self, samples: int) -> bytes | None:
        return None


class ToldVoice:
    """A voice that remembers; the test says when a prompt has ended."""

    def __init__(self, room: RoomSide, source: AudioIn | None = None) -> None:
        self.room = in_memory(room)
        self.source = source
        self.playout: Playout = Mute()
        self.said: list[Speak] = []
        self.modes: list[Listening] = []
        self.turn_ids: list[str | None] = []
        self.hushed = 0
        self.closed = False
        self.last_words: list[Utterance] | None = []  # None: it hangs
        self.silent = False
        self.room.serve(self._do)

    async def tell(self, *messages: VoiceSays) -> None:
        """Tell the room, and wait until it has taken care of it."""
        for message in messages:
            self.room.say(message)
        async with asyncio.timeout(20):
            await self.room.drained()

    def _do(self, message: RoomSays) -> None:
        if isinstance(message, Speak):
            self.said.append(message)
            if not self.silent:
                duration_s, prompt_id = message.duration_s, message.prompt_id
                self.room.say(PromptStarted(prompt_id=prompt_id, duration_s=duration_s))
                self.room.say(PromptEnded(prompt_id=prompt_id, played_s=duration_s))
        elif isinstance(message, Hush):
            self.hushed += 1
        elif isinstance(message, Listen):
            self.modes.append(message.mode)
            self.turn_ids.append(message.turn_id)
        elif isinstance(message, Flush) and self.last_words is not None:
            for utterance in self.last_words:
                self.room.say(WordsHeard(utterance=utterance))
            self.room.say(Flushed(flush_id=message.flush_id))

    async def aclose(self) -> None:
        self.closed = True


class ToldPeer:
    """A peer that never connects by itself."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.answer_sdp = "v=0 answer"
        self.told = told
        self.closed = False

    async def add_candidate(
        self, candidate: str, sdp_mid: str | None, sdp_m_line_index: int | None
    ) -> None:
        """Nothing to add."""

    async def aclose(self) -> None:
        self.closed = True


class NoFrames:
    """Audio that never comes."""

    async def receive(self) -> PcmFrame:
        await asyncio.Event().wait()
        raise EOFError


class Ears(ScriptedRecogniser):
    """A recogniser whose health is the test's."""

    available = True

    def health(self) -> EngineHealth:
        return EngineHealth("ears", available=self.available)


class Socket:
    """What a `Connection` writes to."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.closed: tuple[int, str] | None = None

    async def send_str(self, text: str) -> None:
        self.sent.append(text)

    async def close(self, *, code: int, message: bytes) -> None:
        self.closed = (code, message.decode())


@dataclass
class Rig:
    """A registry and what its sessions were told."""

    registry: LiveRegistry
    storage: Storage
    clock: Clock
    changes: PolledChanges
    timekeeper: Timekeeper
    voices: list[ToldVoice]
    peers: list[ToldPeer]
    ears: Ears

    async def create(self, session_id: str = "s1", **plan: Any) -> State:
        return await self.registry.create(
            CreateSession(
                session_id=session_id,
                candidate=ANN,
                plan=InterviewPlan.model_validate(
                    {
                        "questions": [{"number": 1, "text": "One?"}, {"number": 2, "text": "Two?"}],
                        "max_questions": 2,
                        **plan,
                    }
                ),
                created_by="test",
            )
        )

    async def until(self, true: Callable[[], Awaitable[bool]], timeout_s: float = 20.0) -> None:
        """Wait for what only the store knows."""
        async with asyncio.timeout(timeout_s):
            while not await true():  # noqa: ASYNC110 - another process brings it about
                await asyncio.sleep(0.02)

    async def seated(self, session_id: str = "s1", media: Media = Media.TEXT, **plan: Any) -> Live:
        """A session whose candidate has just taken the seat."""
        await self.create(session_id, **plan)
        return await self.join(session_id, media)

    async def join(
        self, session_id: str = "s1", media: Media = Media.TEXT, connection_id: str = SEAT
    ) -> Live:
        room = await self.registry.enter(session_id)
        live = Live(self, room, Socket())
        connection = Connection(connection_id, "candidate", live.socket)  # type: ignore[arg-type]
        room.connections[connection_id] = connection
        await room.seat(connection, media)
        return live

    async def start(self) -> None:
        """Begin to beat and to follow, as a process does."""
        await self.timekeeper.start()
        await self.changes.start()
        await self.registry.start()

    async def die(self) -> None:
        """As if killed: nothing is told, nothing is stopped in order."""
        await self.timekeeper.aclose()
        await self.changes.aclose()
        for room in list(self.registry.rooms()):
            room._detach()
            await room._tasks.close()
            await room.session.close()
        self.registry._sessions.clear()

    async def events(self, session_id: str = "s1") -> list[StoredEvent]:
        return await self.storage.events.read(session_id)

    async def open_voice(
        self,
        room: RoomSide,
        audio_in: AudioIn,
        *,
        language: str,
        hotwords: Sequence[str],
        fetch: Fetch,
        paced: bool,
    ) -> ToldVoice:
        self.voices.append(ToldVoice(room, audio_in))
        return self.voices[-1]

    def open_text_voice(self, room: RoomSide) -> ToldVoice:
        self.voices.append(ToldVoice(room))
        return self.voices[-1]

    async def open_peer(self, offer: str, playout: Playout, **told: Any) -> ToldPeer:
        if offer == "bad":
            raise Unavailable("webrtc", "the offer is unusable")
        self.peers.append(ToldPeer(told | {"playout": playout}))
        return self.peers[-1]


@dataclass
class Live:
    """One loaded session with its candidate."""

    rig: Rig
    room: Room
    socket: Socket

    @property
    def state(self) -> State:
        return self.room.state

    async def command(self, command: Command) -> State:
        return await self.room.command(command)

    async def consent(self) -> None:
        """Through the greeting to the first question, which has been said."""
        await self.command(GiveConsent(granted=True, text_version=CONSENT_TEXT_VERSION))
        await self.until(lambda state: state.question_number == 1)
        await self.until(lambda state: state.prompt is not None and state.prompt.delivered)

    async def until(self, true: Callable[[State], bool], timeout_s: float = 20.0) -> State:
        """Wait for an event after which the state is so."""
        changed = asyncio.Event()

        def note(_: object) -> None:
            changed.set()

        self.room.sinks.append(note)
        try:
            async with asyncio.timeout(timeout_s):
                while not true(self.state):
                    changed.clear()
                    await changed.wait()
        finally:
            self.room.sinks.remove(note)
        return self.state

    def frames(self, monkeypatch: Any) -> list[Outgoing]:
        """Everything broadcast from now on."""
        shown: list[Outgoing] = []
        original = self.room.session.broadcast

        def note(outgoing: Outgoing) -> None:
            shown.append(outgoing)
            original(outgoing)

        monkeypatch.setattr(self.room.session, "broadcast", note)
        return shown


async def eventually(true: Callable[[], bool], timeout_s: float = 20.0) -> None:
    """Let the loop turn until something is so."""
    async with asyncio.timeout(timeout_s):
        while not true():  # noqa: ASYNC110 - watched from outside, no event tells it
            await asyncio.sleep(0.001)


@asynccontextmanager
async def rig(
    tmp_path: Path, *, synthesiser: ToneSynthesiser | None = None, owner: str = "here", **ports: Any
) -> AsyncIterator[Rig]:
    """Live sessions; `ports` replace what `LiveContext` would get."""
    storage = await open_storage(f"sqlite:///{tmp_path / 'viva.db'}")
    blobs = open_blobs(str(tmp_path / "blobs"))
    clock = ports.pop("clock", None) or Clock()
    changes = PolledChanges(storage.events, poll_s=0.05)
    journal = Journal(storage.events, clock, lambda what: changes.appended(*_head(what)))
    keeper = Timekeeper(
        storage,
        journal,
        owner=owner,
        rooms=lambda: made.registry.rooms(),
        monotonic=ports.pop("monotonic", time.monotonic),
    )
    made = Rig(None, storage, clock, changes, keeper, [], [], Ears())  # type: ignore[arg-type]
    chosen: dict[str, Any] = {
        "recogniser": made.ears,
        "open_voice": made.open_voice,
        "open_text_voice": made.open_text_voice,
        "open_peer": made.open_peer,
        "open_pcm": PcmQueueAudioIn,
        **ports,
    }
    context = LiveContext(
        storage=storage,
        blobs=blobs,
        clock=clock,
        owner=owner,
        speech=SpeechShelf(synthesiser or ToneSynthesiser(), blobs),
        audio_url=lambda session_id, prompt_id: f"/audio/{session_id}/{prompt_id}.wav",
        changes=changes,
        mind_pause=keeper.mind_pause,
        **chosen,
    )
    made.registry = LiveRegistry(context, journal)
    async with AsyncExitStack() as ends:  # each, whatever the one before comes to: a store's thread
        ends.push_async_callback(storage.close)  # that goes on keeps the whole run from ending
        ends.push_async_callback(keeper.aclose)
        ends.push_async_callback(changes.aclose)
        ends.push_async_callback(lambda: made.registry.shutdown())
        yield made


def _head(what: Appended) -> tuple[str, int]:
    return what.session_id, what.seq
