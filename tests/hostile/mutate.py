"""Good bytes made bad, repeatably."""

from __future__ import annotations

import os
import random

SOAK = os.environ.get("VIVA_SOAK") == "1"
TOKENS = (
    b"",
    b"\x00",
    b"\xff" * 8,
    b"\xed\xa0\x80",
    b"9" * 400,
    b"-1",
    b"1e999",
    b"NaN",
    b"null",
    b"[" * 200,
    b'{"a":' * 50,
    b"\\ud800",
    b"\r\n",
    b"a=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\n",
)


def times(usual: int, soak: int) -> int:
    """How many to try."""
    return soak if SOAK else usual


def mutated(good: bytes, chance: random.Random, head: int | None = None) -> bytes:
    """One to four changes, within the first `head` bytes."""
    out = bytearray(good)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(max(1, min(len(out), head or len(out))))
        match chance.randrange(6):
            case 0 if out:
                out[at % len(out)] ^= 1 << chance.randrange(8)
            case 1 if out:
                out[at % len(out)] = chance.randrange(256)
            case 2:
                del out[at : at + chance.randint(1, 40)]
            case 3:
                out[at:at] = chance.choice(TOKENS)
            case 4:
                out[at:at] = out[at : at + chance.randint(1, 60)]
            case _:
                out = out[: max(1, at)] if chance.random() < 0.2 else out
    return bytes(out)
