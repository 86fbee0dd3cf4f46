"""Only a clear yes is consent, only a clear refusal declines."""

from __future__ import annotations

import pytest

from interview.consent import understand

YES = """\
yes|Yes.|YES!|sure|Sure, go ahead|okay|OK|I am ready|I’m ready|go ahead|let's begin
lets start|Let us start.|absolutely|yeah|no problem, let's start|Yes, I'm ready to begin
yes I am|Ready|I agree|of course|sounds good|I can't wait|why not|yep let's do it
Yes I don't mind|no, I'm ready|I was not ready before but now I am ready
Hello, yes I'm ready.|please start|begin|ready if you are|I'm ready when you are
Yes, whenever you are ready|Go ahead, please.|all set, let's go|You can start
no questions, let's begin|uh yeah I think so|I have no objections|no worries I'm ready
I consent|Not a problem. Go on.|okay okay|Alright|I would like to begin
yes, please record me"""

UNCLEAR = """\
no|No.|nope|not ready|yesterday|already|steady|book|I'm not sure|I don't think I'm ready
I am not ready yet|I'm not ready yet, sorry|wait a moment|one moment please|maybe
who are you?|what?|hmm|I don't want to start yet|can you repeat that|Are you a person?
yes, but I'm not ready|okay, wait a second|give me a minute|not okay|I'm unsure
I'd rather not start right now|hello|never|is it okay if I use my notes?
Okay, but first let me get water, one second|don't start|no no|...|do not begin
I doubt I am ready|almost ready|I will be ready in five minutes|ready in a minute
I can't agree yet|readiness|surely not|it isn't okay|I was ready yesterday but not now"""

NO = """\
no, I do not want to|I refuse|I do not agree|I don't agree|I don’t consent
I want to stop|I don't want to do this|I do not want to be recorded|No, I don't agree.
I'm not interested|I decline|No thanks, I don't want to take part|I do not accept
I won't participate|I don't want this|Please cancel the interview
yes I mean no, I refuse"""


def _cases(text: str) -> list[str]:
    return [case for line in text.splitlines() for case in line.split("|")]


@pytest.mark.parametrize("text", _cases(YES))
def test_yes(text: str) -> None:
    assert understand(text) == "yes"


@pytest.mark.parametrize("text", ["", "   ", *_cases(UNCLEAR)])
def test_neither(text: str) -> None:
    assert understand(text) == "unclear"


@pytest.mark.parametrize("text", _cases(NO))
def test_refusal(text: str) -> None:
    assert understand(text) == "no"
