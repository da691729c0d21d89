from __future__ import annotations

import json

import pytest

from devhost.errors import InvalidConfiguration
from devhost.settings import load_settings
from tests.devhost.conftest import WriteApp


def values(**settings: object) -> str:
    return json.dumps({"IsEncrypted": False, "Values": settings})


LOCAL = "local.settings.json"
EXAMPLE = "local.settings.json.example"


def test_the_environment_overrides_files_and_files_override_the_example(
    write_app: WriteApp,
) -> None:
    app = write_app(
        **{LOCAL: values(A="local", B="local"), EXAMPLE: values(A="ex", B="ex", C="ex")}
    )
    settings = load_settings(app, {"A": "environment"})
    assert settings.values(port=7071) == {"A": "environment", "B": "local", "C": "ex"}


def test_an_app_needs_no_settings(write_app: WriteApp) -> None:
    assert load_settings(write_app(), {}).values(port=7071) == {}


def test_the_address_of_the_example_follows_the_port(write_app: WriteApp) -> None:
    own = values(RP_ORIGINS="http://localhost:7071", ISSUER="http://localhost:7071", OTHER=":7071")
    settings = load_settings(write_app(**{EXAMPLE: own}), {})
    assert settings.values(port=8080) == {
        "RP_ORIGINS": "http://localhost:8080",
        "ISSUER": "http://localhost:8080",
        "OTHER": ":7071",
    }


def test_a_chosen_address_is_kept(write_app: WriteApp) -> None:
    own = values(RP_ORIGINS="http://localhost:7071", ISSUER="http://localhost:7071")
    settings = load_settings(write_app(**{EXAMPLE: own, LOCAL: own}), {"ISSUER": "http://a:7071"})
    assert settings.values(port=8080) == {
        "RP_ORIGINS": "http://localhost:7071",
        "ISSUER": "http://a:7071",
    }


@pytest.mark.parametrize("name", ["TABLES_CONNECTION_STRING", "TABLES_ENDPOINT"])
def test_a_table_storage_can_be_chosen(write_app: WriteApp, name: str) -> None:
    app = write_app(**{EXAMPLE: values()})
    assert load_settings(app, {name: "some"}).names_a_table_storage
    assert not load_settings(app, {name: ""}).names_a_table_storage
    (app / LOCAL).write_text(values(**{name: "some"}), encoding="utf-8")
    assert load_settings(app, {}).names_a_table_storage


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "is not valid JSON"),
        ("[]", "has no object of settings"),
        ('{"Values": []}', "has no object of settings"),
        (values(PORT=1), "the value of PORT is not a string"),
    ],
)
def test_a_malformed_file_is_named(write_app: WriteApp, content: str, complaint: str) -> None:
    with pytest.raises(InvalidConfiguration, match=f"{LOCAL}.* {complaint}"):
        load_settings(write_app(**{LOCAL: content}), {})
