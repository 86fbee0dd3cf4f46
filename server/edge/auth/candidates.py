"""The candidate's link: a token for one session, carried in the fragment (never sent in a URL)."""

from __future__ import annotations

from server.edge.auth import tokens
from server.services import Services


def candidate_token(services: Services, session_id: str) -> str:
    """A token that opens this session only, for a week unless configured otherwise."""
    return tokens.issue(
        services.keys.jwt,
        "candidate",
        session_id,
        now=services.clock(),
        ttl_s=services.settings.candidate_token_s,
    )


def candidate_url(services: Services, session_id: str, token: str) -> str:
    """The page's address. Browsers keep the fragment to themselves: no log sees the token."""
    return f"{services.settings.resolved_public_url}/interview/{session_id}#t={token}"
