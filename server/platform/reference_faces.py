"""Taking a candidate's reference face: the same rules for the page, the socket and old clients."""

from __future__ import annotations

from datetime import timedelta

from interview.commands import SetReferenceFace
from interview.errors import Forbidden, IllegalTransition, Unavailable
from proctoring.identity import ReferenceOutcome
from proctoring.monitor import as_picture
from server.platform.services import Services


async def take_reference(services: Services, session_id: str, image_data: str) -> ReferenceOutcome:
    """Look at the picture and keep it when it shows exactly one clear face.

    The outcome says what is wrong with it otherwise; nothing is stored then.

    Raises:
        Forbidden: The candidate has not agreed, or this interview does not compare faces.
        IllegalTransition: The session has ended.
        Unavailable: Faces cannot be compared on this server; nothing else depends on it.
    """
    state = await services.live.state(session_id)
    if state.status.final:
        raise IllegalTransition("a reference face", state.status)
    if not state.plan.proctoring.identity or state.plan.proctoring.profile == "off":
        raise Forbidden("This interview does not compare faces.")
    if not state.watch.biometric:
        raise Forbidden("The candidate has not agreed to the comparison of faces.")
    if services.proctor is None or services.references is None:
        raise Unavailable("proctoring", "it is switched off on this server")
    outcome = await services.proctor.examine(image_data, embed=True)
    if not outcome.accepted:
        return outcome
    if outcome.embedding is None:
        raise Unavailable("identity", "faces cannot be compared on this server")
    now = services.clock()
    kept = await services.references.keep(
        session_id, outcome.embedding, as_picture(image_data).data, now
    )
    forget_at = now + timedelta(days=services.settings.reference_days)
    reference = kept.model_copy(update={"forget_at": forget_at})
    await services.live.command(session_id, SetReferenceFace(reference=reference))
    return outcome
