"""Signing in through another party, against a small one of our own that really signs."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from interview.accounts import Role
from tests.server.doors import ADMIN, Edge, running

START, CALLBACK = "/api/v1/auth/oidc/start", "/api/v1/auth/oidc/callback"
CLIENT, SECRET = "vivavoce-desk", "a secret of the client"


@dataclass
class Party:
    """An identity provider: codes for what was asked, tokens with its own key."""

    claims: dict[str, Any] = field(default_factory=dict)
    wrong: dict[str, Any] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    )
    signs_with: rsa.RSAPrivateKey | None = None
    asked: dict[str, str] = field(default_factory=dict)
    issuer: str = ""

    async def configuration(self, request: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorise",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        )

    async def keys(self, request: web.Request) -> web.Response:
        public = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return web.json_response({"keys": [{**public, "kid": "k1", "use": "sig"}]})

    async def token(self, request: web.Request) -> web.Response:
        form = await request.post()
        wanted = base64.b64encode(f"{CLIENT}:{quote(SECRET)}".encode()).decode()
        digest = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        good = (
            request.headers.get("Authorization") == f"Basic {wanted}"
            and form["code"] == "the-code"
            and challenge == self.asked["code_challenge"]
            and form["redirect_uri"] == self.asked["redirect_uri"]
        )
        if not good:
            return web.json_response({"error": "invalid_grant"}, status=400)
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "u1", "iat": now, "exp": now + 300}
        claims |= {"nonce": self.asked["nonce"]} | self.claims | self.wrong
        signed = jwt.encode(
            claims, self.signs_with or self.key, algorithm="RS256", headers={"kid": "k1"}
        )
        return web.json_response({"id_token": signed, "token_type": "Bearer"})


@asynccontextmanager
async def answering() -> AsyncIterator[Party]:
    party, app = Party(), web.Application()
    app.router.add_get("/.well-known/openid-configuration", party.configuration)
    app.router.add_get("/keys", party.keys)
    app.router.add_post("/token", party.token)
    async with TestServer(app) as server:
        party.issuer = str(server.make_url("")).rstrip("/")
        yield party


@pytest.fixture
async def party() -> AsyncIterator[Party]:
    async with answering() as found:
        found.claims = {"email": ADMIN.title(), "email_verified": True}
        yield found


@pytest.fixture
async def edge(tmp_path: Path, party: Party) -> AsyncIterator[Edge]:
    async with running(
        tmp_path, oidc_issuer=party.issuer, oidc_client_id=CLIENT, oidc_client_secret=SECRET
    ) as started:
        yield started


async def begin(edge: Edge, party: Party) -> str:
    """To the other party; the state that comes back with the code."""
    answer = await edge.client.get(START, allow_redirects=False)
    assert answer.status == 302, await answer.text()
    parts = urlsplit(answer.headers["Location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{party.issuer}/authorise"
    party.asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert party.asked["client_id"] == CLIENT and party.asked["code_challenge_method"] == "S256"
    return party.asked["state"]


async def back(edge: Edge, state: str, code: str = "the-code") -> str:
    """Where the callback leads."""
    answer = await edge.client.get(
        CALLBACK, params={"state": state, "code": code}, allow_redirects=False
    )
    assert answer.status == 302
    return answer.headers["Location"]


async def signed_in(edge: Edge) -> bool:
    answer = await edge.client.post("/api/v1/auth/refresh")
    return answer.status == 200


async def test_whom_the_other_party_confirms_is_in(edge: Edge, party: Party) -> None:
    state = await begin(edge, party)
    assert await back(edge, state) == "/staff"
    assert await signed_in(edge)
    entries, _ = await edge.services.storage.audit.page(action="login")
    assert entries[0].details == {"through": "oidc"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "another client"},
        {"iss": "https://evil.example"},
        {"nonce": "another"},
        {"exp": 1},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": "nobody@example.com"},
        {"email": None},
    ],
)
async def test_what_is_not_for_us_now_is_not_believed(
    edge: Edge, party: Party, wrong: dict[str, Any]
) -> None:
    party.wrong = wrong
    where = await back(edge, await begin(edge, party))
    assert where.startswith("/staff/login?why=") and not await signed_in(edge)


async def test_another_key_another_code_and_another_browser_are_refused(
    edge: Edge, party: Party
) -> None:
    party.signs_with = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    assert "why=" in await back(edge, await begin(edge, party))
    party.signs_with = None
    assert "why=" in await back(edge, await begin(edge, party), code="guess")
    state = await begin(edge, party)
    edge.client.session.cookie_jar.clear()
    assert "why=unauthenticated" in await back(edge, state)
    assert not await signed_in(edge)


async def test_it_takes_ten_minutes_at_most_and_works_once(edge: Edge, party: Party) -> None:
    state = await begin(edge, party)
    assert await back(edge, state) == "/staff"
    edge.client.session.cookie_jar.update_cookies({"viva_oidc": state})
    assert "why=unauthenticated" in await back(edge, state)
    edge.client.session.cookie_jar.clear()
    state = await begin(edge, party)
    edge.clock.forward(601)
    assert "why=unauthenticated" in await back(edge, state)
    assert not await signed_in(edge)


async def test_a_suspended_account_stays_out(edge: Edge, party: Party) -> None:
    person = await edge.person(Role.OWNER, state="suspended")
    party.claims["email"] = person.stored.document.email
    assert "why=forbidden" in await back(edge, await begin(edge, party))
    party.claims["email"] = "stranger@example.com"
    where = await back(edge, await begin(edge, party))
    assert where == "/staff/login?why=forbidden"


async def test_a_party_that_is_away_is_said(edge: Edge, party: Party) -> None:
    party.issuer = "http://127.0.0.1:9"
    assert (await edge.client.get(START, allow_redirects=False)).status == 503


async def test_without_configuration_there_is_none(tmp_path: Path) -> None:
    async with running(tmp_path) as edge:
        answer = await edge.client.get(START, allow_redirects=False)
        assert answer.status == 409 and (await answer.json())["code"] == "disabled"
