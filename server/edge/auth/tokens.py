"""Signed tokens (HS256): staff access and refresh, the candidate's link. Pure: time is given."""

from __future__ import annotations

import hashlib
import math
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import jwt

from interview.errors import Unauthenticated

ALGORITHM = "HS256"
ISSUER = "vivavoce"
TokenKind = Literal["access", "refresh", "candidate"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid token says. `family` and `stamp` are empty in candidate tokens."""

    kind: TokenKind
    subject: str
    token_id: str
    expires_at: datetime
    family: str = ""
    stamp: str = ""


def stamp_of(password_hash: str | None) -> str:
    """A mark of the password in force; tokens made under another one are void."""
    return hashlib.sha256((password_hash or "").encode()).hexdigest()[:16]


def issue(
    key: str,
    kind: TokenKind,
    subject: str,
    *,
    now: datetime,
    ttl_s: float,
    family: str = "",
    stamp: str = "",
) -> str:
    """A token of that kind for `subject` (a user id, or a session id for candidates)."""
    claims = {
        "iss": ISSUER,
        "typ": kind,
        "sub": subject,
        "jti": uuid.uuid4().hex,
        "iat": int(now.timestamp()),
        "exp": math.ceil((now + timedelta(seconds=ttl_s)).timestamp()),  # never less than told
    }
    if family:
        claims |= {"fam": family, "stp": stamp}
    return jwt.encode(claims, key, algorithm=ALGORITHM)


def read(key: str, token: str, *, now: datetime) -> Claims:
    """The claims of a token of ours.

    Raises:
        Unauthenticated: Not ours, altered, incomplete or expired.
    """
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            options={
                "require": ["exp", "sub", "typ", "jti"],
                "verify_exp": False,
                "verify_iat": False,
            },
        )
    except jwt.PyJWTError:
        raise Unauthenticated("The token is not valid.") from None
    expires_at = datetime.fromtimestamp(int(claims["exp"]), UTC)
    if expires_at <= now:
        raise Unauthenticated("The token has expired.")
    return Claims(
        kind=claims["typ"],
        subject=str(claims["sub"]),
        token_id=str(claims["jti"]),
        expires_at=expires_at,
        family=str(claims.get("fam", "")),
        stamp=str(claims.get("stp", "")),
    )
