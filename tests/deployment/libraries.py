"""Which libraries the app needs, which are pinned for it, and a Python that has only these."""

import ast
import re
import sys
import venv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from devhost.process import REPOSITORY

RUN_TIME = REPOSITORY / "requirements.txt"
DEVELOPMENT = REPOSITORY / "requirements-dev.txt"
_PINNED = re.compile(
    r"(?P<name>[a-z0-9._-]+)(\[[a-z,]+\])?==(?P<version>\S+)(?P<rest>( ;[^\\\n]*)?( \\\n.*)*)"
)
_HASH = re.compile(r"--hash=(sha256:[0-9a-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    version: str
    hashes: tuple[str, ...]


def read_pins(path: Path) -> dict[str, Pin]:
    """Raise ValueError for a requirement that is not pinned."""
    text = re.sub(r"(?m)^ *#.*\n?", "", path.read_text(encoding="utf-8"))
    pins = {}
    for entry in re.split(r"\n(?=\S)", text.strip()):
        found = _PINNED.fullmatch(entry.strip())
        if found is None:
            raise ValueError(f"not pinned: {entry}")
        hashes = tuple(_HASH.findall(found["rest"]))
        pins[found["name"]] = Pin(version=found["version"], hashes=hashes)
    return pins


def imports_of(folder: Path) -> set[str]:
    """The modules that the Python files in it import, at any place, unless they are our own or
    Python's."""
    found: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(node.module or "")
    own = {"shared", *sys.stdlib_module_names}
    return {name for name in found if name.partition(".")[0] not in own}


def distribution_of(module: str) -> str:
    """The name, as it is pinned, of the distribution that brings the module."""
    return _owners()[module]


@cache
def _owners() -> Mapping[str, str]:
    return {
        _module_name(file): re.sub(r"[-_.]+", "-", distribution.name).lower()
        for distribution in metadata.distributions()
        for file in _files(distribution)
        if file.suffix in {".py", ".so"}
    }


def _module_name(file: Path) -> str:
    path = file.with_name(file.name.partition(".")[0])
    return ".".join(path.parts).removesuffix(".__init__")


def _files(distribution: metadata.Distribution) -> Iterator[Path]:
    """Below site-packages; scripts, which are outside, are left out."""
    return (Path(file) for file in distribution.files or () if ".." not in file.parts)


def make_python(folder: Path, *, names: Iterable[str]) -> tuple[Path, Path]:
    """A virtual environment with these distributions and no other; its Python and site-packages.

    They are the installed ones, by links, so that no test needs a network.
    """
    venv.create(folder, symlinks=True)
    site = next(folder.glob("lib/python*/site-packages"))
    for distribution in map(metadata.distribution, names):
        installed = Path(str(distribution.locate_file("")))
        for path in {_whole(installed, file) for file in _files(distribution)}:
            (site / path).parent.mkdir(parents=True, exist_ok=True)
            (site / path).symlink_to(installed / path)
    return folder / "bin" / "python", site


def _whole(installed: Path, file: Path) -> Path:
    """The package that has the file; or the file, where others have theirs in the same folder."""
    top = Path(file.parts[0])
    is_whole = top.suffix == ".dist-info" or (installed / top / "__init__.py").exists()
    return top if is_whole else file
