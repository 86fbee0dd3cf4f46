"""One try to deliver a message, and when the next one is due."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

import aiohttp

from interview.errors import InvalidInput
from server.platform.webhooks.model import Attempt, Delivery, Endpoint
from server.platform.webhooks.reach import NotPublic, PublicResolver, checked_url
from server.platform.webhooks.signing import SecretBox, headers

# After the first try, as the specification proposes; about four days in all.
SCHEDULE_S = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
TRIES = 1 + len(SCHEDULE_S)
ANSWER_WAIT_S = 15.0
STOP = HTTPStatus.GONE


class Sender:
    """Sends messages; `private` allows addresses that are not on the public internet."""

    def __init__(
        self, installation_key: str, clock: Callable[[], datetime], *, private: bool = False
    ) -> None:
        self.box = SecretBox(installation_key)
        self.private = private
        self._clock = clock

    def secrets_of(self, endpoint: Endpoint) -> list[str]:
        """The secrets in force: the newest, and earlier ones while a rotation lasts."""
        old = endpoint.old_until is not None and self._clock() < endpoint.old_until
        sealed = endpoint.sealed if old else endpoint.sealed[:1]
        return [secret for one in sealed if (secret := self.box.open(one)) is not None]

    async def attempt(self, endpoint: Endpoint, delivery: Delivery) -> Attempt:
        """Send once. Whatever goes wrong is in the attempt; redirects are not followed."""
        at, began = self._clock(), time.perf_counter()
        status, error = await self._post(endpoint.url, self.secrets_of(endpoint), delivery, at)
        took_ms = round((time.perf_counter() - began) * 1_000)
        return Attempt(at=at, took_ms=took_ms, status=status, error=error)

    async def _post(
        self, url: str, secrets: Sequence[str], delivery: Delivery, at: datetime
    ) -> tuple[int | None, str]:
        if not secrets:
            return None, "The signing secret cannot be read any more; make a new one."
        try:
            checked_url(url, private=self.private)
            async with (
                aiohttp.ClientSession(
                    connector=aiohttp.TCPConnector(
                        resolver=None if self.private else PublicResolver(), force_close=True
                    ),
                    timeout=aiohttp.ClientTimeout(total=ANSWER_WAIT_S),
                    auto_decompress=False,
                ) as http,
                http.post(
                    url,
                    data=delivery.body.encode(),
                    headers=headers(secrets, delivery.message_id, at, delivery.body),
                    allow_redirects=False,
                ) as answer,
            ):
                good = HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES
                return answer.status, "" if good else f"It answered with {answer.status}."
        except (InvalidInput, NotPublic):
            return None, "The address is not on the public internet."
        except TimeoutError:
            return None, f"There was no answer within {ANSWER_WAIT_S:.0f} s."
        except aiohttp.ClientConnectorDNSError as failed:
            if isinstance(failed.os_error, NotPublic):
                return None, "The address is not on the public internet."
            return None, "The name is not known."
        except aiohttp.ClientSSLError:
            return None, "The certificate is not valid."
        except aiohttp.ClientError as failed:
            return None, f"No connection to {urlsplit(url).hostname} ({type(failed).__name__})."


def succeeded(attempt: Attempt) -> bool:
    """Whether the receiver has it."""
    return attempt.status is not None and not attempt.error


def next_try(tries_left: int, now: datetime) -> datetime | None:
    """When to try again with so many left; None when it was the last."""
    if tries_left <= 0:
        return None
    return now + timedelta(seconds=SCHEDULE_S[max(0, len(SCHEDULE_S) - tries_left)])
