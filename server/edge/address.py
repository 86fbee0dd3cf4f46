"""The client's network address, behind proxies that are trusted by name."""

from __future__ import annotations

from aiohttp import web

from server.services import services_of


def client_address(request: web.Request) -> str:
    """The peer, or what a trusted proxy says about it.

    `X-Forwarded-For` counts only when the peer is in `VIVA_TRUSTED_PROXIES`; then the last entry
    that is not such a proxy is the client (anything further left could be made up).
    """
    peer = request.remote or "unknown"
    trusted = services_of(request).settings.trusted_proxies
    if peer not in trusted:
        return peer
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    return next((hop for hop in reversed(hops) if hop and hop not in trusted), peer)
