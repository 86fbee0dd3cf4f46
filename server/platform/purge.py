"""Erasing a session: sockets, blobs, room, then the store, so that a crash can be repeated."""

from __future__ import annotations

from server.platform import rooms
from server.platform.deciding.analysis import ANALYSES
from server.platform.deciding.shares import forget_shares
from server.platform.interviews.batch import forget_batch
from server.platform.interviews.openings import forget_application
from server.platform.interviews.tokens import forget_person
from server.platform.notices.book import NoticeBook
from server.platform.requests import Requests
from server.platform.services import Services
from server.platform.webhooks.book import WebhookBook

BLOB_PREFIXES = ("recordings", "speech", "reports", "pictures", "proctoring", "sound")


async def erase(services: Services, session_id: str) -> bool:
    """Remove all that is known of a session; False when nothing was.

    The store goes last: if something fails before, the session is still there to be deleted
    again. Sockets that came back in between are closed once more at the end.

    Raises:
        Unavailable: A store refuses.
    """
    known = await services.storage.sessions.get(session_id)
    if known is None:
        return False
    await forget_person(services, known.organisation_id, session_id)
    requests = Requests(services.storage, known.organisation_id)
    book = WebhookBook(services.storage, known.organisation_id, services.clock)
    await book.forget_session(session_id)
    await forget_shares(services.storage.documents, known.organisation_id, session_id)
    await services.storage.documents.of(ANALYSES, known.organisation_id).delete(session_id)
    await NoticeBook(services.storage, known.organisation_id, services.clock).forget_session(
        session_id
    )
    await forget_batch(services, known.organisation_id, session_id)
    await services.outbox.forget(known.organisation_id, session_id)
    await forget_application(services, known.organisation_id, session_id)
    await services.live.delete(session_id)
    await requests.erase(session_id)
    for prefix in BLOB_PREFIXES:
        await services.blobs.delete_prefix(f"{prefix}/{session_id}/")
    await rooms.close(services.rooms, session_id)
    erased = await services.storage.sessions.delete(session_id)
    await services.live.delete(session_id)
    await requests.erase(session_id)
    for prefix in BLOB_PREFIXES:
        await services.blobs.delete_prefix(f"{prefix}/{session_id}/")
    return erased
