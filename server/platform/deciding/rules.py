"""An organisation's rules: what makes an interview valid, the weights, the limits."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from interview.nouns import Noun
from interview.ports.documents import Documents, Kind, Stored
from interview.text import line

PARTS = ("technical", "communication", "problem_solving", "cultural_fit")
RULES_ID = "rules"
PLACEHOLDERS = (
    "test",
    "testing",
    "placeholder",
    "lorem",
    "ipsum",
    "asdf",
    "qwerty",
    "dummy",
    "foo",
)

Word = Annotated[str, BeforeValidator(lambda word: line(word) if isinstance(word, str) else word)]


class Weights(Noun):
    """Shares of the overall score; together 1."""

    technical: float = Field(default=0.35, ge=0, le=1)
    communication: float = Field(default=0.25, ge=0, le=1)
    problem_solving: float = Field(default=0.25, ge=0, le=1)
    cultural_fit: float = Field(default=0.15, ge=0, le=1)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = sum(getattr(self, part) for part in PARTS)
        if abs(total - 1) > 1e-6:
            raise ValueError(f"the weights must add up to 1, not {total:g}")
        return self


class ValidityRules(Noun):
    """What an interview needs to be scored at all.

    An answer counts when it has so many characters, words and different words, holds letters, is no
    placeholder (half of its words or more are `placeholders`) and no copy of another.
    """

    min_questions: int = Field(default=5, ge=1, le=50)
    min_valid_answers: int = Field(default=5, ge=1, le=50)
    min_chars: int = Field(default=30, ge=1, le=10_000)
    min_words: int = Field(default=5, ge=1, le=1_000)
    min_distinct_words: int = Field(default=3, ge=1, le=1_000)
    min_valid_share: float = Field(default=0.7, ge=0, le=1)
    placeholders: tuple[Word, ...] = Field(default=PLACEHOLDERS, max_length=100)


class JudgingRules(Noun):
    """By what the overall score and its proposal are made.

    `roles`: other weights for interviews whose title is that role, in any case of letters.
    `blind`: candidates that are compared have no name until one's own scorecard is given.
    From `pass_at` (0-100) on the proposal is passed, from `review_at` on needs_review, else failed.
    """

    weights: Weights = Weights()
    roles: dict[Word, Weights] = Field(default_factory=dict, max_length=100)
    pass_at: float = Field(default=70, ge=0, le=100)
    review_at: float = Field(default=50, ge=0, le=100)
    validity: ValidityRules = ValidityRules()
    blind: bool = False

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.review_at > self.pass_at:
            raise ValueError("review_at must not be above pass_at")
        return self

    def weights_for(self, role: str) -> Weights:
        """The role's own weights, else everybody's."""
        named = {name.strip().casefold(): weights for name, weights in self.roles.items()}
        return named.get(role.strip().casefold(), self.weights)


JUDGING_RULES = Kind("judging_rules", JudgingRules, fields=("pass_at",))


async def stored_rules(documents: Documents, organisation_id: str) -> Stored[JudgingRules]:
    """The organisation's rules; the defaults, at revision 0, where it has none."""
    rules = documents.of(JUDGING_RULES, organisation_id)
    found = await rules.get(f"{RULES_ID}.{organisation_id}")
    return found or Stored(f"{RULES_ID}.{organisation_id}", organisation_id, 0, JudgingRules())


async def rules_of(documents: Documents, organisation_id: str) -> JudgingRules:
    """The organisation's rules."""
    return (await stored_rules(documents, organisation_id)).document


async def set_rules(
    documents: Documents, organisation_id: str, revision: int, rules: JudgingRules
) -> Stored[JudgingRules]:
    """Put the rules in the place of that revision. Raises Stale, Taken."""
    kept = documents.of(JUDGING_RULES, organisation_id)
    document_id = f"{RULES_ID}.{organisation_id}"
    if revision == 0:
        return await kept.insert(document_id, rules)
    return await kept.replace(document_id, revision, rules)
