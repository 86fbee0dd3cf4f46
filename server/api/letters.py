"""Letters about sessions: who reads reports by mail, thanks, and whether mail works at all.

Nothing is sent to anybody before staff have said to whom. The addresses of the first contract
(`/send_report_email`, `/email_status`, `/test_email`, `/email_setup_guide`) are kept.
"""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field, StrictBool, StrictStr

from interview.accounts import ACCOUNTS, ADMINISTRATORS, MAKERS, OWNERS, AccountState
from interview.errors import InvalidInput, NotFound
from interview.ports.documents import Where
from server.api.whose import matching
from server.edge.audit import audit
from server.edge.auth import accounts
from server.edge.auth.guard import own_session
from server.edge.etags import seen_revision, tagged
from server.edge.routes import (
    STAFF,
    STAFF_OR_SERVICE,
    Payload,
    Reply,
    Route,
    organisation_of,
    read_body,
    reply,
    staff_of,
)
from server.platform.interviews.letters import (
    MAX_RECIPIENTS,
    LetterChoice,
    letter_choice_of,
    letters_of,
)
from server.platform.mail.letters import Letter
from server.platform.mail.outbox import MAILS, MailState
from server.platform.notices.mailing import SessionLetters
from server.platform.services import core_of, services_of
from server.text import Email, Line

SETTINGS = "/api/v1/interviewer/settings/letters"
ASK_OPERATOR = "Ask whoever runs this server; until then, make a link to the report and send it."
GUIDE = (
    "Set VIVA_SMTP_URL to your mail server: smtp://user:password@host:587 (STARTTLS), or"
    " smtps://user:password@host:465.",
    "Set VIVA_MAIL_FROM to the sender, such as Vivavoce <interviews@example.com>.",
    "Set VIVA_CONTACT_EMAIL to where candidates may write; answers go there.",
    "Restart the server, and send yourself a test letter from the System page.",
)


class LettersBody(Payload):
    """What is to be otherwise; what is left out stays."""

    report_recipients: Annotated[tuple[Email, ...], Field(max_length=MAX_RECIPIENTS)] = ()
    thank_candidates: StrictBool = False


class LettersReply(Reply):
    """What is sent by itself. `mail_disabled` says why nothing is; empty when mail works."""

    report_recipients: list[str]
    thank_candidates: bool
    mail_disabled: str


class ReportLetterBody(Payload):
    """To whom: a colleague, or one of the recipients in the settings; to all of those if null."""

    email: Email | None = None


class NamedReportBody(Payload):
    """Which report to whom; `name` is how the letter addresses them."""

    session_id: Annotated[StrictStr, Field(min_length=1, max_length=100)]
    email: Email
    name: Annotated[Line, Field(max_length=200)] = ""


class PostedLetter(Reply):
    """A letter, on its way or sent before."""

    mail_id: str
    to: str
    state: MailState


class PostedReply(Reply):
    """The letters; the outbox says what becomes of them."""

    letters: list[PostedLetter]


class MailStatus(Reply):
    """Whether mail works. `why` is empty when it is set up; counts are of all organisations."""

    configured: bool
    why: str
    sender: str | None
    waiting: int
    sent: int
    failed: int


class GuideReply(Reply):
    """How to set mail up, step by step."""

    configured: bool
    steps: list[str]


class SentTestReply(Reply):
    """The letter is on its way to the address of who asked."""

    status: Literal["accepted"] = "accepted"
    to: str


async def read_letters(request: web.Request) -> web.Response:
    """What is sent by itself."""
    documents = core_of(request).storage.documents
    stored = await letter_choice_of(documents, organisation_of(request)).get()
    return tagged(_letters(request, stored.document), stored.revision)


async def put_letters(request: web.Request) -> web.Response:
    """Choose it."""
    body, services = await read_body(request, LettersBody), core_of(request)
    kept = letter_choice_of(services.storage.documents, organisation_of(request))
    sent = {name: getattr(body, name) for name in body.model_fields_set}
    if "report_recipients" in sent:
        once = {address.casefold(): address for address in body.report_recipients}
        sent["report_recipients"] = tuple(once.values())
    after = (await kept.get()).document.model_copy(update=sent)
    revision = seen_revision(request)
    stored = await matching(revision, kept.put(after, revision))
    await audit(request, "letters_chosen", "settings")
    return tagged(_letters(request, stored.document), stored.revision)


def _letters(request: web.Request, choice: LetterChoice) -> web.Response:
    return reply(
        LettersReply(
            report_recipients=list(choice.report_recipients),
            thank_candidates=choice.thank_candidates,
            mail_disabled=core_of(request).outbox.disabled,
        )
    )


async def mail_report(request: web.Request) -> web.Response:
    """Write that a report is ready; the same revision goes to an address once."""
    body = await read_body(request, ReportLetterBody)
    addresses: tuple[str, ...]
    if body.email is not None:
        addresses = (body.email,)
    else:
        documents = core_of(request).storage.documents
        addresses = (await letters_of(documents, organisation_of(request))).report_recipients
        if not addresses:
            raise InvalidInput("email", "no recipients are set: name a colleague")
    return await _post(request, request.match_info["session_id"], addresses)


async def send_report_email(request: web.Request) -> web.Response:
    """The same with everything in the body, as the first contract has it."""
    body = await read_body(request, NamedReportBody)
    await own_session(request, body.session_id)
    return await _post(request, body.session_id, (body.email,), name=body.name)


async def _post(
    request: web.Request, session_id: str, addresses: tuple[str, ...], *, name: str = ""
) -> web.Response:
    services, organisation_id = services_of(request), organisation_of(request)
    services.outbox.must_be_set_up(ASK_OPERATOR)
    report = await services.storage.reports.get(session_id)
    if report is None:
        raise NotFound("Report", session_id)
    for address in addresses:
        await _may_read(request, address)
    state = await services.live.state(session_id)
    letters = SessionLetters(services.outbox, services.storage.documents, services.settings)
    mails, posted = services.storage.documents.of(MAILS, organisation_id), []
    for address in addresses:
        key = f"revision-{report.revision}"
        mail_id = await letters.report(state, address, name=name, key=key)
        found = await mails.get(mail_id)
        now = MailState.WAITING if found is None else found.document.state
        posted.append(PostedLetter(mail_id=mail_id, to=address, state=now))
    await audit(request, "report_mailed", session_id, letters=len(posted))
    return reply(PostedReply(letters=posted), status=202)


async def _may_read(request: web.Request, address: str) -> None:
    """Raises InvalidInput: it is the address of no colleague and of no recipient."""
    documents, organisation_id = core_of(request).storage.documents, organisation_of(request)
    chosen = (await letters_of(documents, organisation_id)).report_recipients
    if address.casefold() in {one.casefold() for one in chosen}:
        return
    where = Where(equals={"state": AccountState.ACTIVE}, begins={"email": address})
    colleagues = (await documents.of(ACCOUNTS, organisation_id).page(where, limit=50)).items
    if all(one.document.email.casefold() != address.casefold() for one in colleagues):
        raise InvalidInput(
            "email", "is no colleague's; add it to the recipients of reports in the settings"
        )


async def email_status(request: web.Request) -> web.Response:
    """Whether mail is set up, and how much waits."""
    services = core_of(request)
    counts = await services.storage.documents.everywhere(MAILS).sums("state")
    number = {state: int(counts.get(state.value, 0)) for state in MailState}
    disabled = services.outbox.disabled
    return reply(
        MailStatus(
            configured=not disabled,
            why=disabled,
            sender=None if disabled else services.settings.resolved_mail_from,
            waiting=number[MailState.WAITING],
            sent=number[MailState.SENT],
            failed=number[MailState.FAILED],
        )
    )


async def email_setup_guide(request: web.Request) -> web.Response:
    """What to set."""
    configured = not core_of(request).outbox.disabled
    return reply(GuideReply(configured=configured, steps=list(GUIDE)))


async def test_email(request: web.Request) -> web.Response:
    """Send a test letter to the own address."""
    services, staff = core_of(request), staff_of(request)
    services.outbox.must_be_set_up("The setup guide says what to set.")
    account = await accounts.by_id(services.storage.documents, staff.user_id)
    to = account.document.email if account is not None else staff.username
    await services.outbox.post(
        staff.organisation_id,
        Letter.TEST,
        to,
        {"name": staff.username},
        key=f"test:{uuid.uuid4()}",
    )
    await audit(request, "test_mail_sent", "account")
    return reply(SentTestReply(to=to), status=202)


ROUTES = [
    Route(
        method="GET",
        path=SETTINGS,
        handler=read_letters,
        allow=STAFF_OR_SERVICE,
        summary="Which letters are sent by themselves",
        scope="interviews:read",
        response=LettersReply,
    ),
    Route(
        method="PUT",
        path=SETTINGS,
        handler=put_letters,
        allow=STAFF_OR_SERVICE,
        roles=OWNERS,
        summary="Choose which letters are sent by themselves",
        scope="interviews:write",
        request=LettersBody,
        response=LettersReply,
        replaces=True,
        statuses=(400, 409),
    ),
    Route(
        method="POST",
        path="/api/v1/interviewer/reports/{session_id}/letter",
        handler=mail_report,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Write to colleagues that a report is ready",
        request=ReportLetterBody,
        response=PostedReply,
        status=202,
        statuses=(400, 404, 409),
    ),
    Route(
        method="POST",
        path="/send_report_email",
        handler=send_report_email,
        allow=STAFF_OR_SERVICE,
        roles=MAKERS,
        summary="Write to somebody that a report is ready",
        request=NamedReportBody,
        response=PostedReply,
        status=202,
        statuses=(400, 404, 409),
    ),
    Route(
        method="GET",
        path="/email_status",
        handler=email_status,
        allow=STAFF,
        roles=ADMINISTRATORS,
        summary="Whether mail works",
        response=MailStatus,
    ),
    Route(
        method="GET",
        path="/email_setup_guide",
        handler=email_setup_guide,
        allow=STAFF,
        roles=ADMINISTRATORS,
        summary="How to set mail up",
        response=GuideReply,
    ),
    Route(
        method="POST",
        path="/test_email",
        handler=test_email,
        allow=STAFF,
        roles=ADMINISTRATORS,
        summary="Send a test letter to oneself",
        response=SentTestReply,
        status=202,
        statuses=(409,),
    ),
]
