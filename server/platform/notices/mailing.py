"""Letters about sessions: to colleagues who want news, to who reads reports, to candidates."""

from __future__ import annotations

from interview.accounts import Account
from interview.ports.documents import Documents, Stored
from interview.records import State
from interview.standing import Standing, standing_of
from interview.summary import summarise
from server.platform.accounts.company import company_name
from server.platform.deciding.blind import reader_of
from server.platform.interviews.letters import letters_of
from server.platform.mail.letters import Letter
from server.platform.mail.outbox import Outbox
from server.platform.notices.model import NoticeKind
from server.settings import Settings

# The subject's words, and the letter's sentence.
WORDS = {
    NoticeKind.FINISHED: (
        "{who} has finished the interview",
        "{who} has finished the interview “{title}”.",
    ),
    NoticeKind.LEFT_EARLY: (
        "{who} has left the interview early",
        "{who} has left the interview “{title}” early.",
    ),
    NoticeKind.NEEDS_REVIEW: (
        "Signals of {who} wait for review",
        "In the interview “{title}” of {who}, signals wait for your review.",
    ),
    NoticeKind.APPEAL: (
        "{who} has explained a signal",
        "{who} has explained a signal in the interview “{title}”.",
    ),
    NoticeKind.REQUEST: (
        "{who} asks you for something",
        "{who} asks you for something about the interview “{title}”.",
    ),
}


class SessionLetters:
    """Writes through the outbox; does nothing where mail is not set up."""

    def __init__(self, outbox: Outbox, documents: Documents, settings: Settings) -> None:
        self._outbox = outbox
        self._documents = documents
        self._settings = settings

    async def notice(
        self, account: Stored[Account], kind: NoticeKind, name: str, state: State
    ) -> None:
        """Tell a colleague. The same notice is mailed once."""
        if self._outbox.disabled:
            return
        person = account.document
        candidate = await self._known_as(f"staff:{person.username}", state)
        subject, happened = (
            words.format(who=candidate, title=state.plan.title) for words in WORDS[kind]
        )
        await self._post(
            state,
            Letter.NOTICE,
            person.email,
            {
                "name": person.name or person.username,
                "subject": f"{subject}: {state.plan.title}",
                "happened": happened,
                "link": self._link("sessions", state),
                "settings": f"{self._settings.resolved_public_url}/staff/settings",
            },
            key=f"notice:{name}",
        )

    async def report_ready(self, state: State) -> int:
        """Write to the organisation's recipients of reports, once for each session; to how many."""
        choice = await letters_of(self._documents, state.organisation_id)
        if self._outbox.disabled:
            return 0
        for address in choice.report_recipients:
            await self.report(state, address, key="")
        return len(choice.report_recipients)

    async def report(self, state: State, to: str, *, name: str = "", key: str) -> str:
        """Write to one that a report is ready; the letter's id. The same key is one letter.

        Raises:
            Disabled: E-mail is not set up.
        """
        return await self._post(
            state,
            Letter.REPORT,
            to,
            {
                "name": name,
                "candidate": await self._known_as("", state),
                "title": state.plan.title,
                "link": self._link("reports", state),
            },
            key=f"report:{state.session_id}:{to.casefold()}:{key}",
        )

    async def thank(self, state: State) -> bool:
        """Thank a candidate who answered everything, once, where the organisation wishes it."""
        choice = await letters_of(self._documents, state.organisation_id)
        wanted = choice.thank_candidates and standing_of(state) is Standing.COMPLETED
        if not wanted or self._outbox.disabled or not state.candidate.email:
            return False
        await self._post(
            state,
            Letter.THANKS,
            state.candidate.email,
            {
                "name": state.candidate.name or state.candidate.email,
                "title": state.plan.title,
                "contact": self._settings.contact_email or "",
            },
            key=f"thanks:{state.session_id}",
        )
        return True

    async def _known_as(self, actor: str, state: State) -> str:
        """The candidate as this reader may know them."""
        reader = await reader_of(self._documents, state.organisation_id, actor)
        return reader.summary(summarise(state)).name

    def _link(self, area: str, state: State) -> str:
        return f"{self._settings.resolved_public_url}/staff/{area}/{state.session_id}"

    async def _post(
        self, state: State, letter: Letter, to: str, fields: dict[str, str], *, key: str
    ) -> str:
        company = await company_name(self._documents, state.organisation_id, self._settings.company)
        return await self._outbox.post(
            state.organisation_id,
            letter,
            to,
            fields,
            key=key,
            about=state.session_id,
            company=company,
        )
