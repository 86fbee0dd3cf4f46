"""How declared documents are stored by every backend: what is indexed, and how pages continue."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, get_args

from pydantic import BaseModel

from interview.errors import InvalidInput
from interview.ports.documents import Kind, Order, Value, Where
from storage.records import micros

Plain = str | int | float | None
Comparison = tuple[str, str, Plain]  # column, one of = >= < , value
LAST_SIGN = "\U0010ffff"


def name_of(kind: Kind[Any]) -> str:
    """The kind's name, fit to stand in a statement. Raises InvalidInput."""
    if not re.fullmatch(r"[a-z][a-z_]{0,39}", kind.name):
        raise InvalidInput("kind", "a name of at most 40 lower-case letters and _")
    return kind.name


def columns_of(kind: Kind[Any]) -> tuple[str, ...]:
    """The declared fields."""
    return (*kind.fields, *kind.texts)


def unique_of(kind: Kind[Any]) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """Each unique key: the name of its column, its fields, whether it holds everywhere."""
    keys = [(fields, False) for fields in kind.unique]
    keys += [(fields, True) for fields in kind.unique_everywhere]
    for number, (fields, everywhere) in enumerate(keys):
        yield f"unique_{number}", fields, everywhere


def fingerprint(kind: Kind[Any]) -> str:
    """Changes when what is indexed changes."""
    declared = json.dumps([kind.unique, kind.unique_everywhere, kind.fields, kind.texts])
    return hashlib.sha256(declared.encode()).hexdigest()[:16]


def indexed(kind: Kind[Any], organisation_id: str, document: BaseModel) -> dict[str, Plain]:
    """The values of a document's declared fields, and its unique keys."""
    values: dict[str, Plain] = {
        name: plain(kind, name, getattr(document, name)) for name in columns_of(kind)
    }
    for column, fields, everywhere in unique_of(kind):
        key = [plain(kind, name, getattr(document, name)) for name in fields]
        place = "" if everywhere else organisation_id
        values[column] = None if None in key else json.dumps([place, *key])
    return values


def plain(kind: Kind[Any], name: str, value: Value) -> Plain:
    """A field's value as it is compared."""
    if isinstance(value, datetime):
        return micros(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and name in kind.texts:
        return value.casefold()
    return value


def column(kind: Kind[Any], name: str) -> str:
    """A declared field. Raises InvalidInput."""
    if name not in columns_of(kind):
        raise InvalidInput(name, "is not a field that lists can be asked by")
    return name


def may_be_missing(kind: Kind[Any], name: str) -> bool:
    """Whether the field's type allows None."""
    return type(None) in get_args(kind.model.model_fields[name].annotation)


def comparisons(kind: Kind[Any], where: Where) -> Iterator[Comparison]:
    """The filter as comparisons of columns. Raises InvalidInput."""
    for name, value in where.equals.items():
        yield column(kind, name), "=", plain(kind, name, value)
    for name, between in where.within.items():
        if between.at_least is not None:
            yield column(kind, name), ">=", plain(kind, name, between.at_least)
        if between.below is not None:
            yield column(kind, name), "<", plain(kind, name, between.below)
    for name, beginning in where.begins.items():
        if name not in kind.texts:
            raise InvalidInput(name, "is not a text that can be searched")
        begins = beginning.casefold()
        yield name, ">=", begins
        yield name, "<", begins + LAST_SIGN


@dataclass(frozen=True)
class Place:
    """Where a page ended: the sorted field's value and the id there."""

    field: str
    descending: bool
    value: Plain
    document_id: str

    def encode(self) -> str:
        """As clients carry it."""
        content = [self.field, self.descending, self.value, self.document_id]
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def place_of(after: str, order: Order) -> Place:
    """What `Place.encode` gave. Raises InvalidInput."""
    try:
        padded = after + "=" * (-len(after) % 4)
        name, descending, value, document_id = json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, TypeError):
        raise InvalidInput("after", "is not the end of a page") from None
    known = isinstance(document_id, str) and isinstance(value, str | int | float | None)
    if not known or (name, descending) != (order.field, order.descending):
        raise InvalidInput("after", "is the end of a page in another order")
    return Place(name, descending, value, document_id)


def end_of(
    order: Order, values: Mapping[str, Plain], document_id: str, count: int, limit: int
) -> str | None:
    """How the next page begins; None when this one was not full."""
    if count < limit or limit == 0:
        return None
    return Place(order.field, order.descending, values[order.field], document_id).encode()


def order_of(kind: Kind[Any], order: Order | None) -> Order:
    """The order asked for, else by the first declared field. Raises InvalidInput."""
    chosen = order or Order(columns_of(kind)[0])
    column(kind, chosen.field)
    return chosen
