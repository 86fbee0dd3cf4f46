"""Everything that an organisation holds of one person, by address: counted, copied, erased."""

from __future__ import annotations

import asyncio
import json
import tempfile
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import IO, Any

from pydantic import BaseModel

from interview.errors import NotFound
from interview.ports.documents import Documents, Kind, Order, Stored, Where
from interview.ports.storage import SessionSummary
from server.platform import purge
from server.platform.interviews.inviting import invited
from server.platform.interviews.openings import APPLICATIONS
from server.platform.interviews.tokens import TOKENS
from server.platform.mail.outbox import MAILS
from server.platform.requests import REQUESTS
from server.platform.services import CoreServices, Services

PAGE = 100
README = """What {company} holds of {email}, as of {at}.

sessions/<id>/session.json   the session as it stands
sessions/<id>/log.json       everything that happened in it, in order (times are UTC)
sessions/<id>/report.json    the report, if there is one
sessions/<id>/files/         recordings, pictures and sounds as they are stored
invitations.json, applications.json, letters.json, requests.json
"""


@dataclass
class Held:
    """What there is of one person."""

    sessions: list[SessionSummary] = field(default_factory=list)
    invitations: list[Stored[Any]] = field(default_factory=list)
    applications: list[Stored[Any]] = field(default_factory=list)
    letters: list[Stored[Any]] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each."""
        return {
            "sessions": len(self.sessions),
            "invitations": len(self.invitations),
            "applications": len(self.applications),
            "letters": len(self.letters),
        }


async def held(services: CoreServices, organisation_id: str, email: str) -> Held:
    """All of it. Addresses are compared without regard to case."""
    documents, known = services.storage.documents, invited(email)
    found = Held(sessions=[one async for one in _sessions(services, organisation_id, known)])
    by_address = Where(equals={"candidate_email": email})
    found.invitations = await _all(documents, TOKENS, organisation_id, by_address)
    to = Where(equals={"to": email})
    found.letters = await _all(documents, MAILS, organisation_id, to)
    for session in found.sessions:
        of = Where(equals={"session_id": session.session_id})
        found.applications += await _all(documents, APPLICATIONS, organisation_id, of)
        about = Where(equals={"about": session.session_id})
        found.letters += [
            letter
            for letter in await _all(documents, MAILS, organisation_id, about)
            if letter.document_id not in {one.document_id for one in found.letters}
        ]
    return found


async def erase_person(services: Services, organisation_id: str, email: str) -> dict[str, int]:
    """Remove all of it; how many of each. Done again after a crash, it removes what is left.

    Raises:
        NotFound: There is nothing.
        Unavailable: A store refuses.
    """
    found = await held(services, organisation_id, email)
    if not any(found.counts.values()):
        raise NotFound("Anything of this person", "in the organisation")
    documents = services.storage.documents
    held_of: list[tuple[Kind[Any], list[Stored[Any]]]] = [
        (MAILS, found.letters),
        (APPLICATIONS, found.applications),
        (TOKENS, found.invitations),
    ]
    for kind, things in held_of:
        for thing in things:
            await documents.of(kind, organisation_id).delete(thing.document_id)
    for session in found.sessions:
        await purge.erase(services, session.session_id)
    await services.storage.overwrite()
    return found.counts


async def export_person(services: CoreServices, organisation_id: str, email: str) -> IO[bytes]:
    """A zip file with all of it, without a name: it is gone when the caller closes it.

    Raises:
        NotFound: There is nothing.
        Unavailable: A store refuses.
    """
    found = await held(services, organisation_id, email)
    if not any(found.counts.values()):
        raise NotFound("Anything of this person", "in the organisation")
    file: IO[bytes] = await asyncio.to_thread(tempfile.TemporaryFile)
    try:
        with zipfile.ZipFile(file, "w") as archive:
            await _fill(services, organisation_id, found, archive, email)
        await asyncio.to_thread(file.seek, 0)
    except BaseException:
        file.close()
        raise
    return file


async def _fill(
    services: CoreServices,
    organisation_id: str,
    found: Held,
    archive: zipfile.ZipFile,
    email: str,
) -> None:
    async def put(name: str, content: bytes | str) -> None:
        kind = zipfile.ZIP_STORED if "/files/" in name else zipfile.ZIP_DEFLATED
        await asyncio.to_thread(archive.writestr, name, content, kind)

    at = services.clock().isoformat(timespec="seconds")
    text = README.format(company=services.settings.company, email=email, at=at)
    await put("README.txt", text)
    for name in ("invitations", "applications", "letters"):
        things: list[Stored[BaseModel]] = getattr(found, name)
        await put(f"{name}.json", _json([one.document.model_dump(mode="json") for one in things]))
    asked: list[Any] = []
    for session in found.sessions:
        place = f"sessions/{session.session_id}"
        await put(f"{place}/session.json", session.model_dump_json(indent=1))
        log = await services.storage.events.read(session.session_id)
        await put(f"{place}/log.json", _json([one.model_dump(mode="json") for one in log]))
        report = await services.storage.reports.get(session.session_id)
        if report is not None:
            await put(f"{place}/report.json", report.model_dump_json(indent=1))
        of = Where(equals={"session_id": session.session_id})
        requests = await _all(services.storage.documents, REQUESTS, organisation_id, of)
        asked += [one.document.model_dump(mode="json") for one in requests]
        for prefix in purge.BLOB_PREFIXES:
            for key in await services.blobs.keys(f"{prefix}/{session.session_id}/"):
                await put(f"{place}/files/{key}", await services.blobs.get(key))
    await put("requests.json", _json(asked))


async def _sessions(
    services: CoreServices, organisation_id: str, known: str
) -> AsyncIterator[SessionSummary]:
    offset = 0
    while True:
        page, _ = await services.storage.sessions.page(
            search=known, organisation_id=organisation_id, limit=PAGE, offset=offset
        )
        for one in page:
            if invited(one.email) == known:
                yield one
        offset += len(page)
        if len(page) < PAGE:
            return


async def _all(
    documents: Documents, kind: Kind[Any], organisation_id: str, where: Where
) -> list[Stored[Any]]:
    found: list[Stored[Any]] = []
    after: str | None = None
    while True:
        page = await documents.of(kind, organisation_id).page(
            where, Order(kind.fields[0]), limit=PAGE, after=after
        )
        found += page.items
        after = page.after
        if after is None:
            return found


def _json(content: object) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False)
