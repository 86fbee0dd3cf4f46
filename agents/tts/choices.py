"""Which voices may be asked for, and which languages one of them speaks.

Asked before a session is created: a voice that could not speak is refused there.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path

from agents.tts.piper_voices import is_voice_name
from interview.languages import language_name, recognised_as

_LANGUAGE_LINE = re.compile(r"(?m)^language\s+(\S+)")
ESPEAK_NAMES = {"no": "nb", "zh": "cmn", "jw": "id", "sr": "sr", "tl": "en-us", "sh": "hbs"}
_NEAREST = {"en": "en-us", "pt": "pt-br", "fr": "fr-fr"}


def refusal(
    voice: str, language: str, *, engine: str, configured: str, models_dir: Path
) -> str | None:
    """Why a session in `language` cannot be held in `voice`; None when it can.

    Args:
        engine: The server's setting (`piper`, `espeak`, `livekit:…`, `none`).
        configured: The voice in the settings, which may be named too.
    """
    if engine == "espeak":
        known = voice.lower() in espeak_languages()
        return None if known else f"{voice} is not a voice of espeak-ng"
    if engine != "piper":
        return "this server's voice cannot be chosen"
    if not is_voice_name(voice):
        return f"{voice} is not the name of a Piper voice, such as en_US-joe-medium"
    if recognised_as(voice) != recognised_as(language):
        return f"{voice} does not speak {language_name(language)}"
    there = (models_dir / f"piper-{voice}" / f"{voice}.onnx").is_file()
    if voice != configured and not there:
        return f"{voice} is not installed on this server"
    return None


def installed(engine: str, configured: str, models_dir: Path) -> list[str]:
    """The voices that `refusal` would accept for some language, in order; none to choose: none."""
    if engine == "espeak":
        return sorted(espeak_languages())
    if engine != "piper":
        return []
    there = (path.name.removeprefix("piper-") for path in models_dir.glob("piper-*"))
    known = {name for name in there if (models_dir / f"piper-{name}" / f"{name}.onnx").is_file()}
    return sorted(name for name in known | {configured} if is_voice_name(name))


@functools.cache
def espeak_languages() -> Mapping[str, str]:
    """Languages that the installed espeak-ng speaks, with the names of their voices."""
    try:
        import espeakng_loader  # noqa: PLC0415 - brings a library that only espeak's voice needs
    except ImportError:
        return {}
    found: dict[str, str] = {}
    folder = Path(espeakng_loader.get_data_path()) / "lang"
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        text = path.read_text(encoding="utf-8", errors="replace")
        for language in _LANGUAGE_LINE.findall(text):
            found.setdefault(language.lower(), path.name)
        found[path.name.lower()] = path.name
    return found


def espeak_voice(language: str) -> str:
    """espeak-ng's name for a language as written: `en-AU` is spoken as `en-us`, `nb` as itself."""
    code = language.strip().lower().replace("_", "-")
    primary = code.partition("-")[0]
    known = recognised_as(code) or primary
    wanted = [code] if "-" in code else []
    wanted += [_NEAREST.get(known, ""), ESPEAK_NAMES.get(known, ""), primary, known]
    speaks = espeak_languages()
    return next((speaks[name] for name in wanted if name in speaks), code)


def speaks(language: str, *, engine: str, configured: str) -> bool:
    """Whether questions in that language are heard, not only shown."""
    if engine == "none":
        return False
    if engine.startswith("livekit:"):
        return True
    own = engine == "piper" and recognised_as(configured) == recognised_as(language)
    return own or espeak_voice(language) in espeak_languages().values()
