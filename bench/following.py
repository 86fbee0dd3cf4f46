"""What a followed session costs a server that has nothing else to do.

    python -m bench.following [--sessions 40] [--seconds 20]

One process made the sessions, the other is looked at: without observers, then with one on each
session, each on its own socket. Nothing happens in the sessions: what is paid is the looking.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from pathlib import Path

import psutil

from tests.e2e.server_process import ServerProcess
from tests.e2e.test_two_processes import Observer

QUIET = {"VIVA_STT": "none", "VIVA_TTS": "none", "VIVA_PROCTORING": "false"}
SETTLE_S = 5.0


async def share(server: ServerProcess, seconds: float) -> float:
    """CPU of the server while nothing is asked of it, in percent of a core."""
    assert server.process is not None
    process = psutil.Process(server.process.pid)
    await asyncio.sleep(SETTLE_S)
    before = process.cpu_times()
    await asyncio.sleep(seconds)
    after = process.cpu_times()
    used_s = float(after.user + after.system - before.user - before.system)
    return 100 * used_s / seconds


async def measure(sessions: int, seconds: float) -> dict[str, float]:
    """Percent of a core: idle, all followed, and for each followed session."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = {**QUIET, "VIVA_STORAGE_URL": f"sqlite:///{folder / 'data' / 'vivavoce.db'}"}
        owner, looked_at = (ServerProcess(folder / "data", dict(store)) for _ in range(2))
        try:
            await owner.start()
            await looked_at.start()
            created = [await owner.create() for _ in range(sessions)]
            idle = await share(looked_at, seconds)
            observers = []
            for each in created:
                observers.append(Observer(looked_at))
                await observers[-1].watch(each["session_id"])
            followed = await share(looked_at, seconds)
            for observer in observers:
                await observer.socket.close()
        finally:
            await looked_at.stop()
            await owner.stop()
    return {"idle": idle, "followed": followed, "each": (followed - idle) / sessions}


def main() -> None:
    """Print a line for people, and one for machines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=20.0)
    chosen = parser.parse_args()
    found = asyncio.run(measure(chosen.sessions, chosen.seconds))
    met = "met" if found["each"] <= 0.2 else "NOT met"
    print(
        f"idle {found['idle']:.2f} %, {chosen.sessions} followed {found['followed']:.2f} %: "
        f"{found['each']:.3f} % of a core each (goal 0.2 %: {met})"
    )
    print(json.dumps({"bench": "following", "sessions": chosen.sessions, **found}))


if __name__ == "__main__":
    main()
