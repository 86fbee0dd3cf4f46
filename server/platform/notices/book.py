"""The notices of one organisation: stored for each who wants them, listed, read."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime

from interview.accounts import ACCOUNTS, Account, AccountState
from interview.errors import NotFound, Stale, Taken
from interview.news import News
from interview.ports.documents import Order, Page, Stored, Where
from interview.ports.storage import Storage
from interview.records import State
from server.platform.kept import Kept
from server.platform.notices.model import (
    CHOICES,
    NOTICES,
    Choice,
    Notice,
    NoticeKind,
    concerns,
    told,
    usual,
)

KEPT = 300
"""The newest notices that stay for each reader."""
PAGE = 200

Wanted = tuple[Stored[Account], NoticeKind, str]


class NoticeBook:
    """The notices of one organisation."""

    def __init__(
        self, storage: Storage, organisation_id: str, clock: Callable[[], datetime]
    ) -> None:
        documents = self._documents = storage.documents
        self._organisation_id = organisation_id
        self._clock = clock
        self._notices = documents.of(NOTICES, organisation_id)
        self._accounts = documents.of(ACCOUNTS, organisation_id)

    async def tell(self, what: News, subject: str, state: State) -> list[Wanted]:
        """Store a notice for everybody who wants it; told twice, it is stored once.

        The answer: who wants it by mail, with its kind and what names it for ever.
        """
        found = told(what, subject, state)
        if found is None:
            return []
        (kind, which), by_mail = found, []
        async for account in self._people():
            choice = (await self.choice(account)).document
            actor = f"staff:{account.document.username}"
            if not concerns(choice, actor, state):
                continue
            name = _id(account.document_id, state.session_id, kind, which)
            if kind in choice.desk:
                await self._keep(name, account.document_id, kind, state.session_id)
            if kind in choice.mail:
                by_mail.append((account, kind, name))
        return by_mail

    async def _people(self) -> AsyncIterator[Stored[Account]]:
        after: str | None = None
        where = Where(equals={"state": AccountState.ACTIVE})
        while True:
            page = await self._accounts.page(where, Order("created_at"), limit=PAGE, after=after)
            for found in page.items:
                yield found
            after = page.after
            if after is None:
                return

    async def _keep(self, name: str, user_id: str, kind: NoticeKind, session_id: str) -> None:
        notice = Notice(user_id=user_id, kind=kind, session_id=session_id, created_at=self._clock())
        try:
            await self._notices.insert(name, notice)
        except Taken:
            return
        mine = Where(equals={"user_id": user_id})
        oldest = await self._notices.page(mine, Order("created_at"), limit=20)
        for one in oldest.items[: max(0, oldest.total - KEPT)]:
            await self._notices.delete(one.document_id)

    async def page(
        self, user_id: str, *, unread: bool = False, limit: int, offset: int
    ) -> Page[Notice]:
        """A person's notices, newest first."""
        equals: dict[str, str | bool] = {"user_id": user_id}
        if unread:
            equals["read"] = False
        newest = Order("created_at", descending=True)
        return await self._notices.page(Where(equals=equals), newest, limit=limit, offset=offset)

    async def unread(self, user_id: str) -> tuple[int, Stored[Notice] | None]:
        """How many a person has not read, and the newest of them."""
        page = await self.page(user_id, unread=True, limit=1, offset=0)
        return page.total, page.items[0] if page.items else None

    async def read(self, user_id: str, ids: Iterable[str] | None) -> None:
        """These are read now (None: all of this moment); what is not one's own stays."""
        if ids is None:
            page = await self.page(user_id, unread=True, limit=KEPT, offset=0)
            ids = [one.document_id for one in page.items]
        for notice_id in ids:
            found = await self._notices.get(notice_id)
            if found is None or found.document.user_id != user_id or found.document.read:
                continue
            after = found.document.model_copy(update={"read": True})
            try:
                await self._notices.replace(notice_id, found.revision, after)
            except (Stale, NotFound):  # another tab read it, or it was erased
                continue

    async def choice(self, account: Stored[Account]) -> Stored[Choice]:
        """What somebody wants; what their roles usually hear of, at revision 0, until they say."""
        return await self._chosen(account.document_id, usual(account.document.roles)).get()

    async def choose(self, user_id: str, choice: Choice, revision: int | None) -> Stored[Choice]:
        """Put it there. Raises Stale unless it has that revision, where one is given."""
        return await self._chosen(user_id, choice).put(choice, revision)

    def _chosen(self, user_id: str, otherwise: Choice) -> Kept[Choice]:
        return Kept(self._documents, self._organisation_id, CHOICES, otherwise, user_id)

    async def forget_session(self, session_id: str) -> None:
        """Remove what was told of a session that is being erased."""
        await self._forget(Where(equals={"session_id": session_id}))

    async def forget_person(self, user_id: str) -> None:
        """Remove what somebody was told and chose, whose account is removed."""
        await self._documents.of(CHOICES, self._organisation_id).delete(user_id)
        await self._forget(Where(equals={"user_id": user_id}))

    async def _forget(self, where: Where) -> None:
        while items := (await self._notices.page(where, limit=PAGE)).items:
            for one in items:
                await self._notices.delete(one.document_id)


def _id(user_id: str, session_id: str, kind: NoticeKind, which: str) -> str:
    told_of = f"{user_id}\n{session_id}\n{kind}\n{which}"
    return hashlib.sha256(told_of.encode()).hexdigest()[:32]
