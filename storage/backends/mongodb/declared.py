"""Declared documents in MongoDB: a collection for each kind, an index for every declared field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from interview.errors import NotFound, Stale, Taken
from interview.ports.documents import EVERYTHING, Kind, Order, Page, Stored, Value, Where
from storage.backends.mongodb.collection import DOWN, UP, Collection, Document
from storage.declared import (
    Place,
    column,
    columns_of,
    comparisons,
    end_of,
    fingerprint,
    indexed,
    name_of,
    order_of,
    place_of,
    unique_of,
)

D = TypeVar("D", bound=BaseModel)
SIGNS = {"=": "$eq", ">=": "$gte", "<": "$lt"}
PREFIX = "documents_"


class MongoDocuments:
    """`Documents`."""

    def __init__(self, collection: Callable[[str], Collection]) -> None:
        self._collection = collection
        self._kinds = collection("document_kinds")
        self._prepared: set[str] = set()

    def of(self, kind: Kind[D], organisation_id: str) -> MongoDocumentsOf[D]:
        """The documents of one organisation."""
        return MongoDocumentsOf(self, self._of(kind), kind, organisation_id)

    def everywhere(self, kind: Kind[D]) -> MongoRead[D]:
        """The documents of all organisations, to be read."""
        return MongoRead(self, self._of(kind), kind, None)

    async def prepare(self, kind: Kind[Any]) -> None:
        """Make the indexes; bring documents up to a declaration that has changed."""
        name = name_of(kind)
        if name in self._prepared:
            return
        known = await self._kinds.one({"_id": name})
        if known is None or known["declared"] != fingerprint(kind):
            await self._bring_up(kind)
            stored = {"_id": name, "declared": fingerprint(kind)}
            await self._kinds.replace({"_id": name}, stored)
        self._prepared.add(name)

    async def _bring_up(self, kind: Kind[Any]) -> None:
        collection = self._of(kind)
        for found in await collection.all({}):
            document = kind.model.model_validate_json(found["body"])
            values = _flat(indexed(kind, found["organisation_id"], document))
            same = {"_id": found["_id"], "revision": found["revision"]}
            await collection.update(same, _change(values))
        for field in columns_of(kind):
            await collection.index(("organisation_id", UP), (f"by_{field}", UP), ("_id", UP))
            await collection.index((f"by_{field}", UP), ("_id", UP))
        for field, _, _ in unique_of(kind):
            await collection.index((f"by_{field}", UP), unique=True)

    def _of(self, kind: Kind[Any]) -> Collection:
        return self._collection(PREFIX + name_of(kind))


def _flat(values: dict[str, Any]) -> Document:
    """Unique keys that are missing are left out, since the index would count them as equal."""
    kept = {n: v for n, v in values.items() if v is not None or not n.startswith("unique_")}
    return {f"by_{name}": value for name, value in kept.items()}


def _change(values: Document) -> Document:
    gone = {f"by_unique_{n}": "" for n in range(16) if f"by_unique_{n}" not in values}
    return {"$set": values, "$unset": gone}


class MongoRead(Generic[D]):
    """`Read`, of one organisation or (None) of all."""

    def __init__(
        self,
        documents: MongoDocuments,
        collection: Collection,
        kind: Kind[D],
        organisation_id: str | None,
    ) -> None:
        self._documents = documents
        self._collection = collection
        self.kind = kind
        self._organisation_id = organisation_id

    async def get(self, document_id: str) -> Stored[D] | None:
        """The document, or None."""
        found = await self._collection.one({"_id": document_id, **self._scope()})
        return None if found is None else self._stored(found)

    async def page(
        self,
        where: Where = EVERYTHING,
        order: Order | None = None,
        *,
        limit: int = 50,
        offset: int = 0,
        after: str | None = None,
    ) -> Page[D]:
        """Sorted by `order`, then by id in the same direction."""
        chosen = order_of(self.kind, order)
        wanted = self._where(where)
        await self._documents.prepare(self.kind)
        total = await self._collection.count(wanted)
        if after is not None:
            wanted = {"$and": [wanted, _behind(place_of(after, chosen))]}
        way = DOWN if chosen.descending else UP
        sorted_by = [(f"by_{chosen.field}", way), ("_id", way)]
        found = (
            await self._collection.all(wanted, sorted_by, skip=offset, limit=limit) if limit else []
        )
        end = None
        if found:
            values = {chosen.field: found[-1].get(f"by_{chosen.field}")}
            end = end_of(chosen, values, found[-1]["_id"], len(found), limit)
        return Page([self._stored(item) for item in found], total, end)

    async def sums(
        self, by: str, of: str | None = None, where: Where = EVERYTHING
    ) -> dict[Value, float]:
        """For each value of a field how many documents, or the sum of another field."""
        group = f"by_{column(self.kind, by)}"
        total = None if of is None else f"by_{column(self.kind, of)}"
        await self._documents.prepare(self.kind)
        return await self._collection.sums(self._where(where), group, total)

    def _scope(self) -> Document:
        if self._organisation_id is None:
            return {}
        return {"organisation_id": self._organisation_id}

    def _where(self, where: Where) -> Document:
        wanted = self._scope()
        for name, sign, value in comparisons(self.kind, where):
            wanted.setdefault(f"by_{name}", {})[SIGNS[sign]] = value
        return wanted

    def _stored(self, found: Document) -> Stored[D]:
        document = self.kind.model.model_validate_json(found["body"])
        return Stored(found["_id"], found["organisation_id"], int(found["revision"]), document)


class MongoDocumentsOf(MongoRead[D]):
    """`DocumentsOf`."""

    async def insert(self, document_id: str, document: D) -> Stored[D]:
        """Store a new document. Raises Taken."""
        await self._documents.prepare(self.kind)
        organisation_id = str(self._organisation_id)
        values = _flat(indexed(self.kind, organisation_id, document))
        stored = {
            "_id": document_id,
            "organisation_id": organisation_id,
            "revision": 1,
            "body": document.model_dump_json(),
            **values,
        }
        if not await self._collection.insert(stored):
            raise await self._taken(document_id, values)
        return Stored(document_id, organisation_id, 1, document)

    async def replace(self, document_id: str, revision: int, document: D) -> Stored[D]:
        """Put the document in the place of that revision. Raises NotFound, Stale, Taken."""
        await self._documents.prepare(self.kind)
        organisation_id = str(self._organisation_id)
        values = _flat(indexed(self.kind, organisation_id, document))
        change = _change({"revision": revision + 1, "body": document.model_dump_json(), **values})
        where = {"_id": document_id, **self._scope(), "revision": revision}
        if not await self._collection.update(where, change):
            await self._must_be_at(document_id, revision)
            raise await self._taken(document_id, values)
        return Stored(document_id, organisation_id, revision + 1, document)

    async def delete(self, document_id: str, revision: int | None = None) -> bool:
        """Remove it; False when there is none. Raises Stale unless it has that revision."""
        where = {"_id": document_id, **self._scope()}
        if revision is None:
            return await self._collection.delete(where)
        if await self._collection.delete({**where, "revision": revision}):
            return True
        try:
            await self._must_be_at(document_id, revision)
        except NotFound:
            return False
        return await self._collection.delete({**where, "revision": revision})

    async def _must_be_at(self, document_id: str, revision: int) -> None:
        found = await self._collection.one({"_id": document_id, **self._scope()})
        if found is None:
            raise NotFound(self.kind.name, document_id)
        if found["revision"] != revision:
            raise Stale(self.kind.name, document_id, revision, int(found["revision"]))

    async def _taken(self, document_id: str, values: Document) -> Taken:
        for name, fields, _ in unique_of(self.kind):
            key = values.get(f"by_{name}")
            other = {f"by_{name}": key, "_id": {"$ne": document_id}}
            if key is not None and await self._collection.one(other) is not None:
                return Taken(self.kind.name, ", ".join(fields))
        return Taken(self.kind.name, "id")


def _behind(place: Place) -> Document:
    """What lies behind a place in the order; a missing value sorts below all others."""
    name, sign = f"by_{place.field}", "$lt" if place.descending else "$gt"
    same = {name: place.value, "_id": {sign: place.document_id}}
    if place.value is None:
        return same if place.descending else {"$or": [same, {name: {"$ne": None}}]}
    others: list[Document] = [{name: {sign: place.value}}, same]
    if place.descending:
        others.append({name: None})
    return {"$or": others}
