"""A sentence of the candidate's page that nothing raises is a promise that nobody keeps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIVE = ROOT / "web" / "src" / "live"
WORDS = LIVE / "words.ts"
SAID_ONLY = {"words.ts", "dev-app.ts"}


def codes() -> list[str]:
    """The keys of the sentences."""
    table = WORDS.read_text(encoding="utf-8").split("const NOTICES", 1)[1].split("\n};", 1)[0]
    return re.findall(r"^  ([a-z_]+): ", table, re.MULTILINE)


def sources() -> str:
    """Everything that may raise one: the page, the server, the machine."""
    pages = [
        path
        for path in LIVE.rglob("*.ts")
        if path.name not in SAID_ONLY and not path.name.endswith(".test.ts")
    ]
    parts = [path for folder in ("server", "interview") for path in (ROOT / folder).rglob("*.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in [*pages, *parts])


RAISED = sources()


@pytest.mark.parametrize("code", codes())
def test_every_sentence_is_raised_somewhere(code: str) -> None:
    reason = code.removeprefix("answer_")  # refused answers come as `answer_{reason}`
    assert f'"{code}"' in RAISED or (reason != code and f'"{reason}"' in RAISED)
