"""What the two sidecar voices share: ask, ask again after a crash, and read the answer."""

from __future__ import annotations

from interview.errors import Unavailable
from interview.nouns import Viseme
from interview.ports.speech import SpokenAudio
from sidecars.sidecar import Message, Sidecar, SidecarCrashed

TRIES = 3
TIMEOUT_S = 20.0
MAX_CHARS = 3_000


async def speak(
    sidecar: Sidecar, text: str, *, engine: str, voice: str, rate: float
) -> SpokenAudio:
    """The speech of a text of at most 3000 characters.

    Raises:
        Unavailable: There is nothing to say, or the process fails again and again.
    """
    if not any(char.isalnum() for char in text):
        raise Unavailable("tts", "there is nothing to say")
    request = {"text": text[:MAX_CHARS], "voice": voice, "rate": rate}
    for _ in range(TRIES):
        try:
            answer = await sidecar.request(request, timeout_s=TIMEOUT_S)
        except SidecarCrashed:
            continue
        return _spoken(answer, engine, voice)
    raise Unavailable("tts", "the voice's process keeps ending")


def _spoken(answer: Message, engine: str, voice: str) -> SpokenAudio:
    return SpokenAudio(
        pcm=answer.payload,
        sample_rate_hz=int(answer.header["rate_hz"]),
        visemes=tuple(
            Viseme(at_s=at_s, duration_s=duration_s, shape=shape)
            for at_s, duration_s, shape in answer.header["visemes"]
        ),
        engine=engine,
        voice=voice,
    )
