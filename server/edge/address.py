"""The client's network address, behind proxies that are trusted by name."""

from __future__ import annotations

from aiohttp import web

from server.addresses import block_of, client_of
from server.edge.gate import gate_of


def client_address(request: web.Request) -> str:
    """The peer, or what the proxies in `VIVA_TRUSTED_PROXIES` say about it.

    Every line of `X-Forwarded-For` counts (and of `Forwarded`): proxies may add one of their own.
    """
    return client_of(
        request.remote or "",
        request.headers.getall("X-Forwarded-For", ()),
        request.headers.getall("Forwarded", ()),
        gate_of(request).settings.trusted_proxies,
    )


def client_block(request: web.Request) -> str:
    """The client's address as limits count it: of IPv6, the /64 that a subscriber has."""
    return block_of(client_address(request))
