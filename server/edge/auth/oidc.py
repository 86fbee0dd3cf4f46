"""Signing in through another party: OpenID Connect, code flow with PKCE (RFC 7636).

The party says who it is; an account with that confirmed e-mail address must be here already. What
it says is believed only with its signature, for us, now, and for the sign-in that this browser
began.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
import jwt

from interview.accounts import Account
from interview.errors import Disabled, Forbidden, Unauthenticated, Unavailable
from interview.ports.documents import Stored
from server.edge.auth import accounts
from server.edge.gate import Gate

BEGUN_S = 600
LEEWAY_S = 60
TIMEOUT = aiohttp.ClientTimeout(total=10)
MAX_BYTES = 256 * 1024
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
CALLBACK = "/api/v1/auth/oidc/callback"
STRANGER = "There is no account with your address here. Ask for an invitation."


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the browser goes, and what it keeps to prove that it is the same one afterwards."""

    address: str
    state: str


def must_be_set_up(gate: Gate) -> None:
    """Raises Disabled."""
    if gate.settings.oidc_issuer is None:
        raise Disabled("Signing in through another party is not set up on this server.")


async def begin(gate: Gate) -> Begun:
    """Begin a sign-in.

    Raises:
        Disabled: It is not set up.
        Unavailable: The party does not answer as it should.
    """
    must_be_set_up(gate)
    known = await _discovered(gate)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    until = gate.clock() + timedelta(seconds=BEGUN_S)
    await gate.storage.once.put(_key(state), {"nonce": nonce, "verifier": verifier}, until)
    digest = hashlib.sha256(verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": gate.settings.oidc_client_id,
        "redirect_uri": gate.settings.resolved_public_url + CALLBACK,
        "scope": "openid email profile",
        "state": state,
        "nonce": nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    return Begun(f"{_of(known, 'authorization_endpoint')}?{urlencode(query)}", state)


async def complete(gate: Gate, *, state: str, kept: str, code: str) -> Stored[Account]:
    """Whose account it is. `kept` is what the browser kept of `begin`.

    Raises:
        Unauthenticated: Not begun here, by another browser, too late or twice; a false token.
        Forbidden: There is no account with that confirmed address, or it is not active.
        Unavailable: The party does not answer as it should.
    """
    must_be_set_up(gate)
    if not kept or not hmac.compare_digest(state.encode(), kept.encode()):
        raise Unauthenticated("This sign-in was begun in another browser. Please begin again.")
    begun = await gate.storage.once.take(_key(state), gate.clock())
    if begun is None:
        raise Unauthenticated("This sign-in took too long or was used before. Please begin again.")
    known = await _discovered(gate)
    token = await _exchanged(gate, known, code, str(begun["verifier"]))
    claims = await _checked(gate, known, token)
    if not hmac.compare_digest(str(claims.get("nonce", "")), str(begun["nonce"])):
        raise Unauthenticated("The other party answered another sign-in. Please begin again.")
    return await _account(gate, claims)


async def _account(gate: Gate, claims: dict[str, Any]) -> Stored[Account]:
    email = claims.get("email")
    if not isinstance(email, str) or claims.get("email_verified") is not True:
        raise Forbidden("The other party has not confirmed your e-mail address.")
    found = await accounts.by_email(gate.storage.documents, email)
    if found is None:
        raise Forbidden(STRANGER)
    if not found.document.active:
        raise Forbidden("This account is not active.")
    return found


async def _exchanged(gate: Gate, known: dict[str, Any], code: str, verifier: str) -> str:
    settings = gate.settings
    assert settings.oidc_client_id is not None and settings.oidc_client_secret is not None
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": settings.resolved_public_url + CALLBACK,
        "code_verifier": verifier,
    }
    secret = settings.oidc_client_secret.get_secret_value()
    # RFC 6749, 2.3.1: both are encoded as in a form before they are joined.
    basic = aiohttp.encode_basic_auth(
        quote(settings.oidc_client_id, safe=""), quote(secret, safe="")
    )
    headers = {"Authorization": basic}
    answer = await _asked("POST", _of(known, "token_endpoint"), data=form, headers=headers)
    token = answer.get("id_token")
    if not isinstance(token, str):
        raise Unauthenticated("The other party did not confirm the sign-in. Please begin again.")
    return token


async def _checked(gate: Gate, known: dict[str, Any], token: str) -> dict[str, Any]:
    """The claims of a token that the party signed for us and that is in force."""
    keys = await _asked("GET", _of(known, "jwks_uri"))
    try:
        header = jwt.get_unverified_header(token)
        key = next(
            one for one in jwt.PyJWKSet.from_dict(keys).keys if one.key_id == header.get("kid")
        )
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[one for one in ALGORITHMS if one == header.get("alg")],
            audience=gate.settings.oidc_client_id,
            issuer=gate.settings.oidc_issuer,
            leeway=LEEWAY_S,
            options={"require": ["exp", "iat", "sub", "aud", "iss"], "verify_exp": False},
        )
    except (jwt.PyJWTError, StopIteration):
        raise Unauthenticated("What the other party says cannot be believed.") from None
    if float(claims["exp"]) + LEEWAY_S < gate.clock().timestamp():
        raise Unauthenticated("What the other party says is too old. Please begin again.")
    return claims


async def _discovered(gate: Gate) -> dict[str, Any]:
    issuer = str(gate.settings.oidc_issuer)
    known = await _asked("GET", f"{issuer}/.well-known/openid-configuration")
    if str(known.get("issuer", "")).rstrip("/") != issuer:
        raise Unavailable("sign-in", "the other party names another issuer")
    return known


async def _asked(method: str, address: str, **given: Any) -> dict[str, Any]:
    try:
        async with (
            aiohttp.ClientSession(timeout=TIMEOUT) as session,
            session.request(method, address, allow_redirects=False, **given) as answer,
        ):
            if answer.status in (400, 401) and method == "POST":
                return {}
            if answer.status != 200 or (answer.content_length or 0) > MAX_BYTES:
                raise Unavailable("sign-in", f"the other party answered {answer.status}")
            found = await answer.json()
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        why = f"the other party does not answer ({type(error).__name__})"
        raise Unavailable("sign-in", why) from None
    return found if isinstance(found, dict) else {}


def _of(known: dict[str, Any], name: str) -> str:
    address = known.get(name)
    if not isinstance(address, str) or not address.startswith(("https://", "http://")):
        raise Unavailable("sign-in", f"the other party names no {name}")
    return address


def _key(state: str) -> str:
    return "oidc:" + hashlib.sha256(state.encode()).hexdigest()
