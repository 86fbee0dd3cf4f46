"""Declared documents in SQLite: JSON, with an index for every declared field."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from interview.errors import NotFound, Stale, Taken
from interview.ports.documents import EVERYTHING, Kind, Order, Page, Stored, Value, Where
from storage.backends.sqlite.reader import Readers
from storage.backends.sqlite.writer import Writer
from storage.declared import (
    Place,
    Plain,
    column,
    columns_of,
    comparisons,
    end_of,
    fingerprint,
    indexed,
    may_be_missing,
    name_of,
    order_of,
    place_of,
    unique_of,
)

D = TypeVar("D", bound=BaseModel)
COLUMNS = "document_id, organisation_id, revision, body, fields"


def _value(name: str) -> str:
    """A declared field in a statement; names were checked against the declaration."""
    return f"json_extract(fields, '$.{name}')"


class SqliteDocuments:
    """`Documents`."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers
        self._prepared: set[str] = set()

    def of(self, kind: Kind[D], organisation_id: str) -> SqliteDocumentsOf[D]:
        """The documents of one organisation."""
        return SqliteDocumentsOf(self, self._writer, self._readers, kind, organisation_id)

    def everywhere(self, kind: Kind[D]) -> SqliteRead[D]:
        """The documents of all organisations, to be read."""
        return SqliteRead(self, self._writer, self._readers, kind, None)

    async def prepare(self, kind: Kind[Any]) -> None:
        """Make the indexes; bring documents up to a declaration that has changed."""
        if kind.name in self._prepared:
            return
        name = name_of(kind)
        await self._writer.run(lambda db: _prepare(db, kind, name))
        self._prepared.add(name)


def _prepare(db: sqlite3.Connection, kind: Kind[Any], name: str) -> None:
    row = db.execute("SELECT declared FROM document_kinds WHERE kind = ?", (name,)).fetchone()
    declared = fingerprint(kind)
    if row is not None and row[0] == declared:
        return
    old = f"documents_{name}_%".replace("_", "\\_")
    for (index,) in db.execute(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE ? ESCAPE '\\'", (old,)
    ).fetchall():
        db.execute(f'DROP INDEX "{index}"')
    stored = db.execute(
        "SELECT document_id, organisation_id, body FROM documents WHERE kind = ?", (name,)
    ).fetchall()
    for document_id, organisation_id, body in stored:
        fields = indexed(kind, organisation_id, kind.model.model_validate_json(body))
        db.execute(
            "UPDATE documents SET fields = ? WHERE kind = ? AND document_id = ?",
            (json.dumps(fields), name, document_id),
        )
    for field in columns_of(kind):
        for scope, first in (("own", "organisation_id, "), ("all", "")):
            db.execute(
                f"CREATE INDEX documents_{name}_{field}_{scope} ON documents"
                f" ({first}{_value(field)}, document_id) WHERE kind = '{name}'"
            )
    for field, _, _ in unique_of(kind):
        db.execute(
            f"CREATE UNIQUE INDEX documents_{name}_{field} ON documents"
            f" ({_value(field)}) WHERE kind = '{name}'"
        )
    db.execute(
        "INSERT INTO document_kinds (kind, declared) VALUES (?, ?)"
        " ON CONFLICT (kind) DO UPDATE SET declared = excluded.declared",
        (name, declared),
    )


class SqliteRead(Generic[D]):
    """`Read`, of one organisation or (None) of all."""

    def __init__(
        self,
        documents: SqliteDocuments,
        writer: Writer,
        readers: Readers,
        kind: Kind[D],
        organisation_id: str | None,
    ) -> None:
        self._documents = documents
        self._writer = writer
        self._readers = readers
        self.kind = kind
        self._name = name_of(kind)
        self._organisation_id = organisation_id

    async def get(self, document_id: str) -> Stored[D] | None:
        """The document, or None."""
        where, parameters = self._scope()
        row = await self._readers.one(
            f"SELECT {COLUMNS} FROM documents WHERE {where} AND document_id = ?",
            (*parameters, document_id),
        )
        return None if row is None else self._stored(row)

    async def page(
        self,
        where: Where = EVERYTHING,
        order: Order | None = None,
        *,
        limit: int = 50,
        offset: int = 0,
        after: str | None = None,
    ) -> Page[D]:
        """Sorted by `order`, then by id; one statement, so that page and total agree."""
        chosen = order_of(self.kind, order)
        clauses, parameters = self._where(where)
        total = await self._total(clauses, parameters)
        way = "DESC" if chosen.descending else "ASC"
        sorted_by = f"ORDER BY {_value(chosen.field)} {way}, document_id {way}"
        if after is not None:
            behind, more = _behind(place_of(after, chosen), may_be_missing(self.kind, chosen.field))
            clauses, parameters = f"{clauses} AND {behind}", (*parameters, *more)
        # The ids are found in the index alone: an offset does not read what it passes over.
        rows = await self._readers.all(
            f"SELECT {COLUMNS} FROM documents WHERE rowid IN"
            f" (SELECT rowid FROM documents WHERE {clauses} {sorted_by} LIMIT ? OFFSET ?)"
            f" {sorted_by}",
            (*parameters, limit, offset),
        )
        items = [self._stored(row) for row in rows]
        end = None
        if rows:
            end = end_of(chosen, json.loads(rows[-1][4]), rows[-1][0], len(rows), limit)
        return Page(items, total, end)

    async def sums(
        self, by: str, of: str | None = None, where: Where = EVERYTHING
    ) -> dict[Value, float]:
        """For each value of a field how many documents, or the sum of another field."""
        clauses, parameters = self._where(where)
        group = _value(column(self.kind, by))
        total = "count(*)" if of is None else f"total({_value(column(self.kind, of))})"
        await self._documents.prepare(self.kind)
        rows = await self._readers.all(
            f"SELECT {group}, {total} FROM documents WHERE {clauses} GROUP BY {group}", parameters
        )
        return {row[0]: row[1] for row in rows}

    async def _total(self, clauses: str, parameters: tuple[Plain, ...]) -> int:
        await self._documents.prepare(self.kind)
        row = await self._readers.one(f"SELECT count(*) FROM documents WHERE {clauses}", parameters)
        return int(row[0]) if row else 0

    def _scope(self) -> tuple[str, tuple[Plain, ...]]:
        if self._organisation_id is None:
            return f"kind = '{self._name}'", ()
        return f"kind = '{self._name}' AND organisation_id = ?", (self._organisation_id,)

    def _where(self, where: Where) -> tuple[str, tuple[Plain, ...]]:
        scope, first = self._scope()
        clauses, parameters = [scope], list(first)
        for name, sign, value in comparisons(self.kind, where):
            clauses.append(f"{_value(name)} {'IS' if sign == '=' else sign} ?")
            parameters.append(value)
        return " AND ".join(clauses), tuple(parameters)

    def _stored(self, row: tuple[Any, ...]) -> Stored[D]:
        document_id, organisation_id, revision, body = row[:4]
        document = self.kind.model.model_validate_json(body)
        return Stored(document_id, organisation_id, revision, document)


class SqliteDocumentsOf(SqliteRead[D]):
    """`DocumentsOf`."""

    async def insert(self, document_id: str, document: D) -> Stored[D]:
        """Store a new document. Raises Taken."""
        await self._documents.prepare(self.kind)
        organisation_id, fields, body = self._encoded(document)

        def write(db: sqlite3.Connection) -> None:
            try:
                db.execute(
                    f"INSERT INTO documents (kind, {COLUMNS}) VALUES (?, ?, ?, 1, ?, ?)",
                    (self._name, document_id, organisation_id, body, json.dumps(fields)),
                )
            except sqlite3.IntegrityError:
                raise self._taken(db, document_id, fields) from None

        await self._writer.run(write)
        return Stored(document_id, organisation_id, 1, document)

    async def replace(self, document_id: str, revision: int, document: D) -> Stored[D]:
        """Put the document in the place of that revision. Raises NotFound, Stale, Taken."""
        await self._documents.prepare(self.kind)
        organisation_id, fields, body = self._encoded(document)

        def write(db: sqlite3.Connection) -> None:
            self._must_be_at(db, document_id, revision)
            try:
                db.execute(
                    "UPDATE documents SET revision = ?, body = ?, fields = ?"
                    " WHERE kind = ? AND document_id = ?",
                    (revision + 1, body, json.dumps(fields), self._name, document_id),
                )
            except sqlite3.IntegrityError:
                raise self._taken(db, document_id, fields) from None

        await self._writer.run(write)
        return Stored(document_id, organisation_id, revision + 1, document)

    async def delete(self, document_id: str, revision: int | None = None) -> bool:
        """Remove it; False when there is none. Raises Stale unless it has that revision."""

        def write(db: sqlite3.Connection) -> bool:
            try:
                self._must_be_at(db, document_id, revision)
            except NotFound:
                return False
            db.execute(
                "DELETE FROM documents WHERE kind = ? AND document_id = ?",
                (self._name, document_id),
            )
            return True

        return await self._writer.run(write)

    def _encoded(self, document: D) -> tuple[str, dict[str, Plain], str]:
        organisation_id = str(self._organisation_id)
        return (
            organisation_id,
            indexed(self.kind, organisation_id, document),
            document.model_dump_json(),
        )

    def _must_be_at(self, db: sqlite3.Connection, document_id: str, revision: int | None) -> None:
        scope, parameters = self._scope()
        row = db.execute(
            f"SELECT revision FROM documents WHERE {scope} AND document_id = ?",
            (*parameters, document_id),
        ).fetchone()
        if row is None:
            raise NotFound(self._name, document_id)
        if revision is not None and row[0] != revision:
            raise Stale(self._name, document_id, revision, row[0])

    def _taken(self, db: sqlite3.Connection, document_id: str, fields: dict[str, Plain]) -> Taken:
        for name, of, _ in unique_of(self.kind):
            row = db.execute(
                f"SELECT 1 FROM documents WHERE kind = '{self._name}' AND {_value(name)} = ?"
                " AND document_id != ?",
                (fields[name], document_id),
            ).fetchone()
            if row is not None:
                return Taken(self._name, ", ".join(of))
        return Taken(self._name, "id")


def _behind(place: Place, missing: bool) -> tuple[str, tuple[Plain, ...]]:
    """What lies behind a place in the order; a missing value sorts below all others."""
    value, sign = _value(place.field), "<" if place.descending else ">"
    same = f"{value} IS ? AND document_id {sign} ?"
    own = (place.value, place.document_id)
    if place.value is None:
        return (same, own) if place.descending else (f"({same} OR {value} IS NOT NULL)", own)
    if place.descending and missing:
        return f"({value} < ? OR {value} IS NULL OR {same})", (place.value, *own)
    # The bound outside the alternative lets the index begin at the place.
    return f"{value} {sign}= ? AND ({value} {sign} ? OR {same})", (place.value, place.value, *own)
