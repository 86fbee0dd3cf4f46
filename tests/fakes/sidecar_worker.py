"""A tiny model for `sidecars.sidecar`: `python -m tests.fakes.sidecar_worker [MODE]`.

MODE (fail, vanish, hang, noise) says how it loads; each request's `do` says how it answers.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

from sidecars.child import Message, serve


def load() -> Any:
    """The answering function; with `fail` there is none."""
    mode = sys.argv[1] if len(sys.argv) > 1 else ""
    if mode == "fail":
        raise FileNotFoundError("no such weights")
    if mode == "vanish":
        print("the library gave up", file=sys.stderr, flush=True)
        os._exit(3)
    if mode == "hang":
        time.sleep(600)
    if mode == "noise":
        print("a library says hello", flush=True)
    return answer


def answer(message: Message) -> tuple[Mapping[str, Any], bytes]:
    """Echo, or be as bad as asked."""
    what = message.header.get("do", "echo")
    if what == "raise":
        raise ValueError("no such word")
    if what == "crash":
        os._exit(9)
    if what == "hang":
        time.sleep(600)
    if what == "work":
        until = time.process_time() + float(message.header["for_s"]) / 2
        while time.process_time() < until:
            pass
    if what == "noise":
        print("progress: 100 %", flush=True)
        subprocess.run(["echo", "a child's child speaks"], check=True)
        sys.stderr.write("#" * 300_000)  # a progress bar without a line's end
        sys.stderr.flush()
    return {"echo": message.header.get("text", ""), "pid": os.getpid()}, message.payload


if __name__ == "__main__":
    serve(load)
