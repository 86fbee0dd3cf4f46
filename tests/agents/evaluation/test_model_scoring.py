"""The table of a language model's scores, over a real server of the OpenAI protocol."""

from __future__ import annotations

import pytest

from agents.evaluation.calibration.graded import Graded
from bench.model_scoring import line, print_model
from tests.agents.evaluation.test_model_evaluator import QUOTE, reply
from tests.fakes.chat_server import ChatServer, refuses, says
from tests.fakes.embedder import WordBagEmbedder

ROW = Graded(
    source="outages",
    question_id="q1",
    question="What broke?",
    ideal="The connection pool was exhausted by a slow query.",
    answer=f"In the end {QUOTE} because one query was slow, so I added an index.",
    human=0.8,
)


async def test_repeats_failures_and_their_spread_are_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answers = (says(reply(8.0)), says(reply(6.0)), refuses(400, "no"))
    async with ChatServer(*answers).running() as server:
        (asked,) = await print_model([ROW], WordBagEmbedder(), server.base_url, "tiny", repeats=3)
    assert asked.scores == [8.0, 6.0]
    assert (asked.failed, asked.withheld) == (1, 0)
    said = capsys.readouterr().out
    assert "outages: 1 answers x 3" in said and "0 of 1 (largest 2.0)" in said
    assert "failed 1 of 3" in said


def test_nothing_is_invented_where_nothing_came() -> None:
    assert "r -, error - of 10" in line("empty", [], 5)
