"""Scoring again, from the wish to the report, by real jobs over a real store."""

from __future__ import annotations

from typing import Any

from interview.commands import EndSession, RequestRescoring, SubmitAnswer
from interview.nouns import Evaluation, EvaluationStatus, Score
from interview.ports.analysis import EvaluationRequest
from interview.ports.storage import ReportRecord
from interview.records import State
from server.jobs.kind import Tools, handlers
from server.jobs.runner import JobRunner
from server.platform.reports.build import build_report
from server.platform.webhooks.sending import Sender
from tests.server.live.rig import Rig

END = EndSession(by="staff:ann", reason="ended_by_staff")


class Judge:
    """Gives every answer the same mark, or fails."""

    def __init__(self, method: str, value: float | None) -> None:
        self.method, self.value, self.asked = method, value, 0

    async def evaluate(self, request: EvaluationRequest) -> Evaluation:
        self.asked += 1
        told: dict[str, Any] = {"status": EvaluationStatus.FAILED, "failure": "It is away."}
        if self.value is not None:
            score = Score(value=self.value, reason="As told", method=self.method)
            told = {"status": EvaluationStatus.DONE, "scores": {"overall": score}}
        return Evaluation(
            answer_id=request.answer_id,
            question_number=request.question.number,
            method=self.method,
            **told,
        )


async def work_off(rig: Rig, judge: Judge) -> None:
    """All jobs that are due, and those that they ask for."""

    async def report(state: State, revision: int) -> ReportRecord:
        return build_report(
            state,
            log=await rig.events(),
            recording=None,
            now=rig.clock(),
            revision=revision,
            engines=(),
        )

    tools = Tools(
        sessions=rig.registry,
        storage=rig.storage,
        blobs=rig.registry.context.blobs,
        clock=rig.clock,
        evaluator=judge,
        build_report=report,
        webhooks=Sender("key", rig.clock),
        references=None,  # type: ignore[arg-type]
    )
    runner = JobRunner(rig.storage, handlers(tools), owner="w", clock=rig.clock)
    for _ in range(3):
        await runner.run_due()
        rig.clock.forward(1)


async def written(rig: Rig) -> dict[str, Any]:
    record = await rig.storage.reports.get("s1")
    assert record is not None
    return record.body


def mark(body: dict[str, Any]) -> float:
    """What the answer is worth, as the report says."""
    value: float = body["answers"][0]["evaluation"]["scores"]["overall"]["value"]
    return value


async def test_the_report_shows_both_results_whatever_came(rig: Rig) -> None:
    live = await rig.seated()
    await live.consent()
    await live.command(SubmitAnswer(answer_id="a1", content="A sorted copy of a column."))
    await live.command(END)
    await work_off(rig, Judge("rules", 4.0))
    first = await written(rig)
    assert (first["report_status"], mark(first)) == ("ready", 4.0)

    await rig.registry.command("s1", RequestRescoring(by="staff:ann", reason="A new method"))
    model = Judge("model", 7.0)
    await work_off(rig, model)
    body = await written(rig)
    (again,) = body["answers"][0]["rescored"]
    assert (body["report_status"], mark(body), model.asked) == ("ready", 7.0, 1)
    assert (again["by"], again["reason"], again["earlier"]["method"]) == (
        "staff:ann",
        "A new method",
        "rules",
    )
    assert again["changes"] == [{"name": "overall", "before": 4.0, "after": 7.0}]

    await rig.registry.command("s1", RequestRescoring(by="staff:ann", reason="Once more"))
    await work_off(rig, Judge("other", None))
    body = await written(rig)
    assert mark(body) == 7.0, "a failure replaces nothing"
    assert body["answers"][0]["rescored"][1]["failure"] == "It is away."
    assert body["report_status"] == "ready"
