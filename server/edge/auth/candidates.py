"""The candidate's link: a token for one session, carried in the fragment (never sent in a URL)."""

from __future__ import annotations

from server.edge.auth import tokens
from server.edge.gate import Gate


def candidate_token(gate: Gate, session_id: str) -> str:
    """A token that opens this session only, for a week unless configured otherwise."""
    return tokens.issue(
        gate.keys.jwt,
        "candidate",
        session_id,
        now=gate.clock(),
        ttl_s=gate.settings.candidate_token_s,
    )


def candidate_url(gate: Gate, session_id: str, token: str) -> str:
    """The page's address. Browsers keep the fragment to themselves: no log sees the token."""
    return f"{gate.settings.resolved_public_url}/interview/{session_id}#t={token}"
