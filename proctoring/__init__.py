"""Integrity signals about a session: what was seen, when, how surely, by which engine.

Signals, never verdicts: a person decides. Imports only `interview`.
"""
