"""One tree of errors: a stable code, whether a retry can help, and typed details.

Only `server/edge/errors.py` knows HTTP statuses and WebSocket close codes.
"""

from __future__ import annotations

from typing import ClassVar


class VivaError(Exception):
    """Base of every error that a caller may be shown; `message` holds no personal data."""

    code: ClassVar[str] = "internal_error"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class NotFound(VivaError):
    """Nothing with that identity exists, or the caller may not know that it does."""

    code = "not_found"

    def __init__(self, what: str, identity: str) -> None:
        super().__init__(f"{what} {identity} not found", what=what, identity=identity)


class InvalidInput(VivaError):
    """The caller sent something unusable; `field` names it."""

    code = "invalid_input"

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}", field=field, why=why)
        self.field = field
        self.why = why


class IllegalTransition(VivaError):
    """The session's state does not allow the command."""

    code = "illegal_transition"

    def __init__(self, command: str, status: str) -> None:
        super().__init__(
            f"{command} is not possible while the session is {status}",
            command=command,
            status=status,
        )


class Conflict(VivaError):
    """Another writer appended first; read again and decide again."""

    code = "conflict"
    retryable = True

    def __init__(self, session_id: str, expected_seq: int, actual_seq: int) -> None:
        super().__init__(
            f"session {session_id} is at {actual_seq}, not {expected_seq}",
            session_id=session_id,
            expected_seq=expected_seq,
            actual_seq=actual_seq,
        )


class Taken(Conflict):
    """Another document has this id or this unique key; `field` names what is taken."""

    code = "taken"
    retryable = False

    def __init__(self, kind: str, fields: str) -> None:
        VivaError.__init__(self, f"{fields}: already taken in {kind}", kind=kind, field=fields)
        self.field = fields


class Stale(Conflict):
    """The document was changed since it was read; read it again and decide again."""

    code = "stale"

    def __init__(self, kind: str, document_id: str, revision: int, actual: int) -> None:
        VivaError.__init__(
            self,
            f"{document_id} in {kind} is at revision {actual}, not {revision}",
            kind=kind,
            document_id=document_id,
            revision=revision,
            actual=actual,
        )


class RoomReplaced(VivaError):
    """Another process has opened the session's room: this one has nothing more to say."""

    code = "room_replaced"
    retryable = True

    def __init__(self, session_id: str) -> None:
        super().__init__(f"session {session_id} goes on in another room", session_id=session_id)


class Unauthenticated(VivaError):
    """No valid credentials."""

    code = "unauthenticated"


class Forbidden(VivaError):
    """Valid credentials that do not cover this."""

    code = "forbidden"


class Disabled(VivaError):
    """What is asked for is not set up here; the message says what to do instead."""

    code = "disabled"


class SubscriptionOver(Forbidden):
    """The organisation's subscription does not run (any more)."""

    code = "subscription_over"

    def __init__(self) -> None:
        super().__init__(
            "The subscription of your organisation has ended. Please ask whoever runs this server."
        )


class Gone(VivaError):
    """It existed and its time is over (an expired link, a used ticket)."""

    code = "gone"


class TooLarge(VivaError):
    """A body, frame or file above its stated limit."""

    code = "too_large"


class RateLimited(VivaError):
    """Too many requests; `retry_after_s` says when to come back."""

    code = "rate_limited"
    retryable = True

    def __init__(self, message: str, retry_after_s: float) -> None:
        super().__init__(message, retry_after_s=retry_after_s)
        self.retry_after_s = retry_after_s


class Unavailable(VivaError):
    """A component (model, disk, service) is missing or failing; `component` names it.

    `answers`: it does answer, but never in the form that it was asked for.
    """

    code = "unavailable"
    retryable = True

    def __init__(self, component: str, why: str, *, answers: bool = False) -> None:
        super().__init__(f"{component} is unavailable: {why}", component=component, why=why)
        self.answers = answers
        self.component = component
        self.why = why


class IntegrityError(VivaError):
    """Bytes do not match their checksum, or a log does not replay."""

    code = "integrity_error"
