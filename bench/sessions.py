"""Whole interviews on one core, beside bare aiortc and pipecat-ai, in one run.

    python -m bench.sessions [--sessions 12] [--no-pipecat] [--no-peers]

The servers run on core 0 of those allowed, this load generator on the next. See bench/README.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.audio import opus_packets
from bench.interviews import Interviews
from bench.peer_venv import peer_python
from bench.plain_peers import PlainPeers
from bench.report import Measured, print_table
from tests.e2e.server_process import SERVICE_KEY
from tests.servers.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
CLIPS = ("austen-0880.wav", "harvard-1.wav", "harvard-3.wav", "harvard-5.wav")
READY_RUNS = 3
READY_WAIT_S = 30.0
PEER_SECONDS = 8.0


@dataclass
class Running:
    """A server process under measurement."""

    process: asyncio.subprocess.Process
    lags_path: Path

    def cpu_s(self) -> float:
        """CPU time used so far, user and system."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    def rss_mb(self) -> float:
        """Resident memory."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 2**20

    async def stop(self) -> list[tuple[float, float]]:
        """End it in order; the loop lags it measured."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(self.process.wait(), 30)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()
        if not self.lags_path.exists():  # it did not end in order: the caller says why
            return []
        return [(at, lag) for at, lag in json.loads(self.lags_path.read_text())]


def speech_folder() -> Path:
    """Where the recordings of human voices are."""
    return Path(os.environ.get("VIVA_TEST_SHARED", ROOT.parent / "shared")) / "speech"


def microphone_packets() -> list[bytes]:
    """About ten seconds of human speech."""
    packets: list[bytes] = []
    for clip in CLIPS:
        packets += opus_packets(speech_folder() / clip)
    return packets


def server_env(folder: Path, port: int) -> dict[str, str]:
    """Settings of a fresh server that nothing else on this machine disturbs."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LIVEKIT_")}
    return {
        **kept,
        "VIVA_HOST": "127.0.0.1",
        "VIVA_PORT": str(port),
        "VIVA_DATA_DIR": str(folder / "data"),
        "VIVA_SERVICE_KEY": SERVICE_KEY,
        "VIVA_LOG_LEVEL": "warning",
    }


async def answers(port: int, process: asyncio.subprocess.Process) -> float:
    """Wait until `/readyz` is not 503; the moment it was."""
    deadline = time.monotonic() + READY_WAIT_S
    while time.monotonic() < deadline and process.returncode is None:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /readyz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
            status = await reader.readline()
            writer.close()
            if b" 200 " in status:
                return time.monotonic()
        except OSError:
            pass  # not listening yet
        await asyncio.sleep(0.02)
    raise RuntimeError("the server did not get ready")


async def ready_times() -> list[float]:
    """Seconds from starting `python -m server` to a ready answer, fresh folders, all cores."""
    found = []
    for _ in range(READY_RUNS):
        with tempfile.TemporaryDirectory() as name:
            port = free_port()
            started = time.monotonic()
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "server",
                cwd=ROOT, env=server_env(Path(name), port), stdout=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            try:
                found.append(await answers(port, process) - started)
            finally:
                if process.returncode is None:
                    process.terminate()
                await process.wait()
    return found


async def measure_ours(count: int, core: int, packets: list[bytes]) -> Measured:
    """Hold `count` interviews at once and look at the server meanwhile."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        lags_path = folder / "lags.json"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.scripted_server", str(lags_path), str(core),
            cwd=ROOT, env=server_env(folder, port), stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        running = Running(process, lags_path)
        try:
            await answers(port, process)
            held = await Interviews(f"http://127.0.0.1:{port}", packets, running).hold(count)
        except BaseException:
            await running.stop()
            raise
        return held.measured(await running.stop())


async def measure_peer(
    mode: str, python: str, count: int, core: int, packets: list[bytes]
) -> Measured:
    """The same microphones into a peer of `bench/peers.py`."""
    with tempfile.TemporaryDirectory() as name:
        lags_path = Path(name) / "lags.json"
        process = await asyncio.create_subprocess_exec(
            python, str(ROOT / "bench" / "peers.py"), mode, str(lags_path), str(core),
            env={**os.environ, "LOGURU_LEVEL": "ERROR"}, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        running = Running(process, lags_path)
        assert process.stdout is not None
        try:
            line = (await asyncio.wait_for(process.stdout.readline(), READY_WAIT_S)).split()
            if len(line) != 2:
                raise RuntimeError(f"the peer {mode} did not start")
            peers = PlainPeers(f"http://127.0.0.1:{int(line[1])}", packets, running)
            measured = await peers.hold(mode, count, PEER_SECONDS)
        finally:
            lags = await running.stop()
        _progress(f"{mode} is done; {measured.with_lags(lags)}")
        return measured


def _progress(what: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {what}", file=sys.stderr, flush=True)


async def run(arguments: argparse.Namespace) -> list[Measured]:
    """Everything, one after another."""
    cores = sorted(os.sched_getaffinity(0))
    packets = microphone_packets()
    ready = await ready_times()
    _progress("start to ready is measured; interviews now")
    os.sched_setaffinity(0, {cores[-1]})
    if len(cores) < 2:
        print("Only one core: the load generator takes its share of the server's time.")
    rows = [await measure_ours(arguments.sessions, cores[0], packets)]
    rows[0].ready_s = sorted(ready)
    if arguments.no_peers:
        return rows
    _progress(f"interviews are done; peers now; {rows[0]}")
    for mode in ("packets", "echo"):
        rows.append(await measure_peer(mode, sys.executable, arguments.sessions, cores[0], packets))
    if not arguments.no_pipecat:
        python, reason = peer_python(ROOT / ".venv-bench")
        if python is None:
            print(f"pipecat-ai skipped: {reason}")
        else:
            rows.append(
                await measure_peer("pipecat", python, arguments.sessions, cores[0], packets)
            )
    return rows


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=12)
    parser.add_argument("--no-pipecat", action="store_true")
    parser.add_argument("--no-peers", action="store_true")
    arguments = parser.parse_args()
    if not speech_folder().is_dir():
        print(f"skipped: no recordings in {speech_folder()} (set VIVA_TEST_SHARED)")
        return 0
    print_table(asyncio.run(run(arguments)), arguments.sessions)
    return 0


if __name__ == "__main__":
    sys.exit(main())
