"""Questions about a state that several callers ask."""

from __future__ import annotations

from interview import views
from interview.commands import LeaveCandidate, ProposeFollowUp, TakeMoment
from interview.nouns import InterviewPlan
from tests.interview.sitting import Sitting, answering, plan_of, question, spoken


def test_the_current_question_and_its_text() -> None:
    assert views.current_question(Sitting().state) is None
    assert views.current_question_text(Sitting().state) is None
    sitting = answering(plan_of(2, follow_ups=True))
    current = views.current_question(sitting.state)
    assert current is not None and current.number == 1
    assert views.current_question_text(sitting.state) == "Question 1?"
    sitting.type("a1", "words")
    sitting.do(ProposeFollowUp(answer_id="a1", text="Why?"))
    assert views.current_question_text(sitting.state) == "Why?"


def test_what_was_said_so_far() -> None:
    sitting = answering()
    sitting.do(spoken("second", start_s=5))
    sitting.do(spoken("first", start_s=1))
    assert views.open_answer_text(sitting.state) == "first second"


def test_breaks_left() -> None:
    assert views.moments_left(Sitting().state) == 0
    sitting = answering(plan_of(max_moments_per_question=2))
    sitting.do(TakeMoment())
    assert views.moments_left(sitting.state) == 1


def test_hotwords_are_the_keywords_once() -> None:
    questions = (question(1, keywords=["REST", "HTTP"]), question(2, keywords=["HTTP"]))
    plan = InterviewPlan(questions=questions, max_questions=2)
    assert views.hotwords(Sitting(plan).state) == ("REST", "HTTP")


def test_since_when_words_may_be_missing() -> None:
    sitting = answering()
    assert views.unheard_since_s(sitting.state) is None
    sitting.do(spoken("words", start_s=4, end_s=6), after_s=8)
    sitting.do(LeaveCandidate(connection_id="c1", reason="gone"))
    sitting.join("c2")
    assert views.unheard_since_s(sitting.state) == 6 - views.GAP_LEAD_S
    sitting.type("a1", "")
    assert views.unheard_since_s(sitting.state) is None
