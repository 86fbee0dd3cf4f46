"""Letters to people who are invited: the invitation with its calendar entry, and reminders."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from interview.ports.documents import Documents
from server.platform.accounts.company import company_name
from server.platform.interviews.design import INTERVIEWS, Interview, Mode
from server.platform.interviews.tokens import InterviewToken, said_at
from server.platform.mail.letters import Appointment, Letter
from server.platform.mail.outbox import Outbox
from server.settings import Settings

PAGE = "/invitation"
WITH_DAY = "%A, %-d %B %Y, %H:%M"


def invitation_link(settings: Settings, token: InterviewToken) -> str:
    """Where the candidate begins; browsers keep what follows `#` to themselves."""
    return f"{settings.resolved_public_url}{PAGE}#{token.token_value}"


class InvitationLetters:
    """Writes to invited people through the outbox; does nothing where mail is not set up."""

    def __init__(self, outbox: Outbox, documents: Documents, settings: Settings) -> None:
        self._outbox = outbox
        self._documents = documents
        self._settings = settings

    async def invite(self, organisation_id: str, token: InterviewToken) -> bool:
        """Post the invitation; False when nothing can be sent. The same link is sent once."""
        interview = await self._interview(organisation_id, token)
        if self._outbox.disabled or interview is None or not token.candidate_email:
            return False
        minutes = interview.minutes
        at = token.expires_at
        await self._post(
            organisation_id,
            Letter.INVITATION,
            token,
            interview,
            {
                "minutes": str(minutes),
                "recorded": "recorded" if interview.design.mode is Mode.RECORDED else "",
            },
            Appointment(
                uid=f"invitation-{token.token_id}@vivavoce",
                title=interview.title,
                begins_at=at - timedelta(minutes=minutes),
                ends_at=at,
                link=invitation_link(self._settings, token),
            ),
        )
        return True

    async def remind(
        self, organisation_id: str, token: InterviewToken, number: str | None = None
    ) -> bool:
        """Post a reminder; False when nothing can be sent. Each `number` is sent once."""
        interview = await self._interview(organisation_id, token)
        if self._outbox.disabled or interview is None or not token.candidate_email:
            return False
        await self._post(
            organisation_id,
            Letter.REMINDER,
            token,
            interview,
            {"number": number or str(token.reminded)},
        )
        return True

    async def _interview(self, organisation_id: str, token: InterviewToken) -> Interview | None:
        mine = self._documents.of(INTERVIEWS, organisation_id)
        stored = await mine.get(str(token.interview_id))
        return None if stored is None else stored.document

    async def _post(
        self,
        organisation_id: str,
        letter: Letter,
        token: InterviewToken,
        interview: Interview,
        more: dict[str, str],
        appointment: Appointment | None = None,
    ) -> None:
        secret = hashlib.sha256(token.token_value.encode()).hexdigest()[:16]
        zone = token.time_zone
        opens_at = token.opens_at or token.created_at
        opens = said_at(opens_at, zone, WITH_DAY) if opens_at > token.created_at else ""
        await self._outbox.post(
            organisation_id,
            letter,
            token.candidate_email,
            {
                "name": token.candidate_name or token.candidate_email,
                "title": interview.title,
                "link": invitation_link(self._settings, token),
                "deadline": said_at(token.expires_at, zone, WITH_DAY),
                "opens": opens,
                "contact": self._settings.contact_email or "",
                **more,
            },
            key=f"{letter}:{token.token_id}:{secret}:{more.get('number', '')}",
            about=f"invitation:{token.token_id}",
            company=await company_name(self._documents, organisation_id, self._settings.company),
            appointment=appointment,
        )
