"""Recognition of an uploaded clip: `POST /api/candidate/transcribe`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from aiohttp import web

from interview.errors import InvalidInput, TooLarge, Unavailable
from interview.languages import language_name, recognised_as
from interview.nouns import Word
from interview.ports.speech import RECOGNITION_RATE_HZ, Hypothesis, other_language
from realtime.apart import decode_apart
from realtime.clips import Clip, ClipTooLong, UnreadableClip
from server.edge.auth.principals import Candidate
from server.edge.bodies import MULTIPART, UPLOAD_WAIT_S, read_bytes, read_form
from server.edge.errors import Unprocessable
from server.edge.routes import ANY_PRINCIPAL, Reply, Route, principal_of, reply
from server.platform.services import services_of

MAX_CLIP_BYTES = 10 * 1024 * 1024
MAX_CLIP_S = 600.0
PAUSE_S = 0.8
LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
INCOMPLETE = "The file is damaged or cut off: some of its sound is missing."
TYPES = ("audio/*", "multipart/form-data")


class WordView(Reply):
    """A word and its place in the clip."""

    text: str
    start_s: float
    end_s: float
    confidence: float


class SegmentView(Reply):
    """Words between two pauses."""

    text: str
    start_s: float
    end_s: float


class StretchView(Reply):
    """A part of the clip."""

    start_s: float
    end_s: float


class TranscribeReply(Reply):
    """What was said. Silence gives empty text and a null `confidence`.

    `complete` is false when the file was damaged or cut off, or somebody speaks in it whose words
    could not be made out: `unheard` has those stretches. `missing_s` is how much of the file's
    sound is missing at least: 0 when none is, null when some is and the file does not tell how
    much. `note` says so, and when the speech sounds like another language than it was heard as.
    """

    success: bool = True
    complete: bool = True
    note: str = ""
    missing_s: float | None
    transcript: str
    language: str | None
    duration_s: float
    confidence: float | None
    segments: list[SegmentView]
    words: list[WordView]
    unheard: list[StretchView]


async def transcribe(request: web.Request) -> web.Response:
    """Recognise a clip."""
    services = services_of(request)
    principal = principal_of(request)
    async with services.clips.place(principal.actor) as place:
        content, language = await _clip(request)
        if language is None and isinstance(principal, Candidate):
            language = (await services.live.state(principal.session_id)).plan.language
        if services.recogniser is None:
            raise Unavailable("stt", "speech recognition is not configured")
        async with place.turn():
            clip = await _decoded(content)
            heard = await services.recogniser.transcribe(clip.pcm, language=language)
    words = sorted(heard.committed, key=lambda word: word.start_s)
    return reply(
        TranscribeReply(
            complete=clip.complete and not heard.unheard,
            note=" ".join(_notes(clip, heard)),
            missing_s=clip.missing_s,
            transcript=_text(words),
            language=language or heard.language or None,
            duration_s=round(len(clip.pcm) / 2 / RECOGNITION_RATE_HZ, 3),
            confidence=_mean_confidence(words),
            segments=_segments(words),
            words=[WordView(**word.model_dump()) for word in words],
            unheard=[StretchView(start_s=start, end_s=end) for start, end in heard.unheard],
        )
    )


def _notes(clip: Clip, heard: Hypothesis) -> Iterator[str]:
    if not clip.complete:
        yield INCOMPLETE
    if heard.unheard:
        places = ", ".join(f"{start_s:.1f} to {end_s:.1f} s" for start_s, end_s in heard.unheard)
        yield f"Somebody speaks whose words could not be made out: {places}."
    if other := other_language(heard):
        yield (
            f"It sounds like {language_name(other)}, but was heard as"
            f" {language_name(heard.language)}."
        )


async def _decoded(content: bytes) -> Clip:
    if not content:
        raise Unprocessable("audio", "the file is empty")
    try:
        return await decode_apart(content, max_s=MAX_CLIP_S)
    except UnreadableClip as error:
        raise Unprocessable("audio", str(error)) from None
    except ClipTooLong:
        raise TooLarge(f"A clip is at most {MAX_CLIP_S:.0f} seconds long.") from None


async def _clip(request: web.Request) -> tuple[bytes, str | None]:
    """The clip and the language asked for; multipart field `audio`, or the body itself."""
    language = request.query.get("language")
    if request.content_type != MULTIPART:
        content = await read_bytes(request, MAX_CLIP_BYTES, wait_s=UPLOAD_WAIT_S)
        return content, _language(language)
    form = await read_form(request, MAX_CLIP_BYTES, wait_s=UPLOAD_WAIT_S)
    if "audio" not in form:
        raise InvalidInput("audio", "is required")
    if "language" in form:
        language = form["language"][:64].decode("utf-8", "replace")
    return form["audio"], _language(language)


def _language(value: str | None) -> str | None:
    if value is None or not value.strip():
        return None
    if not LANGUAGE.fullmatch(value.strip()):
        raise InvalidInput("language", "must be a code like en or pt-BR")
    if recognised_as(value) is None:
        raise InvalidInput("language", "is not a language that can be recognised")
    return value.strip().replace("_", "-")


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text.strip() for word in words if word.text.strip())


def _mean_confidence(words: Sequence[Word]) -> float | None:
    if not words:
        return None
    return round(sum(word.confidence for word in words) / len(words), 3)


def _segments(words: Sequence[Word]) -> list[SegmentView]:
    groups: list[list[Word]] = []
    for word in words:
        if groups and word.start_s - groups[-1][-1].end_s < PAUSE_S:
            groups[-1].append(word)
        else:
            groups.append([word])
    return [
        SegmentView(text=_text(group), start_s=group[0].start_s, end_s=group[-1].end_s)
        for group in groups
    ]


ROUTES = [
    Route(
        method="POST",
        path="/api/candidate/transcribe",
        handler=transcribe,
        allow=ANY_PRINCIPAL,
        summary="Recognise a clip",
        description=(
            "The clip is the body, or the field `audio` of a form (with `language`, optional). "
            "WAV, WebM, Ogg, MP4, MP3, AAC, FLAC, AIFF, CAF, AU or AMR, at most 10 MiB and "
            "10 minutes; 20 clips a minute, one after the other, at most 4 of them waiting."
        ),
        response=TranscribeReply,
        statuses=(400, 413, 422, 429, 503),
        consumes=TYPES,
        max_body_bytes=MAX_CLIP_BYTES,
    ),
]
