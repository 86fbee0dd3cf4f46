"""The leaf: the session state machine, its events, errors, nouns and ports."""
