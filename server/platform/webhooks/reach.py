"""Addresses that may be asked for somebody else: public ones, looked at when they are used.

A name is resolved once and the connection goes to what was found, so that it cannot mean another
address a moment later. Redirects are not followed.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from interview.errors import InvalidInput
from server.addresses import host_name

NAT64 = "64:ff9b::"


class NotPublic(OSError):
    """The address is private, local, or of no single machine."""


def is_public(text: str) -> bool:
    """Whether an IP address is of the public internet, whatever it is written or wrapped in."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour or _nat64(address)
        if address.teredo is not None:
            return False
        if inside is not None:
            return inside.is_global and not inside.is_multicast
    return address.is_global and not address.is_multicast


def _nat64(address: IPv6Address) -> IPv4Address | None:
    """The address behind a translator's prefix (RFC 6052)."""
    if int(address) >> 32 != int(IPv6Address(NAT64)) >> 32:
        return None
    return IPv4Address(int(address) & 0xFFFFFFFF)


def checked_url(url: str, *, private: bool) -> str:
    """An address to send to, its host as it is looked up.

    Raises:
        InvalidInput: `url` is no https address, names a user, or a private address.
    """
    url = url.strip()
    if "\\" in url or not all(char.isprintable() and not char.isspace() for char in url):
        raise InvalidInput("url", "has characters that do not belong into an address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InvalidInput("url", "is no web address") from None
    if parts.scheme not in (("https", "http") if private else ("https",)):
        raise InvalidInput("url", "must begin with https://")
    if not parts.hostname or parts.username is not None or parts.fragment or port == 0:
        raise InvalidInput("url", "must be https://host/path, without a name or a # in it")
    try:
        host = host_name(parts.hostname)
    except ValueError:
        raise InvalidInput("url", "names no host that there can be") from None
    if not private and not _may_be_public(host):
        raise InvalidInput("url", "names an address that is not on the public internet")
    shown = f"[{host}]" if ":" in host else host
    return parts._replace(netloc=shown if port is None else f"{shown}:{port}").geturl()


def _may_be_public(host: str) -> bool:
    try:
        return is_public(host)
    except ValueError:  # a name: it is looked at when it is used
        return host != "localhost" and not host.endswith((".localhost", ".local", ".internal"))


class PublicResolver(AbstractResolver):
    """Resolves names to public addresses only."""

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """What may be connected to. Raises NotPublic when one address of the name is not public."""
        found = await self._inner.resolve(host, port, family)
        if not found or not all(is_public(one["host"]) for one in found):
            raise NotPublic("the name leads to an address that is not public")
        return found

    async def close(self) -> None:
        """Nothing is held."""
        await self._inner.close()
