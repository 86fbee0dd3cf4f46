"""Whose turn it is: one object that decides, pure, on whatever clock the caller keeps.

Tell it what happens; each call answers with decisions. `wake_s` says when to `tick`.
"""

from __future__ import annotations

from collections.abc import Sequence

from agents.turns.barge_in import BargeIn
from agents.turns.commands import CommandKind, SpokenCommand, spoken_command
from agents.turns.decisions import NONE, Act, Decision, Decisions
from agents.turns.pace import Pace
from agents.turns.profile import INTERVIEW, Evidence, Expectation, Patience, TurnProfile
from agents.turns.voicing import Edge, Voicing, VoicingRules
from agents.turns.wording import ending_of, ends_with_stop, is_back_channel, is_murmur, plain_words
from interview import rules
from interview.conversation import Listening
from interview.nouns import QuestionKind, TurnEnd, Word

WORDS_LATE_S = 0.15


class TurnPolicy:
    """One candidate's floor, and the avatar's.

    The order of calls at one moment does not matter much, with one exception: `window` before
    what follows from the same sound (`predicted`, `heard`).
    """

    def __init__(self, profile: TurnProfile = INTERVIEW) -> None:
        self.profile = profile
        self.expected = Expectation(mode=Listening.OFF)
        self._voicing = Voicing(VoicingRules(stop_s=profile.vad_silence_s))
        self._barge = BargeIn(profile)
        self._pace = Pace()
        self._paced_s: float | None = None
        self._ended_s = 0.0
        self._offered_s: float | None = None
        self._offer = TurnEnd(reason="", waited_s=0, words=0)
        self._said: tuple[str, ...] = ()
        self._open: tuple[str, ...] = ()
        self._tentative = ""
        self._heard_until_s = -1.0
        self._probability: float | None = None
        self._pause_s: float | None = None
        self._silent_since_s: float | None = None
        self._deaf = False
        self._prepared = False
        self._prompted = False
        self._answer_ended = False
        self._judgement: tuple[tuple[object, ...], tuple[SpokenCommand | None, Patience]] | None = (
            None
        )

    # --- what is listened for -------------------------------------------------------------------

    def expect(self, expected: Expectation, at_s: float) -> Decisions:
        """Listen for something else. A new turn begins when the mode changes."""
        before, self.expected = self.expected, expected
        if before.mode is expected.mode:
            return NONE
        self._prompted = False
        self._silent_since_s = None if expected.mode is Listening.OFF else at_s
        return self._new_turn()

    def forget(self) -> Decisions:
        """The words so far belong to a turn that somebody else ended."""
        return self._new_turn()

    def _new_turn(self) -> Decisions:
        self._said = self._open = ()
        self._tentative, self._probability, self._pause_s = "", None, None
        self._offered_s = None
        prepared, self._prepared = self._prepared, False
        return (Decision(Act.RETRACT, "new_turn"),) if prepared else NONE

    # --- sound ----------------------------------------------------------------------------------

    @property
    def speaking(self) -> bool:
        """Whether the candidate is heard to speak."""
        return self._voicing.speaking

    @property
    def listening(self) -> bool:
        """Whether a turn may end now."""
        return self.expected.mode is not Listening.OFF

    def window(self, speech: bool, at_s: float, *, sure: bool = False) -> Decisions:
        """A scored window of sound ends at `at_s`; the avatar's own echo is no speech.

        `sure`: the window can hardly be anything but speech.
        """
        heard = self._voicing.window(speech, at_s)
        if heard is Edge.SIGN:
            return self._barge.sign(sure=sure)
        if heard is Edge.FADED:
            return self._barge.faded()
        if heard is Edge.STARTED:
            return self._voice_started()
        if heard is Edge.STOPPED:
            return self._voice_stopped()
        return self.tick(at_s)

    def deaf(self, at_s: float) -> Decisions:
        """Nothing comes from the microphone any more: no silence counts until `hears`."""
        self._deaf = True
        stopped = self._voice_stopped() if self._voicing.lost() else NONE
        return stopped + self._goes_on() + self.tick(at_s)

    def hears(self, at_s: float) -> Decisions:
        """Something comes again: a pause that was under way begins anew."""
        self._hear_again(at_s)
        return self.tick(at_s)

    def _hear_again(self, at_s: float) -> None:
        if not self._deaf:
            return
        self._deaf = False
        if self._pause_s is not None:
            self._pause_s = self._paced_s = at_s
        if self._silent_since_s is not None:
            self._silent_since_s = at_s

    def _voice_started(self) -> Decisions:
        self._hear_again(self._voicing.began_s)
        if self._pause_s is not None and self.words:
            self._pace.paused(self._voicing.began_s - self._pause_s)
        self._pause_s = self._probability = self._silent_since_s = None
        return self._goes_on() + self._barge.voice_started(self._voicing.began_s)

    def _goes_on(self) -> Decisions:
        """What was got ready for the end of the turn is not wanted."""
        prepared, self._prepared = self._prepared, False
        offered, self._offered_s = self._offered_s, None
        regain = (Decision(Act.REGAIN, "resumed"),) if offered is not None else NONE
        return regain + ((Decision(Act.RETRACT, "resumed"),) if prepared else NONE)

    def _voice_stopped(self) -> Decisions:
        ended_s = self._voicing.ended_s
        assert ended_s is not None
        if self.expected.mode is Listening.ANSWER:
            since_s = self._voicing.began_s if self._paced_s is None else self._paced_s
            self._pace.heard(ended_s - since_s)
            self._paced_s = ended_s
        self._pause_s = self._silent_since_s = ended_s
        return self._barge.voice_stopped(ended_s)

    def predicted(self, probability: float, at_s: float) -> Decisions:
        """The end-of-turn model's word on the sound before this pause."""
        self._probability = probability
        return self.tick(at_s)

    # --- words ----------------------------------------------------------------------------------

    def heard(
        self,
        words: Sequence[Word],
        tentative: str,
        until_s: float,
        at_s: float,
        *,
        final: bool = False,
    ) -> Decisions:
        """The open utterance's committed words and tentative tail; `final` closes it.

        `until_s`: how far the audio was understood, on the same clock as `at_s`.
        """
        self._open, self._tentative = tuple(word.text for word in words), tentative
        self._heard_until_s = max(self._heard_until_s, until_s)
        barged = self._barge.heard(words, tentative, until_s)
        if final:
            kept = () if self._only_listening() else self._open
            self._said, self._open, self._tentative = self._said + kept, (), ""
        return barged + self.tick(at_s)

    def _only_listening(self) -> bool:
        """Whether the open utterance is an "mm-hm" to what the avatar is saying."""
        over_prompt = self._barge.playing and self.expected.mode is not Listening.REPLY
        return over_prompt and is_back_channel(" ".join(self._open))

    @property
    def words(self) -> tuple[str, ...]:
        """All that was said in this turn, as far as it is known."""
        return self._said + self._open + tuple(self._tentative.split())

    def command(self) -> SpokenCommand | None:
        """The command that ends what was said, its start counted in `words`."""
        return self._judged()[0]

    def _judged(self) -> tuple[SpokenCommand | None, Patience]:
        """Command and patience; worked out anew only when something has changed."""
        key = (
            *(self._said, self._open, self._tentative),
            *(self._probability, self._fresh, self.expected),
        )
        if self._judgement is None or self._judgement[0] != key:
            self._judgement = (key, self._judge())
        return self._judgement[1]

    def _judge(self) -> tuple[SpokenCommand | None, Patience]:
        expected, words = self.expected, self.words
        found = spoken_command(
            words,
            answered=expected.answered,
            coding=expected.kind is QuestionKind.CODING,
            language=expected.language,
        )
        text = " ".join(words)
        evidence = Evidence(
            ending=ending_of(text, language=expected.language),
            probability=self._probability,
            words=len(plain_words(text)),
            fresh=self._fresh,
            done=found is not None,
            stopped=ends_with_stop(text),
            murmur=is_murmur(text, language=expected.language),
            long_a_minute=self._pace.long_a_minute,
        )
        return found, self.profile.patience(expected, evidence)

    # --- the avatar -----------------------------------------------------------------------------

    def prompt_started(self, at_s: float, duration_s: float = 0.0) -> Decisions:
        """The avatar's first sound; a word of acknowledgement is no prompt."""
        repairable_s = max(self.profile.repair_window_s, rules.MOST_HEARD * duration_s)
        self._barge.started(
            at_s,
            repairable_s=repairable_s if self._answer_ended else 0.0,
            back_channels=self.expected.mode is not Listening.REPLY,
        )
        self._answer_ended, self._offered_s = False, None
        if self._voicing.speaking:
            return self._barge.voice_started(self._voicing.began_s)
        return NONE

    def prompt_ended(self, at_s: float) -> Decisions:
        """The avatar is silent: the candidate's silence counts from here."""
        if self._barge.playing and not self.words:
            self._pause_s = None  # a cough meanwhile was no turn
        if self._barge.cut_off_s is not None:  # the end was a pause, and a long one
            self._pace.paused(self._barge.cut_off_s - self._ended_s)
        elif self._barge.playing:
            self._paced_s = None
        self._barge.ended()
        if self._silent_since_s is not None:
            self._silent_since_s = max(self._silent_since_s, at_s)
        return NONE

    def aside_ended(self, at_s: float) -> Decisions:
        """The avatar has said "go on": silence counts from here. An acknowledgement's beat runs."""
        if self._offered_s is None and self._pause_s is not None:
            self._pause_s = at_s
        return NONE

    # --- time -----------------------------------------------------------------------------------

    @property
    def wake_s(self) -> float | None:
        """When `tick` may decide something by itself."""
        return min(
            (due for due in (self._barge.wake_s, *self._turn_dues()) if due is not None),
            default=None,
        )

    def tick(self, at_s: float) -> Decisions:
        """Decide what is due."""
        return self._barge.tick(at_s) + self._prepare(at_s) + self._end(at_s) + self._quiet(at_s)

    def patience(self) -> Patience:
        """How long this pause may be, as far as is known now."""
        return self._judged()[1]

    @property
    def _fresh(self) -> bool:
        ended_s = self._voicing.ended_s or 0.0
        return self._heard_until_s >= ended_s - WORDS_LATE_S

    def _turn_dues(self) -> tuple[float | None, ...]:
        if not self.listening:
            return ()
        return (self._prepare_due(), self._end_due(), self._gentle_due(), self._advance_due())

    def _prepare_due(self) -> float | None:
        if self._pause_s is None or self._prepared or self._deaf or self._barge.playing:
            return None
        return self._pause_s + self.profile.prepare_s

    def _end_due(self) -> float | None:
        if self._pause_s is None or self._barge.playing or not self.words:
            return None
        if self._deaf and self.command() is None:
            return None
        patience_s = self._pause_s + self.patience().wait_s
        if self._offered_s is None or self.command() is not None:
            return patience_s
        return self._offered_s + self.profile.beat(self.expected)

    def _prepare(self, at_s: float) -> Decisions:
        due_s = self._prepare_due() if self.listening else None
        if due_s is None or at_s < due_s:
            return NONE
        self._prepared = True
        return (Decision(Act.PREPARE, self.patience().reason),)

    def _end(self, at_s: float) -> Decisions:
        due_s = self._end_due() if self.listening else None
        if due_s is None or at_s < due_s:
            return NONE
        found, answering = self.command(), self.expected.mode is Listening.ANSWER
        if found is None and answering and self._offered_s is None:
            self._offered_s = at_s
            self._offer = self._turn_end(at_s)
            return (Decision(Act.OFFER, self._offer.reason, end=self._offer),)
        end = self._turn_end(at_s)
        if self._offered_s is not None:
            end = self._offer.model_copy(update={"waited_s": end.waited_s})
        self._prepared, self._ended_s = False, at_s - end.waited_s
        self._answer_ended = answering
        if found is not None and answering:
            self._answer_ended = found.kind is CommandKind.DONE
            decided = Decision(Act.COMMAND, found.kind, found, end)
        else:
            decided = Decision(Act.END, end.reason, end=end)
        self._new_turn()
        return (decided,)

    def _turn_end(self, at_s: float) -> TurnEnd:
        patience = self.patience()
        return TurnEnd(
            reason=patience.reason,
            waited_s=round(max(0.0, at_s - (self._pause_s or at_s)), 3),
            words=len(plain_words(" ".join(self.words))),
            likelihood=patience.likelihood,
        )

    def _gentle_due(self) -> float | None:
        if self._silent_since_s is None or self.expected.gentle_s is None:
            return None
        if self._prompted or self._deaf or self._barge.playing:
            return None
        return self._silent_since_s + self.expected.gentle_s

    def _advance_due(self) -> float | None:
        if self._silent_since_s is None or self.expected.advance_s is None:
            return None
        if self._deaf or self._barge.playing:
            return None
        return self._silent_since_s + self.expected.advance_s

    def _quiet(self, at_s: float) -> Decisions:
        if not self.listening:
            return NONE
        advance_s, gentle_s = self._advance_due(), self._gentle_due()
        if advance_s is not None and at_s >= advance_s:
            self._silent_since_s = None
            return (Decision(Act.ADVANCE, "silence"), *self._new_turn())
        if gentle_s is not None and at_s >= gentle_s:
            self._prompted = True
            return (Decision(Act.PROMPT_GENTLY, "silence"),)
        return NONE
