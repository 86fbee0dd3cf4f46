"""What the avatar says. English; one function for each occasion. Small words: `courtesies`."""

from __future__ import annotations

from collections.abc import Iterable

from interview.nouns import InterviewPlan, QuestionKind

REPROMPT_LEAD = "I did not get an answer."


def duration(seconds: float) -> str:
    """A length of time in words: `2 minutes`, `1 minute`, `90 seconds`.

    Whole minutes as minutes; below two minutes, seconds; above, both.
    """
    total = max(1, round(seconds))
    minutes, rest = divmod(total, 60)
    if rest == 0:
        return _count(minutes, "minute")
    if total < 120:
        return _count(total, "second")
    return f"{_count(minutes, 'minute')} and {_count(rest, 'second')}"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def greeting(plan: InterviewPlan, name: str, *, ask_consent: bool) -> str:
    """Who speaks, what comes, how long each answer may be and, if still open, whether to begin."""
    count = min(plan.max_questions, len(plan.questions))
    first = name.strip() or "there"
    parts = [
        f"Hello {first}, welcome to {_title(plan.title)}.",
        "I am an AI interviewer, not a person.",
        f"I will ask you {_count(count, 'question')}.",
        *_limits(plan, count),
    ]
    if ask_consent:
        parts.append("Are you ready to begin?")
    else:
        parts.append("Let us begin.")
    return " ".join(parts)


def _title(title: str) -> str:
    clean = title.strip().rstrip(".")
    if not clean or clean.lower() == "interview":
        return "this interview"
    return f"the interview: {clean}" if "interview" not in clean.lower() else f"{clean}"


def _limits(plan: InterviewPlan, count: int) -> list[str]:
    asked = plan.questions[:count]
    text = _limit(q.timer_s for q in asked if q.kind is QuestionKind.TEXT)
    coding = _limit(q.timer_s for q in asked if q.kind is QuestionKind.CODING)
    if text and coding:
        return [f"You have {text} for each spoken question and {coding} for each coding question."]
    if coding:
        return [f"You have {coding} for each coding question."]
    return [f"You have {text} for each question."]


def _limit(timers: Iterable[float]) -> str | None:
    lengths = sorted(set(timers))
    if not lengths:
        return None
    if len(lengths) == 1:
        return duration(lengths[0])
    return f"between {duration(lengths[0])} and {duration(lengths[-1])}"


PRACTICE = "What is something that you enjoyed doing lately, and why?"


def practice() -> str:
    """Said on the page before the room, to be answered or not; nothing of it is stored."""
    return f"This is only practice, and nothing of it is kept. {PRACTICE}"


def consent_reprompt() -> str:
    """Asked again after an unclear reply."""
    return (
        "That is fine, take your time. Please say yes when you are ready to begin, "
        'or say "I do not agree" if you do not want to take part.'
    )


def reprompt(question: str) -> str:
    """An empty answer: the same question stays."""
    return f"{REPROMPT_LEAD} Please try again: {question}"


def gentle(*, has_words: bool) -> str:
    """After a silence inside an answer."""
    if has_words:
        return "Would you like to add anything? If not, please press Done."
    return "Take your time. You can answer when you are ready, or ask me to repeat the question."


def goodbye_completed(name: str) -> str:
    """All questions are answered."""
    who = f", {name.strip()}" if name.strip() else ""
    return f"That was the last question. Thank you for your time{who}. Goodbye."


def goodbye_ended(name: str) -> str:
    """Ended before the last question."""
    who = f", {name.strip()}" if name.strip() else ""
    return f"The interview ends here. Thank you for your time{who}. Goodbye."


def goodbye_terminated(name: str) -> str:
    """Ended by the rules of a strict session; no accusation."""
    who = f", {name.strip()}" if name.strip() else ""
    return (
        f"I have to end the interview here{who}, because its rules about the camera or the page "
        "were not met three times. Your answers are saved. On this page you can say what happened "
        "and ask for a person to look at it again."
    )


def paused() -> str:
    """At the limit of a strict session."""
    return (
        "The interview pauses here. Software has noted something three times, and a person has "
        "been asked to look at it. Your clock stands, and your answer so far is saved."
    )


def after_pause(language: str) -> str:
    """Said before the question is asked again; nothing in languages without wording."""
    return "Thank you for waiting. Let us go on." if language.lower().startswith("en") else ""


def goodbye_declined() -> str:
    """The candidate does not want to take part."""
    return "That is all right, and nothing will be asked. Thank you for your time. Goodbye."


def goodbye_unclear() -> str:
    """No yes after all reprompts."""
    return (
        "I could not make out that you want to begin, so I end here. "
        "You are welcome to come back through the people who invited you. Goodbye."
    )
