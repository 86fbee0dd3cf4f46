"""The engines of one process: recogniser, voice, evaluation. None of them holds up the start."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from agents.evaluation.embedding_model import MINILM
from agents.evaluation.embeddings import MiniLmEmbedder
from agents.evaluation.evaluator import build_evaluator
from agents.evaluation.rules import RuleEvaluator
from agents.llm.follow_ups import FollowUps
from agents.stt.base import build_recogniser
from agents.tts.base import build_synthesiser
from interview.errors import InvalidInput, Unavailable
from interview.ports.analysis import Evaluator, FollowUpAuthor, LanguageModel
from interview.ports.speech import Recogniser, Synthesiser
from server.settings import Settings, SettingsError
from server.wiring.models.catalogue import ModelCatalogue

CLOSE_S = 5.0

log = structlog.get_logger(__name__)


@dataclass
class Engines:
    """What was built from the settings. `start` loads models in the background."""

    recogniser: Recogniser
    synthesiser: Synthesiser
    evaluator: Evaluator
    follow_ups: FollowUpAuthor
    llm: LanguageModel | None
    closers: list[Callable[[], Awaitable[None]]]
    starting: list[asyncio.Task[None]] = field(default_factory=list)

    def start(self) -> None:
        """Begin to load; until an engine is ready its health says so."""
        for name, start in (
            ("stt", self.recogniser.start),
            ("tts", self.synthesiser.start),
        ):
            self.starting.append(asyncio.create_task(_start(name, start), name=f"start-{name}"))

    async def ready(self) -> None:
        """Wait until recogniser and voice are loaded, or known not to be."""
        if self.starting:
            await asyncio.wait(self.starting)

    async def close(self) -> None:
        """End every sidecar."""
        for task in self.starting:
            task.cancel()
        await asyncio.gather(*self.starting, return_exceptions=True)
        await asyncio.gather(*(_close(close) for close in self.closers))


async def _close(close: Callable[[], Awaitable[None]]) -> None:
    """A sidecar that does not end in time is left to the end of its input."""
    try:
        async with asyncio.timeout(CLOSE_S):
            await close()
    except TimeoutError:
        log.warning("engine_not_closed_in_time")


async def _start(name: str, start: Callable[[], Awaitable[None]]) -> None:
    try:
        await start()
    except Unavailable as error:
        log.warning("engine_unavailable", engine=name, why=error.why)


def _language_model(
    settings: Settings,
) -> tuple[LanguageModel | None, list[Callable[[], Awaitable[None]]]]:
    if not settings.llm_base_url or not settings.llm_model:
        return None, []
    from agents.llm.openai_compatible import LlmSettings, OpenAiCompatibleModel  # noqa: PLC0415

    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key is not None else ""
    model = OpenAiCompatibleModel(
        LlmSettings(base_url=settings.llm_base_url, model=settings.llm_model, api_key=key)
    )
    return model, [model.aclose]


def build_engines(settings: Settings, catalogue: ModelCatalogue) -> Engines:
    """Engines by name; a missing model gives an engine that says so.

    Raises:
        SettingsError: No engine has the configured name.
    """
    workers = settings.stt_workers or max(1, (os.cpu_count() or 2) - 1)
    try:
        recogniser = build_recogniser(settings.stt, settings.stt_model, catalogue, workers)
        synthesiser = build_synthesiser(settings.tts, settings.tts_voice, catalogue)
    except InvalidInput as error:
        raise SettingsError(error.message) from None
    found = MiniLmEmbedder(catalogue.folder(MINILM))
    embedder = found if not catalogue.missing(MINILM) else None
    llm, closers = _language_model(settings)
    return Engines(
        recogniser=recogniser,
        synthesiser=synthesiser,
        evaluator=build_evaluator(llm, embedder),
        follow_ups=FollowUps(llm, RuleEvaluator(embedder)),
        llm=llm,
        closers=[recogniser.aclose, synthesiser.aclose, found.aclose, *closers],
    )
