"""The fixed rules of a session that no plan changes. Times in seconds."""

from __future__ import annotations

HEARD_S = 1.7
"""A prompt cut off earlier than this was not heard (ADR 0002).

Somebody who goes on within 1.5 s only finishes the answer before; a little more has been played
until the avatar is silent.
"""

MOST_HEARD = 0.8
"""The share of a question that must have been heard before speech is taken for an answer to it.

Speech that begins earlier goes on with the answer before, if only silence had ended that. Chosen
by `bench/answers.py` (docs/topics/listening.md).
"""

SPOKEN_S_PER_CHAR = 0.065
"""A line's length by its text, while nobody has reported it."""

YIELD_S = 5.0
"""An acknowledged answer closes by itself after this, should the voice that offered it be gone."""

GOES_ON_QUIET_S = 8.0
"""Quiet after words that joined the answer before, until the question is asked again by itself: the
turn's end, which is sooner, asks it as a rule."""

REASK_QUIET_S = 3.0
"""Quiet after which a question that was cut off is asked again, unless the turn ends sooner."""

MAX_CUT_OFFS = 3
"""After so many cut-offs of one question the candidate has the floor all the same."""

FOLLOW_UP_WAIT_S = 2.5
"""How long a follow-up to the answer just given may be proposed."""

PROMPT_BASE_S = 30.0
PROMPT_PER_CHAR_S = 0.12
"""A prompt whose end nobody reports counts as shown after base + characters x this."""

WARNINGS_S = (30.0, 10.0)
"""Remaining times at which the candidate is warned, highest first."""

REPLY_QUIET_S = 5.0
"""Quiet after words to the consent question before they are understood without a turn's end."""

CONSENT_SILENCE_S = 60.0
"""Silence to the consent question that counts as an unclear reply."""

NEVER_CAME_S = 7_200.0
"""A started session that no candidate was ever greeted in is given up after this (or the grace)."""

MAX_REPROMPTS = 5
"""Empty answers to one question that are asked again; the next one counts as no response."""

MAX_REPEATS = 10
"""How often one question may be said again."""

MAX_REFUSALS = 200
"""Refused answers that are kept for the record; later ones are refused without a record."""

CROSSED_S = 3.0
"""An answer that names its question this soon after it closed was on its way: it is kept with that
question. So is a time-out submission without a number, when our own timer closed the question."""

SKIP_SETTLE_S = 2.0
"""A skip sooner than this after a question was issued is taken for a double press."""

SKIP_UNDO_S = 5.0
"""A skip can be taken back for so long."""

MOVING_ON_S = 5.0
"""Silence moves on only after it was announced for so long."""

THINKING_SETTLE_S = 1.5
"""Sound sooner than this after a break began is the asking for it, not the end of it."""

ACTIVITY_EVERY_S = 1.0
"""Activity of one kind is stored at most this often."""
