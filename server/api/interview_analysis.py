"""Other programs' door: scores, the proposal by the limits, and the rules behind them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from aiohttp import web

from interview.accounts import OWNERS
from interview.effects import report_job
from interview.errors import IllegalTransition
from server.api.interview_door import door_route
from server.api.interview_status import StatusReply, status_of
from server.edge.audit import audit
from server.edge.etags import must_be_seen, tagged
from server.edge.routes import (
    Reply,
    organisation_of,
    read_body,
    reply,
)
from server.platform import door
from server.platform.deciding.analysis import FinalStatus, QuestionAnalysis, analysis_of
from server.platform.deciding.rules import JudgingRules, rules_of, set_rules, stored_rules
from server.platform.services import core_of, services_of


class AnalysisView(Reply):
    """Scores of 100, null where there is none; `reasons` says why."""

    technical_score: float | None
    communication_score: float | None
    problem_solving_score: float | None
    cultural_fit_score: float | None
    overall_score: float | None
    overall_feedback: str
    question_analysis: list[QuestionAnalysis]
    analysis_status: str
    final_status: FinalStatus | None
    final_status_by: str | None
    invalid_reasons: list[str]
    reasons: dict[str, str]
    weights: dict[str, float]
    weights_used: dict[str, float]
    pass_at: float
    review_at: float
    confidence: float | None
    method: str
    made_at: datetime | None


class AnalysisReply(Reply):
    """The analysis of a candidate's session."""

    success: Literal[True] = True
    candidate_id: str
    analysis: AnalysisView


async def analysis(request: web.Request) -> web.Response:
    """The scores, the proposal by the limits, and what people decided."""
    services, session_id = services_of(request), request.match_info["session_id"]
    await door.session_of(services, organisation_of(request), session_id)
    state = await services.live.state(session_id)
    documents = services.storage.documents
    rules = await rules_of(documents, state.organisation_id)
    made = await analysis_of(documents, state, rules)
    view = AnalysisView(
        **made.model_dump(
            include=set(AnalysisView.model_fields) - {"weights", "question_analysis"},
        ),
        weights=made.weights.model_dump(),
        question_analysis=list(made.question_analysis),
    )
    return reply(AnalysisReply(candidate_id=session_id, analysis=view))


async def reanalyse(request: web.Request) -> web.Response:
    """Make report and analysis anew, by the rules that are in force now."""
    services, session_id = services_of(request), request.match_info["session_id"]
    summary = await door.session_of(services, organisation_of(request), session_id)
    if not summary.status.final:
        raise IllegalTransition("analyse", summary.status)
    await services.storage.jobs.enqueue(report_job(session_id, services.clock()))
    await audit(request, "session_reanalysed", session_id)
    return reply(await status_of(services, session_id), status=202)


async def read_rules(request: web.Request) -> web.Response:
    """By what interviews are judged."""
    found = await stored_rules(core_of(request).storage.documents, organisation_of(request))
    return tagged(reply(found.document), found.revision)


async def replace_rules(request: web.Request) -> web.Response:
    """Change them; analyses that were made keep those that they were made by."""
    documents, own = core_of(request).storage.documents, organisation_of(request)
    body = await read_body(request, JudgingRules)
    known = await stored_rules(documents, own)
    must_be_seen(request, known.revision)
    stored = await set_rules(documents, own, known.revision, body)
    await audit(request, "judging_rules_changed", own)
    return tagged(reply(stored.document), stored.revision)


ROUTES = [
    door_route(
        "GET",
        "/analysis/{session_id}",
        analysis,
        "Scores and proposal",
        response=AnalysisReply,
        statuses=(404,),
    ),
    door_route(
        "POST",
        "/reanalyse/{session_id}",
        reanalyse,
        "Make report and analysis anew",
        response=StatusReply,
        status=202,
        statuses=(404, 409),
    ),
    door_route("GET", "/rules", read_rules, "By what interviews are judged", response=JudgingRules),
    door_route(
        "PUT",
        "/rules",
        replace_rules,
        "Change the rules",
        roles=OWNERS,
        request=JudgingRules,
        response=JudgingRules,
        replaces=True,
        statuses=(400, 409),
    ),
]
