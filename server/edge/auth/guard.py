"""The guard: finds out who asks and admits only whom the route names. Deny by default."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Any

from aiohttp import hdrs, web

from interview.accounts import EVERYBODY, RUNNING, Account, Role
from interview.errors import Forbidden, NotFound, SubscriptionOver, Unauthenticated
from interview.ports.documents import Stored
from server.edge.address import client_block
from server.edge.auth import accounts, tokens
from server.edge.auth.api_keys import INVALID, PREFIX, key_of
from server.edge.auth.principals import (
    KIND,
    Allow,
    Anyone,
    Bearer,
    Candidate,
    Principal,
    Service,
    Staff,
)
from server.edge.auth.scopes import covers
from server.edge.auth.signing import check_signature
from server.edge.connections import vouch
from server.edge.gate import Gate, gate_of
from server.edge.idempotency import once
from server.edge.routes import PRINCIPAL, Route
from server.edge.security import check_origin

MAX_KEY_CHARS = 256
TABLE: web.AppKey[dict[tuple[str, str], Route]] = web.AppKey("route_table", dict)


def table_of(routes: Iterable[Route]) -> dict[tuple[str, str], Route]:
    """The routes by method and the router's name of the path."""
    return {(route.method, route.canonical): route for route in routes}


@web.middleware
async def guard(request: web.Request, handler: Any) -> web.StreamResponse:
    """Authenticate and authorise every request that has a handler."""
    resource = request.match_info.route.resource
    if resource is None:  # no such address, or no such method there: the router answers
        response: web.StreamResponse = await handler(request)
        return response
    method = "GET" if request.method == hdrs.METH_HEAD else request.method
    route = request.app[TABLE].get((method, resource.canonical))
    if route is None:
        raise Forbidden("This address is not open to anyone.")
    if route.kind == "websocket":
        check_origin(request)
    principal = request[PRINCIPAL] = await admit(request, route)
    if not isinstance(principal, Anyone):
        vouch(request)
    session_id = request.match_info.get("session_id")
    if session_id is not None:
        await own_session(request, session_id)
    await _limited(request, route, principal)
    return await once(request, route, handler)


async def _limited(request: web.Request, route: Route, principal: Principal) -> None:
    """Count the request. The operator's own key, and what limits itself, is not counted.

    Raises:
        RateLimited: The minute's requests of this caller to this route are used up.
    """
    rate = route.rate_class
    if rate is None or (isinstance(principal, Service) and not principal.key_id):
        return
    who = client_block(request) if isinstance(principal, Anyone) else principal.actor
    own = getattr(principal, "organisation_id", "")
    address = (route.method, route.canonical)
    await gate_of(request).limits.hit(rate, own, who, *address, most=route.per_minute)


async def admit(request: web.Request, route: Route) -> Principal:
    """The principal, if the route admits it.

    Raises:
        Unauthenticated: No credentials, or invalid ones.
        Forbidden: Valid ones that do not cover this.
    """
    if Allow.PUBLIC in route.allow or Allow.TICKET in route.allow:
        return Anyone()
    principal = await _authenticate(request, route)
    if KIND[type(principal)] not in route.allow:
        raise Forbidden("You may not do this.")
    if isinstance(principal, Service) and not covers(principal.scopes, route.needed_scope):
        raise Forbidden(f"This key has not the scope {route.needed_scope}.")
    if isinstance(principal, Staff) and not principal.roles & route.roles:
        raise Forbidden("Your role does not cover this.")
    if route.roles != EVERYBODY:
        await _subscribed(gate_of(request), principal)
    if isinstance(principal, Candidate):
        session_id = request.match_info.get("session_id")
        if session_id is not None and session_id != principal.session_id:
            raise Forbidden("This is not your interview.")
    return principal


async def _subscribed(gate: Gate, principal: Principal) -> None:
    """Administrators and the operator's own key pass, and candidates: they have agreed to nothing.

    Raises:
        SubscriptionOver: That of the caller's organisation does not run.
    """
    if isinstance(principal, Staff):
        runs = principal.subscribed or Role.ADMINISTRATOR in principal.roles
    elif isinstance(principal, Service) and principal.key_id:
        runs = await accounts.subscribed(
            gate.storage.documents, principal.organisation_id, gate.clock()
        )
    else:
        return
    if not runs:
        raise SubscriptionOver


async def _authenticate(request: web.Request, route: Route) -> Principal:
    gate = gate_of(request)
    header = request.headers.get(hdrs.AUTHORIZATION)
    if header is not None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unauthenticated("The Authorization header must be: Bearer <token>.")
        own = hmac.compare_digest(token.strip().encode(), gate.keys.service.encode())
        if own or token.strip().startswith(PREFIX):
            return await _service(gate, token.strip())  # programs that can send no other header
        return await principal_of_token(gate, token.strip())
    key = request.headers.get("X-API-Key")
    if key is not None:
        return await _service(gate, key)
    if Allow.SIGNED in route.allow and "sig" in request.query:
        exp, sig = request.query.get("exp"), request.query.get("sig")
        check_signature(gate.keys, request.path, exp, sig, gate.clock())
        return Bearer(request.path)
    raise Unauthenticated("Please sign in.")


async def _service(gate: Gate, key: str) -> Service:
    """Who shows this service key. Raises Unauthenticated."""
    if hmac.compare_digest(key.encode(), gate.keys.service.encode()):
        return Service()
    if not key.startswith(PREFIX) or len(key) > MAX_KEY_CHARS:
        raise Unauthenticated(INVALID)
    found = await key_of(gate.storage, key, gate.clock())
    scopes = frozenset(found.document.scopes)
    return Service(found.organisation_id, found.document_id, scopes)


async def principal_of_token(gate: Gate, token: str) -> Staff | Candidate:
    """Who holds an access or candidate token.

    Raises:
        Unauthenticated: Invalid, expired, signed out, or of an account that is no more.
    """
    claims = tokens.read(gate.keys.jwt, token, now=gate.clock())
    if claims.kind == "candidate":
        return Candidate(claims.subject)
    if claims.kind != "access":
        raise Unauthenticated("This kind of token does not open anything.")
    found = await standing(gate, claims)
    account = found.document
    return Staff(
        user_id=found.document_id,
        username=account.username,
        family=claims.family,
        organisation_id=found.organisation_id,
        roles=frozenset(account.roles),
        subscribed=account.subscription(gate.clock()) in RUNNING,
    )


async def standing(gate: Gate, claims: tokens.Claims) -> Stored[Account]:
    """A staff token's account, if both are still in force.

    Raises:
        Unauthenticated: Signed out, password changed, account gone or inactive.
    """
    if await gate.storage.once.get(f"revoked:{claims.family}", gate.clock()) is not None:
        raise Unauthenticated("You have signed out.")
    found = await accounts.by_id(gate.storage.documents, claims.subject)
    if found is None or not found.document.active:
        raise Unauthenticated("This account is not active.")
    if tokens.stamp_of(found.document.password_hash) != claims.stamp:
        raise Unauthenticated("The password has changed. Please sign in again.")
    return found


async def own_session(request: web.Request, session_id: str) -> None:
    """Pass only who may know of the session: what another organisation has does not exist.

    The guard asks for every route with `{session_id}`; who finds it elsewhere asks himself.

    Raises:
        NotFound: There is none, or it is another organisation's.
    """
    principal = request[PRINCIPAL]
    if not isinstance(principal, Staff | Service):
        return
    found = await gate_of(request).storage.sessions.get(session_id)
    if found is None or found.organisation_id != principal.organisation_id:
        raise NotFound("Session", session_id)
