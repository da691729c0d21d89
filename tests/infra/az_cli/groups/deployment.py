"""Deployments to the subscription, worked out by the evaluator of templates.

A test may give other values of outputs in a file, by name.
"""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from tests.infra.az_cli.state import Refused, command

OTHER_OUTPUTS = "other_outputs.json"


def add_to(parser: ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True).add_parser("sub").add_subparsers(required=True)
    command(
        verbs.add_parser("create"),
        create,
        required=("name", "location", "template-file", "parameters"),
    )
    command(verbs.add_parser("show"), show, required=("name",))


def create(asked: Namespace, folder: Path) -> dict[str, Any]:
    file = folder / f"{asked.name}.json"
    if file.exists() and json.loads(file.read_text())["location"] != asked.location:
        raise Refused(
            f"InvalidDeploymentLocation: Invalid deployment location '{asked.location}'. The "
            f"deployment '{asked.name}' already exists in another location."
        )
    content = json.loads(Path(asked.parameters).read_text())["parameters"]
    parameters = {name: each["value"] for name, each in content.items()}
    made = {
        "location": asked.location,
        "parameters": parameters,
        "properties": {"outputs": _outputs(Path(asked.template_file), parameters, folder)},
    }
    file.write_text(json.dumps(made))
    return made


def show(asked: Namespace, folder: Path) -> dict[str, Any]:
    file = folder / f"{asked.name}.json"
    if not file.exists():
        raise Refused(f"(DeploymentNotFound) Deployment '{asked.name}' could not be found.")
    made: dict[str, Any] = json.loads(file.read_text())
    return made


def _outputs(template: Path, parameters: dict[str, Any], folder: Path) -> dict[str, Any]:
    # It parses all templates, which no other command needs.
    from tests.infra.bicep.deployment import deploy
    from tests.infra.bicep.syntax import read

    declared = read(template.resolve()).parameters
    missing = sorted(
        name for name, each in declared.items() if each.default is None and name not in parameters
    )
    if missing:
        raise Refused(f"Missing input parameters: {', '.join(missing)}")
    if unknown := sorted(parameters.keys() - declared.keys()):
        raise Refused(f"InvalidTemplate: unrecognized parameters: {', '.join(unknown)}")
    # az fills in nothing, and no name of Azure may have such characters.
    if any("${" in str(each) for each in parameters.values()):
        raise Refused("InvalidResourceGroup: the name has characters that are not allowed.")
    other = folder / OTHER_OUTPUTS
    values = deploy(parameters, template.resolve()).outputs
    values |= json.loads(other.read_text()) if other.exists() else {}
    return {_mangled(name): {"type": "String", "value": each} for name, each in values.items()}


def _mangled(name: str) -> str:
    """Azure takes the first capitals for those of a word: azurE_LOCATION."""
    first = next(index for index, letter in enumerate(name) if not letter.isupper())
    return name[: first - 1].lower() + name[first - 1 :]
