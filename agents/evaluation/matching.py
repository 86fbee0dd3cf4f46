"""How far an answer holds an expected point: its pieces laid beside the point's, in context.

Pure. Each piece of the point looks for its nearest piece in the answer (as BERTScore does, Zhang et
al. 2020), common words and words of the question counting little on both sides. The constants
were chosen by cross-validation over questions (`agents.evaluation.calibration.fit`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.evaluation.encoded import AnswerPieces, Encoded, Mask, Numbers

Floats = NDArray[np.float32]

MIDDLE = 0.44  # cosine of a piece at which it counts half
SLOPE = 0.13
SAME_PIECE = 0.8  # the least closeness of a piece that stands there itself
ASKED_IN_POINT = 0.7  # weight of the question's own words in a point
ASKED_IN_ANSWER = 0.25  # and how near they may come in an answer
COMMON_IN_POINT = 1.2  # beside their rarity, which already makes common words weigh little
LONGER = 0.05  # how much nearer a piece must come in a longer answer, for each e-fold
USUAL_LENGTH = 15
COMMONEST = 1_000.0  # numbers of the vocabulary below are punctuation and marks

# What is said in interviews whatever the question. Words nearer to this than to any expected point
# are talk, not evidence.
TALK = (
    "I have many years of experience with this",
    "I have worked on this kind of thing in many projects",
    "it depends on the situation and the requirements",
    "this is a very important topic in the industry",
    "that is a very good question",
    "there are many aspects and approaches to consider",
    "you have to weigh the pros and cons and choose the best practice",
    "we solved the problem and the customer was happy",
    "as a result the project was a success and delivered on time",
    "I talked to my team and we made a plan",
    "I am passionate about technology and I learn quickly",
    "I studied this at university",
    "I always make sure that quality and performance are good",
    "first I analysed the situation and then I took action",
    "I would do some research and ask a colleague for help",
    "let me think about how to explain this",
    "basically this is about what the question asks",
    "one should consider everything carefully",
    "I am confident that I can do this well",
    "it was a big challenge but in the end we managed",
)


@dataclass(frozen=True, slots=True)
class Match:
    """How far a point is held, 0-1, and how much of that each sentence holds by itself."""

    share: float
    by_sentence: dict[int, float]

    @property
    def best(self) -> int | None:
        """The sentence that holds most of it."""
        return max(self.by_sentence, key=lambda index: self.by_sentence[index], default=None)


@dataclass(frozen=True, slots=True)
class Signs:
    """What the map to the human scale is given. All 0-1 but `talk`, a difference of cosines.

    coverage: the points' mean. talk: how much nearer the answer's own words are to interview talk
    than to the points. copied: the share of the question's words in the answer. near: the cosine
    of the whole answer and all points.
    """

    coverage: float
    talk: float
    copied: float
    near: float


def match(point: Encoded, answer: AnswerPieces, asked: Numbers) -> Match:
    """The point beside the answer; `asked` are the pieces of the question."""
    if not len(point.ids) or not len(answer):
        return Match(0.0, {})
    near = _closeness(point, answer, asked)
    weights = _weights(point, asked)
    held = _held(near, len(answer)) * weights[:, None] / weights.sum()
    by_sentence = {
        int(index): float(held[:, answer.sentence == index].max(axis=1).sum())
        for index in np.unique(answer.sentence)
    }
    return Match(float(held.max(axis=1).sum()), by_sentence)


def _closeness(point: Encoded, answer: AnswerPieces, asked: Numbers) -> Floats:
    near = point.pieces @ answer.pieces.T
    same = point.ids[:, None] == answer.ids[None, :]
    near = np.where(same, np.maximum(near, SAME_PIECE), near)
    return np.asarray(near * np.where(np.isin(answer.ids, asked), ASKED_IN_ANSWER, 1.0)[None, :])


def _held(near: Floats, length: int) -> Floats:
    """Closeness as 0-1; in a longer answer something is always near, so more is asked."""
    middle = MIDDLE + LONGER * max(0.0, float(np.log(length / USUAL_LENGTH)))
    return np.asarray(1.0 / (1.0 + np.exp(-(near - middle) / SLOPE)), dtype=np.float32)


def _weights(point: Encoded, asked: Numbers) -> Floats:
    """Rarer pieces weigh more, as the vocabulary is sorted by how common they are."""
    rare = np.sqrt(np.log(np.maximum(point.ids, COMMONEST + 1) / COMMONEST))
    known = np.where(np.isin(point.ids, asked), ASKED_IN_POINT, 1.0)
    return np.asarray(rare * known * np.where(point.common, COMMON_IN_POINT, 1.0) + 1e-9)


def signs(
    coverage: float,
    points: Sequence[Encoded],
    answer: AnswerPieces,
    asked: Numbers,
    talk: Floats,
) -> Signs:
    """What else shows whether the answer is one; `talk` are the pieces of `TALK`."""
    from_question = np.isin(answer.ids, asked)
    own: Mask = ~from_question & ~answer.common
    copied = float(from_question.mean()) if len(answer) else 0.0
    pieces = [point.pieces for point in points if len(point.ids)]
    if not pieces:
        return Signs(coverage, 0.0, copied, 0.0)
    middle = np.mean([point.vector for point in points], axis=0)
    near = float(middle @ answer.vector) / max(float(np.linalg.norm(middle)), 1e-9)
    if not own.any():
        return Signs(coverage, 0.0, copied, near)
    mine = answer.pieces[own]
    to_talk = (mine @ talk.T).max(axis=1)
    to_points = (mine @ np.concatenate(pieces).T).max(axis=1)
    return Signs(coverage, float((to_talk - to_points).mean()), copied, near)
