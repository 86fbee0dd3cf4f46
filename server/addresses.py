"""Network addresses and web addresses as people write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

import idna

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
BLOCK_V6 = 64
PRIVATE_V6 = 7
_NOWHERE_4, _NOWHERE_6 = ip_network("0.0.0.0/32"), ip_network("::/128")
WIDEST = {4: 8, 6: 16}  # a proxy's range; 10.0.0.0/8 is the widest that is anybody's own
_PORT = re.compile(r"(?P<host>[^:\[\]]+|\[[^\]]+\])(?::\d{1,5})?")
_PAIR = re.compile(r'(?:^|;)\s*for\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))', re.IGNORECASE)
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")


def network_of(text: str) -> Network:
    """An address or a range: `10.0.0.5`, `10.0.0.0/8`, `fd00::/8`, `[::1]`.

    Raises:
        ValueError: It is neither; the message is a sentence's end.
    """
    try:
        found = ip_network(text.strip().removeprefix("[").removesuffix("]"), strict=False)
    except ValueError:
        raise ValueError(
            f"{text} is neither an IP address nor a range such as 10.0.0.0/8"
        ) from None
    if isinstance(found, IPv6Network) and (plain := found.network_address.ipv4_mapped):
        return ip_network((plain, max(0, found.prefixlen - 96)), strict=False)
    return found


def proxy_of(text: str) -> Network:
    """A proxy, or a range of them, that may say who asks.

    Raises:
        ValueError: It is no address or range, none that anything comes from, or so wide a range
            that callers could name themselves; the message is a sentence's end.
    """
    found = network_of(text)
    if found.network_address.is_multicast or found in (_NOWHERE_4, _NOWHERE_6):
        raise ValueError(f"nothing comes from {text}")
    own = isinstance(found, IPv6Network) and found.is_private and found.prefixlen >= PRIVATE_V6
    if found.prefixlen < WIDEST[found.version] and not own:
        raise ValueError(f"{text} holds everybody; name the proxies' own addresses or ranges")
    return found


def address_of(text: str) -> Address | None:
    """The address in one hop of a proxy's header: bare, with a port, or in brackets."""
    text = text.strip().strip('"').strip()
    found = _parsed(text)
    if found is None and (match := _PORT.fullmatch(text)):
        found = _parsed(match["host"].strip("[]"))
    if isinstance(found, IPv6Address):
        plain = IPv6Address(int(found))  # without a zone
        return plain.ipv4_mapped or plain
    return found


def client_of(
    peer: str, forwarded_for: Sequence[str], forwarded: Sequence[str], trusted: Sequence[Network]
) -> str:
    """Who asks: the peer, or what trusted proxies say about it.

    Read from the right: the first hop that is not a trusted proxy is the client, since anything
    further left could be made up. A hop that is no address ends the search at the proxy that
    wrote it. When both headers are there and disagree, neither is believed.

    Args:
        forwarded_for: The lines of `X-Forwarded-For`, in order.
        forwarded: The lines of `Forwarded` (RFC 7239), in order.
    """
    nearest = address_of(peer)
    if nearest is None:
        return peer or "unknown"
    if not _within(nearest, trusted):
        return str(nearest)
    lists = [hops for hops in (_joined(forwarded_for), _rfc7239(forwarded)) if hops]
    found = {_outermost(nearest, hops, trusted) for hops in lists}
    return str(found.pop() if len(found) == 1 else nearest)


def block_of(address: str) -> str:
    """What one subscriber holds: an IPv4 address, or the /64 of an IPv6 address."""
    found = address_of(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, BLOCK_V6), strict=False))
    return address if found is None else str(found)


@dataclass(frozen=True)
class SmtpServer:
    """Where letters are handed in, and how the line is protected."""

    host: str
    port: int
    username: str | None
    password: str | None
    tls: Literal["tls", "starttls", "none"]


def smtp_server(text: str) -> SmtpServer:
    """`smtps://user:password@host:465`, `smtp://host:587` (STARTTLS), `smtp://host:25?tls=none`.

    Raises:
        ValueError: It is none of these; the message is a sentence's end and quotes no password.
    """
    wanted = "it must be smtp://user:password@host:port or smtps://…"
    try:
        parts = urlsplit(text.strip())
        port, host, asked = parts.port, parts.hostname, parse_qs(parts.query)
    except ValueError:
        raise ValueError(wanted) from None
    if parts.scheme not in ("smtp", "smtps") or not host or parts.path not in ("", "/"):
        raise ValueError(wanted)
    if asked not in ({}, {"tls": ["none"]}) or (asked and parts.scheme == "smtps"):
        raise ValueError("only ?tls=none may follow an smtp:// address")
    usual = {"smtp": "starttls", "smtps": "tls"}[parts.scheme]
    return SmtpServer(
        host=host,
        port=port or {"smtp": 587, "smtps": 465}[parts.scheme],
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls="none" if asked else usual,  # type: ignore[arg-type]
    )


def web_origin(text: str, schemes: Sequence[str]) -> str:
    """Scheme, host and port as browsers write an origin.

    Raises:
        ValueError: It has anything else, or is no web address; the message is a sentence's end.
    """
    address = web_address(text, schemes)
    parts = urlsplit(address)
    if parts.path or "@" in parts.netloc:
        raise ValueError(
            f"{_without_user(text)} has more than scheme, host and port; "
            "the pages are served from the root"
        )
    return address


def web_address(text: str, schemes: Sequence[str]) -> str:
    """A web address without its last slash; host as browsers write it, a usual port left out.

    Raises:
        ValueError: It is none, or has a query or a fragment; the message is a sentence's end.
    """
    text = text.strip()
    wanted = f"it must be an address beginning with {' or '.join(schemes)}://"
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise ValueError(wanted) from None
    if (
        parts.scheme not in schemes
        or not host
        or port == 0
        or any(c.isspace() or c < " " for c in text)
    ):
        raise ValueError(wanted)
    if "?" in text or "#" in text:
        raise ValueError(f"{_without_user(text)} has a query or a fragment, which would be cut off")
    host = _host(host)
    shown = f":{port}" if port is not None and port != DEFAULT_PORTS.get(parts.scheme) else ""
    user = parts.netloc.rpartition("@")[0]
    return f"{parts.scheme}://{user}{'@' if user else ''}{host}{shown}{parts.path.rstrip('/')}"


def _without_user(address: str) -> str:
    """What may be said of an address: never the password in it."""
    return re.sub(r"//.*@", "//…@", address)


def port_of(text: str) -> int | None:
    """The port in an address.

    Raises:
        ValueError: It is none; the message is a sentence's end and quotes no password.
    """
    try:
        return urlsplit(text.strip()).port
    except ValueError:
        raise ValueError("its host or its port is none") from None


def host_name(text: str) -> str:
    """A host to listen on: a name or an address, without brackets.

    Raises:
        ValueError: It is neither; the message is a sentence's end.
    """
    return _host(text.strip().removeprefix("[").removesuffix("]")).strip("[]") if text else text


def _host(text: str) -> str:
    if ":" in text:
        found = address_of(text)
        if not isinstance(found, IPv6Address):
            raise ValueError(f"{text} is not a host")
        return f"[{found}]"
    try:
        name = text if text.isascii() else idna.encode(text, uts46=True).decode()
    except idna.IDNAError:
        raise ValueError(f"{text} is not a host") from None
    labels = name.removesuffix(".").split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(f"{text} is not a host")
    if labels[-1].isdigit() and address_of(name) is None:
        raise ValueError(f"{text} is not a host")
    return name.lower()


def _parsed(text: str) -> Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _within(address: Address, networks: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _joined(lines: Sequence[str]) -> list[str]:
    return [hop for line in lines for hop in line.split(",") if hop.strip()]


def _rfc7239(lines: Sequence[str]) -> list[str]:
    """The `for` of each element; one without says nothing about its client."""
    hops = []
    for element in re.findall(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+', ",".join(lines)):
        match = _PAIR.search(element.strip())
        hops.append((match[1] or match[2] or "") if match else "unknown")
    return hops


def _outermost(nearest: Address, hops: Sequence[str], trusted: Sequence[Network]) -> Address:
    for hop in reversed(hops):
        found = address_of(hop)
        if found is None:
            return nearest
        nearest = found
        if not _within(found, trusted):
            return found
    return nearest
