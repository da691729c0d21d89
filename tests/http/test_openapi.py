"""The API description is in one file for each blueprint, and is one document."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from devhost.process import REPOSITORY
from shared.audit.event import Kind
from shared.blueprints.openapi import read_description
from shared.functions.table import FUNCTIONS

FOLDER = REPOSITORY / "shared" / "blueprints" / "openapi"
COMMON = "common"
SUBJECTS = sorted(path.stem for path in FOLDER.glob("*.json") if path.stem != COMMON)


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(target := value.get("$ref"), str):
            yield target
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_file_describes_the_operations_of_its_blueprint(subject: str) -> None:
    functions = [each for module, each in FUNCTIONS.items() if subject in module.split(".")]
    paths = (answered.split()[1] for each in functions for answered in each.values())
    served = {"/" + path.replace("{ignored:maxlength(0)?}", "") for path in paths}
    described = json.loads((FOLDER / f"{subject}.json").read_text(encoding="utf-8"))
    assert set(described["paths"]) == served


def test_every_reference_resolves_and_every_component_is_used() -> None:
    document = read_description()
    defined = {
        f"#/components/{kind}/{name}"
        for kind in ("responses", "schemas")
        for name in document["components"][kind]
    }
    assert set(references(document)) == defined


@pytest.mark.parametrize(
    "text",
    ['{"paths": {"/a": {"get": {}, "post": {}}}}', '{"components": {"schemas": {"A": true}}}'],
)
def test_files_are_merged(text: str, tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text('{"openapi": "3.1.0", "paths": {"/b": {}}}', "utf-8")
    (tmp_path / "two.json").write_text(text, encoding="utf-8")
    whole = read_description(tmp_path)
    assert whole == {"openapi": "3.1.0", **json.loads(text)} | {
        "paths": {"/b": {}, **json.loads(text).get("paths", {})}
    }


def test_a_name_that_two_files_define_is_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.json").write_text('{"schemas": {"A": {"type": "null"}}}', "utf-8")
    with pytest.raises(ValueError, match="type is defined by two files"):
        read_description(tmp_path)


def test_every_kind_of_event_can_be_searched_for() -> None:
    kinds = read_description()["components"]["schemas"]["EventKind"]["enum"]
    assert kinds == [kind.value for kind in Kind]
