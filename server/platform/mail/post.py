"""Hands a letter to the mail server (SMTP)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, parseaddr

import aiosmtplib

from interview.errors import Unavailable, VivaError
from server.addresses import SmtpServer, smtp_server
from server.platform.mail.outbox import Mail
from server.settings import Settings

TIMEOUT_S = 20.0
PERMANENT = 500
Send = Callable[[str, Mail], Awaitable[None]]


class Refused(VivaError):
    """The mail server will never take this letter (no such mailbox)."""

    code = "mail_refused"


def sender(settings: Settings) -> Send | None:
    """How letters are sent; None when e-mail is not set up."""
    if settings.smtp_url is None:
        return None
    server = smtp_server(settings.smtp_url.get_secret_value())

    async def send(mail_id: str, mail: Mail) -> None:
        await _send(server, message_of(settings, mail_id, mail))

    return send


def message_of(settings: Settings, mail_id: str, mail: Mail) -> EmailMessage:
    """The letter as it travels. Its Message-ID is the same at every try."""
    message = EmailMessage(policy=WIRE)
    message["From"] = settings.resolved_mail_from
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.created_at)
    domain = parseaddr(settings.resolved_mail_from)[1].rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<{mail_id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if settings.contact_email is not None:
        message["Reply-To"] = settings.contact_email
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    if mail.calendar:
        message.add_attachment(
            mail.calendar.encode(),
            maintype="text",
            subtype="calendar",
            filename="interview.ics",
            params={"method": "PUBLISH", "charset": "utf-8"},
        )
    return message


async def _send(server: SmtpServer, message: EmailMessage) -> None:
    """Raises Refused (for good), Unavailable (worth another try); neither quotes the server."""
    try:
        await aiosmtplib.send(
            message,
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            use_tls=server.tls == "tls",
            start_tls=server.tls == "starttls",
            timeout=TIMEOUT_S,
        )
    except aiosmtplib.SMTPRecipientsRefused as error:
        codes = [refused.code for refused in error.recipients]
        if all(code >= PERMANENT for code in codes):
            raise Refused(
                f"The mail server does not take letters to this address ({codes[0]})."
            ) from None
        raise Unavailable("mail", f"the mail server answered {codes[0]}") from None
    except aiosmtplib.SMTPAuthenticationError as error:
        raise Unavailable("mail", f"the sign-in was refused ({error.code})") from None
    except aiosmtplib.SMTPResponseException as error:
        raise Unavailable("mail", f"the mail server answered {error.code}") from None
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Unavailable("mail", f"it could not be reached ({type(error).__name__})") from None
