"""Inviting people: lists as they are pasted, deadlines as people say them, reminders as jobs."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime

from pydantic import Field

from interview.errors import InvalidInput
from interview.nouns import Noun
from interview.ports.storage import JobRequest
from server.edge.routes import Payload
from server.platform.interviews.appearance import time_zone
from server.platform.interviews.tokens import InterviewToken
from server.platform.services import CoreServices
from server.text import Email, Line, Name, email_address, named, one_line

MAX_INVITED = 500
REMIND = "remind"
_ADDRESS = re.compile(r"^(?P<name>.*?)\s*<(?P<email>[^<>]+)>\s*$")
_NAMES = {
    "name": "name", "full name": "name", "candidate": "name", "candidate_name": "name",
    "first name": "first", "firstname": "first", "last name": "last", "lastname": "last",
    "email": "email", "e-mail": "email", "mail": "email", "email address": "email",
    "candidate_email": "email", "phone": "phone", "telephone": "phone", "mobile": "phone",
}  # fmt: skip


class Person(Payload):
    """Who is invited."""

    name: Name = Field(max_length=200)
    email: Email
    phone: Line = Field(default="", max_length=60)


class ReadLine(Noun):
    """A line as it was read: a person, or why it is none. `known`: invited already."""

    number: int
    text: str
    person: Person | None = None
    problem: str = ""
    known: bool = False


def invited(email: str) -> str:
    """The same for every way to write an address."""
    return email.strip().casefold()


def read_people(text: str) -> list[ReadLine]:
    """Each line that is not blank: `Name, address`, `Name <address>`, or columns under a heading.

    Commas, semicolons and tabs separate. A person who is there twice is so by the address.

    Raises:
        InvalidInput: There are more than 500 lines, or it cannot be read as lines.
    """
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\x00" in text:
        raise InvalidInput("text", "it is not text")
    rows = _rows(text)
    if len(rows) > MAX_INVITED + 1:
        raise InvalidInput("text", f"at most {MAX_INVITED} people at once")
    heading: list[str] | None = None
    seen: dict[str, int] = {}
    lines: list[ReadLine] = []
    for number, cells in rows:
        if not lines and heading is None and (found := _heading(cells)) is not None:
            heading = found
            continue
        line = _line(number, cells, heading)
        if line.person is not None:
            mark = invited(line.person.email)
            if mark in seen:
                line = ReadLine(
                    number=number,
                    text=line.text,
                    problem=f"it has the same address as line {seen[mark]}",
                )
            seen.setdefault(mark, number)
        lines.append(line)
    if len(lines) > MAX_INVITED:
        raise InvalidInput("text", f"at most {MAX_INVITED} people at once")
    return lines


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """The lines that are not blank, as cells, each with its number."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
    found = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((reader.line_num, [cell.strip() for cell in cells]))
    except csv.Error:
        raise InvalidInput("text", f"line {reader.line_num} cannot be read") from None
    return found


def _heading(cells: list[str]) -> list[str] | None:
    """What the columns hold, if this row says so."""
    names = [_NAMES.get(cell.casefold(), "") for cell in cells]
    return names if "email" in names else None


def _line(number: int, cells: list[str], heading: list[str] | None) -> ReadLine:
    text = ", ".join(cell for cell in cells if cell)[:300]
    name, email, phone = _columns(cells, heading) if heading else _guessed(cells)
    try:
        if not email:
            raise ValueError("it has no e-mail address")
        email = email_address(email)
        name = named(one_line(name)) if name else _from_address(email)
        phone = one_line(phone)
    except ValueError as error:
        return ReadLine(number=number, text=text, problem=str(error))
    if len(name) > 200 or len(phone) > 60:
        return ReadLine(number=number, text=text, problem="it is too long")
    return ReadLine(number=number, text=text, person=Person(name=name, email=email, phone=phone))


def _columns(cells: list[str], heading: list[str]) -> tuple[str, str, str]:
    by_name: dict[str, str] = {}
    for name, cell in zip(heading, cells, strict=False):
        if name and cell:
            by_name.setdefault(name, cell)
    first_last = f"{by_name.get('first', '')} {by_name.get('last', '')}".strip()
    return by_name.get("name", first_last), by_name.get("email", ""), by_name.get("phone", "")


def _guessed(cells: list[str]) -> tuple[str, str, str]:
    """Without a heading: the cell with an @ is the address, what is before it the name."""
    for place, cell in enumerate(cells):
        if "@" not in cell:
            continue
        match = _ADDRESS.match(cell)
        email = match["email"] if match else cell
        before = " ".join(part for part in cells[:place] if part)
        name = before or (match["name"].strip("\"' ") if match else "")
        after = [part for part in cells[place + 1 :] if part]
        if not name and after and not any(char.isdigit() for char in after[0]):
            name = after.pop(0)
        return name, email, after[0] if after else ""
    return "", "", ""


def _from_address(email: str) -> str:
    """A name from `ada.lovelace@example.com`; people see it before it is used."""
    words = re.split(r"[._\-+]+", email.partition("@")[0])
    return " ".join(word.capitalize() for word in words if word) or email


def deadline_of(deadline: datetime, zone: str, now: datetime) -> datetime:
    """A deadline in UTC: a time of day in that zone, unless it says itself from where it counts.

    Raises:
        InvalidInput: It is over, or does not exist (clocks are put forward then).
    """
    local = deadline if deadline.tzinfo is not None else deadline.replace(tzinfo=time_zone(zone))
    found = local.astimezone(UTC)
    if deadline.tzinfo is None and found.astimezone(time_zone(zone)).replace(tzinfo=None) != (
        deadline
    ):
        raise InvalidInput("deadline", f"there is no such time in {zone}")
    if found <= now:
        raise InvalidInput("deadline", "it is over")
    return found


async def schedule_reminders(
    services: CoreServices, organisation_id: str, token: InterviewToken
) -> None:
    """Ask for a job at the time of the next reminder, if there is one."""
    for at in token.reminders[token.reminded : token.reminded + 1]:
        await services.storage.jobs.enqueue(
            JobRequest(
                kind=REMIND,
                key=str(token.token_id),
                payload={"organisation_id": organisation_id, "token_id": str(token.token_id)},
                run_at=at,
            )
        )
