"""Which letters about sessions an organisation sends by itself: reports, thanks."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool

from interview.nouns import Noun
from interview.ports.documents import Documents, Kind
from server.platform.kept import Kept
from server.text import Email

MAX_RECIPIENTS = 20


class LetterChoice(Noun):
    """`report_recipients` are written to when a report is ready. Nobody is, until staff say so."""

    report_recipients: Annotated[tuple[Email, ...], Field(max_length=MAX_RECIPIENTS)] = ()
    thank_candidates: StrictBool = False


LETTER_CHOICES = Kind("letter_choices", LetterChoice, fields=("thank_candidates",))


def letter_choice_of(documents: Documents, organisation_id: str) -> Kept[LetterChoice]:
    """What the organisation chose."""
    return Kept(documents, organisation_id, LETTER_CHOICES, LetterChoice())


async def letters_of(documents: Documents, organisation_id: str) -> LetterChoice:
    """The choice alone."""
    return (await letter_choice_of(documents, organisation_id).get()).document
