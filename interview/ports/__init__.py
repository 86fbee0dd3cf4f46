"""Protocols through which the sibling packages meet; `server/wiring/` joins them.

By subject: `storage`, `speech`, `conversation`, `analysis`. Nothing here blocks the event loop.
"""
