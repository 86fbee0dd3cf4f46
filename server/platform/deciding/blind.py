"""Blind mode: no name and no picture of a candidate until a reader has given their own scorecard.

One rule for all that shows a candidate. It is about people who read; services, and candidates of
themselves, are not blind. Two things follow from it:

- What a document, a list or a frame says (`Reader.veiled`): the candidate's name is a code that is
  the same for everybody, in what they said `[name]`; e-mail and phone are empty, addresses of
  pictures and recordings are missing, and so is what colleagues found (it would sway, and name).
- Whether a picture or a recording is given at all: not before the scorecard.

Who invites has to know whom: `OPEN` lists what is not veiled, and says why.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from interview.errors import InvalidInput
from interview.judging import DecisionOutcome
from interview.ports.documents import Documents
from interview.ports.storage import ReportRecord, SessionDirectory, SessionSummary
from server.platform.deciding.rules import rules_of

MIN_NAME_CHARS = 3
UNNAMED = "[name]"
WHY = "Pictures and recordings are shown once you have given your own scorecard."

# What names the session that a part of an answer is about.
IDENTITIES = ("session_id", "about", "target", "candidate_id")
# What colleagues found, and where a picture is: what is shown instead, if the field is there.
HIDDEN: dict[str, object] = {
    "decision": None,
    "decisions": [],
    "scorecards": [],
    "notes": [],
    "still_url": None,
    "has_still": False,
    "clips": {},
    "blind": True,
}
LINKS = "session_ids"
FLAGS = ("still_url", "has_still", "blind")
RECORDING: dict[str, object] = {
    "available": False,
    "url": None,
    "reason": WHY,
    "statement": WHY,
    "timeline": [],
}
# Addresses that are not veiled: what staff do there is to know whom.
OPEN: dict[str, str] = {
    "/api/v1/privacy/": "a person asks for their own data, by name and address",
    "/api/v1/interviewer/interviews/{interview_key}/tokens": "who invites types the names",
    "/api/v1/interviewer/interviews/{interview_key}/invitations": "who invites types the names",
    "/api/parallel_interview/create": "who creates it types the name, and needs the link",
}


@dataclass(frozen=True)
class Reader:
    """Who looks: `actor` as logs name people; `blind` where names come with scorecards."""

    actor: str
    blind: bool

    def unknown(self, summary: SessionSummary) -> bool:
        """Whether this reader may not know yet who sat the session."""
        return self.blind and self.actor not in summary.reviewers

    def summary(self, summary: SessionSummary) -> SessionSummary:
        """A list's line as this reader may know it."""
        if not self.unknown(summary):
            return summary
        named = {"name": code_name(summary.session_id), "email": "", "phone": "", "decision": None}
        return summary.model_copy(update=named)

    def narrowed(self, search: str | None, sort: str = "") -> str | None:
        """What a list is searched for; what would find or order people by name is refused.

        Raises:
            InvalidInput: Names are hidden in this organisation.
        """
        for field, asked in (("search", bool(search)), ("sort", sort == "name")):
            if self.blind and asked:
                raise InvalidInput(field, "names are hidden until scorecards are given")
        return search

    def frame(self, text: str, summary: SessionSummary) -> str | None:
        """A live frame as this reader may see it; None for a picture."""
        value = json.loads(text)
        if value.get("type") == "picture":
            return None
        return json.dumps(self.veiled(value, summary, whole=True), ensure_ascii=False)

    def unlinked(self, value: Any) -> Any:
        """JSON that names people on purpose, without the sessions that they sat."""
        if isinstance(value, list):
            return [self.unlinked(one) for one in value]
        if not isinstance(value, dict):
            return value
        return {key: [] if key == LINKS else self.unlinked(one) for key, one in value.items()}

    def veiled(self, value: Any, *about: SessionSummary, whole: bool = False) -> Any:
        """JSON about these sessions, with what this reader may not know taken out.

        `whole`: all of it is about the one session, whether it says so everywhere or not.
        """
        veils = {one.session_id: _Veil(one) for one in about if self.unknown(one)}
        if not veils:
            return value
        shown = frozenset(one.session_id for one in about) - veils.keys()
        return _Walk(veils, shown).over(value, tuple(veils.values()), inside=whole)


async def reader_of(documents: Documents, organisation_id: str, actor: str) -> Reader:
    """A person of the organisation as a reader; "" is anybody who has given no scorecard."""
    return Reader(actor, (await rules_of(documents, organisation_id)).blind)


def veiled_report(reader: Reader, record: ReportRecord, about: SessionSummary) -> ReportRecord:
    """A report as this reader may know it, the name that its file gets included."""
    if not reader.unknown(about):
        return record
    known = reader.summary(about)
    body = reader.veiled(record.body, about, whole=True)
    return record.model_copy(update={"name": known.name, "email": known.email, "body": body})


async def sessions_in(value: Any, sessions: SessionDirectory, organisation: str) -> list[Any]:
    """The organisation's sessions that a JSON value is about."""
    found = [await sessions.get(one) for one in sorted(set(_identities(value)))]
    return [one for one in found if one is not None and one.organisation_id == organisation]


def code_name(session_id: str) -> str:
    """What a candidate is called while nobody may know the name."""
    return f"Candidate {hashlib.sha256(session_id.encode()).hexdigest()[:4].upper()}"


def without_name(text: str, name: str) -> str:
    """The text without the candidate's name: whole words, written as in the name."""
    parts = [re.escape(part) for part in name.split() if len(part) >= MIN_NAME_CHARS]
    if not parts:
        return text
    one = "|".join(parts)
    return re.sub(rf"\b(?:{one})(?:\s+(?:{one}))*\b", UNNAMED, text)


class _Veil:
    """What is taken out of texts about one session."""

    def __init__(self, summary: SessionSummary) -> None:
        self.name = summary.name
        self.code = code_name(summary.session_id)
        self.secrets = [one for one in (summary.email, summary.phone) if one]

    def over(self, text: str) -> str:
        if text == self.name:
            return self.code
        for secret in self.secrets:
            text = text.replace(secret, "")
        return without_name(text, self.name)


def _identities(value: Any) -> Iterable[str]:
    if isinstance(value, list):
        for one in value:
            yield from _identities(one)
    elif isinstance(value, dict):
        yield from (value[key] for key in IDENTITIES if isinstance(value.get(key), str))
        for one in value.values():
            yield from _identities(one)


@dataclass(frozen=True)
class _Walk:
    """Over a JSON value: which sessions are veiled, and which of those met are not."""

    veils: dict[str, _Veil]
    shown: frozenset[str]

    def over(self, value: Any, names: tuple[_Veil, ...], *, inside: bool) -> Any:
        """`names`: whose names go. `inside`: whether this is about one who is veiled."""
        if isinstance(value, str):
            for veil in names:
                value = veil.over(value)
            return value
        if isinstance(value, list):
            return [self.over(one, names, inside=inside) for one in value]
        if not isinstance(value, dict):
            return value
        named = [value[key] for key in IDENTITIES if isinstance(value.get(key), str)]
        if any(one in self.veils for one in named):
            inside = True
        elif any(one in self.shown for one in named):
            names, inside = (), False
        walked = {
            key: one if key in IDENTITIES else self.over(one, names, inside=inside)
            for key, one in value.items()
        }
        return walked | _instead(walked) if inside else walked


def _instead(found: dict[str, Any]) -> dict[str, Any]:
    """What stands in the place of colleagues' findings and of pictures."""
    instead = {key: HIDDEN[key] for key in HIDDEN if _given(key, found.get(key))}
    recording = found.get("recording")
    if isinstance(recording, dict) and "available" in recording:
        known = {key: RECORDING[key] for key in RECORDING if key in recording}
        instead["recording"] = recording | known
    return instead


def _given(key: str, value: object) -> bool:
    """Whether the field is there and is what it is called; software proposes decisions, too."""
    if key == "decision" and isinstance(value, str):
        return value in set(DecisionOutcome)
    return isinstance(value, (dict, list)) or (key in FLAGS and value is not None)
