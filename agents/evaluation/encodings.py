"""What the sentence model made of texts, kept for those that come back with every answer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence

from agents.evaluation.embeddings import MAX_TEXTS, Embedder
from agents.evaluation.encoded import Encoded

MAX_KEPT = 1_000


class Encodings:
    """Questions, expected points and set phrases are encoded once, answers each time."""

    def __init__(self, embedder: Embedder, *, keep: int = MAX_KEPT) -> None:
        self._embedder = embedder
        self._keep = keep
        self._kept: OrderedDict[str, Encoded] = OrderedDict()
        self.label = f"{embedder.name}@{embedder.version}"

    async def of(self, lasting: Iterable[str], passing: Iterable[str]) -> Mapping[str, Encoded]:
        """All texts (of plain words) by themselves; the `lasting` ones are kept.

        Raises:
            Unavailable: The model cannot be asked.
        """
        wanted = list(dict.fromkeys(text for text in lasting if text))
        others = list(dict.fromkeys(text for text in passing if text))
        found = {text: self._kept[text] for text in wanted if text in self._kept}
        new = [text for text in dict.fromkeys([*wanted, *others]) if text not in found]
        for at in range(0, len(new), MAX_TEXTS):
            part = new[at : at + MAX_TEXTS]
            found |= zip(part, await self._embedder.encode(part), strict=True)
        self._remember(wanted, found)
        return found

    def _remember(self, texts: Sequence[str], found: Mapping[str, Encoded]) -> None:
        for text in texts:
            self._kept[text] = found[text]
            self._kept.move_to_end(text)
        while len(self._kept) > self._keep:
            self._kept.popitem(last=False)
