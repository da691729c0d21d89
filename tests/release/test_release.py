"""A release is what was committed under the version that its tag says."""

import subprocess
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from devhost.process import REPOSITORY
from release.__main__ import FOLDER, make_release
from release.version import NotReady, notes_of, sections_of, version_of
from shared.blueprints.openapi import read_description

SECTIONS = "## 1.2.0 (2026-12-01)\n\n- New.\n\n## 1.1.0 (2026-11-01)\n\n- Old.\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository of which all is committed."""
    (tmp_path / "shared").mkdir()
    files = {
        "pyproject.toml": '[project]\nname = "touchstone"\nversion = "1.2.0"\n',
        "CHANGELOG.md": f"# Changelog\n\n{SECTIONS}",
        "shared/principals.py": "",
        ".gitignore": ".local/\n",
        ".funcignore": (REPOSITORY / ".funcignore").read_text(encoding="utf-8"),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    author = ("-c", "user.name=Author", "-c", "user.email=author@example.org")
    git(tmp_path, *author, "commit", "--quiet", "--message", "Begin")
    return tmp_path


def git(tree: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=tree, check=True)  # noqa: S607


def test_a_release_is_an_archive_with_its_digest_and_notes(tree: Path) -> None:
    make_release(tree, tag="v1.2.0")
    archive = tree / FOLDER / "touchstone-1.2.0.zip"
    with ZipFile(archive) as zipped:
        assert zipped.namelist() == [
            "shared/__pycache__/principals.cpython-313.pyc",
            "shared/principals.py",
        ]
    digest = sha256(archive.read_bytes()).hexdigest()
    assert (tree / FOLDER / "SHA256SUMS").read_text() == f"{digest}  touchstone-1.2.0.zip\n"
    assert (tree / FOLDER / "NOTES.md").read_text() == "- New.\n"


def test_files_of_an_older_release_are_removed(tree: Path) -> None:
    (tree / FOLDER).mkdir(parents=True)
    (tree / FOLDER / "touchstone-1.1.0.zip").touch()
    make_release(tree, tag=None)
    assert {path.name for path in (tree / FOLDER).iterdir()} == {
        "touchstone-1.2.0.zip",
        "SHA256SUMS",
        "NOTES.md",
    }


def test_a_tag_of_another_version_is_refused(tree: Path) -> None:
    with pytest.raises(NotReady, match=r"the tag is v1\.3\.0"):
        make_release(tree, tag="v1.3.0")
    assert not (tree / FOLDER).exists()


@pytest.mark.parametrize("name", ["shared/principals.py", "shared/forgotten.py"])
def test_a_release_with_uncommitted_changes_is_refused(tree: Path, name: str) -> None:
    (tree / name).write_text("changed = True\n", encoding="utf-8")
    with pytest.raises(NotReady, match=name):
        make_release(tree, tag=None)
    assert not (tree / FOLDER).exists()


@pytest.mark.parametrize(
    "changelog",
    [
        "",
        "## 1.2.0 (2026-12-01)\n",
        "## 1.2.0\n\n- New.\n",
        "## 1.2.1 (2026-12-01)\n\n- New.\n",
        "## 1.1.0 (2026-11-01)\n\n- Old.\n\n## 1.2.0 (2026-12-01)\n\n- New.\n",
        f"## Unreleased\n\n- More.\n\n{SECTIONS}",
    ],
)
def test_a_version_without_notes_is_refused(changelog: str) -> None:
    with pytest.raises(NotReady):
        notes_of("1.2.0", changelog)


def test_an_empty_section_for_the_next_version_is_allowed() -> None:
    assert notes_of("1.2.0", f"## Unreleased\n\n{SECTIONS}") == "- New."


def test_our_changelog_has_notes_for_this_version_or_the_next() -> None:
    changelog = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    sections = sections_of(changelog)
    waiting = sections.pop("Unreleased", "")
    assert waiting or notes_of(version_of(REPOSITORY), changelog)


def test_the_api_version_is_the_major_version() -> None:
    major, _, _ = version_of(REPOSITORY).partition(".")
    assert read_description()["info"]["version"] == major
