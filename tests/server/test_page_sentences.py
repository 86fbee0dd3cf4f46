"""A sentence of a page that nothing raises is a promise that nobody keeps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from interview.timers import STAYED_AWAY

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "web" / "src"
LIVE = PAGES / "live"
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


# Tables of sentences by a code that comes from elsewhere.
TABLES = (
    ("desk/words.ts", "STANDING"),
    ("desk/words.ts", "PHASE"),
    ("desk/words.ts", "OUTCOME"),
    ("desk/words.ts", "PAUSED"),
    ("desk/words.ts", "BAND"),
    ("desk/words.ts", "DECISION"),
    ("desk/words.ts", "SCORE_NAMES"),
    ("desk/words.ts", "ENDS"),
    ("desk/signal-words.ts", "KINDS"),
    ("desk/signal-words.ts", "CAUSES"),
    ("desk/signal-words.ts", "REVIEWED"),
    ("desk/signal-words.ts", "MEASURES"),
    ("desk/notices.ts", "KINDS"),
    ("desk/login.ts", "WHY"),
    ("desk/requests.ts", "KINDS"),
    ("live/words.ts", "PAUSED"),
    ("live/own-words.ts", "WISHES"),
    ("live/own-words.ts", "OUTCOMES"),
    ("live/watch-words.ts", "NOTED"),
)


def keys(file: str, table: str) -> list[str]:
    """The codes of one table: its own keys, not those of objects in it."""
    text = (PAGES / file).read_text(encoding="utf-8")
    found = re.search(rf"const {table}: [^=]*= \{{(.*?)\}};", text, re.DOTALL)
    assert found, f"{file} has no {table}"
    flat = re.sub(r"\{[^{}]*\}", "0", re.sub(r"\"(?:[^\"\\]|\\.)*\"", '""', found[1]))
    codes = re.findall(r"(?:^|,|\n)\s*\"?([a-z]\w*)\"?: ", flat)
    assert codes, f"{table} of {file} could not be read"
    return codes


def raising() -> str:
    """The server, the machine, the detectors, and what the candidate's page reports."""
    folders = ("server", "interview", "proctoring", "agents", "realtime", "storage")
    parts = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    pages = [LIVE / "page-events.ts", LIVE / "watching.ts"]
    return "\n".join(path.read_text(encoding="utf-8") for path in [*parts, *pages])


RAISING = raising()


@pytest.mark.parametrize(
    ("file", "table", "code"),
    [(file, table, code) for file, table in TABLES for code in keys(file, table)],
)
def test_every_code_with_words_comes_from_somewhere(file: str, table: str, code: str) -> None:
    words = rf"\"{code}\"|\b{code}=|\b{code}: "  # text, a keyword, a field
    assert re.search(words, RAISING), f"nothing raises {code} of {table} in {file}"


def test_staff_have_words_for_every_end() -> None:
    folders = ("server", "interview")
    text = "\n".join(p.read_text("utf-8") for f in folders for p in (ROOT / f).rglob("*.py"))
    ends = set(re.findall(r"\bend\(\s*draft,\s*[\w.]+,\s*\"(\w+)\"", text))
    ends |= set(re.findall(r"EndSession\([^()]*(?:\([^()]*\)[^()]*)*reason=\"(\w+)\"", text))
    assert {"all_questions_answered", "ended_by_staff", "sent_in"} <= ends
    ends |= {STAYED_AWAY, "candidate_never_came"}
    assert ends <= set(keys("desk/words.ts", "ENDS"))
