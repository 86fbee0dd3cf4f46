"""What candidates ask of the company: another way to take part, what is known of them, its end.

Each request is a task of staff until somebody settles it in words that the candidate reads. It is
no part of the session's log: nothing in the interview follows from it, except that staff may let a
candidate do without a camera. Erasing the session erases its requests and its rating.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from typing import Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from interview.errors import Conflict, IllegalTransition, InvalidInput, NotFound
from interview.ports.documents import Kind, Order, Stored, Where
from interview.ports.storage import Storage
from interview.text import paragraphs, readable

MAX_REQUEST_CHARS = 2_000
MAX_REPLY_CHARS = 2_000
MAX_REQUESTS = 20
MAX_STARS = 5
SHOWN_FROM = 3
LATEST_COMMENTS = 20
TRIES = 4

T = TypeVar("T")


class RequestKind(StrEnum):
    """What is asked for."""

    ACCOMMODATION = "accommodation"
    TRANSCRIPT = "transcript"
    SIGNALS = "signals"
    EXPLANATION = "explanation"
    CORRECTION = "correction"
    ERASURE = "erasure"


NEEDS_WORDS = frozenset({RequestKind.ACCOMMODATION, RequestKind.CORRECTION})


class RequestState(StrEnum):
    """Where it stands."""

    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"


Settled = Literal[RequestState.DONE, RequestState.DECLINED]


class CandidateRequest(BaseModel):
    """One request. `slot` keeps a session from having two open ones of a kind."""

    model_config = ConfigDict(frozen=True)

    session_id: str
    kind: RequestKind
    text: str
    asked_at: AwareDatetime
    state: RequestState = RequestState.OPEN
    slot: str | None = None
    reply: str = ""
    settled_by: str | None = None
    settled_at: AwareDatetime | None = None


class InterviewRating(BaseModel):
    """What the candidate thinks of the interview; never part of what is judged."""

    model_config = ConfigDict(frozen=True)

    session_id: str
    stars: int = Field(ge=1, le=MAX_STARS)
    comment: str
    at: AwareDatetime


REQUESTS = Kind(
    "candidate_requests",
    CandidateRequest,
    unique=(("slot",),),
    fields=("session_id", "state", "kind", "asked_at"),
)
RATINGS = Kind("interview_ratings", InterviewRating, fields=("session_id", "stars", "at"))


class Requests:
    """The requests and ratings of one organisation."""

    def __init__(self, storage: Storage, organisation_id: str) -> None:
        self._requests = storage.documents.of(REQUESTS, organisation_id)
        self._ratings = storage.documents.of(RATINGS, organisation_id)

    async def ask(
        self, session_id: str, kind: RequestKind, text: str, now: datetime
    ) -> Stored[CandidateRequest]:
        """Put a request before staff; asked again while it is open, its words are replaced.

        Raises:
            InvalidInput: It has to be said what is meant, or the session has had too many.
        """
        text = _clean("text", text, MAX_REQUEST_CHARS)
        if kind in NEEDS_WORDS and not readable(text):
            raise InvalidInput("text", "say in a few words what you need")
        request = CandidateRequest(
            session_id=session_id,
            kind=kind,
            text=text,
            asked_at=now,
            slot=f"{session_id}:{kind}",
        )
        return await _decided_anew(lambda: self._ask(request))

    async def _ask(self, asked: CandidateRequest) -> Stored[CandidateRequest]:
        session_id, text = asked.session_id, asked.text
        known = await self._requests.page(Where({"session_id": session_id}), limit=MAX_REQUESTS)
        for one in known.items:
            if one.document.slot == asked.slot:
                return await self._requests.replace(
                    one.document_id, one.revision, one.document.model_copy(update={"text": text})
                )
        if known.total >= MAX_REQUESTS:
            raise InvalidInput("kind", f"{MAX_REQUESTS} were sent already; please write to us")
        return await self._requests.insert(uuid.uuid4().hex, asked)

    async def of_session(self, session_id: str) -> list[Stored[CandidateRequest]]:
        """All of one session, the oldest first."""
        where = Where({"session_id": session_id})
        return (await self._requests.page(where, Order("asked_at"), limit=MAX_REQUESTS)).items

    async def page(
        self, state: RequestState | None, *, limit: int, offset: int
    ) -> tuple[list[Stored[CandidateRequest]], int]:
        """The requests in a state, or all, and how many there are; open ones by their age."""
        where = Where({} if state is None else {"state": state})
        order = Order("asked_at", descending=state is not RequestState.OPEN)
        page = await self._requests.page(where, order, limit=limit, offset=offset)
        return page.items, page.total

    async def open_count(self) -> int:
        """How many wait for staff."""
        return (await self._requests.page(Where({"state": RequestState.OPEN}), limit=1)).total

    async def get(self, request_id: str) -> Stored[CandidateRequest]:
        """One request. Raises NotFound."""
        found = await self._requests.get(request_id)
        if found is None:
            raise NotFound("Request", request_id)
        return found

    async def settle(
        self,
        request_id: str,
        outcome: Settled,
        reply: str,
        by: str,
        now: datetime,
    ) -> Stored[CandidateRequest]:
        """Answer a request, in words for the candidate.

        Raises:
            NotFound: There is none with that id.
            InvalidInput: There are no words.
            IllegalTransition: It was settled before.
        """
        reply = _clean("reply", reply, MAX_REPLY_CHARS)
        if not readable(reply):
            raise InvalidInput("reply", "say it to the candidate in a few words")
        change: dict[str, object] = {"state": outcome, "slot": None, "reply": reply}
        change |= {"settled_by": by, "settled_at": now}
        return await _decided_anew(lambda: self._settle(request_id, change))

    async def _settle(self, request_id: str, change: dict[str, object]) -> Stored[CandidateRequest]:
        found = await self.get(request_id)
        if found.document.state is not RequestState.OPEN:
            raise IllegalTransition("settle", found.document.state)
        settled = found.document.model_copy(update=change)
        return await self._requests.replace(request_id, found.revision, settled)

    async def rate(self, session_id: str, stars: int, comment: str, now: datetime) -> None:
        """Keep the candidate's rating in the place of an earlier one."""
        comment = _clean("comment", comment, MAX_REQUEST_CHARS)
        rating = InterviewRating(session_id=session_id, stars=stars, comment=comment, at=now)
        await _decided_anew(lambda: self._rate(rating))

    async def _rate(self, rating: InterviewRating) -> None:
        known = await self._ratings.get(rating.session_id)
        if known is None:
            await self._ratings.insert(rating.session_id, rating)
        else:
            await self._ratings.replace(rating.session_id, known.revision, rating)

    async def rating(self, session_id: str) -> InterviewRating | None:
        """What the candidate said of the interview."""
        found = await self._ratings.get(session_id)
        return None if found is None else found.document

    async def ratings(self) -> tuple[dict[int, int], list[str]]:
        """How many gave how many stars, and the latest comments, without names.

        Both are empty before there are `SHOWN_FROM`: one alone would have a name.
        """
        counts = {int(str(k)): int(v) for k, v in (await self._ratings.sums("stars")).items()}
        if sum(counts.values()) < SHOWN_FROM:
            return {}, []
        latest = await self._ratings.page(order=Order("at", descending=True), limit=100)
        comments = [one.document.comment for one in latest.items if one.document.comment]
        return counts, comments[:LATEST_COMMENTS]

    async def erase(self, session_id: str) -> None:
        """Forget what one candidate asked for and said."""
        for request in await self.of_session(session_id):
            await self._requests.delete(request.document_id)
        await self._ratings.delete(session_id)


async def _decided_anew(work: Callable[[], Awaitable[T]]) -> T:
    """Read and write again when another writer came in between."""
    for _ in range(TRIES - 1):
        try:
            return await work()
        except Conflict:
            continue
    return await work()


def _clean(field: str, text: str, limit: int) -> str:
    clean = paragraphs(text)
    if len(clean) > limit:
        raise InvalidInput(field, f"it has at most {limit} characters")
    return clean
