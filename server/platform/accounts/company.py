"""The name of an organisation, as people read it."""

from __future__ import annotations

from interview.accounts import ORGANISATIONS
from interview.ports.documents import Documents


async def company_name(documents: Documents, organisation_id: str, otherwise: str) -> str:
    """What the organisation calls itself; `otherwise` when it is not (or no longer) there."""
    stored = await documents.of(ORGANISATIONS, organisation_id).get(organisation_id)
    return otherwise if stored is None else stored.document.name
