"""Send a letter of the outbox."""

from __future__ import annotations

from datetime import timedelta

import structlog

from interview.errors import Unavailable
from server.jobs.kind import JobKind, Payload, Progress, Tools, TryLater
from server.platform.mail.outbox import MAILS, SEND_MAIL, MailState
from server.platform.mail.post import Refused

PAUSES_S = (10, 60, 300, 900, 3_600, 4 * 3_600, 12 * 3_600, 24 * 3_600)

log = structlog.get_logger(__name__)


class MailPayload(Payload):
    """Which letter."""

    organisation_id: str
    mail_id: str


async def send_mail(tools: Tools, asked: MailPayload, progress: Progress) -> None:
    """Tries go on for two days with growing pauses; a refusal for good ends them at once.

    A process that dies between sending and noting it sends once more, with the same Message-ID.

    Raises:
        TryLater: The mail server cannot take it now.
    """
    del progress
    mails = tools.storage.documents.of(MAILS, asked.organisation_id)
    found = await mails.get(asked.mail_id)
    if found is None or found.document.state is not MailState.WAITING:
        return  # erased, or sent before
    mail, now = found.document, tools.clock()
    try:
        if tools.send_mail is None:
            raise Unavailable("mail", "e-mail is not set up")
        await tools.send_mail(found.document_id, mail)
    except Refused as error:
        over = mail.over(MailState.FAILED, now, error.message)
    except Unavailable as error:
        if mail.attempts < len(PAUSES_S):
            tried = {"attempts": mail.attempts + 1, "error": error.message}
            await mails.replace(asked.mail_id, found.revision, mail.model_copy(update=tried))
            later = now + timedelta(seconds=PAUSES_S[mail.attempts])
            raise TryLater(later) from None
        over = mail.over(MailState.FAILED, now, error.message)
    else:
        over = mail.over(MailState.SENT, now)
    await mails.replace(asked.mail_id, found.revision, over)
    log.info("mail_over", letter=mail.letter, state=over.state, attempts=over.attempts)


KIND = JobKind(SEND_MAIL, MailPayload, send_mail)
