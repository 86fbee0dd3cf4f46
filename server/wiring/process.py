"""The composition root: joins stores, engines, live sessions and jobs for one process."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog

from agents.virtual import VirtualVoice
from interview.channel import RoomSide, in_memory
from interview.errors import VivaError
from interview.journal import Appended, Journal
from interview.ports.changes import Changes
from interview.ports.conversation import AudioIn, Fetch, Voice
from interview.ports.speech import Recogniser
from interview.ports.storage import Storage
from proctoring.vision import Vision
from realtime.gaps import overlap_start
from realtime.pcm import PcmQueueAudioIn
from realtime.peer import open_peer
from server.edge.auth.signing import sign_path
from server.jobs.kind import Tools
from server.jobs.runner import JobRunner
from server.live.changes import PolledChanges
from server.live.context import LiveContext, OpenVoice
from server.live.heap import settle
from server.live.processes import own_name
from server.live.registry import LiveRegistry
from server.live.speech import SpeechShelf
from server.live.timekeeper import Timekeeper
from server.platform.interviews.mailing import InvitationLetters
from server.platform.interviews.openings import Catalogue
from server.platform.mail.post import sender
from server.platform.notices.mailing import SessionLetters
from server.platform.references import ReferenceVault
from server.platform.reports.model import EngineUse
from server.platform.reports.pdf import themed
from server.platform.rooms import open_rooms
from server.platform.services import Services, utc_now
from server.platform.steady import SteadyClock
from server.platform.webhooks.sending import Sender
from server.settings import Settings
from server.wiring.bootstrap import Foundation, lay_foundation
from server.wiring.clock import ClockKeeper
from server.wiring.engines import Engines, build_engines
from server.wiring.jobs import build_jobs, report_builder
from server.wiring.models.cli import build_catalogue
from server.wiring.proctor import Proctor
from storage.redis_allowances import RedisAllowances
from storage.reprojection import reproject

AUDIO_TTL_S = 6 * 3600.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LivePart:
    """Sessions and rooms of this process, what keeps their time, and how they hear of others."""

    registry: LiveRegistry
    timekeeper: Timekeeper
    changes: Changes

    async def start(self) -> None:
        """Beat, follow, and take care of what an earlier process left."""
        await self.timekeeper.start()
        await self.changes.start()
        await self.registry.start()

    async def close(self) -> None:
        """Tell everybody, then cease."""
        await self.registry.shutdown()
        await self.changes.aclose()
        await self.timekeeper.aclose()


@dataclass
class Process:
    """One running process: its services, what it runs beside the web, and how it ends."""

    services: Services
    live: LivePart
    jobs: JobRunner
    foundation: Foundation
    engines: Engines
    proctor: Proctor
    keeper: ClockKeeper
    catching_up: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to load engines and to beat, recover sessions and work off jobs."""
        self.catching_up = asyncio.create_task(self._catch_up(), name="summaries")
        self.engines.start()
        if self.services.settings.stt != "none":
            self.engines.starting.append(asyncio.create_task(asyncio.to_thread(_prewarm)))
        self.proctor.start()
        await self.keeper.start()
        await self.live.start()
        self.jobs.start()

    async def close(self) -> None:
        """End what runs; sockets have been told by then (`registry.shutdown`)."""
        if self.catching_up is not None:
            self.catching_up.cancel()
            await asyncio.gather(self.catching_up, return_exceptions=True)
        await self.jobs.stop()
        await self.keeper.aclose()
        await self.live.close()
        await self.proctor.close()
        await self.engines.close()
        if isinstance(self.services.allowances, RedisAllowances):
            await self.services.allowances.aclose()
        await self.services.storage.close()

    async def _catch_up(self) -> None:
        """Make summaries of an older program anew; the next start goes on where this one ended."""
        storage = self.services.storage
        try:
            await reproject(storage.sessions, storage.events)
        except VivaError as error:
            log.warning("summaries_left_for_later", code=error.code)


def _prewarm() -> None:
    """Import livekit-agents and load its models: seconds that the start need not wait for."""
    importlib.import_module("agents.voice").prewarm()
    settle()


def _engine_uses(engines: Engines) -> list[EngineUse]:
    return [
        EngineUse(role=role, name=health.name)
        for role, health in (
            ("recogniser", engines.recogniser.health()),
            ("voice", engines.synthesiser.health()),
        )
        if health.available
    ]


def _voice_opener(recogniser: Recogniser) -> OpenVoice:
    async def opener(
        room: RoomSide,
        audio_in: AudioIn,
        *,
        language: str,
        hotwords: Sequence[str],
        fetch: Fetch,
        paced: bool,
    ) -> Voice:
        module = await asyncio.to_thread(importlib.import_module, "agents.voice")
        hears = recogniser if recogniser.health().available else None
        voice: Voice = await module.open_voice(
            in_memory(room),
            audio_in,
            hears,
            language=language,
            hotwords=hotwords,
            fetch=fetch,
            paced=paced,
        )
        return voice

    return opener


def _live_context(  # noqa: PLR0913 - the parts of one process
    foundation: Foundation,
    engines: Engines,
    proctor: Proctor,
    references: ReferenceVault,
    *,
    clock: Callable[[], datetime],
    owner: str,
    changes: Changes,
    mind_pause: Callable[[], Awaitable[None]],
    ice_private: bool,
) -> LiveContext:
    keys, blobs = foundation.keys, foundation.blobs

    def audio_url(session_id: str, prompt_id: str) -> str:
        return sign_path(keys, f"/audio/{session_id}/{prompt_id}.wav", AUDIO_TTL_S)

    return LiveContext(
        storage=foundation.storage,
        blobs=blobs,
        clock=clock,
        owner=owner,
        speech=SpeechShelf(engines.synthesiser, blobs, ready=engines.ready),
        audio_url=audio_url,
        changes=changes,
        recogniser=engines.recogniser,
        synthesiser_health=engines.synthesiser.health,
        open_voice=_voice_opener(engines.recogniser),
        open_text_voice=lambda room: VirtualVoice(in_memory(room)),
        open_peer=partial(open_peer, private_candidates=ice_private),
        open_pcm=PcmQueueAudioIn,
        follow_ups=engines.follow_ups,
        engines_ready=engines.ready,
        proctor=proctor.monitor,
        proctor_ready=proctor.ready,
        references=references,
        keep_sound=engines.recogniser.name == "faster-whisper",
        mind_pause=mind_pause,
    )


def _changes(settings: Settings, storage: Storage) -> Changes:
    """How this process hears of others: by asking the store, and over Redis when there is one."""
    if settings.redis_url is None:
        return PolledChanges(storage.events)
    from server.live.redis_changes import RedisChanges  # noqa: PLC0415 - only when wanted

    return RedisChanges(storage.events, settings.redis_url.get_secret_value())


def _allowances(settings: Settings, storage: Storage) -> RedisAllowances | None:
    """Who counts how often something is asked, unless it is the store."""
    if settings.redis_url is None:
        return None
    return RedisAllowances(settings.redis_url.get_secret_value(), storage.allowances)


async def assemble(settings: Settings, vision: Vision | None = None) -> Process:
    """Everything one process needs, opened but not started. `vision` replaces the worker pool.

    Raises:
        SettingsError: A folder, an address or an engine's name is unusable.
        Unavailable: The storage cannot be opened.
    """
    clock = SteadyClock(settings.data_dir, wall=utc_now)
    foundation = await lay_foundation(settings, clock)
    storage, blobs, keys = foundation.storage, foundation.blobs, foundation.keys
    catalogue = build_catalogue(settings)
    engines = build_engines(settings, catalogue)
    proctor = Proctor(settings, catalogue, vision)
    references = ReferenceVault(blobs, keys.signing)
    webhooks = Sender(keys.signing, clock, private=settings.webhooks_private)

    owner, changes = own_name(), _changes(settings, storage)

    def appended(what: Appended) -> None:
        changes.appended(what.session_id, what.seq)
        if what.jobs:
            jobs.notify()

    journal = Journal(storage.events, clock, appended)
    timekeeper = Timekeeper(storage, journal, owner=owner, rooms=lambda: registry.rooms())
    context = _live_context(
        foundation,
        engines,
        proctor,
        references,
        clock=clock,
        owner=owner,
        changes=changes,
        mind_pause=timekeeper.mind_pause,
        ice_private=settings.ice_private,
    )
    registry = LiveRegistry(context, journal, join=overlap_start)
    services = Services(
        settings=settings,
        storage=storage,
        blobs=blobs,
        keys=keys,
        live=registry,
        clock=clock,
        recogniser=engines.recogniser,
        synthesiser=engines.synthesiser,
        evaluator=engines.evaluator,
        llm=engines.llm,
        models=catalogue,
        proctor=proctor.monitor,
        references=references,
        render_pdf=themed(storage.documents, blobs, settings.company),
        job_openings=Catalogue(storage.documents),
        rooms=open_rooms(settings),
        webhooks=webhooks,
        allowances=_allowances(settings, storage),
    )
    build = report_builder(storage, services.recordings, lambda log: _engine_uses(engines), clock)
    tools = Tools(
        sessions=registry,
        storage=storage,
        blobs=blobs,
        clock=clock,
        evaluator=engines.evaluator,
        build_report=build,
        references=references,
        webhooks=webhooks,
        recogniser=engines.recogniser,
        send_mail=sender(settings),
        invitations=InvitationLetters(services.outbox, storage.documents, settings),
        letters=SessionLetters(services.outbox, storage.documents, settings),
    )
    jobs = build_jobs(tools, owner=owner, workers=settings.job_workers)
    live = LivePart(registry, timekeeper, changes)
    keeper = ClockKeeper(clock, storage)
    return Process(services, live, jobs, foundation, engines, proctor, keeper)
