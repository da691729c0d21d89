"""Clients that docs/openid-clients.md and docs/openid/gateways.md show are accepted."""

import json
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from shared.json_shape import Shape
from shared.openid.clients.client_rules import ClientRules
from shared.openid.clients.documents import MEMBERS, read_client, write_client
from shared.openid.clients.own_names import OwnNames
from shared.settings import read_settings
from tests.documents import FENCED, REPOSITORY
from tests.test_settings import LEAST

PAGE = REPOSITORY / "docs" / "openid-clients.md"
GATEWAYS = REPOSITORY / "docs" / "openid" / "gateways.md"
"""No test runs them. What the other pages of that folder show, tests/counterparts runs."""


def _blocks(page: Path) -> list[tuple[str, str]]:
    """Language and text."""
    return [(found[2], found[3]) for found in FENCED.finditer(page.read_text(encoding="utf-8"))]


BLOCKS = _blocks(PAGE)
DOCUMENTS = [text for language, text in BLOCKS if language == "json" and text.startswith("{")]
FOR_GATEWAYS = [text for language, text in _blocks(GATEWAYS) if language == "json"]
LISTS = [text for language, text in BLOCKS if language == "json" and text.startswith("[")]
RULES = ClientRules(OwnNames(LEAST["RP_ID"], read_settings(LEAST).tokens))


@pytest.mark.parametrize("text", DOCUMENTS + FOR_GATEWAYS)
def test_a_shown_client_is_accepted(text: str) -> None:
    shape = Shape(json.loads(text))
    shape.only(*MEMBERS)
    read = read_client(shape, shape.text("id"))
    RULES.check(shape, read)
    assert write_client(read).keys() >= json.loads(text).keys()


def test_each_way_of_authentication_is_shown() -> None:
    methods = [json.loads(text)["authentication"]["method"] for text in DOCUMENTS]
    assert set(methods) == {"none", "secret", "privateKey", "federated"}


def test_the_shown_setting_is_accepted() -> None:
    (text,) = LISTS
    (client,) = read_settings(LEAST | {"OPENID_CLIENTS": text}).clients
    assert client.id == "gateway"


def test_the_shown_command_makes_a_secret_and_its_digest() -> None:
    (command,) = [text for _, text in BLOCKS if "openssl" in text]
    done = subprocess.run(["/bin/bash", "-c", command], capture_output=True, text=True, check=True)
    secret, digest = done.stdout.split()
    assert len(secret) == len("tss_") + 43
    assert sha256(secret.encode()).hexdigest() == digest


def test_every_member_has_a_row() -> None:
    page = PAGE.read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    named = {name.strip(" `") for row in rows for name in row.split(",")}
    assert named == set(MEMBERS)
