"""What entries of the audit log are about, by the name that people know it by."""

from __future__ import annotations

from typing import Any

from interview.accounts import ACCOUNTS
from interview.ports.documents import Kind
from interview.ports.storage import AuditEntry, Storage
from server.edge.auth.api_keys import API_KEYS
from server.platform.interviews.bank import BANK
from server.platform.interviews.design import INTERVIEWS
from server.platform.interviews.openings import JOBS
from server.platform.interviews.tokens import TOKENS
from server.platform.webhooks.model import ENDPOINTS

# What an action's word begins with: what it is about, and the field that names it.
ABOUT: tuple[tuple[tuple[str, ...], Kind[Any], str], ...] = (
    (("interview_", "people_"), INTERVIEWS, "title"),
    (("job_",), JOBS, "title"),
    (("bank_question_",), BANK, "text"),
    (("account_", "colleague_", "reset_"), ACCOUNTS, "username"),
    (("api_key_",), API_KEYS, "name"),
    (("webhook_",), ENDPOINTS, "url"),
    (("token_", "candidate_reminded"), TOKENS, "candidate_name"),
)


async def names_of(storage: Storage, entries: list[AuditEntry]) -> list[str]:
    """Each entry's name, in their order; "" for what is gone, or has none. Each is asked once."""
    known: dict[tuple[str, str], str] = {}
    for entry in entries:
        key = _key(entry)
        if key not in known:
            known[key] = await _name(storage, entry)
    return [known[_key(entry)] for entry in entries]


def _key(entry: AuditEntry) -> tuple[str, str]:
    return entry.organisation_id, entry.target


async def _name(storage: Storage, entry: AuditEntry) -> str:
    kept = storage.documents
    for begins, kind, field in ABOUT:
        if entry.action.startswith(begins):
            found = await kept.of(kind, entry.organisation_id).get(entry.target)
            return "" if found is None else str(getattr(found.document, field))
    summary = await storage.sessions.get(entry.target)
    if summary is None or summary.organisation_id != entry.organisation_id:
        return ""
    return f"{summary.name}, {summary.title}"
