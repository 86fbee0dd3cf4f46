"""Recordings and real models for tests that need them."""

from __future__ import annotations

import json
from pathlib import Path

import av
import jiwer
import numpy as np
import pytest

from interview.errors import Unavailable
from interview.models import ModelAsset
from server.settings import load_settings
from server.wiring.models.catalogue import ModelCatalogue

RATE_HZ = 16_000


def catalogue() -> ModelCatalogue:
    """The machine's model folder."""
    return ModelCatalogue(load_settings().resolved_models_dir)


def require(asset: ModelAsset) -> ModelCatalogue:
    """The catalogue, when the asset is there; else the test is skipped with the reason."""
    found = catalogue()
    try:
        found.locate(asset)
    except Unavailable as error:
        pytest.skip(error.why)
    return found


def pcm_of(path: Path) -> bytes:
    """A recording as 16 kHz mono PCM."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    out = b""
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            out += b"".join(part.to_ndarray().tobytes() for part in resampler.resample(frame))
    return out + b"".join(part.to_ndarray().tobytes() for part in resampler.resample(None))


def resampled(pcm: bytes, rate_hz: int) -> bytes:
    """PCM of another rate at 16 kHz."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float64)
    at = np.arange(0, len(samples), rate_hz / RATE_HZ)
    return bytes(np.interp(at, np.arange(len(samples)), samples).astype("<i2").tobytes())


def references(shared: Path) -> dict[str, str]:
    """Recording -> the words that are said in it."""
    refs = json.loads((shared / "speech" / "refs.json").read_text())
    return {name: entry["text"] for name, entry in refs.items() if entry["text"]}


def plain(text: str) -> str:
    """Lower case, no punctuation, titles written out: as references are written."""
    text = text.lower().replace("mr.", "mister").replace("-", " ")
    return " ".join("".join(c for c in text if c.isalnum() or c.isspace()).split())


def wer(reference: str, heard: str) -> float:
    """Word error rate."""
    return float(jiwer.wer(plain(reference), plain(heard) or "nothing"))
