"""What a letter says. One text for each, from which plain text and HTML are made alike.

A file in `letters/` is a subject, then paragraphs; a paragraph `[words](address)` is a button.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from icalendar import Calendar, Event
from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError

from interview.errors import InvalidInput
from server.platform.interviews.theme import Look

FOLDER = Path(__file__).parent / "letters"
BUTTON = re.compile(r"\[(?P<words>[^\]]+)\]\((?P<address>https?://\S+)\)")
PRESSED = ("contact", "settings")  # fields that are links in running words; no name ever is

_texts = Environment(  # plain text; the layout of the HTML escapes all of it
    loader=FileSystemLoader(FOLDER), autoescape=False, undefined=StrictUndefined
)
_pages = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)


class Letter(StrEnum):
    """Every letter there is; the fields that each needs stand in its file."""

    INVITATION = "invitation"  # a candidate is invited
    REMINDER = "reminder"  # the same candidate has not come yet
    THANKS = "thanks"  # to a candidate who has finished
    REPORT = "report"  # to staff: a report is ready
    VERIFICATION = "verification"  # to whoever registered
    COLLEAGUE = "colleague"  # a colleague is invited to work here
    RESET = "reset"  # the password was forgotten
    NOTICE = "notice"  # to staff who chose so: something happened in a session
    TEST = "test"  # to an administrator who asks whether mail works


@dataclass(frozen=True, slots=True)
class Appointment:
    """A time for the calendar. `uid` stays the same when the time is changed."""

    uid: str
    title: str
    begins_at: datetime
    ends_at: datetime
    link: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A letter, ready to be sent."""

    subject: str
    text: str
    html: str


def write(
    letter: Letter,
    fields: Mapping[str, str],
    *,
    company: str,
    look: Look | None = None,
    logo_url: str = "",
) -> Written:
    """The letter with these fields; line breaks in them become blanks. `look`: its colours.

    Raises:
        InvalidInput: A field that it needs is missing.
    """
    values = {name: " ".join(str(value).split()) for name, value in fields.items()}
    try:
        shown = {"company": company, **_greeting(values), **values}
        text = _texts.get_template(f"{letter}.txt").render(shown)
    except UndefinedError as error:
        raise InvalidInput("fields", f"the letter {letter} needs more: {error.message}") from None
    subject, *parts = [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]
    page = _pages.get_template("layout.html")
    pressed = {found for name in PRESSED if (found := values.get(name))}
    sheet = [_part(part, pressed) for part in parts]
    dressed = {"company": company, "look": look or Look(), "logo_url": logo_url}
    html = page.render(subject=subject, parts=sheet, **dressed)
    return Written(subject, "\n\n".join(_plain(part) for part in parts) + "\n", html)


def calendar_file(appointment: Appointment, now: datetime) -> str:
    """The appointment as iCalendar (RFC 5545), in UTC."""
    event = Event()
    event.add("uid", appointment.uid)
    event.add("dtstamp", now)
    event.add("dtstart", appointment.begins_at)
    event.add("dtend", appointment.ends_at)
    event.add("summary", appointment.title)
    if appointment.link:
        event.add("url", appointment.link)
    calendar = Calendar()
    calendar.add("prodid", "-//Vivavoce//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")


def _greeting(values: Mapping[str, str]) -> dict[str, str]:
    """Nobody is called by an address."""
    if "name" not in values:
        return {}
    name = values["name"]
    return {"greeting": "Hello" if not name or "@" in name else f"Hello {name}"}


def _part(part: str, pressed: Collection[str]) -> dict[str, Any]:
    found = BUTTON.fullmatch(part)
    if found:
        return found.groupdict()
    wanted = "|".join(re.escape(text) for text in pressed)
    pieces = re.split(f"({wanted})", part) if wanted else [part]
    return {"pieces": [{"text": text, "href": _href(text, pressed)} for text in pieces]}


def _href(text: str, pressed: Collection[str]) -> str:
    if text not in pressed:
        return ""
    return text if "://" in text else f"mailto:{text}"


def _plain(part: str) -> str:
    found = BUTTON.fullmatch(part)
    return f"{found['words']}:\n{found['address']}" if found else part
