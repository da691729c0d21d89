"""Make a release of the tree as it is: `python -m release [--tag v1.0.0]`."""

import argparse
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

from devhost.process import REPOSITORY
from release.bytecode import WrongPython
from release.package import make_package, write_archive
from release.version import NotReady, notes_of, version_of

FOLDER = Path(".local") / "release"


def main() -> int:
    parser = argparse.ArgumentParser(prog="release", description=__doc__)
    parser.add_argument("--tag", help="stop if the version is another one")
    try:
        make_release(REPOSITORY, tag=parser.parse_args().tag)
    except (NotReady, WrongPython) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def make_release(tree: Path, *, tag: str | None) -> None:
    """Write the archive, its SHA-256 and the notes."""
    version = version_of(tree)
    if tag and tag != f"v{version}":
        raise NotReady(f"the tag is {tag}, and pyproject.toml has the version {version}")
    notes = notes_of(version, (tree / "CHANGELOG.md").read_text(encoding="utf-8"))
    _check_that_all_is_committed(tree)
    folder = tree / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    archive = folder / f"touchstone-{version}.zip"
    with tempfile.TemporaryDirectory() as package, archive.open("wb") as file:
        write_archive(make_package(tree, Path(package)), file)
    digest = sha256(archive.read_bytes()).hexdigest()
    (folder / "SHA256SUMS").write_text(f"{digest}  {archive.name}\n", encoding="utf-8")
    (folder / "NOTES.md").write_text(notes + "\n", encoding="utf-8")
    print(f"{FOLDER / archive.name} {digest}")


def _check_that_all_is_committed(tree: Path) -> None:
    """The archive would also contain files that git does not track."""
    command = ["git", "status", "--porcelain"]
    changed = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=True).stdout
    if changed:
        raise NotReady(f"not committed:\n{changed}")


if __name__ == "__main__":
    sys.exit(main())
