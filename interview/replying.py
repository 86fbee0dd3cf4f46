"""The consent step: the button, and replies in words."""

from __future__ import annotations

from typing import Literal

from interview import wording
from interview.asking import ask_next, end, greet, issue
from interview.commands import GiveConsent
from interview.consent import understand
from interview.draft import Draft
from interview.errors import IllegalTransition, InvalidInput
from interview.events import ConsentDeclined, ConsentGiven, ConsentUnclear, SessionStarted
from interview.nouns import Phase, Purpose, Status
from interview.records import State

Source = Literal["button", "spoken", "typed"]


def awaiting_reply(state: State) -> bool:
    """Whether words now belong to the consent step."""
    return state.stage in (Phase.GREETING, Phase.CONSENT) and state.greeted


def press(draft: Draft, command: GiveConsent) -> None:
    """The consent button. Before the start it starts the session; a refusal ends it at any time."""
    state = draft.state
    if state.status.final:
        raise IllegalTransition("consent", state.status)
    if not command.granted:
        decline(draft, "button")
        return
    if state.consent == "given":
        return
    if command.text_version != state.plan.consent_text_version:
        raise InvalidInput("text_version", "is not the consent text of this session")
    if state.status is Status.INITIALIZED:
        draft.emit(SessionStarted(at=draft.now, by="candidate"))
    given(draft, "button", command.text_version)
    greet(draft)


def given(
    draft: Draft, source: Source, version: str, words: str = "", answer_id: str | None = None
) -> None:
    """Store the consent and go on, unless the greeting is still being said."""
    greeting_playing = draft.state.stage is Phase.GREETING and source == "button"
    draft.emit(
        ConsentGiven(
            at=draft.now, source=source, text_version=version, words=words, answer_id=answer_id
        )
    )
    if draft.state.greeted and not greeting_playing:
        ask_next(draft)


def decline(draft: Draft, source: Source, words: str = "", answer_id: str | None = None) -> None:
    """No consent, or consent withdrawn: a polite end without (further) questions."""
    withdrawn = draft.state.consent == "given"
    draft.emit(ConsentDeclined(at=draft.now, source=source, words=words, answer_id=answer_id))
    end(
        draft,
        Status.ABANDONED,
        "consent_withdrawn" if withdrawn else "consent_declined",
        by="candidate",
        goodbye=wording.goodbye_declined(),
    )


def understand_reply(draft: Draft, typed: str = "", answer_id: str | None = None) -> None:
    """Read what was said (and typed) to the consent question."""
    state = draft.state
    spoken = " ".join(u.text.strip() for u in state.reply)
    words = f"{spoken} {typed}".strip()
    source: Source = "typed" if typed or not spoken else "spoken"
    meaning = understand(typed or spoken)
    if meaning == "yes":
        given(draft, source, state.plan.consent_text_version, words, answer_id)
    elif meaning == "no":
        decline(draft, source, words, answer_id)
    else:
        unclear(draft, words, answer_id)


def unclear(draft: Draft, words: str, answer_id: str | None = None) -> None:
    """Ask again, or end politely after the last reprompt."""
    draft.emit(ConsentUnclear(at=draft.now, words=words, answer_id=answer_id))
    if draft.state.consent_reprompts < draft.state.plan.consent_reprompts:
        issue(draft, Purpose.CONSENT_REPROMPT, wording.consent_reprompt())
        return
    end(
        draft,
        Status.ABANDONED,
        "consent_not_given",
        by="interviewer",
        goodbye=wording.goodbye_unclear(),
    )


def turn_ended(draft: Draft) -> None:
    """The candidate stopped speaking.

    While the greeting still plays only a clear reply counts: the rest may be a cough or a hello.
    """
    state = draft.state
    if not state.reply or state.consent is not None:
        return
    if state.prompting and understand(" ".join(u.text for u in state.reply)) == "unclear":
        return
    understand_reply(draft)
