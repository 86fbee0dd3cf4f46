"""The seat, faults and outages."""

from __future__ import annotations

from interview.commands import (
    BeginFault,
    ChangeMedia,
    EndFault,
    JoinCandidate,
    LeaveCandidate,
    RecordOutage,
    Repeat,
    StartSession,
    TakeMoment,
    Tick,
)
from interview.events import CandidateJoined, CandidateLeft, OutageRecorded, PromptIssued
from interview.nouns import Media, Phase, Purpose, Status
from tests.interview.sitting import (
    Sitting,
    answering,
    asked,
    at,
    greeted,
    kinds_of,
    plan_of,
    spoken,
)

GONE = LeaveCandidate(connection_id="c1", reason="gone")


def test_return_finds_the_same_question_and_time_without_a_greeting() -> None:
    sitting = answering()
    sitting.do(spoken("half"), after_s=7)
    sitting.do(GONE)
    assert sitting.phase() is Phase.RECONNECTING
    sitting.wait(300)
    assert sitting.remaining_s == 113
    (joined,) = sitting.join("c2")
    assert isinstance(joined, CandidateJoined) and joined.reconnect and joined.replaced is None
    assert sitting.phase() is Phase.ANSWERING
    assert sitting.state.reconnects == 1
    assert (sitting.remaining_s, sitting.state.answer_text) == (113, "half")
    assert kinds_of(sitting.type("a1", "rest"))[0] == "answer_recorded"
    assert sitting.answers[0].content == "half\nrest"


def test_an_unheard_line_is_said_again_to_who_returns() -> None:
    sitting = asked()
    sitting.do(GONE)
    _, again = sitting.join("c2")
    assert isinstance(again, PromptIssued)
    assert (again.purpose, again.ask_no) == (Purpose.QUESTION, 2)
    sitting.hear()
    sitting.do(Repeat())
    _, repeat = sitting.join("c3")
    assert isinstance(repeat, PromptIssued) and repeat.purpose is Purpose.REPEAT
    assert sitting.state.asking and sitting.state.asking.repeats == 1


def test_an_unheard_greeting_is_said_again() -> None:
    sitting = greeted()
    sitting.do(GONE)
    _, again = sitting.join("c2")
    assert isinstance(again, PromptIssued) and again.purpose is Purpose.GREETING
    sitting.hear()
    sitting.type("r", "hm")
    sitting.join("c3")
    assert sitting.state.consent_reprompts == 1


def test_a_second_tab_takes_over() -> None:
    sitting = answering()
    (joined,) = sitting.join("c2")
    assert isinstance(joined, CandidateJoined) and joined.replaced == "c1"
    assert sitting.do(GONE) == ()
    assert sitting.state.seat == "c2"
    sitting.wait(3)
    assert sitting.remaining_s == 117


def test_joining_twice_is_once_and_may_change_the_media() -> None:
    sitting = Sitting()
    sitting.join("c1", Media.TEXT)
    assert sitting.join("c1", Media.TEXT) == ()
    assert kinds_of(sitting.join("c1", Media.WEBRTC)) == ["media_changed"]
    assert sitting.state.media is Media.WEBRTC


def test_media_is_the_holders_to_change() -> None:
    sitting = answering()
    assert sitting.do(ChangeMedia(connection_id="other", media=Media.WEBRTC)) == ()
    assert sitting.do(ChangeMedia(connection_id="c1", media=Media.TEXT)) == ()
    events = sitting.do(ChangeMedia(connection_id="c1", media=Media.WEBSOCKET))
    assert kinds_of(events) == ["media_changed"]


def test_coming_and_going_before_the_start_and_after_the_end() -> None:
    sitting = Sitting(plan_of(1))
    sitting.join()
    assert kinds_of(sitting.do(GONE)) == ["candidate_left"]
    assert sitting.state.absent_since is None
    sitting.join("c2")
    sitting.do(StartSession(by="staff"))
    sitting.hear()
    sitting.type("r", "yes")
    sitting.type("a", "words")
    assert sitting.state.status is Status.COMPLETED
    assert sitting.join("c3") == ()
    assert sitting.do(ChangeMedia(connection_id="c2", media=Media.WEBRTC)) == ()
    left = sitting.do(LeaveCandidate(connection_id="c2", reason="closed"))
    assert kinds_of(left) == ["candidate_left"]
    assert sitting.state.absent_since is None


def test_an_outage_is_not_the_candidates_time() -> None:
    sitting = answering()
    sitting.wait(10)
    sitting.do(BeginFault(component="tts"))
    sitting.do(EndFault(component="tts"))
    sitting.now = at(500)
    events = sitting.do(RecordOutage(from_at=at(12), cause="restart"))
    assert kinds_of(events) == ["outage_recorded", "candidate_left"]
    left = events[1]
    assert isinstance(left, CandidateLeft) and left.reason == "server_outage"
    assert sitting.remaining_s == 108
    sitting.now = at(900)
    assert kinds_of(sitting.join("c2")) == ["candidate_joined"]
    assert (sitting.remaining_s, sitting.phase()) == (108, Phase.ANSWERING)
    assert sitting.state.outages[0].to_at == at(500)


def test_an_outage_extends_the_grace_and_a_break() -> None:
    sitting = answering()
    sitting.do(GONE)
    sitting.now = at(700)
    sitting.do(RecordOutage(from_at=at(100), cause="restart"))
    assert sitting.do(Tick()) == ()
    assert sitting.wait(499) == ()
    assert kinds_of(sitting.wait(2))[0] == "session_ended"
    sitting = answering(plan_of(moment_s=30))
    sitting.do(TakeMoment())
    sitting.now = at(400)
    sitting.do(RecordOutage(from_at=at(10), cause="restart"))
    assert sitting.state.thinking_until_at is None
    sitting.join("c2")
    assert sitting.state.thinking_until_at == at(420)


def test_an_outage_ends_the_dead_process_faults() -> None:
    sitting = answering()
    sitting.do(BeginFault(component="stt"))
    events = sitting.do(RecordOutage(from_at=at(0), cause="restart"))
    assert kinds_of(events) == ["outage_recorded", "candidate_left", "fault_ended"]
    assert sitting.state.faults == ()


def test_an_outage_before_the_start_only_empties_the_seat() -> None:
    sitting = Sitting(plan_of(1))
    assert sitting.do(RecordOutage(from_at=at(0), cause="restart")) == ()
    sitting.join()
    events = sitting.do(RecordOutage(from_at=at(0), cause="restart"))
    assert kinds_of(events) == ["candidate_left"]


def test_an_outage_after_the_end_is_nothing() -> None:
    sitting = answering(plan_of(1))
    sitting.type("a", "x")
    assert sitting.do(RecordOutage(from_at=at(0), cause="restart")) == ()


def test_an_outage_cannot_lie_in_the_future() -> None:
    sitting = answering()
    event, _ = sitting.do(RecordOutage(from_at=at(50), cause="restart"), after_s=5)
    assert isinstance(event, OutageRecorded) and event.from_at == at(5)


def test_faults_are_counted_once_and_only_in_progress() -> None:
    fault, end = BeginFault(component="stt"), EndFault(component="stt")
    assert Sitting().do(fault) == ()
    sitting = answering()
    assert sitting.do(end) == ()
    assert kinds_of(sitting.do(fault)) == ["fault_began"]
    assert sitting.do(fault) == ()
    sitting.do(BeginFault(component="tts"))
    sitting.do(end)
    assert sitting.state.faults == ("tts",) and not sitting.state.live
    sitting.type("a", "one")
    assert sitting.do(JoinCandidate(connection_id="c1")) == ()
