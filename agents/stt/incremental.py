"""Streaming recognition without input or output: what to hear next, and what is final by now.

`push` audio, run the pass that `ask` describes with any recogniser, `take` its answer. Committed
words are never retracted. Audio whose words are committed is forgotten but for a little context;
audio that no pass has finished with is never dropped, however late the passes come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agents.stt.commit import Attention, CommitPolicy, View
from agents.stt.heard import (
    BYTES_PER_S,
    RATE_HZ,
    Ask,
    Heard,
    HeardWord,
    plain,
    repeat_at,
    repeated,
    squeezed,
    unechoed,
)

REPEAT_CONTEXT = 12
ECHO_S = 0.2
STUCK_S = 1.2
KEPT_PAUSE_S = 0.6  # longer pauses are shortened to it: silence tells the decoder nothing more
A_WORD_S = 0.2  # a voice shorter than this is no word
SETTLED_S = 0.15  # a pass that heard so much quiet has heard the last word whole


@dataclass(frozen=True, slots=True)
class Plan:
    """The costs of a pass.

    `every_s`: new audio between passes. `context_s`: committed audio heard again, its words given
    as a prefix. `lead_s`: the same without words. `prompt_words`: committed words given as text.
    `margin_s`: padding after the speech, `final_margin_s` at the end. `window_s`: most audio in
    one pass. `quiet_s`: audio kept where no voice is heard, so that a first word is whole.
    `max_delay_s`: repeats are held back no longer than this.
    """

    every_s: float = 0.5
    context_s: float = 4.0
    lead_s: float = 0.0
    prompt_words: int = 0
    margin_s: float = 2.0
    final_margin_s: float = 4.0
    window_s: float = 25.0
    quiet_s: float = 1.0
    max_delay_s: float = 2.0


class Incremental:
    """One segment of speech; `base_s` is the clock of its first sample."""

    def __init__(
        self, base_s: float = 0.0, plan: Plan | None = None, policy: CommitPolicy | None = None
    ) -> None:
        self.plan = plan or Plan()
        self.tentative: tuple[HeardWord, ...] = ()
        self._policy = policy or Attention()
        self._base_s = base_s
        self._audio = bytearray()
        self._recent: list[HeardWord] = []  # committed, for the repeat guard and the prompt
        self._context: list[HeardWord] = []  # committed, and still in the audio
        self._committed_s = base_s
        self._heard_s = base_s
        self._known_s: float | None = None

    @property
    def end_s(self) -> float:
        """The end of all audio pushed."""
        return self._base_s + len(self._audio) / BYTES_PER_S

    @property
    def audio(self) -> bytes:
        """What is not forgotten yet."""
        return bytes(self._audio)

    @property
    def unheard_s(self) -> float:
        """Length of the audio that no pass has heard."""
        return max(0.0, self.end_s - self._heard_s)

    @property
    def due(self) -> bool:
        """Whether a pass is worth its cost."""
        return self.unheard_s >= self.plan.every_s - 1e-6

    def go_on(self, start_s: float) -> None:
        """The next audio begins at a moment after a pause: the same speaker goes on.

        What was said before stays as context; a word after a pause is heard badly without.
        """
        pause_s = max(0.0, start_s - self.end_s)
        self._audio += bytes(round(min(pause_s, KEPT_PAUSE_S) * RATE_HZ) * 2)
        shift_s = start_s - self.end_s
        self._base_s += shift_s
        self._committed_s += shift_s
        self._heard_s += shift_s
        self._context = [word.moved(shift_s) for word in self._context]
        self._known_s = None

    def push(self, pcm: bytes) -> None:
        """Take the next audio (PCM16 mono 16 kHz). Never dropped; nothing happens yet."""
        self._audio += pcm

    def ask(self, *, final: bool = False) -> Ask:
        """The next pass: all open audio, or its first window when too much has come together.

        With `final`, ask again until an answer's `ask.final` was taken.
        """
        size = int(self.plan.window_s * RATE_HZ) * 2
        whole = len(self._audio) <= size
        careful = final or not whole
        prefix = tuple(self._context)
        known_s = None if careful or self._known_s is None else self._known_s - self._base_s
        return Ask(
            self._base_s,
            bytes(self._audio[:size]),
            prefix,
            self._prompt(len(prefix)),
            prefix[-1].end_s - self._base_s if prefix else 0.0,
            known_s,
            self.plan.final_margin_s if careful else self.plan.margin_s,
            final and whole,
        )

    def take(self, ask: Ask, heard: Heard) -> list[HeardWord]:
        """The words that this pass makes final, on the stream's clock."""
        words = self._open_words(ask, heard)
        free = self._free(words)
        speech_end_s = ask.start_s + (heard.speech_end_s or 0.0)
        if ask.final:
            words = self._without_piled(words, ask.end_s)
            count = len(words)
        else:
            edge_s, alone = ask.end_s, not ask.prefix
            view = View(words, free, edge_s, min(edge_s, speech_end_s), alone)
            count = self._policy.judge(view)
            words, count = self._without_loop(words, free, count, ask.end_s)
            if self._full(ask) and not count:
                count = len(words)  # a whole window and no verdict: go on
        fresh, rest = words[:count], words[count:]
        self._heard_s = max(self._heard_s, ask.end_s)
        quiet = ask.end_s - speech_end_s >= SETTLED_S
        self._known_s = speech_end_s if rest and quiet else None
        self.tentative = tuple(rest)
        self._commit(fresh)
        stuck = bool(ask.prefix) and not words and heard.voiced_s > STUCK_S
        self._trim(ask, speech_end_s, stuck=stuck)
        return fresh

    def _open_words(self, ask: Ask, heard: Heard) -> list[HeardWord]:
        """The hypothesis after the committed words, its times running forwards."""
        if heard.same or (ask.final and not heard.words and heard.voiced_s >= A_WORD_S):
            return list(self.tentative)  # shown while it was said: no second doubt takes it away
        words = [word.moved(ask.start_s) for word in heard.words]
        if words and not ask.prefix and self._echoes(words[0]):
            words = words[1:]
        said = [plain(word.text) for word in self._recent]
        words = unechoed(words, said, self._committed_s)
        out: list[HeardWord] = []
        at_s = self._committed_s
        for word in words:
            start_s = max(at_s, word.start_s)
            out.append(replace(word, start_s=start_s, end_s=max(start_s, word.end_s)))
            at_s = start_s
        return out

    def _echoes(self, word: HeardWord) -> bool:
        """Whether it is the rest of the last committed word, heard once more."""
        if not self._recent or word.end_s > self._committed_s + ECHO_S:
            return False
        return plain(self._recent[-1].text).endswith(plain(word.text))

    def _free(self, words: Sequence[HeardWord]) -> int:
        """Words before the first repeat."""
        before = [plain(word.text) for word in self._recent]
        at = repeat_at(before + [plain(word.text) for word in words], len(before))
        return len(words) if at is None else max(0, at - len(before))

    def _without_piled(self, words: list[HeardWord], edge_s: float) -> list[HeardWord]:
        """Without the repeats that have no sound of their own."""
        said = [plain(word.text) for word in self._recent]
        after = len(said)
        while found := repeated(said + [plain(word.text) for word in words], after):
            first, behind = max(0, found[0] - len(said)), found[1] - len(said)
            rest_s = words[behind].start_s if behind < len(words) else edge_s
            if squeezed(words[first:], edge_s):
                return words[:first]
            if squeezed(words[first:behind], rest_s):
                words = words[:first] + words[behind:]
            else:
                after = found[1]
        return words

    def _without_loop(
        self, words: list[HeardWord], free: int, count: int, edge_s: float
    ) -> tuple[list[HeardWord], int]:
        """Repeats held for as long as anything may be: said twice, or a loop to forget."""
        if count < free or free >= len(words):
            return words, count
        overdue = [word for word in words[free:] if edge_s - word.end_s >= self.plan.max_delay_s]
        if not overdue:
            return words, count
        kept = self._without_piled(words, edge_s)
        return (kept, count) if len(kept) < len(words) else (words, count + len(overdue))

    def _prompt(self, prefixed: int) -> tuple[int, ...]:
        said = self._recent[: len(self._recent) - prefixed]
        said = said[max(0, len(said) - self.plan.prompt_words) :]
        return tuple(token for word in said for token in word.tokens)

    def _commit(self, fresh: Sequence[HeardWord]) -> None:
        if not fresh:
            return
        self._context += fresh
        keep = max(REPEAT_CONTEXT, self.plan.prompt_words, len(self._context))
        self._recent = [*self._recent, *fresh][-keep:]
        self._committed_s = max(self._committed_s, fresh[-1].end_s)

    def _full(self, ask: Ask) -> bool:
        return len(ask.audio) >= int(self.plan.window_s * RATE_HZ) * 2

    def _trim(self, ask: Ask, speech_end_s: float, *, stuck: bool) -> None:
        """Forget audio whose words are committed, and audio without words."""
        quiet_s = ask.end_s - max(speech_end_s, self._committed_s)
        if not self.tentative and quiet_s > self.plan.quiet_s:
            self._context = []
            self._cut(ask.end_s - self.plan.quiet_s)
        elif not self.tentative and self._full(ask):
            self._context = []
            self._cut(ask.end_s - self.plan.quiet_s)  # a whole window of voice without a word
        elif stuck:
            self._context = []  # the decoder takes the known words for the end of all
            self._cut(self._committed_s)
        else:
            self._trim_context()

    def _trim_context(self) -> None:
        keep_s = self._committed_s - self.plan.context_s
        kept = [word for word in self._context if word.start_s >= keep_s]
        if len(kept) < len(self._context):
            dropped = self._context[len(self._context) - len(kept) - 1]
            self._context = kept
            self._cut(kept[0].start_s if kept else dropped.end_s - self.plan.lead_s)

    def _cut(self, at_s: float) -> None:
        count = min(len(self._audio), max(0, int((at_s - self._base_s) * RATE_HZ)) * 2)
        del self._audio[:count]
        self._base_s += count / BYTES_PER_S
