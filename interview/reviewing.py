"""What staff may record of a session: a scorecard, a decision, notes and tags."""

from __future__ import annotations

from interview.commands import AddNote, Assign, Decide, GiveScorecard, SetTags
from interview.draft import Draft
from interview.errors import IllegalTransition, InvalidInput
from interview.events import AssigneeSet, DecisionMade, NoteAdded, ScorecardGiven, TagsSet
from interview.judging import (
    MAX_COMMENT_CHARS,
    MAX_NOTE_CHARS,
    MAX_NOTES,
    MAX_TAG_CHARS,
    MAX_TAGS,
    Decision,
    DecisionOutcome,
    Rating,
    ReviewerNote,
    Scorecard,
)
from interview.records import State
from interview.text import line, paragraphs


def give_scorecard(draft: Draft, command: GiveScorecard) -> None:
    """Keep a person's scorecard; a later one of the same person stands in its place.

    Raises:
        InvalidInput: It rates a question that is not in the plan, one twice, or nothing at all.
    """
    state = draft.state
    numbers = [rating.question_number for rating in command.ratings]
    if len(set(numbers)) < len(numbers):
        raise InvalidInput("ratings", "rate each question once")
    if any(number > len(state.plan.questions) for number in numbers):
        raise InvalidInput("ratings", "there is no such question in this interview")
    comment = _text("comment", command.comment, MAX_COMMENT_CHARS)
    given = command.overall is not None or command.cultural_fit is not None
    if not numbers and not given and not comment:
        raise InvalidInput("ratings", "rate an answer, or say something")
    card = Scorecard(
        by=command.by,
        at=draft.now,
        ratings=tuple(_trimmed(rating) for rating in command.ratings),
        overall=command.overall,
        cultural_fit=command.cultural_fit,
        comment=comment,
    )
    known = next((c for c in reversed(state.judged.scorecards) if c.by == command.by), None)
    if known is None or known != card.model_copy(update={"at": known.at}):
        draft.emit(ScorecardGiven(at=draft.now, scorecard=card))


def decide_candidate(draft: Draft, command: Decide) -> None:
    """Keep a decision with its reason; the same again changes nothing.

    Raises:
        IllegalTransition: The interview is not over yet.
        InvalidInput: There is no reason.
    """
    state = draft.state
    if not state.status.final:
        raise IllegalTransition("decide", state.status)
    reason = _text("reason", command.reason, MAX_COMMENT_CHARS)
    withdrawn = command.outcome is DecisionOutcome.UNDECIDED
    if not reason and not withdrawn:
        raise InvalidInput("reason", "say why, in a few words")
    now = state.judged.decision
    if now is None and withdrawn:
        return
    if now is not None and (now.outcome, now.reason) == (command.outcome, reason):
        return
    decision = Decision(outcome=command.outcome, reason=reason, by=command.by, at=draft.now)
    draft.emit(DecisionMade(at=draft.now, decision=decision))


def add_note(draft: Draft, command: AddNote) -> None:
    """Keep a note. The same `note_id` twice is one note. Raises InvalidInput."""
    notes = draft.state.judged.notes
    if any(note.note_id == command.note_id for note in notes):
        return
    text = _text("text", command.text, MAX_NOTE_CHARS)
    if not text:
        raise InvalidInput("text", "the note is empty")
    if len(notes) >= MAX_NOTES:
        raise InvalidInput("text", f"a session has at most {MAX_NOTES} notes")
    note = ReviewerNote(note_id=command.note_id, text=text, by=command.by, at=draft.now)
    draft.emit(NoteAdded(at=draft.now, note=note))


def set_tags(draft: Draft, command: SetTags) -> None:
    """Replace the tags; blanks and repetitions are dropped. Raises InvalidInput."""
    tags = tags_of(command.tags)
    if tags != draft.state.judged.tags:
        draft.emit(TagsSet(at=draft.now, tags=tags, by=command.by))


def assign(draft: Draft, command: Assign) -> None:
    """Say who looks after the session; the same again changes nothing."""
    if command.assignee != draft.state.judged.assignee:
        draft.emit(AssigneeSet(at=draft.now, assignee=command.assignee, by=command.by))


def tags_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words as tags, each once whatever its case, in their order."""
    kept: dict[str, str] = {}
    for word in words:
        tag = line(word)
        if len(tag) > MAX_TAG_CHARS:
            raise InvalidInput("tags", f"a tag has at most {MAX_TAG_CHARS} characters")
        if tag:
            kept.setdefault(tag.casefold(), tag)
    if len(kept) > MAX_TAGS:
        raise InvalidInput("tags", f"at most {MAX_TAGS} tags")
    return tuple(kept.values())


def final_scorecards(state: State) -> tuple[Scorecard, ...]:
    """The one that stands of each person, in the order in which they were given."""
    latest = {card.by: card for card in state.judged.scorecards}
    return tuple(sorted(latest.values(), key=lambda card: card.at))


def _trimmed(rating: Rating) -> Rating:
    return rating.model_copy(update={"comment": rating.comment.strip()})


def _text(field: str, text: str, limit: int) -> str:
    clean = paragraphs(text)
    if len(clean) > limit:
        raise InvalidInput(field, f"at most {limit} characters")
    return clean
