"""The client's network address, behind proxies that are trusted by name."""

from __future__ import annotations

from aiohttp import web

from server.addresses import client_of
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
