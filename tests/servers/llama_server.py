"""A real language model behind llama.cpp's own server, fetched once and cached.

python -m tests.servers.llama_server     # fetch it now (`make test` does)

SmolLM2 135M is far too small to judge an answer: it shows that schema, quotes, retries and
refusals work with a real model, nothing about scores.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.mongo_server import CACHE, NotBuilt

SOURCE = Path(__file__).parent / "llama"
PACKAGES = SOURCE / "requirements.txt"
THREADS = 1  # two wait for each other as soon as anything else runs


def fetch() -> Path:
    """The folder with server and model, fetched unless it is there.

    Raises:
        NotBuilt: The packages cannot be had.
    """
    fingerprint = hashlib.sha256(PACKAGES.read_bytes()).hexdigest()[:16]
    folder = CACHE / f"llama-{fingerprint}"
    if folder.is_dir():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "llama.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            made = folder.with_suffix(".new")
            shutil.rmtree(made, ignore_errors=True)
            uv = Path(sys.executable).parent / "uv"
            done = subprocess.run(
                [
                    *(uv, "pip", "install", "--quiet", "--no-deps", "--require-hashes"),
                    *("--only-binary", ":all:", "--target", made, "-r", PACKAGES),
                ],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                why = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
                raise NotBuilt(f"llama.cpp's server could not be fetched: {why[0]}")
            made.rename(folder)
    return folder


@contextmanager
def running(log: Path) -> Iterator[str]:
    """The address of a server while the block lasts, for OpenAI's clients. Raises NotBuilt."""
    environment = {**os.environ, "PYTHONPATH": str(fetch())}
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, str(SOURCE / "serve.py"), str(THREADS)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert process.stdin is not None and process.stdout is not None
    try:
        address = next((line for line in process.stdout if line.startswith("http://")), "")
        if not address:
            raise NotBuilt("llama.cpp's server did not start")
        yield address.strip() + "/v1"
    finally:
        process.stdin.close()
        process.kill()
        process.wait()


if __name__ == "__main__":
    try:
        print(f"Language model for the tests: {fetch().name}")
    except NotBuilt as error:
        print(f"Tests with a real language model will be skipped: {error}")
        sys.exit(0)
