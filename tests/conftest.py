"""Fixtures every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder with recordings, clips and weights that lies beside the checkout."""
    folder = Path(os.environ.get("VIVA_TEST_SHARED", ROOT.parent / "shared"))
    if not (folder / "speech" / "refs.json").is_file():
        pytest.skip(f"no test recordings in {folder} (set VIVA_TEST_SHARED)")
    return folder
