"""Decodes mutated clips, confined as the server's child is: `python -m tests.hostile.media_child`.

Arguments: seed, how many. Prints the slowest, in seconds, into a pipe (it may write no file); any
other end than that is a fault.
"""

from __future__ import annotations

import random
import sys
import time

import av
from av.logging import set_level

from interview.confinement import confine
from realtime.apart_child import LIMITS
from realtime.clips import ClipTooLong, UnreadableClip, decode_clip
from tests.hostile.mutate import mutated
from tests.realtime.sounds import FORMS, sound


def main(seed: int, count: int) -> None:
    """Try them all."""
    set_level(av.logging.PANIC)
    good = [sound(name) for name in FORMS]
    for content in good:
        decode_clip(content, max_s=10)  # what is imported late is imported now
    confine(
        cpu_s=60 + count // 10,
        memory_bytes=LIMITS["clip"].memory_bytes,
        file_bytes=0,
        descriptors=3,
    )
    chance, slowest_s = random.Random(seed), 0.0
    for _ in range(count):
        content = mutated(chance.choice(good), chance, head=600)
        began = time.process_time()
        try:
            decode_clip(content, max_s=10)
        except (UnreadableClip, ClipTooLong):
            pass
        slowest_s = max(slowest_s, time.process_time() - began)
    print(round(slowest_s, 3))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
