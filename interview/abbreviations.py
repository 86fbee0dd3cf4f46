"""Full stops that end no sentence: "Mr. Dashwood", "e.g. a queue". Pure."""

from __future__ import annotations

import re

# Always followed by more of the same sentence; "etc." and "Inc." may end one, and are not here.
_ALWAYS = (
    "mr mrs ms messrs dr prof rev hon gen col capt lt sgt st jr vs e.g i.e cf viz approx fig figs "
    "mme mlle hr fr z.b d.h bzw ca sr sra ud p.ej"
).split()
_OPEN = re.compile(
    rf"(?:^|[\s(\[\"'“‘])(?:{'|'.join(re.escape(word) for word in _ALWAYS)})\.$",  # noqa: RUF001
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:^|\s)(?:no|nos|nr)\.$", re.IGNORECASE)


def goes_on(before: str, after: str) -> bool:
    """Whether a full stop at the end of `before` only abbreviates, with `after` behind it."""
    if not before.endswith(".") or not after.strip():
        return False
    if _NUMBER.search(before):
        return after.lstrip()[:1].isdigit()
    return bool(_OPEN.search(before))
