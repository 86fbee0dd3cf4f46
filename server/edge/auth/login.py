"""Signing in and staying signed in: rotation of refresh tokens, and what signing out revokes."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from interview.accounts import Account
from interview.errors import Forbidden, InvalidInput, Unauthenticated
from interview.ports.documents import Stored
from server.edge.auth import accounts, tokens
from server.edge.auth.guard import standing
from server.edge.auth.passwords import MIN_PASSWORD_CHARS, hash_password, verify_password
from server.edge.gate import Gate

WRONG = "The user name or the password is wrong."


@dataclass(frozen=True, slots=True)
class Grant:
    """A signed-in account with its pair of tokens."""

    stored: Stored[Account]
    access: str
    refresh: str
    access_ttl_s: int
    refresh_ttl_s: int


async def sign_in(gate: Gate, username: str, password: str) -> Grant:
    """Start a family of tokens.

    Raises:
        Unauthenticated: Unknown name or wrong password (the same words for both).
        Forbidden: The password fits, but the account is not active.
    """
    found = await accounts.by_name(gate.storage.documents, username)
    fits = await verify_password(found.document.password_hash if found else None, password)
    if found is None or not fits:
        raise Unauthenticated(WRONG)
    if not found.document.active:
        raise Forbidden("This account is not active.")
    return grant(gate, found, uuid.uuid4().hex)


async def renew(gate: Gate, refresh: str) -> Grant:
    """Exchange a refresh token for a new pair; each works once.

    A second use means that it was stolen (or lost): the whole family is revoked.

    Raises:
        Unauthenticated: Invalid, expired, used before, or revoked.
    """
    claims = _refresh_claims(gate, refresh)
    found = await standing(gate, claims)
    used = f"refresh-used:{claims.token_id}"
    if not await gate.storage.once.put(used, {}, claims.expires_at):
        await revoke(gate, claims.family)
        raise Unauthenticated("This sign-in was used twice and has been ended.")
    return grant(gate, found, claims.family)


def family_of(gate: Gate, refresh: str) -> tuple[str, str]:
    """The family and the user id of a refresh token.

    Raises:
        Unauthenticated: Invalid or expired.
    """
    claims = _refresh_claims(gate, refresh)
    return claims.family, claims.subject


async def revoke(gate: Gate, family: str) -> None:
    """Void every token that descends from one login."""
    until = gate.clock() + timedelta(seconds=gate.settings.refresh_token_s)
    await gate.storage.once.put(f"revoked:{family}", {}, until)


async def change_password(gate: Gate, user_id: str, current: str, new: str) -> Stored[Account]:
    """Store a new password; every token made under the old one is void at once.

    Raises:
        InvalidInput: The current password is wrong (`current_password`) or the new one is too
            short or the same (`new_password`).
        Unauthenticated: The account is gone.
    """
    documents = gate.storage.documents
    found = await accounts.by_id(documents, user_id)
    if found is None:
        raise Unauthenticated("This account is not active.")
    if not await verify_password(found.document.password_hash, current):
        raise InvalidInput("current_password", "is wrong")
    if len(new) < MIN_PASSWORD_CHARS:
        raise InvalidInput("new_password", f"must have at least {MIN_PASSWORD_CHARS} characters")
    if new == current:
        raise InvalidInput("new_password", "must differ from the current one")
    return await accounts.changed(
        documents, user_id, password_hash=await hash_password(new), must_change_password=False
    )


def grant(gate: Gate, stored: Stored[Account], family: str) -> Grant:
    """A new pair of tokens of that family."""
    settings, now = gate.settings, gate.clock()
    stamp = tokens.stamp_of(stored.document.password_hash)

    def make(kind: tokens.TokenKind, ttl_s: int) -> str:
        return tokens.issue(
            gate.keys.jwt,
            kind,
            stored.document_id,
            now=now,
            ttl_s=ttl_s,
            family=family,
            stamp=stamp,
        )

    access = make("access", settings.access_token_s)
    refresh = make("refresh", settings.refresh_token_s)
    return Grant(stored, access, refresh, settings.access_token_s, settings.refresh_token_s)


def _refresh_claims(gate: Gate, refresh: str) -> tokens.Claims:
    claims = tokens.read(gate.keys.jwt, refresh, now=gate.clock())
    if claims.kind != "refresh":
        raise Unauthenticated("This is not a refresh token.")
    return claims
