"""Find a livekit-agents plugin's engine by name: `openai.TTS`, or a full dotted path."""

from __future__ import annotations

import importlib
import inspect
from dataclasses import dataclass
from typing import Any

import aiohttp

from interview.errors import Unavailable

PLUGINS = "livekit.plugins"


@dataclass(slots=True)
class Plugin:
    """A plugin's engine and the HTTP session that it was given (outside a job it has none)."""

    engine: Any
    http: aiohttp.ClientSession | None = None

    async def aclose(self) -> None:
        """Close both."""
        await self.engine.aclose()
        if self.http is not None:
            await self.http.close()


async def load_plugin(component: str, path: str, base: type[Any]) -> Plugin:
    """An instance of the class that `path` names, configured by the plugin's own environment.

    `<package>.<Class>` means `livekit.plugins.<package>`; a longer path is taken as it is.

    Raises:
        Unavailable: It is not installed (names the package to install), is no such engine, or
            refuses to start (usually a missing key).
    """
    module_name, _, class_name = path.rpartition(".")
    if not module_name:
        raise Unavailable(component, f"{path!r} does not name a plugin's class (package.Class)")
    plugin = "." not in module_name
    full_name = f"{PLUGINS}.{module_name}" if plugin else module_name
    try:
        module = importlib.import_module(full_name)
    except ModuleNotFoundError as error:
        remedy = f"pip install livekit-plugins-{module_name.replace('_', '-')}"
        hint = f" ({remedy})" if plugin else ""
        raise Unavailable(component, f"{full_name} is not installed{hint}") from error
    engine_class = getattr(module, class_name, None)
    if not (isinstance(engine_class, type) and issubclass(engine_class, base)):
        raise Unavailable(component, f"{full_name}.{class_name} is not a {base.__name__} engine")
    wants_http = "http_session" in inspect.signature(engine_class).parameters
    http = aiohttp.ClientSession() if wants_http else None
    try:
        return Plugin(engine_class(http_session=http) if http else engine_class(), http)
    except (ValueError, TypeError) as error:
        if http is not None:
            await http.close()
        raise Unavailable(component, f"{path} refuses its settings ({error})") from error
