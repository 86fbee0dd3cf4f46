"""A worker that can be told to hang, to die, or to answer out of step: by the session's name.

Speaks the protocol of `proctoring.worker`, without any model. Imports next to nothing: tests start
many of them.
"""

from __future__ import annotations

import os
import time
from typing import Any

from sidecars.child import serve

LIT = {"luma": 118, "spread": 46, "structure": 40, "detail": 120, "change": 2.0, "moved": 0.1}


def answer(header: dict[str, Any]) -> dict[str, Any]:
    """A reading, or what the session's name asks for."""
    if header["op"] == "loaded":
        return {"loaded": {"tags": {"picture": {"name": "none"}}, "failed": {}}}
    session = str(header.get("session", ""))
    if session.startswith("hang") and header["op"] == "look":
        time.sleep(3_600)
    if session.startswith("die") and header["op"] == "look":
        os._exit(3)
    if session.startswith("unreadable"):
        return {"invalid": "the picture does not decode"}
    if session.startswith("broken"):
        raise ValueError("something")
    if header["op"] == "forget":
        return {}
    reading = {
        "at_s": header["at_s"],
        "width": header["width"],
        "height": header["height"],
        "picture": LIT,
        "engines": {"picture": {"name": f"pid-{os.getpid()}"}},
    }
    return {"reading": reading}


if __name__ == "__main__":
    serve(lambda: lambda message: (answer(message.header), b""))
