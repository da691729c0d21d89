"""The structure of the code: the direction of imports, and what each part may use."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from shared import errors
from shared.http.problems import PROBLEMS

REPOSITORY = Path(__file__).parents[1]
MAX_LINES = {"shared": 200, "cli": 200, "devhost": 250, "bench": 250}
MAX_FILES = 15
"""In one folder of `shared/` or `cli/`."""
PURE = (
    *("shared.access", "shared.openid", "shared.sealed", "shared.signed_tokens"),
    *("shared.webauthn", "shared.accounts", "shared.sessions", "shared.access_passes"),
    *("shared.audit", "shared.crosscheck"),
    *("shared.members", "shared.json_shape", "shared.base64url", "shared.cose", "shared.notice"),
)
"""Values in, values out: no waiting, no clock, no chance, no environment, no log."""
KNOWN_TO_CORE = ("shared.errors", "shared.keys.signing_key")
EDGES = {
    "access": (
        "accounts base64url errors json_shape keys members notice openid sealed sessions webauthn"
    ),
    "access_broker": (
        "access accounts audit base64url delivery entra errors expiring_cache fetching json_shape "
        "keys openid openid_provider principals rate_limits recording relying_party sealed "
        "sessions storage webauthn"
    ),
    "access_passes": "accounts",
    "accounts": "base64url errors",
    "audit": "base64url cose",
    "audit_log": (
        "accounts audit azure base64url crosscheck errors keys principals recording "
        "relying_party storage"
    ),
    "azure": "",
    "backup": "accounts storage",
    "base64url": "",
    "blueprints": (
        "access access_broker access_passes accounts audit audit_log backup base64url errors "
        "handling http json_shape openid openid_provider operators pages principals rate_limits "
        "relying_party sealed sessions webauthn wiring"
    ),
    "commands": (
        "accounts audit backup composition crosscheck errors keys settings storage wiring"
    ),
    "composition": (
        "access access_broker audit audit_log backup delivery entra fetching identity_providers "
        "keys openid openid_provider operators rate_limits recording relying_party sessions "
        "settings storage"
    ),
    "cose": "",
    "crosscheck": "accounts audit base64url",
    "delivery": "errors notice recording storage",
    "diagnostics": "",
    "entra": "access errors expiring_cache fetching json_shape",
    "environment": "members",
    "errors": "",
    "expiring_cache": "",
    "fetching": "errors json_shape signed_tokens",
    "functions": "blueprints handling http",
    "handling": "errors http openid pages principals recording relying_party sessions wiring",
    "http": (
        "access access_broker access_passes accounts audit audit_log base64url errors json_shape "
        "openid openid_provider rate_limits recording relying_party sessions storage"
    ),
    "identity_providers": (
        "accounts errors expiring_cache fetching json_shape members signed_tokens"
    ),
    "json_shape": "base64url errors members",
    "keys": "audit azure base64url environment errors expiring_cache",
    "members": "",
    "notice": "",
    "needed_libraries": "keys settings",
    "openid": (
        "accounts base64url errors json_shape keys members sealed sessions signed_tokens webauthn"
    ),
    "openid_provider": (
        "accounts audit base64url delivery errors expiring_cache fetching keys openid principals "
        "rate_limits recording relying_party sealed sessions signed_tokens storage webauthn"
    ),
    "operators": "accounts audit backup errors keys recording relying_party storage",
    "pages": "",
    "principals": "accounts identity_providers sessions",
    "rate_limits": "base64url errors",
    "recording": (
        "access accounts audit base64url errors identity_providers keys openid pages principals "
        "rate_limits sessions settings storage webauthn"
    ),
    "relying_party": (
        "access_passes accounts audit base64url errors identity_providers keys principals "
        "rate_limits recording sealed sessions settings storage webauthn"
    ),
    "sealed": "base64url",
    "sessions": "accounts base64url errors json_shape keys notice sealed",
    "signed_tokens": "base64url json_shape members",
    "settings": (
        "access access_passes audit environment identity_providers json_shape keys members openid "
        "pages rate_limits sessions webauthn"
    ),
    "storage": (
        "access access_passes accounts audit azure base64url crosscheck errors json_shape notice "
        "openid rate_limits sessions settings webauthn"
    ),
    "webauthn": "accounts base64url cose errors json_shape members sealed",
    "wiring": (
        "audit_log azure composition keys needed_libraries openid_provider relying_party settings "
        "storage"
    ),
}
"""Which packages each one imports, as ARCHITECTURE.md draws it: these, and all of these."""
IMPURE_MODULES = {
    *("azure", "aiohttp", "asyncio", "http", "io", "logging", "msal", "os", "pathlib"),
    *("random", "secrets", "socket", "subprocess", "sys", "tempfile", "threading", "time"),
    *("urllib", "uuid", "warnings"),
}
IMPURE_NAMES = {"now", "utcnow", "today", "urandom", "environ", "getenv"}
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "compile", "__import__"}
HANDLERS = ("function_app", "shared.functions", "shared.blueprints", "shared.handling")
AZURE_FUNCTIONS = (*HANDLERS, "shared.http")
ADAPTERS = (
    *(
        "shared.storage",
        "shared.keys",
        "shared.fetching",
        "shared.identity_providers",
        "shared.entra",
        "shared.audit_log.destinations",
    ),
    *("shared.azure.credential", "shared.diagnostics", "shared.commands.service_client"),
)
"""The only ones that may know a cloud service's library."""
SERVICES = ("azure", "msal", "aiohttp", "opentelemetry")
SHOWN = {
    "shared.storage.accounts.accounts.StoredAccount",
    "shared.storage.audit.erasures.Erasure",
}
"""Values that stories return and views show."""
MADE_BY_WIRING = (
    "shared.storage.tables.client",
    *("shared.keys.key_files", "shared.keys.key_vault", "shared.keys.vault_client"),
    *("shared.keys.operator_vault", "shared.keys.client_ca.in_vault"),
    *(
        "shared.audit_log.destinations.monitor",
        "shared.audit_log.destinations.append_blob",
        "shared.azure.credential",
    ),
    "shared.audit_log.destinations.blob_checkpoint",
)
GIVEN_TO_HANDLERS = {"service", "settings", "shipping", "outside", "prepare", "CLOCK"}
"""What handlers take from wiring."""
FIDO2 = (
    *("shared.webauthn", "shared.http.views", "shared.audit.verification"),
    "shared.cose",
)
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb"}
BROAD_CATCHES = {
    "shared.diagnostics": "the app runs without its log being sent",
    "shared.audit.verification.ceremonies.attested": "fido2 promises no exception type",
    "shared.audit.verification.receipts.checking": "fido2 promises no exception type",
    "shared.webauthn.attestation": "statements are hostile, and no parser promises its errors",
    "shared.webauthn.authenticator_data": "fido2 promises no exception type",
    "shared.webauthn.registration": "fido2 promises no exception type",
    "function_app": "whatever keeps the app from loading, something answers",
    "shared.functions": "whatever keeps a module from loading, something answers",
    "shared.handling.endpoint": "everything else is a 500 without details",
    "shared.handling.jobs": "however a job fails, the other jobs go on",
    "shared.keys.cached": "however a reading fails, what was read before is still good",
    "shared.blueprints.access.page_check": "a proxy takes any other answer for another thing",
    "shared.storage.tables.gather_limited": "raised again, once nothing more is begun",
    "shared.storage.tables.unavailable": "the SDK fails in many ways at an answer that is none",
    "shared.identity_providers.graph.application_token": "so does the identity library",
    "shared.audit_log.destinations.append_blob": "so does the SDK of blobs",
    "shared.audit_log.destinations.monitor": "so does the SDK of Logs Ingestion",
}
# Client data that cannot be read makes the whole request malformed.
UNUSED_REASONS = {"CLIENT_DATA_MALFORMED"}


@dataclass(frozen=True)
class Module:
    name: str
    path: Path

    @property
    def tree(self) -> ast.Module:
        return _parse(self.path)

    def imports(self, *, put_off: bool = True, tree: ast.Module | None = None) -> set[str]:
        """Of modules and of names in modules; those inside of functions if they are `put_off`."""
        found: set[str] = set()
        read = tree or self.tree
        for node in ast.walk(read) if put_off else read.body:
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
        return found

    def is_in(self, *packages: str) -> bool:
        return is_in(self.name, *packages)


def is_in(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


@cache
def _parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _modules(folder: str) -> Iterator[Module]:
    for path in sorted((REPOSITORY / folder).rglob("*.py")):
        if "node_modules" not in path.parts:
            parts = path.relative_to(REPOSITORY).with_suffix("").parts
            yield Module(".".join(parts).removesuffix(".__init__"), path)


APP = Module("function_app", REPOSITORY / "function_app.py")
SHARED = list(_modules("shared"))
COMMAND_LINE = list(_modules("cli"))
PRODUCT = [APP, *SHARED]
COMMANDS = ("shared.audit.verify", "shared.commands")
"""What people run: it reads files and prints."""
CORE = [module for module in SHARED if module.is_in(*PURE) and not module.is_in(*COMMANDS)]
NAMES = {module.name for module in SHARED}


def within(*packages: str) -> list[Module]:
    return [module for module in PRODUCT if module.is_in(*packages)]


def without(*packages: str) -> list[Module]:
    return [module for module in PRODUCT if not module.is_in(*packages)]


def importing(module: Module, *packages: str) -> set[tuple[str, str]]:
    """What it imports of these, with its name, as that is what a failure has to show."""
    return {(module.name, name) for name in module.imports() if is_in(name, *packages)}


def imported_modules(
    module: Module, *, put_off: bool = True, tree: ast.Module | None = None
) -> set[str]:
    """Our own among them, each by its module's name."""
    return {
        name if name in NAMES else name.rpartition(".")[0]
        for name in module.imports(put_off=put_off, tree=tree)
        if is_in(name, "shared") and name != "shared"
    } & NAMES


def package_of(name: str, *, depth: int = 1) -> str:
    """The folder that a module is in, or the module itself where it is in none."""
    parts = name.removeprefix("shared").split(".")[1:]
    folders = parts if (REPOSITORY / Path("shared", *parts)).is_dir() else parts[:-1] or parts
    return ".".join(folders[:depth])


def edges_of(
    module: Module, *, depth: int = 1, tree: ast.Module | None = None
) -> set[tuple[str, str]]:
    here = package_of(module.name, depth=depth)
    there = {
        package_of(name, depth=depth) for name in imported_modules(module, tree=tree) - {"shared"}
    }
    # A package and the folders in it are one.
    return {(here, each) for each in there if not is_in(here, each) and not is_in(each, here)}


def found_edges(*, depth: int = 1) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {
        package_of(module.name, depth=depth): set() for module in SHARED if module.name != "shared"
    }
    for module in SHARED:
        for here, there in edges_of(module, depth=depth):
            found[here].add(there)
    return found


def test_all_modules_are_found() -> None:
    assert {"shared.wiring", "shared.webauthn", "shared.webauthn.cbor_shape"} <= NAMES
    assert imported_modules(APP) >= {"shared.wiring", "shared.functions"}


def impurities(module: Module) -> Iterator[str]:
    imported = {name for name in module.imports() if not is_in(name, "urllib.parse")}
    yield from {name.partition(".")[0] for name in imported} & IMPURE_MODULES
    for node in ast.walk(module.tree):
        match node:
            case ast.Await() | ast.AsyncFunctionDef() | ast.AsyncWith() | ast.Global():
                yield type(node).__name__
            case ast.Attribute(attr=name) if name in IMPURE_NAMES:
                yield name
            case ast.Call(func=ast.Name(id=name)) if name in IMPURE_CALLS:
                yield name


def test_the_core_is_pure() -> None:
    assert not {m.name: list(impurities(m)) for m in CORE if any(impurities(m))}


def test_the_core_imports_nothing_of_the_outer_layers() -> None:
    for module in CORE:
        assert importing(module, "shared") == importing(module, *PURE, *KNOWN_TO_CORE)


def test_packages_import_only_what_the_table_allows() -> None:
    assert found_edges() == {name: set(known.split()) for name, known in EDGES.items()}


def test_an_import_that_the_table_does_not_allow_is_found() -> None:
    path = REPOSITORY / "shared" / "accounts" / "names.py"
    more = ast.parse("def put_off():\n    from shared.storage import sessions")
    assert edges_of(Module("shared.accounts.names", path), tree=more) == {("accounts", "storage")}


def test_packages_have_no_circular_imports() -> None:
    TopologicalSorter(found_edges()).prepare()  # raises CycleError
    TopologicalSorter(found_edges(depth=2)).prepare()


def test_modules_have_no_circular_imports() -> None:
    """An import inside a function is put off, and so no part of a circle."""
    graph = {
        module.name: imported_modules(module, put_off=False) - {module.name} for module in SHARED
    }
    TopologicalSorter(graph).prepare()  # raises CycleError


def test_azure_functions_are_known_only_at_the_edge() -> None:
    for module in without(*AZURE_FUNCTIONS):
        assert not importing(module, "azure.functions")


def test_azure_services_are_known_only_to_adapters() -> None:
    for module in without(*ADAPTERS, *AZURE_FUNCTIONS):
        assert not importing(module, *SERVICES)
    for module in within(*AZURE_FUNCTIONS):
        assert importing(module, *SERVICES) == importing(module, "azure.functions")


def test_tokens_are_read_and_signed_in_three_packages() -> None:
    for module in without("shared.sessions", "shared.signed_tokens", "shared.openid"):
        assert not importing(module, "jwt")


def test_http_knows_of_storage_only_what_views_show() -> None:
    known = {
        name for module in within("shared.http") for _, name in importing(module, "shared.storage")
    }
    assert known == SHOWN


def test_fido2_is_known_only_to_ceremonies() -> None:
    for module in without(*FIDO2):
        assert not importing(module, "fido2")


def test_only_wiring_reads_the_environment() -> None:
    readers = {
        module.name
        for module in PRODUCT
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT)
        or (isinstance(node, ast.Name) and node.id in ENVIRONMENT)
    }
    assert readers == {"shared.wiring", "shared.diagnostics"}


def test_only_wiring_makes_connections_and_keys() -> None:
    for module in without(
        "shared.wiring", "shared.keys.vault_client", "shared.keys.client_ca.in_vault"
    ):
        assert not importing(module, *MADE_BY_WIRING)


def test_handlers_know_no_store_and_no_key() -> None:
    for module in within(*HANDLERS):
        assert not importing(module, "shared.storage", "shared.keys", "shared.composition")


def _reached(tree: ast.Module) -> Iterator[list[str]]:
    """The names behind each `wiring.service()`, and behind each variable that is set to it."""
    asked = "wiring.service()"
    names = {asked} | {
        ast.unparse(target)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target, value in _pairs(node)
        if ast.unparse(value) == asked
    }
    for node in ast.walk(tree):
        found, value = list[str](), node
        while isinstance(value, ast.Attribute):
            found.insert(0, value.attr)
            value = value.value
        if found and ast.unparse(value) in names:
            yield found


def _pairs(node: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Both sides of an assignment, each part of `a, b = c, d` for itself."""
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            yield from zip(target.elts, node.value.elts, strict=True)
        else:
            yield target, node.value


def test_handlers_ask_stories_and_nothing_behind_them() -> None:
    for module in within(*HANDLERS):
        assert [names for names in _reached(module.tree) if len(names) > 2] == []
        given = {
            node.attr
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "wiring"
        }
        assert given <= GIVEN_TO_HANDLERS, module.name


def test_a_call_behind_a_story_is_found() -> None:
    seen = ast.parse("service, other = wiring.service(), 1\nservice.links._link_store.find(other)")
    assert ["links", "_link_store", "find"] in list(_reached(seen))


def test_the_service_shows_stories_and_no_store() -> None:
    shown = {
        ast.unparse(node.value)
        for module in within("shared.composition.service", "shared.composition.stories")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Return) and node.value
    }
    assert "self._parts.keys" in shown
    assert not {each for each in shown if re.fullmatch(r"self\._parts(\.stores(\.\w+)?)?", each)}


def test_only_handlers_and_commands_know_wiring() -> None:
    for module in without(*HANDLERS, "shared.wiring", *COMMANDS):
        assert not importing(module, "shared.blueprints", "shared.handling", "shared.wiring")


def test_the_deployed_code_imports_no_developer_tools() -> None:
    for module in PRODUCT:
        assert not importing(module, "cli", "touchstone", "devhost", "bench", "release", "tests")


def test_the_command_line_knows_the_service_by_its_answers_alone() -> None:
    """It is installed without the rest."""
    for module in COMMAND_LINE:
        assert not importing(module, "shared", "devhost", "bench", "release", "tests")


def test_nothing_is_caught_broadly_without_a_reason() -> None:
    broad = {
        module.name
        for module in PRODUCT
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
    }
    assert broad == BROAD_CATCHES.keys()


@pytest.mark.parametrize(("folder", "most"), MAX_LINES.items(), ids=MAX_LINES.keys())
def test_no_file_is_too_long(folder: str, most: int) -> None:
    for module in _modules(folder):
        assert len(module.path.read_text(encoding="utf-8").splitlines()) <= most, module.name


def test_no_folder_has_too_many_files() -> None:
    files = Counter(module.path.parent for module in (*SHARED, *COMMAND_LINE))
    assert {str(folder): number for folder, number in files.items() if number > MAX_FILES} == {}


def _leaves(kind: type[errors.TouchstoneError]) -> Iterator[type[errors.TouchstoneError]]:
    """Of those that `shared.errors` has."""
    ours = [child for child in kind.__subclasses__() if is_in(child.__module__, "shared.errors")]
    for child in ours:
        yield from _leaves(child)
    if not ours:
        yield kind


def test_every_error_that_is_raised_has_a_problem() -> None:
    raised = {*_leaves(errors.TouchstoneError), errors.MalformedRequest}
    assert raised == PROBLEMS.keys()
    assert len({problem.slug for problem in PROBLEMS.values()}) == len(PROBLEMS)


def test_every_reason_is_given_by_some_step() -> None:
    given = {
        node.attr
        for module in SHARED
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value).endswith("Reason")
    }
    assert given == {reason.name for reason in errors.Reason} - UNUSED_REASONS
