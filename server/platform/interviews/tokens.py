"""Tokens: who may sit an interview, until when, how often. An invitation is one with an address.

An attempt is counted by replacing the token at the revision that was read, with the session's id in
it: of any number of starts at the same time no more succeed than there are attempts, and a start
that is repeated for the same session counts nothing.
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import Field

from interview.commands import CreateSession
from interview.errors import Conflict, Forbidden, Gone, InvalidInput, NotFound, Stale, Taken
from interview.nouns import CandidateDetails, Noun, UtcTime
from interview.ports.documents import EVERYTHING, Kind, Order, Page, Stored, Where
from interview.state import State
from server.platform.interviews.appearance import time_zone
from server.platform.interviews.design import INTERVIEWS, Interview
from server.platform.interviews.library import Library, fresh_id
from server.platform.services import CoreServices, Services

TOKEN_CHARS = 32
ALPHABET = string.ascii_letters + string.digits
MAX_ATTEMPTS = 100
TRIES = 200
NOBODY = "Candidate"


class InterviewToken(Noun):
    """The right to sit an interview. `session_ids`: the attempts, in order.

    `invited`: the address in lower case, None for a token without one: in an interview nobody is
    invited twice. `reminders`: when the person is reminded, of which `reminded` are over;
    `reminder_due_at`: since when one waits that this server had no mail to send it with.
    `reminded_by_hand` counts those that somebody asked for; `reminded_at` is the latest of all.
    """

    token_id: int
    token_value: str
    interview_id: int
    candidate_name: str = ""
    candidate_email: str = ""
    phone: str = ""
    invited: str | None = None
    created_at: UtcTime
    created_by: str
    opens_at: UtcTime | None = None
    expires_at: UtcTime
    time_zone: str = "UTC"
    max_attempts: int = Field(default=1, ge=1, le=MAX_ATTEMPTS)
    session_ids: tuple[str, ...] = ()
    opened_at: UtcTime | None = None
    completed_at: UtcTime | None = None
    revoked_at: UtcTime | None = None
    reminders: tuple[UtcTime, ...] = ()
    reminded: int = 0
    reminded_by_hand: int = 0
    reminded_at: UtcTime | None = None
    reminder_due_at: UtcTime | None = None
    language: str = "en"
    link_sent_at: UtcTime | None = None

    @property
    def current_attempts(self) -> int:
        """How many attempts were begun."""
        return len(self.session_ids)

    @property
    def attempts_remaining(self) -> int:
        """How many attempts are left."""
        return max(0, self.max_attempts - self.current_attempts)

    def standing(self, now: datetime) -> str:
        """completed, revoked, begun, expired, opened or waiting: the first that is true."""
        if self.completed_at is not None:
            return "completed"
        if self.revoked_at is not None:
            return "revoked"
        if self.session_ids:
            return "begun"
        if self.expires_at <= now:
            return "expired"
        return "opened" if self.opened_at is not None else "waiting"


class Sitting(Noun):
    """A session of an interview: how it came about."""

    session_id: str
    interview_id: int
    version: int
    token_id: int | None = None
    job_id: int | None = None
    created_at: UtcTime


TOKENS = Kind(
    "interview_tokens",
    InterviewToken,
    unique=(("interview_id", "invited"),),
    unique_everywhere=(("token_value",),),
    fields=("interview_id", "created_at", "expires_at", "token_value", "invited"),
    texts=("candidate_name", "candidate_email"),
)
SITTINGS = Kind(
    "sittings",
    Sitting,
    fields=("interview_id", "version", "created_at", "token_id", "job_id"),
)


def secret() -> str:
    """A value that nobody guesses: 190 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TOKEN_CHARS))


def said_at(at: datetime, zone: str, form: str = "%d %B %Y, %H:%M") -> str:
    """A time as people read it, with the zone it is told in."""
    return f"{at.astimezone(time_zone(zone)).strftime(form)} ({zone})"


def usable(token: InterviewToken, now: datetime) -> None:
    """Raises Gone unless the token may be shown its interview now."""
    if token.revoked_at is not None:
        raise Gone("This invitation was withdrawn. Please ask whoever invited you.")
    if token.expires_at <= now and not token.session_ids:
        at = said_at(token.expires_at, token.time_zone)
        raise Gone(f"This link expired on {at}. Please ask whoever invited you for a new one.")


def startable(token: InterviewToken, now: datetime) -> None:
    """Raises Gone or Forbidden unless another attempt may begin now."""
    if token.revoked_at is not None or token.expires_at <= now:
        usable(token.model_copy(update={"session_ids": ()}), now)
    if token.opens_at is not None and now < token.opens_at:
        at = said_at(token.opens_at, token.time_zone)
        raise Forbidden(f"This interview is not open yet: it opens on {at}.")
    if not token.attempts_remaining:
        raise Forbidden("Every attempt of this link has been used.")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one organisation."""

    services: CoreServices
    organisation_id: str

    async def make(
        self, interview: Interview, wanted: InterviewToken
    ) -> tuple[Stored[InterviewToken], bool]:
        """Store it; whoever is invited already keeps their invitation (False)."""
        documents = self.services.storage.documents.of(TOKENS, self.organisation_id)
        token = wanted
        while True:
            try:
                return await documents.insert(str(token.token_id), token), True
            except Taken as taken:
                if taken.field == "token_value":
                    token = token.model_copy(update={"token_value": secret()})
                    continue
                known = await documents.get(str(token.token_id))
                if known is None or known.document.interview_id != interview.interview_id:
                    known = await self.invitation(interview.interview_id, token.invited)
                if known is not None:
                    return known, False
                token = token.model_copy(update={"token_id": int(fresh_id())})

    async def invitation(
        self, interview_id: int, invited: str | None
    ) -> Stored[InterviewToken] | None:
        """Somebody's invitation to an interview, if there is one."""
        if invited is None:
            return None
        documents = self.services.storage.documents.of(TOKENS, self.organisation_id)
        where = Where(equals={"interview_id": interview_id, "invited": invited})
        page = await documents.page(where, limit=1)
        return page.items[0] if page.items else None

    async def find(self, interview_id: int, token_id: str) -> Stored[InterviewToken]:
        """Raises NotFound, also for a token of another interview."""
        documents = self.services.storage.documents.of(TOKENS, self.organisation_id)
        found = await documents.get(token_id)
        if found is None or found.document.interview_id != interview_id:
            raise NotFound("Token", token_id)
        return found

    async def page(
        self, interview_id: int, search: str | None, *, limit: int, offset: int
    ) -> Page[InterviewToken]:
        """A page of an interview's tokens, newest first."""
        documents = self.services.storage.documents.of(TOKENS, self.organisation_id)
        begins = {"candidate_name": search} if search else {}
        where = Where(equals={"interview_id": interview_id}, begins=begins)
        return await documents.page(where, Order("created_at", True), limit=limit, offset=offset)

    async def counts(self) -> dict[int, int]:
        """How many there are of each interview."""
        documents = self.services.storage.documents.of(TOKENS, self.organisation_id)
        found = await documents.sums("interview_id")
        return {int(value): int(count) for value, count in found.items() if isinstance(value, int)}

    async def change(
        self, token_id: str, change: Callable[[InterviewToken], InterviewToken]
    ) -> Stored[InterviewToken]:
        """Put what `change` makes of it in its place. Raises NotFound and what `change` raises."""
        documents = self.services.storage.documents.of(TOKENS, self.organisation_id)
        for _ in range(TRIES):
            stored = await documents.get(token_id)
            if stored is None:
                raise NotFound("Token", token_id)
            after = change(stored.document)
            if after == stored.document:
                return stored
            try:
                return await documents.replace(token_id, stored.revision, after)
            except Stale:
                continue
        raise Conflict(token_id, 0, 0)

    async def delete(self, interview_id: int, token_id: str) -> None:
        """Remove it: its link opens nothing any more. Raises NotFound."""
        await self.find(interview_id, token_id)
        await self.services.storage.documents.of(TOKENS, self.organisation_id).delete(token_id)

    async def delete_all(self, interview_id: int) -> None:
        """Remove those of an interview that is removed."""
        documents = self.services.storage.documents.of(TOKENS, self.organisation_id)
        where = Where(equals={"interview_id": interview_id})
        while (page := await documents.page(where, limit=100)).items:
            for stored in page.items:
                await documents.delete(stored.document_id)


async def sittings_by(
    services: CoreServices, organisation_id: str, by: str, where: Where = EVERYTHING
) -> dict[int, int]:
    """How many sessions were begun for each value of a declared number of a sitting."""
    sittings = services.storage.documents.of(SITTINGS, organisation_id)
    found = await sittings.sums(by, where=where)
    return {int(value): int(count) for value, count in found.items() if isinstance(value, int)}


def new_token(
    interview: Interview,
    *,
    now: datetime,
    by: str,
    token_id: str | None = None,
    expires_in_hours: float = 72,
) -> InterviewToken:
    """A token for nobody in particular."""
    return InterviewToken(
        token_id=int(token_id or fresh_id()),
        token_value=secret(),
        interview_id=interview.interview_id,
        created_at=now,
        created_by=by,
        expires_at=now + timedelta(hours=expires_in_hours),
        language=interview.design.rules.language,
    )


async def admitted(services: CoreServices, value: str) -> Stored[InterviewToken]:
    """The token with this value, whoever's it is.

    Raises:
        InvalidInput: It cannot be one.
        NotFound: There is none.
    """
    if not value or len(value) > TOKEN_CHARS or not (value.isascii() and value.isalnum()):
        raise InvalidInput("token", "it is not the token of a link")
    page = await services.storage.documents.everywhere(TOKENS).page(
        Where(equals={"token_value": value}), limit=1
    )
    if not page.items:
        raise NotFound("Token", "of this link")
    return page.items[0]


async def interview_of(services: CoreServices, stored: Stored[InterviewToken]) -> Interview:
    """What the token is for. Raises Gone when it was removed."""
    documents = services.storage.documents.of(INTERVIEWS, stored.organisation_id)
    found = await documents.get(str(stored.document.interview_id))
    if found is None:
        raise Gone("This interview is not held any more. Please ask whoever invited you.")
    return found.document


async def begin(
    services: Services, value: str, session_id: str, given: CandidateDetails | None = None
) -> tuple[State, Stored[InterviewToken]]:
    """Use an attempt: the session of the version in force, which it keeps from now on.

    Raises:
        InvalidInput, NotFound: As `admitted`; or the interview cannot be held.
        Gone: Expired, withdrawn, or the interview was removed.
        Forbidden: Not open yet, or every attempt was used.
    """
    stored = await admitted(services, value)
    interview = await interview_of(services, stored)
    library = Library(services, stored.organisation_id)
    now = services.clock()

    def counted(token: InterviewToken) -> InterviewToken:
        if session_id in token.session_ids:
            return token
        startable(token, now)
        return token.model_copy(
            update={
                "session_ids": (*token.session_ids, session_id),
                "opened_at": token.opened_at or now,
            }
        )

    counted(stored.document)
    plan = library.plan(interview)
    tokens = Tokens(services, stored.organisation_id)
    stored = await tokens.change(stored.document_id, counted)
    token = stored.document
    command = CreateSession(
        session_id=session_id,
        candidate=CandidateDetails(
            name=token.candidate_name or (given.name if given else "") or NOBODY,
            email=token.candidate_email or (given.email if given else ""),
            phone=token.phone or (given.phone if given else ""),
        ),
        plan=plan,
        created_by=f"token:{token.token_id}",
        organisation_id=stored.organisation_id,
    )
    sitting = Sitting(
        session_id=session_id,
        interview_id=interview.interview_id,
        version=interview.version,
        token_id=token.token_id,
        created_at=now,
    )
    return await create_sitting(services, command, sitting), stored


async def create_sitting(services: Services, command: CreateSession, sitting: Sitting) -> State:
    """Store the session and how it came about; done before, it is given as it is now."""
    try:
        state = await services.live.create(command)
    except Conflict:
        state = await services.live.state(command.session_id)
    try:
        kept = services.storage.documents.of(SITTINGS, command.organisation_id)
        await kept.insert(command.session_id, sitting)
    except Taken:
        pass
    return state


async def forget_person(services: CoreServices, organisation_id: str, session_id: str) -> None:
    """Take out of the token who sat the session; the session is erased."""
    sittings = services.storage.documents.of(SITTINGS, organisation_id)
    sitting = await sittings.get(session_id)
    if sitting is None:
        return
    blank = {"candidate_name": "", "candidate_email": "", "phone": "", "invited": None}
    if sitting.document.token_id is not None:
        try:
            await Tokens(services, organisation_id).change(
                str(sitting.document.token_id), lambda token: token.model_copy(update=blank)
            )
        except NotFound:
            pass  # the token was removed before
    await sittings.delete(session_id)
