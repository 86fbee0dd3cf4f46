"""Which of a client's ICE candidates are believed. Pure.

A client names addresses, and connectivity checks are sent to them before anybody there has agreed:
what is not a plausible address of a browser on the internet is left out. Nothing is lost by it: a
client that reaches us is answered at the address its checks come from (RFC 8445, 7.3.1.3).
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

MAX_CHECKED = 8
MIN_PORT = 1024
KINDS = ("host", "srflx")
LINE = re.compile(
    r"candidate:\S+ (?P<component>\d{1,3}) (?P<transport>\S+) \d{1,10} "
    r"(?P<host>\S+) (?P<port>\d{1,5}) typ (?P<kind>\S+)(?: .*)?",
    re.IGNORECASE,
)
# aioice gives up at once without a candidate. This one stands for "wait until the client asks":
# it lies in a network that is never routed (RFC 5737), at the port that discards.
NOBODY = "a=candidate:0 1 udp 1 192.0.2.1 9 typ host"
CANDIDATE, END = "a=candidate:", "a=end-of-candidates"


class Candidates:
    """Counts what one client has had checked."""

    def __init__(self, *, private: bool = False) -> None:
        self._private = private
        self._checked: set[tuple[str, int]] = set()

    def admit(self, line: str) -> bool:
        """Whether a candidate (`candidate:…`, without `a=`) may be checked; counts it then."""
        found = LINE.fullmatch(line)
        if found is None or found["component"] != "1" or found["transport"].lower() != "udp":
            return False
        place = (found["host"], int(found["port"]))
        if found["kind"].lower() not in KINDS or not self._plausible(*place):
            return False
        if place not in self._checked and len(self._checked) >= MAX_CHECKED:
            return False
        self._checked.add(place)
        return True

    def filter(self, sdp: str) -> str:
        """The description with these candidates only, in each section at least one."""
        kept: list[str] = []
        named = True
        for line in sdp.splitlines():
            if line.startswith("m="):
                named = self._close(kept, named)
            if line.startswith(CANDIDATE):
                if not self.admit(line.removeprefix("a=")):
                    continue
                named = True
            if not line.startswith(END):  # its own checks may still come
                kept.append(line)
        self._close(kept, named)
        return "\r\n".join(kept) + "\r\n"

    @staticmethod
    def _close(kept: list[str], named: bool) -> bool:
        """End a section (or the part before the first); whether the next one needs no more."""
        if not named:
            kept.append(NOBODY)
        return False

    def _plausible(self, host: str, port: int) -> bool:
        if not MIN_PORT <= port <= 65_535:
            return False
        try:
            address = ip_address(host)
        except ValueError:  # a name: asking for it is a question to strangers, or to all (mDNS)
            return False
        if isinstance(address, IPv6Address):
            if address.ipv4_mapped or address.sixtofour or address.teredo or address.scope_id:
                return False
        return self._reachable(address)

    def _reachable(self, address: IPv4Address | IPv6Address) -> bool:
        if address.is_multicast or address.is_unspecified or address.is_reserved:
            return False
        return address.is_global or (self._private and address != ip_address("255.255.255.255"))
