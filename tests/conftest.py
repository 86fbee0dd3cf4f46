"""Fixtures every test may use."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.servers.mongo_server import REAL, NotBuilt, fresh_name, running

# A busy machine makes no example wrong.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder with recordings, clips and weights that lies beside the checkout."""
    folder = Path(os.environ.get("VIVA_TEST_SHARED", ROOT.parent / "shared"))
    if not (folder / "speech" / "refs.json").is_file():
        pytest.skip(f"no test recordings in {folder} (set VIVA_TEST_SHARED)")
    return folder


@pytest.fixture(scope="session")
def graded_dir(shared_dir: Path) -> Path:
    """Answers graded by people; never part of the product."""
    folder = shared_dir / "graded"
    if not any(folder.glob("*.jsonl")):
        pytest.skip(f"no graded answers in {folder}")
    return folder


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """Where `python -m server models` puts the models of this machine."""
    return Path(os.environ.get("VIVA_MODELS_DIR", "~/.cache/vivavoce/models")).expanduser()


@pytest.fixture(scope="session")
def mongo_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """Addresses of fresh databases on one server of the MongoDB protocol.

    The server that `MONGODB_TEST_URI` names (without a database), else FerretDB.
    """
    real = os.environ.get(REAL)
    if real:
        yield lambda: f"{real.rstrip('/')}/{fresh_name()}"
        return
    try:
        with running(tmp_path_factory.mktemp("mongo") / "data") as server:
            yield server.url
    except NotBuilt as error:
        pytest.skip(str(error))
