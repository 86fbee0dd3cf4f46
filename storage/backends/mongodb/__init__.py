"""MongoDB, for more than one machine. Address: `mongodb://host:port/database`. ADR 0008.

Only what MongoDB, AWS DocumentDB, Azure Cosmos DB and FerretDB have in common is used: changes of
one document, unique indexes, plain aggregation. There are no transactions.
"""

from storage.backends.mongodb.backend import MongoStorage, open_backend

__all__ = ["MongoStorage", "open_backend"]
