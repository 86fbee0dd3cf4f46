"""What people make of a session: kept with who and when, nothing overwritten."""

from __future__ import annotations

from datetime import timedelta

import pytest

from interview.commands import AddNote, Assign, Decide, EndSession, GiveScorecard, SetTags
from interview.errors import IllegalTransition, InvalidInput
from interview.judging import DecisionOutcome, Rating
from interview.nouns import Band
from interview.reviewing import final_scorecards
from interview.summary import summarise
from tests.interview.sitting import Sitting, answering, plan_of

CLEAR = Rating(question_number=1, band=Band.CLEAR, comment=" Knows it. ")
LITTLE = Rating(question_number=1, band=Band.LITTLE)


def ended() -> Sitting:
    sitting = answering(plan_of(2))
    sitting.do(EndSession(by="staff:ann", reason="ended_by_staff"))
    return sitting


def test_the_latest_scorecard_of_each_person_stands_and_all_are_kept() -> None:
    sitting = answering(plan_of(2))
    sitting.do(GiveScorecard(by="staff:ann", ratings=(LITTLE,)), after_s=10)
    sitting.do(GiveScorecard(by="staff:ben", overall=Band.SOME), after_s=10)
    again = GiveScorecard(by="staff:ann", ratings=(CLEAR,), comment="Changed my mind")
    sitting.do(again, after_s=5)
    cards = final_scorecards(sitting.state)
    assert [card.by for card in cards] == ["staff:ben", "staff:ann"]
    assert cards[1].ratings[0].comment == "Knows it."
    assert cards[1].at == sitting.now and cards[0].at == sitting.now - timedelta(seconds=5)
    assert len(sitting.state.judged.scorecards) == 3
    assert sitting.do(again, after_s=60) == ()


@pytest.mark.parametrize(
    ("ratings", "comment"),
    [
        ((CLEAR, LITTLE), ""),
        ((Rating(question_number=3, band=Band.NONE),), ""),
        ((), "  "),
        ((), "x" * 2_001),
    ],
)
def test_a_scorecard_that_means_nothing_is_refused(
    ratings: tuple[Rating, ...], comment: str
) -> None:
    with pytest.raises(InvalidInput):
        ended().do(GiveScorecard(by="staff:ann", ratings=ratings, comment=comment))


def test_a_decision_needs_the_end_and_a_reason_and_can_be_taken_back() -> None:
    advance = Decide(by="staff:ann", outcome=DecisionOutcome.ADVANCE, reason=" Strong. ")
    with pytest.raises(IllegalTransition):
        answering(plan_of(2)).do(advance)
    sitting = ended()
    back = Decide(by="staff:ben", outcome=DecisionOutcome.UNDECIDED)
    assert sitting.do(back) == ()
    with pytest.raises(InvalidInput):
        sitting.do(advance.model_copy(update={"reason": " "}))
    sitting.do(advance)
    assert sitting.do(advance) == ()
    decision = sitting.state.judged.decision
    assert decision is not None and (decision.reason, decision.by) == ("Strong.", "staff:ann")
    assert summarise(sitting.state).decision is DecisionOutcome.ADVANCE
    sitting.do(back)
    assert sitting.state.judged.decision is None
    assert summarise(sitting.state).decision is None
    assert len(sitting.state.judged.decisions) == 2


def test_notes_are_added_once_and_never_empty() -> None:
    sitting = answering(plan_of(2))
    note = AddNote(by="staff:ann", note_id="n1", text=" Ask about Kafka. ")
    sitting.do(note)
    assert sitting.do(note) == ()
    assert [n.text for n in sitting.state.judged.notes] == ["Ask about Kafka."]
    for text in (" ", "x" * 4_001):
        with pytest.raises(InvalidInput):
            sitting.do(AddNote(by="staff:ann", note_id="n2", text=text))


def test_tags_are_each_once_whatever_their_case() -> None:
    sitting = answering(plan_of(2))
    sitting.do(SetTags(by="staff:ann", tags=("Remote", " senior  dev ", "", "REMOTE")))
    assert sitting.state.judged.tags == ("Remote", "senior dev")
    assert summarise(sitting.state).tags == ("Remote", "senior dev")
    assert sitting.do(SetTags(by="staff:ben", tags=("Remote", "senior dev"))) == ()
    with pytest.raises(InvalidInput):
        sitting.do(SetTags(by="staff:ann", tags=("x" * 41,)))
    with pytest.raises(InvalidInput):
        sitting.do(SetTags(by="staff:ann", tags=tuple(f"t{n}" for n in range(13))))
    sitting.do(SetTags(by="staff:ann", tags=()))
    assert not sitting.state.judged.tags


def test_a_session_is_somebodys_until_it_is_anothers_or_nobodys() -> None:
    sitting = answering(plan_of(2))
    sitting.do(Assign(by="staff:ann", assignee="staff:ben"))
    assert sitting.do(Assign(by="staff:cid", assignee="staff:ben")) == ()
    assert summarise(sitting.state).assignee == "staff:ben"
    sitting.do(Assign(by="staff:ben", assignee=None))
    assert summarise(sitting.state).assignee is None


def test_a_list_knows_who_gave_a_scorecard() -> None:
    sitting = answering(plan_of(2))
    for by in ("staff:ann", "staff:ben", "staff:ann"):
        sitting.do(GiveScorecard(by=by, overall=Band.SOME), after_s=1)
        sitting.do(GiveScorecard(by=by, overall=Band.LITTLE), after_s=1)
    assert summarise(sitting.state).reviewers == ("staff:ann", "staff:ben")


def test_what_reviewers_type_is_cleaned() -> None:
    sitting, hostile = ended(), "good\u202e\u200b candidate\x00"
    sitting.do(AddNote(by="staff:ann", note_id="n", text=hostile))
    sitting.do(SetTags(by="staff:ann", tags=(hostile, "Jose\u0301", "José")))
    sitting.do(Decide(by="staff:ann", outcome=DecisionOutcome.HOLD, reason=hostile))
    judged = sitting.state.judged
    assert [note.text for note in judged.notes] == ["good candidate"]
    assert judged.tags == ("good candidate", "José")
    assert [decision.reason for decision in judged.decisions] == ["good candidate"]
