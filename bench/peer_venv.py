"""A virtual environment of its own for a peer: its dependencies are none of ours."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PACKAGES = ("pipecat-ai[webrtc]>=1.14,<2", "uvloop")
INSTALL_S = 300


def peer_python(folder: Path, packages: Sequence[str] = PACKAGES) -> tuple[str | None, str]:
    """The interpreter that has the packages, made at the first call; or None and the reason."""
    python = folder / "bin" / "python"
    marker = folder / ".installed"
    if not marker.exists():
        beside = Path(sys.executable).with_name("uv")
        uv = str(beside) if beside.exists() else shutil.which("uv")
        if uv is None:
            return None, "uv is not installed"
        steps = (
            [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)],
            [uv, "pip", "install", "--quiet", "--python", str(python), *packages],
        )
        for step in steps:
            try:
                subprocess.run(step, check=True, timeout=INSTALL_S, capture_output=True, text=True)
            except subprocess.CalledProcessError as error:
                return None, error.stderr.strip()[-300:]
            except subprocess.TimeoutExpired:
                return None, f"the installation took more than {INSTALL_S} s"
        marker.touch()
    return str(python), ""
