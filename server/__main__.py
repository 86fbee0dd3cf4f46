"""`python -m server`: the web, the embedded interviewer and the jobs in one process.

python -m server            run until SIGINT or SIGTERM
python -m server worker     work off evaluations and reports only, beside other processes
python -m server models …   fetch and list the models
python -m server migrate FROM TO   copy everything into an empty store and verify it
python -m server openapi    print the OpenAPI document
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import socket
import sys
from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from interview.errors import VivaError
from server.app import all_routes, build_app
from server.edge.connections import BoundedRunner, doorkeeper
from server.edge.logs import set_up_logs
from server.edge.openapi import document
from server.platform.demo import demo_link
from server.settings import Settings, SettingsError, load_settings
from server.wiring.threads import put_loop_first, share_memory

if TYPE_CHECKING:
    from server.wiring.process import Process

SHUTDOWN_S = 10.0

log = structlog.get_logger(__name__)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["models"]:
        from server.wiring.models.cli import main as models

        return models(arguments[1:])
    if arguments[:1] == ["migrate"]:
        from server.wiring.migrate import main as migrate

        return migrate(arguments[1:])
    parser = argparse.ArgumentParser(prog="python -m server", description=__doc__)
    parser.add_argument("command", nargs="?", choices=("run", "worker", "openapi"), default="run")
    command = parser.parse_args(arguments).command
    try:
        settings = load_settings()
        if command == "openapi":
            print(json.dumps(document(all_routes(), settings.resolved_public_url), indent=2))
            return 0
        set_up_logs(settings.log_level)
        return _run(serve(settings) if command == "run" else work(settings))
    except SettingsError as error:
        print(f"vivavoce: {error}", file=sys.stderr)
        return 2


def _run(main: Coroutine[None, None, int]) -> int:
    try:
        import uvloop
    except ImportError:  # Windows has none
        return asyncio.run(main)
    return int(uvloop.run(main))


async def serve(settings: Settings) -> int:
    """Serve until a signal says stop; the exit status."""
    from server.wiring.process import (
        assemble,  # the engines' libraries take seconds: settings come first
    )

    share_memory()
    put_loop_first(asyncio.get_running_loop())
    try:
        process = await assemble(settings)
    except VivaError as error:
        print(f"vivavoce: the server cannot start: {error.message}.", file=sys.stderr)
        return 1
    stop = _stop_signal()
    runner = BoundedRunner(
        build_app(process.services),
        doorkeeper(settings),
        handle_signals=False,
        shutdown_timeout=SHUTDOWN_S,
    )
    await runner.setup()
    try:
        await process.start()
        port = await _listen(runner, settings)
        await _announce(process, settings, port)
        await stop.wait()
    except socket.gaierror:
        print(
            f"vivavoce: VIVA_HOST: {settings.host} is not a host of this machine.", file=sys.stderr
        )
        return 1
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        print(f"vivavoce: VIVA_PORT: {where} is not free ({error.strerror}).", file=sys.stderr)
        return 1
    finally:
        await runner.cleanup()
        await process.close()
    return 0


async def work(settings: Settings) -> int:
    """Work off jobs until a signal says stop; the exit status."""
    from server.wiring.worker import assemble_worker

    try:
        worker = await assemble_worker(settings)
    except VivaError as error:
        print(f"vivavoce: the worker cannot start: {error.message}.", file=sys.stderr)
        return 1
    stop = _stop_signal()
    try:
        await worker.start()
        print(f"Vivavoce works off jobs, {worker.workers} at a time", flush=True)
        await stop.wait()
    finally:
        await worker.close()
    return 0


def _stop_signal() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _listen(runner: web.AppRunner, settings: Settings) -> int:
    site = web.TCPSite(runner, settings.host, settings.port, reuse_address=True)
    await site.start()
    address = runner.addresses[0]
    return int(address[1])


async def _announce(process: Process, settings: Settings, port: int) -> None:
    """Say on the terminal (not in the log: these lines hold secrets) where to go."""
    if settings.port == 0:  # the system chose: the links must name what it chose
        process.services.settings = settings.model_copy(update={"port": port})
    services = process.services
    base = services.settings.resolved_public_url
    lines = [f"Vivavoce answers on {base}", f"  staff        {base}/staff"]
    password = process.foundation.first_password
    if password is not None:
        lines.append(f"  sign in as   {settings.admin_email}")
        lines.append(f"  password     {password}   (shown once; change it after signing in)")
    if settings.demo_wanted:
        lines.append(f"  candidate    {await demo_link(services)}")
    print("\n".join(["", *lines, ""]), flush=True)
    log.info("listening", port=port)


if __name__ == "__main__":
    sys.exit(main())
