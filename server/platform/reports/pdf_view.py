"""What the printed report shows, as plain strings for `report.typ`. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from agents.evaluation.labels import label_of
from interview.judging import Scorecard
from interview.languages import language_name
from interview.nouns import SCORE_NAMES, Band, EvidenceQuote, QuestionKind, Score
from interview.standing import STANDING_WORDS
from server.platform.reports.model import (
    AnswerReport,
    ProctoringViolation,
    ReportBody,
    ReportStatus,
    ScoreLine,
    TimelineEntry,
)
from server.platform.reports.summary import BAND_WORDS, decided

FONTS = (
    "Inter",
    "Noto Sans",
    "Liberation Sans",
    "DejaVu Sans",
    "Noto Sans CJK SC",
    "Noto Sans Arabic",
    "Noto Naskh Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Libertinus Serif",
)
CODE_FONTS = ("JetBrains Mono", "DejaVu Sans Mono", *FONTS)
NONE = "–"
MAX_TIMELINE = 200
NOTICED_S = 0.5  # a pause that people notice

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_ONLY_TEXT = ("relevance", "confidence")
_BANDS: dict[Band | None, str] = {None: "", **{band: words for band, words in BAND_WORDS.items()}}
_OUTCOMES = {
    "answered": "Answered",
    "timed_out": "Time was up",
    "no_response": "No response",
    "skipped": "Skipped",
}


def view_of(body: ReportBody) -> dict[str, Any]:
    """All that the template needs; every string is free of control characters."""
    view = {
        "document_title": f"Interview report: {body.candidate_name}",
        "lang": _language(body.language),
        "fonts": list(FONTS),
        "code_fonts": list(CODE_FONTS),
        "name": body.candidate_name,
        "title": body.title,
        "overall": _number(None if body.overall_score is None else body.overall_score / 10),
        "overall_unit": "no overall score" if body.overall_score is None else "of 10",
        "overall_sure": next((_sure(line) for line in body.scores if line.name == "overall"), ""),
        "notice": _notice(body),
        "facts": _facts(body),
        "integrity": _integrity(body),
        "tiles": _tiles(body),
        "scores": [_score_line(line) for line in body.scores if line.of],
        "summary": list(body.summary),
        "judged": _judged(body),
        "caveat": body.caveat,
        "coverage": body.coverage.statement,
        "strengths": list(body.strengths),
        "improvements": list(body.areas_for_improvement),
        "answers": [_answer(answer) for answer in body.answers],
        "transcript": [_line(body, index) for index in range(len(body.interview_transcript))],
        "refused": [
            {"label": f"{item.reason.replace('_', ' ')}, {_date(item.at)}", "content": item.content}
            for item in body.refused_answers
        ],
        "timeline": _timeline(body),
        "provenance": _provenance(body),
        "reading_note": body.reading_note,
        "footer": f"Interview report · {body.candidate_name} · made "
        f"{_date(body.provenance.built_at)} · revision {body.revision}",
        "footer_integrity": body.integrity.statement,
    }
    cleaned: dict[str, Any] = _clean(view)
    return cleaned


def clock(seconds: float | None) -> str:
    """Seconds as 1:02:03 or 2:03."""
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value


def _language(language: str) -> str:
    code = language.split("-")[0].lower()
    return code if re.fullmatch(r"[a-z]{2,3}", code) else "en"


def _date(at: datetime) -> str:
    return f"{at.day} {at:%B %Y, %H:%M} {at.tzname() or ''}".strip()


def _notice(body: ReportBody) -> str | None:
    if body.report_status is not ReportStatus.PARTIAL:
        return None
    return f"{body.coverage.statement} The report is completed when the rest has arrived."


def _facts(body: ReportBody) -> list[dict[str, str]]:
    consent = body.provenance.consent_at
    facts = [
        ("Candidate", body.candidate_name),
        ("E-mail", body.candidate_email),
        ("Phone", body.candidate_phone or "not given"),
        ("Interview", _date(body.interview_date)),
        ("Duration", clock(body.duration_s) or NONE),
        ("State", NONE if body.standing is None else STANDING_WORDS[body.standing]),
        ("Consent", "not given" if consent is None else f"given {_date(consent)}"),
        ("Recording", body.recording.statement),
        ("Language", language_name(body.language)),
    ]
    return [{"label": name, "value": value} for name, value in facts]


def _integrity(body: ReportBody) -> dict[str, Any]:
    return {
        "statement": body.integrity.statement,
        "violations": [
            {
                "time": clock(item.at_s) or _date(item.timestamp),
                "type": item.type,
                "severity": _SEVERITY[item.severity],
                "review": _review(item),
            }
            for item in body.proctoring_violations
            if not item.hint
        ],
    }


_SEVERITY = {1: "low", 2: "medium", 3: "high"}


def _review(item: ProctoringViolation) -> str:
    verdict = item.outcome.value.replace("_", " ") if item.outcome else "not reviewed"
    explained = f"; the candidate says: {item.explanation}" if item.explanation else ""
    return verdict + explained


def _number(value: float | None, digits: int = 1) -> str:
    return NONE if value is None else f"{value:.{digits}f}"


def _tiles(body: ReportBody) -> list[dict[str, str]]:
    k = body.kpis
    answered = f"{k.questions_answered}/{k.questions_planned}"
    tiles = (
        ("Questions answered", answered, f"{k.completion_rate:.0f} %"),
        ("Response time", _number(k.response_time_avg), "s on average"),
        ("Pace", _number(k.speech_rate_wpm, 0), "words a minute"),
        ("Silence", _number(k.silence_share_percent, 0), "% of speaking time"),
        ("Fillers", _number(k.filler_share_percent), "% of words"),
    )
    return [{"label": name, "value": value, "unit": unit} for name, value, unit in tiles]


def _score_line(line: ScoreLine) -> dict[str, Any]:
    """One score of the whole interview: what it measures, of 10, and how sure that is."""
    return {
        "label": line.label,
        "main": line.name == "overall",
        "value": line.value,
        "shown": _number(line.value),
        "sure": _sure(line) or (line.reason or ""),
        "of": f"from {line.answers} of {line.of} {'answer' if line.of == 1 else 'answers'}",
    }


def _judged(body: ReportBody) -> dict[str, Any]:
    """What people made of it, each with who and when."""
    judged = body.judged
    decision = judged.decision
    return {
        "decision": None
        if decision is None
        else {
            "word": decision.outcome.value.capitalize(),
            "text": decided(decision),
            "by": _by(decision.by, decision.at),
        },
        "tags": ", ".join(judged.tags),
        "cards": [_card(card) for card in judged.scorecards],
        "notes": [{"text": note.text, "by": _by(note.by, note.at)} for note in judged.notes],
    }


def _card(card: Scorecard) -> dict[str, Any]:
    rated = sorted(card.ratings, key=lambda rating: rating.question_number)
    lines = [
        f"Question {rating.question_number}: {BAND_WORDS[rating.band]}"
        + (f". {rating.comment}" if rating.comment else "")
        for rating in rated
    ]
    if card.overall is not None:
        lines.insert(0, f"Overall: {BAND_WORDS[card.overall]}")
    if card.comment:
        lines.append(card.comment)
    return {"by": _by(card.by, card.at), "lines": lines}


def _by(by: str, at: datetime) -> str:
    name = "a system" if by == "service" else by.removeprefix("staff:")
    return f"{name}, {_date(at)}"


_HEARD = {"whole": "words from its whole sound", "captions": "words of the live captions"}


def _answer(answer: AnswerReport) -> dict[str, Any]:
    name = f"Question {answer.question_number}" + (", follow-up" if answer.is_follow_up else "")
    meta = [_OUTCOMES[answer.outcome.value], answer.source.value]
    if answer.allotted_s:
        meta.append(f"{clock(answer.clock_used_s)} of {clock(answer.allotted_s)} used")
    if answer.response_delay_s is not None:
        meta.append(f"first word after {answer.response_delay_s:.1f} s")
    if answer.heard is not None:
        meta.append(_HEARD[answer.heard])
    evaluation = answer.evaluation
    if evaluation is not None and evaluation.measures.get("injection_attempts"):
        meta.append("held words addressed to the evaluation: please read")
    return {
        "heading": name,
        "question": answer.question,
        "meta": " · ".join(part for part in meta if part != "none"),
        "code": answer.code.rstrip() if answer.code and answer.code.strip() else None,
        "reason": answer.evaluation_reason,
        "feedback": evaluation.feedback if evaluation and evaluation.feedback else None,
        "scores": _scores(answer),
    }


def _scores(answer: AnswerReport) -> list[dict[str, Any]]:
    if answer.evaluation is None:
        return []
    found = answer.evaluation.scores
    method = answer.evaluation.method
    return [
        _score(name, label_of(name, answer.kind, method), found[name])
        for name in SCORE_NAMES
        if name in found and not (answer.kind is QuestionKind.CODING and name in _ONLY_TEXT)
    ]


def _score(name: str, label: str, score: Score) -> dict[str, Any]:
    overall = name == "overall"
    return {
        "label": score.label or label,
        "main": overall,
        "value": score.value,
        "shown": _number(score.value),
        "band": _sure(score),
        "reason": score.reason,
        "quotes": [] if overall else [_quote(quote) for quote in score.evidence[:2]],
    }


def _sure(score: Score | ScoreLine) -> str:
    """Band, measured uncertainty and method: `some evidence, +/- 1.7, by rules`."""
    if score.value is None:
        return ""
    sure = "" if score.uncertainty is None else f"\u00b1 {score.uncertainty:.1f}"
    by = f"by {score.method}" if score.method else ""
    return ", ".join(part for part in (_BANDS[score.band], sure, by) if part)


def _quote(quote: EvidenceQuote) -> dict[str, str | None]:
    return {"text": quote.quote, "time": None if quote.start_s is None else clock(quote.start_s)}


def _line(body: ReportBody, index: int) -> dict[str, Any]:
    entry = body.interview_transcript[index]
    candidate = entry.role == "candidate"
    seconds = entry.start_s
    if seconds is None and body.provenance.consent_at is not None:
        seconds = max(0.0, (entry.timestamp - body.interview_date).total_seconds())
    return {
        "time": clock(seconds),
        "speaker": "Candidate" if candidate else "Interviewer",
        "candidate": candidate,
        "code": entry.is_code,
        "content": entry.content + (" [interrupted]" if entry.interrupted else ""),
    }


def _timeline(body: ReportBody) -> list[dict[str, str]]:
    """Everything but the ordinary prompts, at most `MAX_TIMELINE` lines."""
    shown = [
        entry
        for entry in body.timeline
        if entry.kind not in ("prompt", "warning", "media") and not _brief(entry)
    ]
    lines = [
        {
            "time": clock(entry.at_s),
            "label": entry.label
            + (
                ""
                if entry.end_s is None or entry.at_s is None
                else _lasted(entry.at_s, entry.end_s)
            ),
        }
        for entry in shown[:MAX_TIMELINE]
    ]
    if len(shown) > MAX_TIMELINE:
        rest = len(shown) - MAX_TIMELINE
        lines.append({"time": "", "label": f"and {rest} more, in the report on the screen"})
    return lines


def _brief(entry: TimelineEntry) -> bool:
    """A fault of ours that nobody could notice: it is in the data, and no line for people."""
    known = entry.at_s is not None and entry.end_s is not None
    faulty = entry.kind in ("outage", "fault") and known
    return faulty and (entry.end_s or 0.0) - (entry.at_s or 0.0) < NOTICED_S


def _lasted(start_s: float, end_s: float) -> str:
    return f" ({max(0.0, end_s - start_s):.0f} s)"


def _provenance(body: ReportBody) -> list[str]:
    p = body.provenance
    engines: Sequence[str] = [
        f"{engine.role.replace('_', ' ').capitalize()}: {engine.name}"
        + (f" ({engine.version})" if engine.version else "")
        + (f". {engine.note}" if engine.note else "")
        for engine in p.engines
    ]
    notes = [
        note.note + (f" From {clock(note.from_s)}." if note.from_s is not None else "")
        for note in body.capability_notes
    ]
    return [
        f"{p.source} {p.events} events up to number {p.last_seq}. Session {body.session_id}.",
        *engines,
        body.weights.note,
        *notes,
    ]
