"""Turns what the driver raises into the errors of this program. Addresses are never repeated."""

from __future__ import annotations

from types import TracebackType

from bson.errors import BSONError
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConfigurationError,
    DocumentTooLarge,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WriteConcernError,
    WTimeoutError,
)

from interview.errors import InvalidInput, Unavailable, VivaError

COMPONENT = "storage"
NO_RIGHTS = {13, 18, 8000}
REASONS: tuple[tuple[type[PyMongoError], str], ...] = (
    (ServerSelectionTimeoutError, "the database cannot be reached"),
    (WTimeoutError, "the database did not confirm in time"),
    (NetworkTimeout, "the database did not answer in time"),
    (ExecutionTimeout, "the database did not answer in time"),
    (AutoReconnect, "the connection to the database was lost"),
    (WriteConcernError, "the database could not confirm that it is stored"),
    (ConfigurationError, "the address of the database is not usable"),
)


def translate(error: PyMongoError | BSONError) -> VivaError:
    """The sentence for a driver's error."""
    if isinstance(error, DocumentTooLarge):
        return InvalidInput("document", "it is larger than the database can store")
    if isinstance(error, BSONError):
        return InvalidInput("document", "it cannot be stored")
    if isinstance(error, OperationFailure) and error.code in NO_RIGHTS:
        return Unavailable(COMPONENT, "the database refuses the credentials")
    for kind, why in REASONS:
        if isinstance(error, kind):
            return Unavailable(COMPONENT, why)
    return Unavailable(COMPONENT, f"the database failed ({type(error).__name__})")


class translated:  # noqa: N801 - reads as a word: `with translated():`
    """Within it the driver's errors are ours; a duplicate key stays for the caller to judge."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, OperationFailure) and "UNIQUE constraint failed" in str(error):
            raise DuplicateKeyError("a unique key is taken") from None  # FerretDB, of an update
        if isinstance(error, PyMongoError | BSONError) and not isinstance(
            error, DuplicateKeyError | BulkWriteError
        ):
            raise translate(error) from error
