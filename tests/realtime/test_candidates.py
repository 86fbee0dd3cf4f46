"""Which addresses a client may have checked, and what is really sent to them."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.candidates import MAX_CHECKED, NOBODY, Candidates
from tests.realtime.candidate import Candidate
from tests.realtime.test_peer import Server

PUBLIC = "8.8.4.4"


def line(
    host: str = PUBLIC, port: int = 50_000, kind: str = "host", transport: str = "udp", n: int = 1
) -> str:
    return f"candidate:{n} 1 {transport} 2130706431 {host} {port} typ {kind}"


@pytest.mark.parametrize("host", [PUBLIC, "2001:4860:4860::8888"])
@pytest.mark.parametrize("kind", ["host", "srflx", "SRFLX raddr 10.0.0.1 rport 9"])
def test_a_public_address_is_checked(host: str, kind: str) -> None:
    assert Candidates().admit(line(host, kind=kind))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.9.9.9",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.251",
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::fb",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "localhost",
        "example.com",
        "4f1c2c1e-9d5b-4a1e-8f63-7a9f1f1a2b3c.local",
        "127.1",
        "0x7f000001",
    ],
)
def test_no_other_address_is(host: str) -> None:
    assert not Candidates().admit(line(host))


@pytest.mark.parametrize(
    "refused",
    [
        line(port=53),
        line(port=0),
        line(port=70_000),
        line(kind="relay"),
        line(kind="prflx"),
        line(transport="tcp") + " tcptype passive",
        line().replace(" 1 udp", " 2 udp"),
        "candidate:1 1 udp",
        "",
    ],
)
def test_no_other_kind_is(refused: str) -> None:
    assert not Candidates().admit(refused)


def test_private_ones_are_checked_where_the_operator_says_so() -> None:
    private = Candidates(private=True)
    assert private.admit(line("192.168.1.7")) and private.admit(line("127.0.0.1"))
    assert not private.admit(line("224.0.0.251")) and not private.admit(line("0.0.0.0"))


def test_a_few_are_enough_in_the_offer_and_after_it_together() -> None:
    admitted = Candidates()
    offer = "v=0\r\nm=audio 9 x\r\n" + "".join(f"a={line(port=50_000 + n)}\r\n" for n in range(850))
    assert admitted.filter(offer).count("a=candidate:") == MAX_CHECKED
    assert not admitted.admit(line(port=60_000))
    assert admitted.admit(line(port=50_000))  # the same one again is no other


def test_a_section_without_any_waits_for_its_client() -> None:
    offer = f"v=0\r\nm=audio 9 x\r\na={line('10.0.0.1')}\r\na=end-of-candidates\r\nm=video 9 x\r\n"
    assert Candidates().filter(offer).splitlines() == [
        "v=0",
        "m=audio 9 x",
        NOBODY,
        "m=video 9 x",
        NOBODY,
    ]


@given(st.text(max_size=200))
def test_any_line_gets_an_answer(text: str) -> None:
    Candidates().admit(text)
    Candidates().admit(f"candidate:1 1 udp 1 {text} 9999 typ host")
    Candidates().filter(text)


# --- on the wire ---------------------------------------------------------------------------------


class Wire:
    """Counts the UDP packets of this machine to 127/8 and to the documentation's network."""

    def __init__(self) -> None:
        self._raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP)
        self._raw.setblocking(False)
        self._raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self.sent: Counter[str] = Counter()

    def read(self, ports: range) -> Counter[str]:
        with contextlib.suppress(BlockingIOError):
            while True:
                packet = self._raw.recv(2_048)
                length = (packet[0] & 15) * 4
                (port,) = struct.unpack(">H", packet[length + 2 : length + 4])
                if port in ports:
                    self.sent[f"{socket.inet_ntoa(packet[16:20])}:{port}"] += 1
        return self.sent

    def close(self) -> None:
        self._raw.close()


async def test_an_offer_of_850_addresses_sends_nothing_to_them() -> None:
    try:
        wire = Wire()
    except PermissionError:
        pytest.skip("counting packets needs CAP_NET_RAW")
    candidate, server = Candidate(), Server()
    try:
        offer = re.sub(r"a=candidate:.*\r\n", "", await candidate.offer())
        named = "".join(
            f"a={line(f'127.{1 + n // 250}.{n % 250}.9', 31_000 + n, n=n)}\r\n" for n in range(850)
        )
        peer = await server.answer(offer.replace("a=mid:0\r\n", f"a=mid:0\r\n{named}", 1))
        for n in range(100):
            await peer.add_candidate(line("127.0.0.9", 31_900 + n, n=n), "0", 0)
        for _ in range(15):
            await asyncio.sleep(0.1)
            assert not wire.read(range(31_000, 32_000))
        await peer.aclose()
    finally:
        wire.close()
        await candidate.aclose()


async def test_a_candidate_whose_addresses_are_all_private_still_connects() -> None:
    candidate, server = Candidate(), Server()
    peer = await server.answer(await candidate.offer())
    await candidate.accept(peer.answer_sdp)
    async with asyncio.timeout(20):
        await server.connected.wait()
    await peer.aclose()
    await candidate.aclose()
