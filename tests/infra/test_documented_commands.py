"""The commands of docs/deploy.md set what the templates need, and names in docs exist there."""

import re
from pathlib import Path

import pytest

from devhost.process import REPOSITORY
from release.package import deployed_files
from tests.infra.bicep.parameters import filled_in, written
from tests.infra.bicep.syntax import INFRA, MAIN, read

DEPLOY = (REPOSITORY / "docs" / "deploy.md").read_text(encoding="utf-8")
VARIABLES = {place[2:-1].partition("=")[0] for place in written().values()}
# Set by azd: the outputs of the deployment.
OUTPUT = re.compile(r"`?\$?\b((?:AZURE|TOUCHSTONE)_[A-Z_]+)\b")
SAID_BY_HAND = {
    *("AZURE_CLIENT_ID", "AZURE_SUBSCRIPTION_ID", "AZURE_TOKEN_CREDENTIALS"),
    *("TOUCHSTONE_LOCAL_BUILD", "TOUCHSTONE_VALUES"),
}


def command(start: str) -> str:
    """With its continuation lines."""
    found = re.search(rf"^{re.escape(start)}.*(?:(?<=\\)\n.*)*", DEPLOY, re.MULTILINE)
    assert found is not None, start
    return found[0]


def test_az_gets_every_value_for_which_azd_would_ask() -> None:
    required = {name for name, each in read(MAIN).parameters.items() if each.default is None}
    asked = {place[2:-1] for name, place in written().items() if name in required}
    given = set(re.findall(r"\b(\w+)=", "".join(re.findall(r"^export .*", DEPLOY, re.MULTILINE))))
    assert given - {"AZURE_TOKEN_CREDENTIALS"} == asked | {
        "AZURE_PRINCIPAL_ID",
        "AZURE_SUBSCRIPTION_ID",
    }


@pytest.mark.parametrize("path", sorted((REPOSITORY / "docs").glob("*.md")), ids=lambda p: p.stem)
def test_values_that_the_documents_set_are_those_of_parameters(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    given = dict(re.findall(r"azd env set (\w+) ('[^'\n]*'|\S+)", text))
    assert given.keys() <= VARIABLES | SAID_BY_HAND
    filled_in({name: each.strip("'") for name, each in given.items() if each.startswith("'")})


def test_the_archive_is_the_package() -> None:
    _, _, named = command("git archive").partition(" HEAD ")
    assert set(named.split()) == {path.parts[0] for path in deployed_files(REPOSITORY)}


@pytest.mark.parametrize("document", ["custom-domain.md", "deploy.md", "keys.md", "upgrade.md"])
def test_outputs_that_the_documents_name_exist(document: str) -> None:
    given = re.findall(r"^output (\w+)", (INFRA / "main.bicep").read_text("utf-8"), re.MULTILINE)
    text = (REPOSITORY / "docs" / document).read_text(encoding="utf-8")
    asked = set(OUTPUT.findall(text))
    assert asked - SAID_BY_HAND - VARIABLES <= set(given)
