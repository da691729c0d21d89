"""What a deployment sends to Azure: the tree without what .funcignore names, and its bytecode.

    python -m release.package [FILE.zip]

prints the size, and writes the archive. .funcignore has git's syntax:
https://learn.microsoft.com/azure/developer/azure-developer-cli/service-packaging-ignore-files
"""

import shutil
import stat
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from pathspec import GitIgnoreSpec

from devhost.process import REPOSITORY
from release.bytecode import compile_modules

_READABLE = stat.S_IFREG | 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    files: int
    bytes: int
    zipped: int


def deployed_files(tree: Path) -> Iterator[Path]:
    """Paths relative to the tree. Files below an ignored folder are never included, as in git."""
    ignored = GitIgnoreSpec.from_lines((tree / ".funcignore").read_text("utf-8").splitlines())
    for folder, folders, files in tree.walk():
        here = folder.relative_to(tree)
        folders[:] = [name for name in folders if not ignored.match_file(f"{here / name}/")]
        yield from (here / name for name in files if not ignored.match_file(here / name))


def make_package(tree: Path, folder: Path) -> Path:
    for path in deployed_files(tree):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(tree / path, folder / path)
    compile_modules(folder)
    return folder


def files_in(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}


def write_archive(package: Path, archive: IO[bytes]) -> Size:
    """The same files give the same bytes: no entry has a time, and all have the same
    permissions."""
    files = sorted(files_in(package))
    with zipfile.ZipFile(archive, "w") as zipped:
        for path in files:
            entry = zipfile.ZipInfo(path.as_posix())
            entry.external_attr = _READABLE << 16
            zipped.writestr(entry, (package / path).read_bytes(), zipfile.ZIP_DEFLATED)
    return Size(
        files=len(files),
        bytes=sum((package / path).stat().st_size for path in files),
        zipped=archive.tell(),
    )


def main(arguments: Sequence[str]) -> None:
    archive = Path(arguments[0]).open("wb") if arguments else BytesIO()  # noqa: SIM115
    with tempfile.TemporaryDirectory() as folder, archive:
        size = write_archive(make_package(REPOSITORY, Path(folder)), archive)
    print(f"{size.files} files, {size.bytes:,} bytes, {size.zipped:,} bytes zipped")


if __name__ == "__main__":
    main(sys.argv[1:])
