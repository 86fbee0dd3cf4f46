"""Ports for servers that a test starts in another process."""

from __future__ import annotations

import random
import socket

# Below what the system gives to connections and to whoever asks for port 0 (32768 on Linux): a
# server that is killed and started again finds its port as it left it.
ASKED_FOR = range(12_000, 32_000)


def free_port() -> int:
    """A loopback port that nobody listens on and that the system gives to nobody by itself.

    Raises:
        OSError: None of a hundred is free.
    """
    for _ in range(100):
        port = random.SystemRandom().choice(ASKED_FOR)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no free port was found")
