"""How long an organisation keeps what, what goes next, and the sweep that takes it.

Nothing is removed until an owner says after how many days. Reference faces have a time of their own
(`VIVA_REFERENCE_DAYS`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeVar

import structlog
from pydantic import BaseModel, ConfigDict, Field

from interview.commands import RemoveMedia
from interview.errors import IllegalTransition, NotFound
from interview.nouns import MediaKind, UtcTime
from interview.ports.documents import Between, Kind, Order, Stored, Where
from interview.ports.storage import SessionSummary, Sort
from server.platform import purge
from server.platform.interviews.tokens import TOKENS, InterviewToken
from server.platform.kept import Kept
from server.platform.mail.outbox import MAILS, Mail, MailState
from server.platform.services import CoreServices, Services

PAGE = 100
MAX_DAYS = 3_650
EVERY = timedelta(hours=1)
SAMPLE = 20
D = TypeVar("D", bound=BaseModel)

log = structlog.get_logger(__name__)


class Retention(BaseModel):
    """After how many days something goes; None keeps it. One document for each organisation.

    `sessions_days` counts from the end of a session, and takes all of it. `recordings_days` counts
    from there, too, and takes what camera and microphone recorded; `pictures_days` takes the
    pictures of signals. Transcript, report and signals stay. `letters_days` counts from when a
    letter was written; one that waits stays. `invitations_days` counts from when an invitation that
    nobody used had expired.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    sessions_days: int | None = Field(default=None, ge=1, le=MAX_DAYS)
    recordings_days: int | None = Field(default=None, ge=1, le=MAX_DAYS)
    pictures_days: int | None = Field(default=None, ge=1, le=MAX_DAYS)
    letters_days: int | None = Field(default=None, ge=1, le=MAX_DAYS)
    invitations_days: int | None = Field(default=None, ge=1, le=MAX_DAYS)
    changed_at: UtcTime | None = None

    def days_of(self, what: MediaKind) -> int | None:
        """How long a recording, or pictures, are kept."""
        return self.recordings_days if what == "recording" else self.pictures_days


RETENTION = Kind("retention", Retention, fields=("changed_at",))


class Swept(BaseModel):
    """Of sessions that ended until then, the recordings (the pictures) are gone already."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    recording: UtcTime | None = None
    pictures: UtcTime | None = None

    def until(self, what: MediaKind) -> datetime | None:
        """How far was swept."""
        return self.recording if what == "recording" else self.pictures


SWEPT = Kind("retention_swept", Swept)
MEDIA: tuple[MediaKind, ...] = ("recording", "pictures")
FOLDERS = {
    "recording": ("recordings/{}/", "sound/{}/"),
    "pictures": ("proctoring/{}/stills/",),
}


@dataclass(frozen=True)
class Due:
    """What goes at that time, by its id; a recording and pictures by their session's.

    `after_days`: how long such things are kept.
    """

    kind: Literal["session", "letter", "invitation"] | MediaKind
    identity: str
    goes_at: datetime
    after_days: int


async def policy(services: CoreServices, organisation_id: str) -> Retention:
    """What the organisation has said; by default everything is kept."""
    return (await _said(services, organisation_id).get()).document


async def set_policy(services: CoreServices, organisation_id: str, wanted: Retention) -> Retention:
    """Say it anew. Raises Stale when somebody else does so at the same moment."""
    said = _said(services, organisation_id)
    kept = wanted.model_copy(update={"changed_at": services.clock()})
    return (await said.put(kept, (await said.get()).revision)).document


def _said(services: CoreServices, organisation_id: str) -> Kept[Retention]:
    return Kept(services.storage.documents, organisation_id, RETENTION, Retention())


async def due(
    services: CoreServices, organisation_id: str, said: Retention, until: datetime
) -> AsyncIterator[Due]:
    """What goes until then, of each kind the oldest first."""
    for found in (_sessions_due, _media_due, _letters_due, _invitations_due):
        async for one in found(services, organisation_id, said, until):
            yield one


async def _sessions_due(
    services: CoreServices, organisation_id: str, said: Retention, until: datetime
) -> AsyncIterator[Due]:
    if said.sessions_days is None:
        return
    days = timedelta(days=said.sessions_days)
    async for session in _ended(services, organisation_id, until - days):
        assert session.completed_at is not None
        yield Due("session", session.session_id, session.completed_at + days, said.sessions_days)


async def _media_due(
    services: CoreServices, organisation_id: str, said: Retention, until: datetime
) -> AsyncIterator[Due]:
    swept = (await _swept(services, organisation_id).get()).document
    for what in MEDIA:
        number, done = said.days_of(what), swept.until(what)
        if number is None:
            continue
        days = timedelta(days=number)
        async for session in _ended(services, organisation_id, until - days):
            ended = session.completed_at
            assert ended is not None
            new = done is None or ended > done
            if new and await _is_there(services, session.session_id, what):
                yield Due(what, session.session_id, ended + days, number)


async def _letters_due(
    services: CoreServices, organisation_id: str, said: Retention, until: datetime
) -> AsyncIterator[Due]:
    if said.letters_days is None:
        return
    days = timedelta(days=said.letters_days)
    async for letter in _before(services, MAILS, organisation_id, "created_at", until - days):
        mail: Mail = letter.document
        if mail.state is not MailState.WAITING:
            yield Due("letter", letter.document_id, mail.created_at + days, said.letters_days)


async def _invitations_due(
    services: CoreServices, organisation_id: str, said: Retention, until: datetime
) -> AsyncIterator[Due]:
    if said.invitations_days is None:
        return
    days = timedelta(days=said.invitations_days)
    async for found in _before(services, TOKENS, organisation_id, "expires_at", until - days):
        token: InterviewToken = found.document
        if not token.session_ids:
            yield Due(
                "invitation", found.document_id, token.expires_at + days, said.invitations_days
            )


async def sweep(services: Services, now: datetime) -> int:
    """Remove what is due in every organisation; how much. Repeating it is harmless.

    Raises:
        Unavailable: A store refuses; what is left goes next time.
    """
    gone = 0
    everywhere, after = services.storage.documents.everywhere(RETENTION), None
    while True:
        page = await everywhere.page(limit=PAGE, after=after)
        for found in page.items:
            own = found.organisation_id
            things = [one async for one in due(services, own, found.document, now)]
            for thing in things:
                gone += await _remove(services, own, thing)
            await _mark(services, own, found.document, now)
        after = page.after
        if after is None:
            break
    if gone:
        await services.storage.overwrite()
        log.info("retention_swept", removed=gone)
    return gone


async def sweep_in_turn(services: Services, now: datetime) -> int:
    """The sweep, by one of all processes in an hour; 0 when another does it."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    if not await services.storage.once.put(f"retention:{hour.isoformat()}", {}, now + 2 * EVERY):
        return 0
    return await sweep(services, now)


async def _remove(services: Services, organisation_id: str, thing: Due) -> bool:
    documents = services.storage.documents
    if thing.kind == "recording" or thing.kind == "pictures":
        return await _remove_media(services, thing.identity, thing.kind, thing.after_days)
    if thing.kind == "session":
        try:
            return await purge.erase(services, thing.identity)
        except NotFound:  # somebody else erased it in between
            return False
    if thing.kind == "letter":
        return await documents.of(MAILS, organisation_id).delete(thing.identity)
    return await documents.of(TOKENS, organisation_id).delete(thing.identity)


async def _remove_media(services: Services, session_id: str, what: MediaKind, days: int) -> bool:
    """The log says it first, so that no report promises what is gone; the blobs follow."""
    try:
        await services.live.command(session_id, RemoveMedia(what=what, after_days=days))
    except (NotFound, IllegalTransition):  # erased or reopened in between
        return False
    if what == "recording":
        await services.storage.recordings.forget(session_id)
    for folder in FOLDERS[what]:
        await services.blobs.delete_prefix(folder.format(session_id))
    return True


async def _is_there(services: CoreServices, session_id: str, what: MediaKind) -> bool:
    for folder in FOLDERS[what]:
        if await services.blobs.keys(folder.format(session_id)):
            return True
    return False


def _swept(services: CoreServices, organisation_id: str) -> Kept[Swept]:
    return Kept(services.storage.documents, organisation_id, SWEPT, Swept())


async def _mark(
    services: CoreServices, organisation_id: str, said: Retention, now: datetime
) -> None:
    """Remember how far was swept, so that no session is looked at every hour."""
    swept = await _swept(services, organisation_id).get()
    marks: dict[str, datetime] = {}
    for what in MEDIA:
        days, known = said.days_of(what), swept.document.until(what)
        if days is not None:
            until = now - timedelta(days=days)
            marks[what] = until if known is None else max(until, known)
    if marks:
        after = swept.document.model_copy(update=marks)
        await _swept(services, organisation_id).put(after, swept.revision)


async def _ended(
    services: CoreServices, organisation_id: str, before: datetime
) -> AsyncIterator[SessionSummary]:
    """Sessions that ended before; those that have not ended are last, so the first ends it."""
    offset = 0
    while True:
        page, _ = await services.storage.sessions.page(
            organisation_id=organisation_id,
            sort=Sort("completed_at", False),
            limit=PAGE,
            offset=offset,
        )
        for one in page:
            if one.completed_at is None or one.completed_at > before:
                return
            yield one
        offset += len(page)
        if len(page) < PAGE:
            return


async def _before(
    services: CoreServices, kind: Kind[D], organisation_id: str, name: str, before: datetime
) -> AsyncIterator[Stored[D]]:
    mine, after = services.storage.documents.of(kind, organisation_id), None
    where = Where(within={name: Between(below=before)})
    while True:
        page = await mine.page(where, Order(name), limit=PAGE, after=after)
        for found in page.items:
            yield found
        after = page.after
        if after is None:
            return
