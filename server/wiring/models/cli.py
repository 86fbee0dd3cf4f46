"""`python -m server models`: fetch what is missing, then say what is there and what is not."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TextIO

from agents.stt.whisper_models import whisper_asset
from agents.tts.piper_voices import voice_asset
from interview.errors import Unavailable
from interview.models import ModelAsset
from server.settings import Settings, SettingsError, load_settings
from server.wiring.models.catalogue import ModelCatalogue
from server.wiring.models.fetch import Fetcher

MB = 1_000_000


def main(argv: Sequence[str]) -> int:
    """Fetch and list. The status is 0 unless `--strict` is given and something is missing."""
    parser = argparse.ArgumentParser(prog="python -m server models", description=__doc__)
    parser.add_argument("--list", action="store_true", help="fetch nothing")
    parser.add_argument("--only", metavar="NAME", help="this model alone")
    parser.add_argument("--strict", action="store_true", help="fail when anything is missing")
    options = parser.parse_args(argv)
    try:
        catalogue = build_catalogue(load_settings())
    except SettingsError as error:
        print(f"vivavoce: {error}", file=sys.stderr)
        return 2
    assets = [a for a in catalogue.assets() if options.only in (None, a.name)]
    if not assets:
        names = ", ".join(asset.name for asset in catalogue.assets())
        print(f"vivavoce: no model is named {options.only} (there are: {names})", file=sys.stderr)
        return 2
    print(f"Models in {catalogue.models_dir}")
    missing = [asset for asset in assets if not _provide(catalogue, asset, not options.list)]
    for asset in missing:
        print(f"Without {asset.name}: {asset.cost}")
    return 1 if missing and options.strict else 0


def build_catalogue(settings: Settings) -> ModelCatalogue:
    """The catalogue of the settings' folder, with the model and voice that the settings name."""
    extra: list[ModelAsset] = []
    if settings.stt == "faster-whisper" and "/" not in settings.stt_model:
        extra.append(whisper_asset(settings.stt_model))
    if settings.tts == "piper":
        try:
            extra.append(voice_asset(settings.tts_voice))
        except Unavailable as error:
            print(f"vivavoce: VIVA_TTS_VOICE: {error.why}", file=sys.stderr)
    return ModelCatalogue(settings.resolved_models_dir, extra)


def _provide(catalogue: ModelCatalogue, asset: ModelAsset, fetch: bool) -> bool:
    """Fetch one asset if wanted, print its line, and say whether it is there."""
    ticker = Ticker(sys.stdout)
    why = ""
    if fetch:
        try:
            Fetcher(catalogue, progress=ticker.show).fetch(asset)
        except Unavailable as error:
            why = error.why
    ticker.end()
    there = not catalogue.missing(asset)
    size = f"{asset.size_bytes / MB:.0f} MB" if asset.size_bytes else ""
    mark = "ok     " if there else "missing"
    print(f"  {mark}  {asset.name:28} {size:>7}  {asset.purpose} ({asset.licence})")
    if why:
        print(f"           {why}")
    return there


class Ticker:
    """Progress: one moving line on a terminal, a line for each file elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._what = ""
        self._open = False

    def show(self, what: str, done: int, total: int) -> None:
        """Say how far it is; an unknown total says only what is being fetched."""
        share = f"{100 * done // total:3d} %" if total else "…"
        if self._stream.isatty():
            self._stream.write(f"\r  fetching {what} {share}\033[K")
            self._open = True
        elif what != self._what:
            self._stream.write(f"  fetching {what}\n")
        self._what = what
        self._stream.flush()

    def end(self) -> None:
        """Clear the moving line."""
        if self._open:
            self._stream.write("\r\033[K")
            self._open = False
