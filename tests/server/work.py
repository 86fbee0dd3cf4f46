"""The jobs of a test's server, worked off when the test says so."""

from __future__ import annotations

import dataclasses
from typing import Any

from server.jobs.kind import Tools, handlers
from server.jobs.runner import JobRunner
from server.platform.mail.post import sender
from server.platform.notices.mailing import SessionLetters
from server.platform.references import ReferenceVault
from server.wiring.jobs import report_builder
from tests.server.doors import Edge


def runner(edge: Edge, **tools_of: Any) -> JobRunner:
    """Works with the server's own store; no evaluator, as in an installation without one.

    `tools_of` are other tools than those.
    """
    services = edge.services
    assert services.webhooks is not None
    tools = Tools(
        sessions=edge.registry,
        storage=services.storage,
        blobs=services.blobs,
        clock=edge.clock,
        evaluator=services.evaluator,
        build_report=report_builder(
            services.storage, services.recordings, lambda log: [], edge.clock
        ),
        references=ReferenceVault(services.blobs, services.keys.signing),
        webhooks=services.webhooks,
        send_mail=sender(services.settings),
        letters=SessionLetters(services.outbox, services.storage.documents, services.settings),
    )
    tools = dataclasses.replace(tools, **tools_of)
    return JobRunner(services.storage, handlers(tools), owner="test", clock=edge.clock)


async def work_off(edge: Edge, **tools_of: Any) -> int:
    """Everything that is due now; how many jobs ran."""
    return await runner(edge, **tools_of).run_due()
