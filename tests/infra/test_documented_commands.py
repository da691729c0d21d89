"""The commands of docs/deploy.md set what the templates need, and names in docs exist there."""

import json
import re

import pytest

from devhost.process import REPOSITORY
from release.package import deployed_files
from tests.infra.bicep.parameters import FILES
from tests.infra.bicep.syntax import INFRA

DEPLOY = (REPOSITORY / "docs" / "deploy.md").read_text(encoding="utf-8")
ONLY_IN_PRODUCTION = "`customDomain=passkeys.example.com`"
# Set by azd: the outputs of the deployment.
OUTPUT = re.compile(r"\$\(output (\w+)\)|`?\$?\b((?:AZURE|TOUCHSTONE)_[A-Z_]+)\b")
SAID_BY_HAND = {
    *("AZURE_CLIENT_ID", "AZURE_ENV_NAME", "AZURE_SUBSCRIPTION_ID", "AZURE_TOKEN_CREDENTIALS"),
    *("TOUCHSTONE_ALERT_ADDRESS", "TOUCHSTONE_DOMAIN", "TOUCHSTONE_RP_ID"),
    "TOUCHSTONE_LOCAL_BUILD",
}


def command(start: str) -> str:
    """With its continuation lines."""
    found = re.search(rf"^{re.escape(start)}.*(?:(?<=\\)\n.*)*", DEPLOY, re.MULTILINE)
    assert found is not None, start
    return found[0]


@pytest.mark.parametrize("name", FILES)
def test_az_gets_every_value_that_azd_would_fill_in(name: str) -> None:
    parameters = json.loads((INFRA / FILES[name]).read_text(encoding="utf-8"))["parameters"]
    asked = {key for key, each in parameters.items() if "${" in str(each["value"])}
    given = set(re.findall(r"(\w+)=", command("az deployment sub create")))
    if name == "production":
        assert ONLY_IN_PRODUCTION in DEPLOY
        given.add("customDomain")
    assert given == asked


def test_the_archive_is_the_package() -> None:
    _, _, named = command("git archive").partition(" HEAD ")
    assert set(named.split()) == {path.parts[0] for path in deployed_files(REPOSITORY)}


@pytest.mark.parametrize("document", ["custom-domain.md", "deploy.md", "keys.md", "upgrade.md"])
def test_outputs_that_the_documents_name_exist(document: str) -> None:
    given = re.findall(r"^output (\w+)", (INFRA / "main.bicep").read_text("utf-8"), re.MULTILINE)
    text = (REPOSITORY / "docs" / document).read_text(encoding="utf-8")
    asked = {name for found in OUTPUT.findall(text) for name in found if name}
    assert asked - SAID_BY_HAND <= set(given)
