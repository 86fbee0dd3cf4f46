"""The outbox: every letter is stored first, then sent by a job, again and again until it arrives.

Each letter has a key: posted twice, it is sent once. When it is over (sent, or given up) its words
are removed, since they hold links that open things; whom it went to and how it ended stays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from interview.errors import Disabled, NotFound, Taken
from interview.nouns import UtcTime
from interview.ports.documents import Kind, Order, Stored, Where
from interview.ports.storage import JobRequest, Storage
from server.platform.interviews.theme import chosen_theme, look_of
from server.platform.mail.letters import Appointment, Letter, calendar_file, write
from server.settings import Settings

SEND_MAIL = "send_mail"
NOT_SET_UP = "E-mail is not set up on this server (VIVA_SMTP_URL). Copy the link and send it."


class MailState(StrEnum):
    """How far a letter is."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Mail(BaseModel):
    """A letter in the outbox. `about`: what goes with it when that is erased (a session, a person).

    `subject`, `text`, `html` and `calendar` are empty once it is over. `error` is why the last try
    failed; `attempts` counts tries.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    letter: Letter
    to: str
    about: str = ""
    subject: str
    text: str
    html: str
    calendar: str = ""
    state: MailState = MailState.WAITING
    attempts: int = 0
    error: str = ""
    created_at: UtcTime
    sent_at: UtcTime | None = None

    def over(self, state: MailState, now: datetime, error: str = "") -> Mail:
        """The letter when nothing more is done about it; its words are gone."""
        gone = {"subject": "", "text": "", "html": "", "calendar": "", "error": error}
        sent_at = now if state is MailState.SENT else None
        tried = {"state": state, "attempts": self.attempts + 1, "sent_at": sent_at}
        return self.model_copy(update=gone | tried)


MAILS = Kind("mails", Mail, fields=("created_at", "state", "letter", "about"), texts=("to",))


class Outbox:
    """Letters of all organisations; each is of one."""

    def __init__(self, storage: Storage, settings: Settings, clock: Callable[[], datetime]) -> None:
        self._storage = storage
        self._settings = settings
        self._clock = clock

    @property
    def disabled(self) -> str:
        """Why nothing can be sent, as people read it; empty when it can."""
        return "" if self._settings.smtp_url is not None else NOT_SET_UP

    def must_be_set_up(self, instead: str) -> None:
        """Raises Disabled, with what to do instead, when nothing can be sent."""
        if self.disabled:
            raise Disabled(f"E-mail is not set up on this server (VIVA_SMTP_URL). {instead}")

    async def post(
        self,
        organisation_id: str,
        letter: Letter,
        to: str,
        fields: Mapping[str, str],
        *,
        key: str,
        about: str = "",
        company: str | None = None,
        appointment: Appointment | None = None,
    ) -> str:
        """Store a letter to be sent; its id. The same key of an organisation is the same letter.

        Raises:
            Disabled: E-mail is not set up; the sentence says what to do instead.
            InvalidInput: The letter needs other fields.
        """
        if self.disabled:
            raise Disabled(self.disabled)
        theme = await chosen_theme(self._storage.documents, organisation_id)
        logo = theme.logo_url if theme is not None else None
        written = write(
            letter,
            fields,
            company=company or self._settings.company,
            look=look_of(theme),
            logo_url=f"{self._settings.resolved_public_url}{logo}" if logo else "",
        )
        now = self._clock()
        mail = Mail(
            letter=letter,
            to=to,
            about=about,
            subject=written.subject,
            text=written.text,
            html=written.html,
            calendar=calendar_file(appointment, now) if appointment is not None else "",
            created_at=now,
        )
        mail_id = hashlib.sha256(f"{organisation_id}\n{key}".encode()).hexdigest()[:32]
        try:
            await self._storage.documents.of(MAILS, organisation_id).insert(mail_id, mail)
        except Taken:  # posted before, perhaps by a process that died before asking for the job
            pass
        await self._ask(organisation_id, mail_id)
        return mail_id

    async def again(self, organisation_id: str, mail_id: str) -> Stored[Mail]:
        """Try a letter that waits at once. Raises NotFound, Disabled."""
        if self.disabled:
            raise Disabled(self.disabled)
        found = await self._storage.documents.of(MAILS, organisation_id).get(mail_id)
        if found is None or found.document.state is not MailState.WAITING:
            raise NotFound("Waiting letter", mail_id)
        await self._ask(organisation_id, mail_id)
        return found

    async def forget(self, organisation_id: str, about: str) -> int:
        """Remove every letter about something; how many. Those not sent yet are not sent."""
        mails, gone = self._storage.documents.of(MAILS, organisation_id), 0
        while True:
            page = await mails.page(Where(equals={"about": about}), Order("created_at"), limit=100)
            for found in page.items:
                gone += await mails.delete(found.document_id)
            if not page.items:
                return gone

    async def _ask(self, organisation_id: str, mail_id: str) -> None:
        payload = {"organisation_id": organisation_id, "mail_id": mail_id}
        await self._storage.jobs.enqueue(
            JobRequest(kind=SEND_MAIL, key=mail_id, payload=payload, run_at=self._clock())
        )
