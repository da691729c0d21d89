"""Parameters that contradict each other are refused before anything is made, all at once, with a
sentence for each fault that says what to do.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tree_sitter import Node

from shared.environment import InvalidSetting, Values
from shared.settings.ceremonies import read_policy
from tests.infra.bicep.deployment import deploy
from tests.infra.bicep.functions import DeploymentRefused
from tests.infra.bicep.parameters import DEPLOYMENTS, deployed, parameters
from tests.infra.bicep.syntax import INFRA, MAIN, named, read, text, walk
from tests.infra.bicep.user_functions import all_functions
from tests.infra.fault_cases import ADA, ALL, HOST, NAMES, PEOPLE, SETTINGS, SIZE, Changed, profile

CHECKS = INFRA / "checks"


def faults(base: str, changed: Changed) -> list[str]:
    found: list[str] = deploy(parameters(base) | changed).value("faults")
    return found


@pytest.mark.parametrize(("changed", "sentence"), ALL)
def test_a_fault_is_refused_with_its_sentence(changed: Changed, sentence: str) -> None:
    assert faults("production", changed) == [sentence]


def test_every_fault_of_the_templates_is_among_the_cases() -> None:
    """By the longest part of its sentence that is the same for all values."""
    sentences = " ".join(sentence for _, sentence in ALL)
    fixed = [part for path in [*CHECKS.glob("*.bicep"), MAIN] for part in _sentences(path)]
    assert len(fixed) >= 25
    assert [part for part in fixed if part not in sentences] == []


def _sentences(path: Path) -> Iterator[str]:
    for node in walk(read(path).root):
        if node.type == "call_expression" and text(named(node)[0]) in {"fault", "faultOf"}:
            yield max(_fixed_parts(named(named(node)[1])[-1]), key=len)


def _fixed_parts(sentence: Node) -> list[str]:
    """The grammar makes a part of its own of each escape."""
    parts = "".join(
        "\0" if each.type == "interpolation" else text(each).replace("\\'", "'")
        for each in named(sentence)
    )
    return parts.split("\0")


def test_all_faults_are_told_at_once() -> None:
    cases = [each[0] for each in (NAMES, SETTINGS, SIZE, PEOPLE)]
    changed = {name: value for case, _ in cases for name, value in case.items()}
    told = "; ".join(sentence for _, sentence in cases)
    with pytest.raises(DeploymentRefused) as refused:
        deploy(parameters("production") | changed).value("group")
    assert str(refused.value) == told


def test_everything_is_made_in_the_group_whose_name_a_fault_refuses() -> None:
    main = read(MAIN)
    assert [each.symbol for each in main.resources] == ["group"]
    for module in main.modules:
        scopes = [
            text(named(node)[1])
            for node in walk(module.body)
            if node.type == "object_property" and text(named(node)[0]) == "scope"
        ]
        assert scopes == ["group"], module.symbol


def test_the_name_of_the_group_is_known_before_anything_is_made() -> None:
    """Bicep refuses a name that needs what only a resource or a module tells (BCP120)."""
    main = read(MAIN)
    made = {each.symbol for each in [*main.resources, *main.modules]}
    needed, further = set[str](), {"groupName"}
    while further:
        needed |= further
        further = {name for each in further for name in _names(main.variables.get(each))} - needed
    assert {"faults", "appHost", "token"} <= needed
    assert needed & made == set()


def _names(value: Node | None) -> set[str]:
    if value is None:
        return set()
    return {text(node) for node in walk(value) if node.type == "identifier"}


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_the_documented_parameters_have_no_fault(name: str) -> None:
    assert deployed(name).value("faults") == []


@pytest.mark.parametrize(
    ("base", "changed"),
    [
        # A trial needs no name of its own.
        ("development", {"privateNetwork": True, "zoneRedundant": True, "alwaysReady": 2}),
        ("development", {"origins": [f"https://{HOST}", f"https://app.{HOST}:8443"]}),
        ("development", {"principalId": ""}),
        ("development", {"environmentName": "a.b-(c)_D"}),
        ("production", {"customDomain": "", "origins": ["https://example.com"]}),
        ("production", {"frontDoor": False, "customDomain": "", "rpId": HOST}),
        ("production", {"customDomain": "example.com"}),
        ("production", {"origins": ["android:apk-key-hash:" + "aB-_" * 10 + "012"]}),
        (
            "production",
            {"settings": {"REGISTRATION": "open", "PYTHON_THREADPOOL_THREAD_COUNT": "8"}},
        ),
        (
            "production",
            {"settings": {"AzureFunctionsJobHost__logging__logLevel__default": "Error"}},
        ),
        ("production", {"settings": {"WEBSITE_SOMETHING": "1", "OTEL_LOG_LEVEL": "debug"}}),
        ("production", {"deployerAddresses": ["192.0.2.7", "0.0.0.0/8", "172.15.0.0/16"]}),
        ("production", {"deployerAddresses": ["0.0.0.0/0"], "deployerRangesMayBeWide": True}),
        ("production", {"networkPrefix": "172.31"}),
        ("production", {"alertAddress": "None"}),
        ("production", {"alertEmails": ["a@example.com", "b@example.com"]}),
        ("production", {"accessProfiles": [profile("sql", ADA), profile("mail", ADA)]}),
    ],
)
def test_parameters_that_go_together_are_accepted(base: str, changed: Changed) -> None:
    assert faults(base, changed) == []


def test_a_single_address_opens_the_vault_to_itself_alone() -> None:
    """Azure reads an address without a length as a range of 256."""
    given = parameters("production") | {
        "deployerAddresses": ["203.0.113.7", "192.0.2.9/24", "203.0.113.7/32"]
    }
    opened = deploy(given).value("vaultAddresses")
    assert opened == ["203.0.113.7/32", "192.0.2.0/24"]


LABEL = "a" * 63
CANDIDATES = [
    *("example.com", "a.b.c.example.com", "xn--bcher-kva.example", "1.example.com", "a-b.example"),
    *(f"{LABEL}.example", f"a{LABEL}.example", f"{'a.' * 126}a", f"{'a.' * 126}aa", "example.1a"),
    *("Example.com", "exa_mple.com", "-a.example", "a-.example", "a..example", ".example", "a.b."),
    *("192.0.2.1", "example.123", "b\N{LATIN SMALL LETTER U WITH DIAERESIS}cher.example", "a b.c"),
    *("example.com:443", "https://example.com", "example.com/", "*.example.com", "a\nb.example"),
]


@pytest.mark.parametrize("host", CANDIDATES)
def test_templates_and_app_refuse_the_same_host_names(host: str) -> None:
    is_host = all_functions(read(CHECKS / "hosts.bicep"))["isHost"]
    assert is_host(host) is _app_accepts(host, "android:apk-key-hash:" + "a" * 43)


@pytest.mark.parametrize("host", CANDIDATES)
@pytest.mark.parametrize(
    "around", ["https://{}", "https://{}:8443", "https://{}:443", "https://{}/", "http://{}"]
)
def test_templates_and_app_refuse_the_same_origins(host: str, around: str) -> None:
    is_origin = all_functions(read(CHECKS / "hosts.bicep"))["isOrigin"]
    assert is_origin(around.format(host)) is _app_accepts(host, around.format(host))


def _app_accepts(rp_id: str, origin: str) -> bool:
    try:
        read_policy(Values({"RP_ID": rp_id, "RP_ORIGINS": origin}))
    except InvalidSetting:
        return False
    return True
