"""`python -m server migrate FROM TO`: everything from one store to another, verified."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from interview.errors import VivaError
from storage.moving import Sum, move
from storage.opening import open_storage


def main(argv: Sequence[str]) -> int:
    """Move; 0 when every count and hash agrees."""
    parser = argparse.ArgumentParser(prog="python -m server migrate", description=__doc__)
    parser.add_argument("source", metavar="FROM", help="sqlite:///… or mongodb://…")
    parser.add_argument("target", metavar="TO", help="an empty store: mongodb://… or sqlite:///…")
    chosen = parser.parse_args(argv)
    try:
        asyncio.run(migrate(chosen.source, chosen.target))
    except VivaError as error:
        print(f"vivavoce: nothing may use the new store yet: {error.message}", file=sys.stderr)
        return 1
    print("Everything arrived. Recordings and speech are blobs: they stay where they are.")
    return 0


async def migrate(source: str, target: str) -> dict[str, Sum]:
    """Copy everything and verify it. Raises InvalidInput, IntegrityError, Unavailable."""
    there = await open_storage(source)
    try:
        here = await open_storage(target)
        try:
            return await move(there.content, here.content, _told)
        finally:
            await here.close()
    finally:
        await there.close()


def _told(section: str, total: Sum) -> None:
    print(f"{section:18}{total.rows:10}  {total.digest:064x}", flush=True)
