"""An example for each body that is taken and each that is answered, for the OpenAPI document.

What is taken stands here by the model's module and name, and a test sends it; a body of which
nothing is needed may do without one. What is answered was recorded from the tests
(`tests/server/recorded.py`) and stands in `replies.json`; a test compares it with its schema.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

REPLIES = Path(__file__).with_name("replies.json")
MAIL = "ada@example.com"
PASSWORD = "correct horse battery"  # noqa: S105 - an example
QUESTION = "Tell us about a bug that took you long to find."
SESSION = "8f14e45f-ceea-467f-a0e6-3d1b2c9f7a10"
TOKEN = "the-token-of-the-link-0123456789abcdef"  # noqa: S105 - an example
PICTURE = (  # one grey pixel
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAA"
    "AABJRU5ErkJggg=="
)
PERSON = {"name": "Ada Lovelace", "email": MAIL}

EXAMPLES: Mapping[str, Any] = {
    "admin_system.Minima": {"min_preparation_time": 10, "min_responding_time": 60},
    "admin_users.NewUser": PERSON | {"username": "ada", "company": "Example", "roles": ["owner"]},
    "admin_users.UserChange": {"name": "Ada King", "is_active": True},
    "agreement.ScoringBody": {"shown": True, "reason": "People and software agree since May."},
    "analytics.ImpactBody": {"column": "ada@example.com,a\ngrace@example.com,b"},
    "api_keys.NewKey": {"name": "Our applicant tracking", "scopes": ["sessions:read"]},
    "appearance.ProfileBody": {"display_name": "Ada King", "time_zone": "Europe/Berlin"},
    "appearance.SettingsBody": {"language": "en", "expires_in_hours": 72},
    "appearance.ThemeBody": {"primary_color": "#1f4b99"},
    "assigning.AssigneeBody": {"assignee": None},
    "auth.LoginForm": {"username": "ada", "password": PASSWORD},
    "auth.PasswordChange": {"current_password": PASSWORD, "new_password": "a new battery staple"},
    "candidate_proctoring.BiometricBody": {"granted": True, "text_version": "2026-11"},
    "candidate_proctoring.ExplanationBody": {"text": "My neighbour rang; I looked at the door."},
    "candidate_proctoring.PageEventBody": {"event": "exit_fullscreen"},
    "candidate_proctoring.FaceBody": {"image_data": PICTURE},
    "colleagues.Change": {"name": "Grace Hopper"},
    "colleagues.NewInvitation": {"email": "grace@example.com", "roles": ["reviewer"]},
    "creation.CreateBody": PERSON | {"questions": [QUESTION, "And what did you learn from it?"]},
    "deciding.ShareBody": {"days": 14, "with_contact": False},
    "interview.AnswerBody": {
        "session_id": SESSION,
        "question_id": "1",
        "answer_data": {"text": "A race between two writers.", "duration": 42.5},
    },
    "interview.EndBody": {"session_id": SESSION},
    "interview.QuestionBody": {"session_id": SESSION, "question_data": {"text": QUESTION}},
    "interview.StartBody": {"interview_token": TOKEN},
    "interview_bodies.BulkChange": {"questions": [{"text": QUESTION, "responding_time": 180}]},
    "interview_bodies.DuplicateBody": {"title": "Backend engineer, second round"},
    "interview_bodies.InterviewBody": {
        "title": "Backend engineer",
        "questions": [{"text": QUESTION, "preparation_time": 20, "responding_time": 180}],
    },
    "interview_bodies.InterviewChange": {"title": "Senior backend engineer"},
    "interview_bodies.Moves": [{"question_id": 1, "new_order": 1}],
    "interview_bodies.QuestionBody": {"text": QUESTION, "keywords": ["log", "reproduce"]},
    "interview_bodies.QuestionChange": {"responding_time": 240},
    "interview_tokens.InviteBody": {"people": [PERSON], "max_attempts": 1},
    "interview_tokens.PeopleBody": {"text": "Ada Lovelace,ada@example.com"},
    "interview_tokens.ResendBody": {"expires_in_hours": 72, "keep_link": True},
    "interview_tokens.TokenBody": {"candidate_name": "Ada Lovelace", "expires_in_hours": 72},
    "job_openings.ApplyBody": PERSON | {"share": TOKEN},
    "job_openings.JobBody": {"title": "Backend engineer", "location": "Berlin", "status": "open"},
    "job_openings.JobChange": {"status": "closed"},
    "job_openings.ShareBody": {"share": TOKEN},
    "letters.LettersBody": {"thank_candidates": True},
    "letters.NamedReportBody": {"session_id": SESSION, "email": MAIL},
    "letters.ReportLetterBody": {"email": MAIL},
    "notifications.ChoiceBody": {"scope": "all"},
    "portal.AccessBody": {"token": TOKEN},
    "portal.SendInBody": {"token": TOKEN},
    "portal.StartBody": PERSON | {"token": TOKEN},
    "privacy.Whose": {"email": MAIL},
    "proctoring.PauseBody": {"go_on": True, "note": "Talked to the candidate."},
    "proctoring.ReopenBody": {"reason": "The power was out in the building."},
    "proctoring.ReviewBody": {"outcome": "dismissed", "note": "A photograph on the wall."},
    "question_bank.BankBody": {"text": QUESTION, "category": "Debugging"},
    "question_bank.FromBank": {"bank_ids": [1]},
    "recordings.CompleteBody": {"chunks": 12, "duration_s": 60.5},
    "registration.Acceptance": {"token": TOKEN, "password": PASSWORD, "name": "Grace Hopper"},
    "registration.EmailBody": {"email": MAIL},
    "registration.NewPassword": {"token": TOKEN, "new_password": "a new battery staple"},
    "registration.Registration": {
        "username": "ada.lovelace",
        "password": PASSWORD,
        "email": "ada.lovelace@example.com",
        "company": "Example",
    },
    "registration.TokenBody": {"token": TOKEN},
    "requests.RatingBody": {"stars": 4, "comment": "Calm and clear."},
    "requests.RequestBody": {"kind": "explanation", "text": "Why was I not taken?"},
    "requests.SettleBody": {"outcome": "done", "reply": "The transcript is on its way."},
    "retention.RetentionBody": {"sessions_days": 180, "letters_days": 90},
    "reviewing.DecisionBody": {"outcome": "advance", "reason": "Clear and careful answers."},
    "reviewing.NoteBody": {"text": "Ask about the second project."},
    "reviewing.RescoreBody": {"reason": "The rubric was corrected."},
    "reviewing.ScorecardBody": {"cultural_fit": 70, "comment": "Thinks before speaking."},
    "reviewing.TagsBody": {"tags": ["backend", "2026"]},
    "rubrics.DraftBody": {"text": QUESTION, "ideal_answer": "Reproduce it. Read the log. Bisect."},
    "rules.JudgingRules": {"pass_at": 75, "review_at": 55, "blind": True},
    "sitting.AgreeBody": {"consent_text_version": "2026-11"},
    "sitting.TakeBody": {"question_id": 1, "part_id": "part-1", "duration_s": 31.5},
    "unsent.UnsentBody": {"question_number": 1, "content": "I would first"},
    "webhooks.WebhookBody": {"url": "https://example.com/hooks", "kinds": ["report.ready"]},
}


def example_of(model: type[BaseModel]) -> Any:
    """What stands above; `{}` for a body of which nothing is needed."""
    return EXAMPLES.get(f"{model.__module__.rpartition('.')[2]}.{model.__qualname__}", {})


@cache
def _replies() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(REPLIES.read_text())
    return found


def reply_of(operation: str, status: int) -> dict[str, Any]:
    """`{"example": …}` of an operation (`GET /path`) or a failure (`errors`); {} without one."""
    found = _replies().get(operation, {})
    return {"example": found[str(status)]} if str(status) in found else {}
