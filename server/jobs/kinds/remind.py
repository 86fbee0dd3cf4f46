"""Remind somebody of an interview that they have not begun, then ask for the next reminder."""

from __future__ import annotations

from interview.errors import NotFound
from interview.ports.storage import JobRequest
from server.jobs.kind import JobKind, Payload, Progress, Tools
from server.platform.interviews.inviting import REMIND
from server.platform.interviews.tokens import TOKENS


class RemindPayload(Payload):
    """Which invitation."""

    organisation_id: str
    token_id: str


async def remind(tools: Tools, asked: RemindPayload, progress: Progress) -> None:
    """Harmless when it was done, or when the person has begun, or was told not to come."""
    del progress
    documents = tools.storage.documents.of(TOKENS, asked.organisation_id)
    stored = await documents.get(asked.token_id)
    now = tools.clock()
    if stored is None or stored.document.standing(now) not in ("waiting", "opened"):
        return
    token = stored.document
    passed = sum(at <= now for at in token.reminders)
    if passed <= token.reminded:
        return
    written = token.model_copy(update={"reminded": passed})
    sent = tools.invitations is not None and await tools.invitations.remind(
        asked.organisation_id, written
    )
    # One that could not be sent is shown on the desk as waiting.
    said = "reminded_at" if sent else "reminder_due_at"
    after = written.model_copy(update={said: now})
    try:
        await documents.replace(stored.document_id, stored.revision, after)
    except NotFound:
        return
    for at in after.reminders[passed : passed + 1]:
        await tools.storage.jobs.enqueue(
            JobRequest(kind=REMIND, key=asked.token_id, payload=asked.model_dump(), run_at=at)
        )


KIND = JobKind(REMIND, RemindPayload, remind)
