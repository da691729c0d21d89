"""README's table has each setting that the service reads, and the default that it takes."""

import re

import pytest

from devhost.process import REPOSITORY
from shared.settings import InvalidSetting, read_settings
from tests.test_settings import LEAST

VAULT = {
    "SIGNING_KEY_FILE": "",
    "KEY_VAULT_URL": "https://vault.example",
    "SIGNING_CERTIFICATE": "signing",
    "SEALING_KEY": "sealing",
    "CHECKPOINT_KEY": "checkpoint",
}
ENVIRONMENTS = (
    LEAST,
    LEAST | VAULT,
    LEAST | VAULT | {"CLIENT_CA_CERTIFICATE": "client-ca"},
    LEAST | {"TABLES_CONNECTION_STRING": "", "TABLES_ENDPOINT": "https://tables.example"},
    LEAST | {"AUDIT_DCR_ENDPOINT": "https://rule.example", "AUDIT_DCR_ID": f"dcr-{'0' * 32}"},
    LEAST | {"AUDIT_BLOB_CONTAINER_URL": "https://blob.example/audit"},
)
"""Each reads settings that the others have no use for."""
OF_THE_PLATFORM = {
    "APPLICATIONINSIGHTS_CONNECTION_STRING",
    "PYTHON_ENABLE_OPENTELEMETRY",
}
NAME = re.compile(r"`([A-Z][A-Z_]+)`")
VALUE = re.compile(r"\d+|`[a-z]+`")
"""Without backticks, `required` and `none` say that there is no default."""


class Recording(dict[str, str]):
    """An environment that knows what it was asked for."""

    def __init__(self, given: dict[str, str]) -> None:
        super().__init__(given)
        self.asked: set[str] = set()

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self.asked.add(name)
        return super().get(name, default)


def _table() -> dict[str, str]:
    """Names, and defaults as they are written there."""
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    section = readme.partition("\n## Configuration\n")[2].partition("\n## ")[0]
    table: dict[str, str] = {}
    for first, second in re.findall(r"^\| (`[^|]+) \| ([^|]*) \|", section, re.MULTILINE):
        names, values = NAME.findall(first), second.strip().split(", ")
        if len(values) != len(names):
            values = [second.strip()] * len(names)
        table |= dict(zip(names, values, strict=True))
    return table


TABLE = _table()
DEFAULTS = {name: value.strip("`") for name, value in TABLE.items() if VALUE.fullmatch(value)}


def test_the_table_has_exactly_the_settings_that_are_read() -> None:
    asked: set[str] = set()
    for given in ENVIRONMENTS:
        environment = Recording(given)
        read_settings(environment)
        asked |= environment.asked
    assert asked == TABLE.keys() - OF_THE_PLATFORM


@pytest.mark.parametrize("name", DEFAULTS)
def test_the_table_has_the_defaults_of_the_code(name: str) -> None:
    for given in ENVIRONMENTS:
        assert read_settings(given | {name: DEFAULTS[name]}) == read_settings(given)


def test_required_settings_are_marked_as_required() -> None:
    required = {name for name, value in TABLE.items() if value == "required"}
    missed = [{name for name in TABLE if _is_missed(name, given)} for given in ENVIRONMENTS]
    assert required == set.intersection(*missed)


def _is_missed(name: str, given: dict[str, str]) -> bool:
    try:
        read_settings({held: value for held, value in given.items() if held != name})
    except InvalidSetting as error:
        return error.setting == name
    return False
