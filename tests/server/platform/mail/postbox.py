"""A real SMTP server for tests."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from tests.servers.ports import free_port


class Postbox:
    """A mail server that keeps what it gets, or answers as it is told."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.answer = ""
        self._came = threading.Condition()

    async def letter(self, number: int, wait_s: float = 20) -> EmailMessage:
        """The so-manieth letter, when it has come. Raises AssertionError."""

        def wait() -> bool:
            with self._came:
                return self._came.wait_for(lambda: len(self.letters) >= number, wait_s)

        assert await asyncio.to_thread(wait), f"{len(self.letters)} of {number} letters came"
        return self.letters[number - 1]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.answer:
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        with self._came:
            self.letters.append(letter)
            self._came.notify_all()
        return "250 OK"


@contextmanager
def listening() -> Iterator[tuple[Postbox, int]]:
    """A postbox and its port."""
    box = Postbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, ready_timeout=60)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()
