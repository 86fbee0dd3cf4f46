"""What staff read of the turns: why an answer was taken for over, and that it was not."""

from __future__ import annotations

from interview.commands import AskPatience, DeliverPrompt, EndTurn, OfferTurn, ResumeTurn
from interview.nouns import TurnEnd
from server.platform.reports.timeline import timeline_of
from tests.interview.sitting import answering, spoken


def test_who_was_taken_for_done_and_who_went_on_is_told() -> None:
    sitting, end = answering(), TurnEnd(reason="likely", waited_s=1.65, words=3, likelihood=0.7)
    sitting.do(spoken("we kept a queue"), after_s=2)
    sitting.do(OfferTurn(end=end), after_s=1)
    sitting.do(ResumeTurn(), after_s=1)
    sitting.do(AskPatience(source="spoken"), after_s=1)
    sitting.do(OfferTurn(end=end), after_s=1)
    sitting.do(EndTurn(answer_id="a1", end=end), after_s=1)
    assert sitting.state.prompt is not None
    prompt_id = sitting.state.prompt.prompt_id
    cut = DeliverPrompt(prompt_id=prompt_id, played_s=2, duration_s=8, interrupted=True)
    sitting.do(cut, after_s=2)
    lines = [
        (entry.label, entry.question_number)
        for entry in timeline_of(sitting.state, sitting.log)
        if entry.kind in ("turn", "patience")
    ]
    assert lines == [
        ("Taken for over after 1.6 s of silence", 1),
        ("The candidate went on", 1),
        ("Longer pauses asked for (aloud)", None),
        ("Taken for over after 1.6 s of silence", 1),
        ("Went on over the next question (25% of it heard), which is asked again", 1),
    ]
