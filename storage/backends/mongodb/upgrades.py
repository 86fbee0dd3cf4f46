"""Brings what an older program wrote to what this one reads. Repeating it is harmless."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from interview.nouns import DEFAULT_ORGANISATION
from storage.backends.mongodb.collection import UP, Collection, Document


async def upgrade(part: Callable[[str], Collection]) -> None:
    """Reports and audit know their organisation; accounts are documents. Raises Unavailable."""
    await part("reports").update_all(
        {"organisation_id": None}, {"$set": {"organisation_id": DEFAULT_ORGANISATION}}
    )
    await part("audit").update_all(
        {"organisation_id": None}, {"$set": {"organisation_id": DEFAULT_ORGANISATION}}
    )
    old = part("accounts")
    async for found in old.each({}, [("_id", UP)]):
        await part("documents_accounts").insert(
            _account(found["_id"], json.loads(found["account"]))
        )
        await old.delete({"_id": found["_id"]})


def _account(username: str, account: dict[str, Any]) -> Document:
    """As SQLite's sixth step has it, and as it would be indexed."""
    body = {
        "username": username,
        "email": username,
        "password_hash": account["password_hash"],
        "roles": ["owner", "administrator"],
        "state": "active" if account.get("active", True) else "suspended",
        "created_at": account["created_at"],
        "must_change_password": account.get("must_change_password", False),
    }
    return {
        "_id": hashlib.sha256(username.encode()).hexdigest()[:32],  # the same when repeated
        "organisation_id": DEFAULT_ORGANISATION,
        "revision": 1,
        "body": json.dumps(body),
        "by_unique_0": json.dumps(["", username]),
        "by_unique_1": json.dumps(["", username]),
    }
