"""A server of the MongoDB protocol, built once from `tests/servers/mongo` and cached.

python -m tests.servers.mongo_server     # build it now (`make test` does)
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.ports import free_port

SOURCE = Path(__file__).parent / "mongo"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "vivavoce" / "servers"
START_S = 60.0
REAL = "MONGODB_TEST_URI"


class NotBuilt(Exception):
    """There is no server; the message says why."""


def build() -> Path:
    """The server's program, built unless it is there.

    Raises:
        NotBuilt: Go is missing, or the module cannot be fetched or built.
    """
    sources = [SOURCE / name for name in ("go.mod", "go.sum", "main.go")]
    fingerprint = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    program = CACHE / f"mongo-{fingerprint}"
    if program.is_file():
        return program
    go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
    if go is None:
        raise NotBuilt("Go is not installed (needed for the MongoDB-protocol server)")
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "mongo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.is_file():
            made = program.with_suffix(".new")
            done = subprocess.run(
                [go, "build", "-o", str(made), "."],
                cwd=SOURCE,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                why = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
                raise NotBuilt(f"the MongoDB-protocol server could not be built: {why[0]}")
            made.rename(program)
    return program


class MongoServer:
    """One server on a loopback port, killed and started again at will on the same data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._program = build()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """`host:port`."""
        return f"127.0.0.1:{self.port}"

    def url(self, database: str | None = None) -> str:
        """The address of a database: one of its own, unless named."""
        return f"mongodb://{self.address}/{database or fresh_name()}"

    def start(self) -> None:
        """Start and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._program), "-listen", self.address, "-data", str(self.folder)],
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            if self._process.poll() is not None:
                break
            time.sleep(0.02)
        raise NotBuilt("the MongoDB-protocol server did not start")

    def kill(self) -> None:
        """SIGKILL, as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def fresh_name() -> str:
    """A database that nobody has."""
    return f"viva_{uuid.uuid4().hex[:16]}"


@contextmanager
def running(folder: Path) -> Iterator[MongoServer]:
    """A server while the block lasts. Raises NotBuilt."""
    server = MongoServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


if __name__ == "__main__":
    try:
        print(f"MongoDB-protocol server for the tests: {build()}")
    except NotBuilt as error:
        print(f"Tests on MongoDB will be skipped: {error}")
        sys.exit(0)
