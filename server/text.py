"""Types of the fields that people type into: cleaned before anything else looks at them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated

import email_validator
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BeforeValidator, StrictStr, StringConstraints

from interview import text
from interview.code_answers import OPEN

MAX_EMAIL_CHARS = 254
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
for _own in ("local", "localhost"):  # an installation of its own may have such addresses
    if _own in email_validator.SPECIAL_USE_DOMAIN_NAMES:
        email_validator.SPECIAL_USE_DOMAIN_NAMES.remove(_own)
_EDGES = " \t\r\n\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u00a0"


def email_address(value: str) -> str:
    """An address as it is written to, its domain in lower case; it need not exist.

    Raises:
        ValueError: It is none; the message is a sentence's end.
    """
    value = value.strip(_EDGES)
    if not value:
        raise ValueError("it must not be blank")
    try:
        found = validate_email(
            value,
            check_deliverability=False,
            globally_deliverable=False,
            test_environment=True,
            strict=True,
        )
    except EmailNotValidError:
        raise ValueError("it is not an e-mail address") from None
    return found.normalized


def one_line(value: str) -> str:
    """The line, cleaned. What no keyboard makes is refused: something is wrong with its source.

    Raises:
        ValueError: It holds control characters; the message is a sentence's end.
    """
    if _CONTROL.search(value):
        raise ValueError("it must not hold control characters")
    return text.line(value)


def named(value: str) -> str:
    """Raises ValueError when nothing of it can be read."""
    if not text.readable(value):
        raise ValueError("it must not be blank")
    return value


def answer(value: str) -> str:
    """Typed words; a program in the old markers stays as typed."""
    return text.code(value) if OPEN in value else text.paragraphs(value)


def _cleaned(clean: Callable[[str], str]) -> BeforeValidator:
    return BeforeValidator(lambda value: clean(value) if isinstance(value, str) else value)


Line = Annotated[StrictStr, _cleaned(one_line)]
Name = Annotated[Line, AfterValidator(named)]
Paragraphs = Annotated[StrictStr, _cleaned(text.paragraphs)]
AnswerText = Annotated[StrictStr, _cleaned(answer)]
CodeText = Annotated[StrictStr, _cleaned(text.code)]
Email = Annotated[
    StrictStr, StringConstraints(max_length=4 * MAX_EMAIL_CHARS), AfterValidator(email_address)
]
Identity = Annotated[StrictStr, StringConstraints(max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")]
