"""One collection, with the few operations that all servers of the protocol share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo import ReturnDocument
from pymongo.errors import BulkWriteError, DuplicateKeyError

from storage.backends.mongodb.faults import translated

Document = dict[str, Any]
Filter = Mapping[str, Any]
Order = Sequence[tuple[str, int]]

UP, DOWN = 1, -1


class Collection:
    """All methods raise Unavailable when the database cannot be asked."""

    def __init__(self, database: AsyncIOMotorDatabase[Document], name: str) -> None:
        self._collection = database[name]

    async def index(self, *keys: tuple[str, int], unique: bool = False) -> None:
        """Make the index unless it is there. A unique one covers only documents that have it."""
        with translated():
            await self._collection.create_index(list(keys), unique=unique, sparse=unique)

    async def insert(self, document: Document) -> bool:
        """Store a new document; False when one of its unique keys is taken."""
        try:
            with translated():
                await self._collection.insert_one(document)
        except DuplicateKeyError:
            return False
        return True

    async def insert_all(self, documents: Sequence[Document]) -> int:
        """Store those whose unique keys are free; how many."""
        if not documents:
            return 0
        try:
            with translated():
                done = await self._collection.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            return int(error.details.get("nInserted", 0))
        return len(done.inserted_ids)

    async def one(self, where: Filter, order: Order | None = None) -> Document | None:
        """The first document that fits, or None."""
        with translated():
            return await self._collection.find_one(where, sort=order)

    async def all(
        self,
        where: Filter,
        order: Order | None = None,
        *,
        skip: int = 0,
        limit: int = 0,
        fields: Sequence[str] | None = None,
    ) -> list[Document]:
        """Documents that fit, in order; a `limit` of 0 is none."""
        with translated():
            cursor = self._collection.find(where, fields)
            if order is not None:
                cursor = cursor.sort(list(order))
            return await cursor.skip(skip).limit(limit).to_list(None)

    async def each(self, where: Filter, order: Order) -> AsyncIterator[Document]:
        """Documents that fit, in order, one by one."""
        with translated():
            async for found in self._collection.find(where).sort(list(order)):
                yield found

    async def count(self, where: Filter) -> int:
        """How many documents fit."""
        with translated():
            return int(await self._collection.count_documents(where))

    async def update(self, where: Filter, change: Filter, *, upsert: bool = False) -> bool:
        """Change the first document that fits. False: there is none (or an upsert lost a race)."""
        try:
            with translated():
                done = await self._collection.update_one(where, change, upsert=upsert)
        except DuplicateKeyError:
            return False
        return done.matched_count > 0 or done.upserted_id is not None

    async def replace(self, where: Filter, document: Document) -> bool:
        """Put the document in the place of the one that fits, or insert it; False: lost a race."""
        try:
            with translated():
                await self._collection.replace_one(where, document, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    async def update_all(self, where: Filter, change: Filter) -> int:
        """Change every document that fits; how many."""
        with translated():
            done = await self._collection.update_many(where, change)
        return int(done.matched_count)

    async def changed(
        self, where: Filter, change: Filter, order: Order | None = None
    ) -> Document | None:
        """Change the first document that fits, at once; the document after it, or None."""
        with translated():
            return await self._collection.find_one_and_update(
                where, change, sort=order, return_document=ReturnDocument.AFTER
            )

    async def delete(self, where: Filter) -> bool:
        """Remove one document that fits; of two callers exactly one hears True."""
        with translated():
            return (await self._collection.delete_one(where)).deleted_count > 0

    async def delete_all(self, where: Filter) -> int:
        """Remove every document that fits; how many."""
        with translated():
            return int((await self._collection.delete_many(where)).deleted_count)

    async def sums(
        self, where: Filter, by: str | None = None, field: str | None = None
    ) -> dict[Any, float]:
        """For each value of `by` (or for all together) the sum of a field, or the count."""
        total = {"$sum": 1 if field is None else f"${field}"}
        group = {"_id": None if by is None else f"${by}", "total": total}
        with translated():
            cursor = self._collection.aggregate([{"$match": dict(where)}, {"$group": group}])
            return {row["_id"]: row["total"] async for row in cursor}
