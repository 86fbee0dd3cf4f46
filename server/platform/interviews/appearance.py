"""How an organisation looks to its candidates, and what it usually wants."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
import zlib
from functools import cache
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, StrictInt, field_validator

from interview.errors import InvalidInput
from interview.nouns import ListeningProfile, Noun, ProctoringProfile
from interview.ports.documents import Kind
from server.platform.interviews.design import PREPARATION_S, RESPONDING_S, Mode
from server.platform.interviews.theme import (
    LOGOS,
    THEMES,
    Colour,
    Theme,
    contrast,
    hard_to_read,
    logo_key,
)
from server.platform.kept import Kept
from server.platform.services import CoreServices

__all__ = ["LOGOS", "Colour", "Theme", "contrast", "hard_to_read", "logo_key"]

MAX_LOGO_BYTES = 512 * 1024
MAX_LOGO_PX = 2_000
TYPES = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}

_DATA_URL = re.compile(r"data:image/(png|jpeg|jpg|webp);base64,(.+)", re.DOTALL)


class Usual(Noun):
    """What new interviews and invitations begin with. Times in seconds and hours."""

    language: str = "en"
    voice: str | None = None
    mode: Mode = Mode.LIVE
    listening: ListeningProfile = ListeningProfile.BALANCED
    proctoring_profile: ProctoringProfile = ProctoringProfile.OBSERVE
    preparation_time: Annotated[float | None, Field(gt=0, le=3_600)] = PREPARATION_S
    responding_time: Annotated[float, Field(gt=0, le=3_600)] = RESPONDING_S
    expires_in_hours: Annotated[StrictInt, Field(ge=1, le=24 * 365)] = 72
    time_zone: str = "UTC"
    remind_hours_before: tuple[Annotated[StrictInt, Field(ge=1, le=24 * 60)], ...] = Field(
        default=(24,), max_length=5
    )

    @field_validator("time_zone")
    @classmethod
    def _known(cls, value: str) -> str:
        return time_zone(value).key


class Profile(Noun):
    """What a person says of themselves; `username` is the account's."""

    username: str
    display_name: str = ""
    job_title: str = ""
    phone: str = ""
    time_zone: str = "UTC"


SETTINGS = Kind("usual_settings", Usual, fields=("language",))
PROFILES = Kind("profiles", Profile, fields=("username",))


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def time_zone(name: str) -> ZoneInfo:
    """Raises ValueError: it is none; the message is a sentence's end."""
    if name not in _zones():
        raise ValueError("it is not the name of a time zone, such as Europe/Berlin")
    return ZoneInfo(name)


def theme_of(services: CoreServices, organisation_id: str) -> Kept[Theme]:
    """The organisation's theme."""
    return Kept(services.storage.documents, organisation_id, THEMES, Theme())


def usual_of(services: CoreServices, organisation_id: str) -> Kept[Usual]:
    """The organisation's settings."""
    return Kept(services.storage.documents, organisation_id, SETTINGS, Usual())


def profile_of(services: CoreServices, organisation_id: str, username: str) -> Kept[Profile]:
    """A person's profile."""
    mark = hashlib.sha256(username.casefold().encode()).hexdigest()[:32]
    documents = services.storage.documents
    return Kept(documents, organisation_id, PROFILES, Profile(username=username), mark)


async def keep_logo(services: CoreServices, organisation_id: str, data_url: str) -> str:
    """Store the picture of a data URL; its name.

    Raises:
        InvalidInput: It is no png, jpeg or webp, is above 512 KiB, or has more than 2,000 pixels
            to a side.
    """
    match = _DATA_URL.fullmatch(data_url.strip())
    if match is None:
        raise InvalidInput("company_logo", "must be a data URL of a png, jpeg or webp")
    try:
        content = base64.b64decode(match[2], validate=True)
    except (binascii.Error, ValueError):
        raise InvalidInput("company_logo", "its base64 cannot be read") from None
    if len(content) > MAX_LOGO_BYTES:
        raise InvalidInput("company_logo", f"has more than {MAX_LOGO_BYTES // 1024} KiB")
    kind = "jpeg" if match[1] == "jpg" else match[1]
    size = picture_size(content, kind)
    if size is None:
        raise InvalidInput("company_logo", f"its content is not a whole {kind} picture")
    if not all(0 < side <= MAX_LOGO_PX for side in size):
        raise InvalidInput("company_logo", f"has more than {MAX_LOGO_PX} pixels to a side")
    mark = hashlib.sha256(organisation_id.encode() + b"\n" + content).hexdigest()[:32]
    name = f"{mark}.{kind}"
    await services.blobs.put(logo_key(name), content)
    return name


def picture_size(content: bytes, kind: str) -> tuple[int, int] | None:
    """Width and height in pixels as the file says; None when it is none of that kind."""
    try:
        return _SIZES[kind](content)
    except (struct.error, IndexError):
        return None


def _png(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or content[12:16] != b"IHDR":
        return None
    (crc,) = struct.unpack(">I", content[29:33])
    if zlib.crc32(content[12:29]) != crc or b"IEND" not in content[-12:]:
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"\xff\xd8\xff") or b"\xff\xd9" not in content[-64:]:
        return None
    place = 2
    while place < len(content):
        marker = content[place + 1]
        if content[place] != 0xFF:
            return None
        (length,) = struct.unpack(">H", content[place + 2 : place + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[place + 5 : place + 9])
            return width, height
        place += 2 + length
    return None


def _webp(content: bytes) -> tuple[int, int] | None:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return None
    if struct.unpack("<I", content[4:8])[0] + 8 > len(content):
        return None
    match content[12:16]:
        case b"VP8X":
            width = int.from_bytes(content[24:27], "little") + 1
            return width, int.from_bytes(content[27:30], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(content[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 ":
            width, height = struct.unpack("<HH", content[26:30])
            return width & 0x3FFF, height & 0x3FFF
        case _:
            return None


_SIZES = {"png": _png, "jpeg": _jpeg, "webp": _webp}
