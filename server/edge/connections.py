"""Connections of strangers: how long each may take, how many there may be, and who gives way.

A connection is *idle* while no complete request of it is being answered. Idle ones of strangers
are closed after a deadline, and earlier, the oldest first, when somebody else needs the room.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from server.addresses import address_of, block_of
from server.settings import Settings

HEADERS_WAIT_S = 10.0  # from the first byte (or the connection) to the end of the headers
KEEP_ALIVE_S = 65.0  # between requests; longer than nginx keeps its own
LINGER_S = 5.0
STRANGER_REQUEST_S = 60.0  # for a request without a good token, its answer taken
WANTED_DESCRIPTORS = 65_536
MIN_CONNECTIONS = 16
MAX_PER_ADDRESS = 512
KNOWN_FOR_S = 600.0
HEADER_BYTES = 16 * 1024
LINE_BYTES = 8 * 1024
# Of an open socket, frames that carry nothing and fragments without an end included. More than any
# page sends: what was said while the line was away comes at once.
SOCKET_BYTES_PER_S = 1_000_000
SOCKET_BURST_BYTES = 16 * 1024 * 1024

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many connections there may be: in all, of strangers together, of one address."""

    in_all: int
    strangers: int
    per_address: int


def bounds_for(descriptors: int) -> Bounds:
    """From the descriptors that the process may have open.

    A quarter, at least 64, is kept for files, media and engines; a quarter of the rest for
    addresses that take part in a session or are signed in.
    """
    in_all = max(MIN_CONNECTIONS, descriptors - max(64, descriptors // 4))
    strangers = max(MIN_CONNECTIONS // 2, in_all * 3 // 4)
    per_address = max(MIN_CONNECTIONS // 2, min(MAX_PER_ADDRESS, strangers // 2))
    return Bounds(in_all, strangers, per_address)


def raise_descriptors() -> int:
    """Allow this process as many descriptors as it may have (at most 65,536); how many it has."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return WANTED_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, WANTED_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return WANTED_DESCRIPTORS if soft == resource.RLIM_INFINITY else soft


@dataclass(slots=True, eq=False)
class Guest:
    """One connection as the doorkeeper knows it."""

    address: str
    close: Callable[[], None]
    busy: Callable[[], bool]  # whether a complete request is being answered
    vouched: bool = False


@dataclass
class Doorkeeper:
    """Admits connections within `bounds`. Time is an argument: monotonic seconds.

    Addresses in `exempt` (proxies) are bounded together only: they speak for many.
    """

    bounds: Bounds
    exempt: Callable[[str], bool] = lambda address: False
    _guests: OrderedDict[Guest, None] = field(default_factory=OrderedDict)
    _by_address: Counter[str] = field(default_factory=Counter)
    _known: OrderedDict[str, float] = field(default_factory=OrderedDict)
    turned_away: int = 0
    closed_for_room: int = 0

    def __len__(self) -> int:
        return len(self._guests)

    def admit(self, guest: Guest, now_s: float) -> bool:
        """Let it in, if need be in the place of an idle one; False when there is no place."""
        mine = self._by_address[guest.address]
        if mine >= self.bounds.per_address and not self.exempt(guest.address):
            if not self._make_room(guest.address):
                return self._turn_away()
        room = self.bounds.in_all if self._is_known(guest.address, now_s) else self.bounds.strangers
        if len(self._guests) >= room and not self._make_room(None):
            return self._turn_away()
        self._guests[guest] = None
        self._by_address[guest.address] += 1
        return True

    def vouch(self, guest: Guest, now_s: float) -> None:
        """It showed a good token or ticket: its address counts as known for ten minutes."""
        guest.vouched = True
        self._known.pop(guest.address, None)
        self._known[guest.address] = now_s + KNOWN_FOR_S
        while self._known and next(iter(self._known.values())) < now_s:
            self._known.popitem(last=False)

    def used(self, guest: Guest) -> None:
        """It asked for something: others give way before it does."""
        if guest in self._guests:
            self._guests.move_to_end(guest)

    def gone(self, guest: Guest) -> None:
        """It has closed; harmless when it was never let in."""
        if guest in self._guests:
            del self._guests[guest]
            self._by_address[guest.address] -= 1
            if not self._by_address[guest.address]:
                del self._by_address[guest.address]

    def _is_known(self, address: str, now_s: float) -> bool:
        return self._known.get(address, now_s) > now_s

    def _make_room(self, address: str | None) -> bool:
        """Close the idle connection that was used longest ago, strangers' first."""
        for vouched in (False, True):
            for guest in self._guests:
                if guest.vouched is vouched and address in (None, guest.address):
                    if not guest.busy():
                        self.closed_for_room += 1
                        self.gone(guest)
                        guest.close()
                        return True
        return False

    def _turn_away(self) -> bool:
        self.turned_away += 1
        return False


class Alarm:
    """Calls something after a while, unless it is stopped."""

    def __init__(self, action: Callable[[], None]) -> None:
        self._action = action
        self._timer: asyncio.TimerHandle | None = None

    @property
    def running(self) -> bool:
        """Whether it will ring."""
        return self._timer is not None

    def set(self, seconds: float) -> None:
        """Ring once, so much later."""
        self.stop()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._ring)

    def stop(self) -> None:
        """Do not ring. Harmless when it has."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ring(self) -> None:
        self._timer = None
        self._action()


class BoundedHandler(RequestHandler):
    """aiohttp's connection, at the door and with deadlines for what a stranger lets wait."""

    __slots__ = ("_door", "_headers_due", "_owed_bytes", "_owed_since", "_request_due", "guest")

    def __init__(self, manager: web.Server, door: Doorkeeper, **options: Any) -> None:
        super().__init__(manager, **options)
        self._door = door
        self._headers_due = Alarm(self._too_late)
        self._request_due = Alarm(self.abort)
        self._owed_bytes, self._owed_since = 0.0, time.monotonic()
        self.guest: Guest | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Admitted, or closed at once."""
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        address = block_of(str(peer[0])) if isinstance(peer, tuple) else "local"
        self.guest = Guest(address, self.abort, self._busy)
        if self._door.admit(self.guest, time.monotonic()):
            self._headers_due.set(HEADERS_WAIT_S)
        else:
            self.abort()

    def data_received(self, data: bytes) -> None:
        """The deadline runs from a request's first byte to the end of its headers."""
        super().data_received(data)
        if self._upgraded:
            self._slow_down(len(data))
        if self._messages or self._current_request is not None:
            self._headers_due.stop()
            if self.guest is not None and not self._upgraded:
                self._door.used(self.guest)
        elif not self._headers_due.running:
            self._headers_due.set(HEADERS_WAIT_S)

    def connection_lost(self, exc: BaseException | None) -> None:
        """The place is free."""
        self._headers_due.stop()
        self._request_due.stop()
        if self.guest is not None:
            self._door.gone(self.guest)
        super().connection_lost(exc)

    def _slow_down(self, size: int) -> None:
        """Read on when so much may have come: whoever sends faster waits, and is not cut."""
        now = time.monotonic()
        passed_s, self._owed_since = now - self._owed_since, now
        self._owed_bytes = max(0.0, self._owed_bytes - passed_s * SOCKET_BYTES_PER_S) + size
        over_bytes = self._owed_bytes - SOCKET_BURST_BYTES
        if over_bytes > 0 and self.transport is not None:
            with suppress(RuntimeError):  # it is being closed
                self.transport.pause_reading()
                wait_s = over_bytes / SOCKET_BYTES_PER_S
                asyncio.get_running_loop().call_later(wait_s, self._read_on)

    def _read_on(self) -> None:
        if self.transport is not None and not self._reading_paused:  # aiohttp's own pause goes on
            with suppress(RuntimeError):
                self.transport.resume_reading()

    def abort(self) -> None:
        """Close without waiting for what the other side has not taken."""
        transport = self.transport
        self.force_close()
        if transport is not None:
            transport.abort()

    def vouch(self) -> None:
        """The request under way showed a good token or ticket: it may take its time."""
        if self.guest is not None:
            self._request_due.stop()
            self._door.vouch(self.guest, time.monotonic())

    async def _handle_request(self, *arguments: Any) -> Any:
        self._request_due.set(STRANGER_REQUEST_S)
        try:
            return await super()._handle_request(*arguments)
        finally:
            self._request_due.stop()

    def _busy(self) -> bool:
        """A request that is here whole is being answered, or a socket is open to a session."""
        request = self._current_request
        if request is None:
            return bool(self._messages)
        vouched = self.guest is not None and self.guest.vouched
        return vouched or (request.content.is_eof() and not self._upgraded)

    def _too_late(self) -> None:
        if not self._messages and self._current_request is None:
            self.abort()


def vouch(request: web.BaseRequest) -> None:
    """Whoever sent this request has shown a good token or ticket."""
    if isinstance(request.protocol, BoundedHandler):
        request.protocol.vouch()


class BoundedServer(web.Server):
    """Makes bounded connections."""

    def __init__(self, handler: Any, door: Doorkeeper, **options: Any) -> None:
        super().__init__(handler, **options)
        self._door = door

    def __call__(self) -> RequestHandler:
        """One connection."""
        return BoundedHandler(self, self._door, loop=self._loop, **self._kwargs)


class BoundedRunner(web.AppRunner):
    """Runs an application behind a doorkeeper; bodies are left as they were sent."""

    def __init__(self, app: web.Application, door: Doorkeeper, **options: Any) -> None:
        super().__init__(
            app,
            access_log=None,
            auto_decompress=False,
            keepalive_timeout=KEEP_ALIVE_S,
            lingering_time=LINGER_S,
            max_line_size=LINE_BYTES,
            max_field_size=HEADER_BYTES,
            **options,
        )
        self._door = door

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return BoundedServer(
            made.request_handler,
            self._door,
            request_factory=made.request_factory,
            handler_cancellation=made.handler_cancellation,
            **made._kwargs,
        )


def doorkeeper(settings: Settings) -> Doorkeeper:
    """For as many connections as this process may have; trusted proxies are not counted alone."""
    proxies = settings.trusted_proxies

    def exempt(address: str) -> bool:
        found = address_of(address)
        return found is not None and any(found in network for network in proxies)

    return Doorkeeper(bounds_for(raise_descriptors()), exempt)
