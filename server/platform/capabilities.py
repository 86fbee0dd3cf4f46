"""Which parts work now, and a sentence for people when one does not."""

from __future__ import annotations

from interview.ports.speech import EngineHealth
from server.edge.routes import Reply
from server.platform.services import Services
from server.sentences import public


class Part(Reply):
    """Whether a part works, its engine, and why not."""

    available: bool
    engine: str | None = None
    reason: str = ""


class Capabilities(Reply):
    """Recognition, voice, recording, proctoring."""

    stt: Part
    tts: Part
    recording: Part
    proctoring: Part


def capabilities_of(services: Services) -> Capabilities:
    """What a candidate can count on now."""
    return Capabilities(
        stt=_engine(
            services.recogniser.health() if services.recogniser else None,
            "Speech is not recognised on this server: answers are typed.",
        ),
        tts=_engine(
            services.synthesiser.health() if services.synthesiser else None,
            "This server has no voice: questions are shown as text.",
        ),
        recording=Part(
            available=services.recording,
            reason="" if services.recording else "Recording is switched off on this server.",
        ),
        proctoring=proctoring_part(services),
    )


def proctoring_part(services: Services) -> Part:
    """Whether all that is looked for by default can be seen; the reason names all that cannot."""
    if services.proctor is None:
        return Part(available=False, reason="Proctoring is switched off on this server.")
    blind = [c for c in services.proctor.capabilities() if not c.available]
    if not blind:
        return Part(available=True, engine="proctoring")
    reasons = "; ".join(dict.fromkeys(f"{c.input.value}: {public(c.reason)}" for c in blind))
    return Part(
        available=not any(c.needed for c in blind),
        engine="proctoring",
        reason=f"Not everything is seen ({reasons}).",
    )


def _engine(health: EngineHealth | None, missing: str) -> Part:
    if health is None:
        return Part(available=False, reason=missing)
    reason = "" if health.available else public(health.reason) or missing
    return Part(available=health.available, engine=health.name, reason=reason)
