"""What the edge needs of the application: settings, keys, time, and a few stores."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from aiohttp import web

from interview.ports.documents import Documents
from interview.ports.storage import AuditLog, OnceStore, SessionDirectory
from server.edge.auth.limits import Limits
from server.secrets import Keys
from server.settings import Settings


class GateStores(Protocol):
    """Accounts, whose sessions are whose, what is used once, and who did what."""

    documents: Documents
    sessions: SessionDirectory
    once: OnceStore
    audit: AuditLog


class Gate(Protocol):
    """The application as its edge sees it; it knows no use case."""

    @property
    def settings(self) -> Settings: ...
    @property
    def keys(self) -> Keys: ...
    @property
    def clock(self) -> Callable[[], datetime]: ...
    @property
    def limits(self) -> Limits: ...
    @property
    def storage(self) -> GateStores: ...


GATE: web.AppKey[Gate] = web.AppKey("gate", Gate)


def gate_of(request: web.Request) -> Gate:
    """The gate of the application that serves this request."""
    return request.app[GATE]
