"""The shape of the code: which way imports point, and what is in reach of what."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from shared import errors
from shared.blueprints.problems import PROBLEMS

REPOSITORY = Path(__file__).parents[1]
MAX_LINES = 250
PURE = (
    *("shared.ceremonies", "shared.accounts", "shared.sessions", "shared.passes"),
    *("shared.audit", "shared.crosscheck"),
    *("shared.json_shape", "shared.base64url", "shared.cose"),
)
"""Values in, values out: no waiting, no clock, no chance, no environment, no log."""
ARROWS = {
    "shared.errors": (),
    "shared.accounts": ("shared.errors", "shared.base64url", "shared.json_shape"),
    "shared.sessions": ("shared.accounts", "shared.errors", "shared.base64url"),
    "shared.passes": ("shared.accounts", "shared.errors", "shared.base64url"),
    # Auditors take these files and nothing else.
    "shared.audit": ("shared.base64url", "shared.cose"),
    "shared.crosscheck": ("shared.audit", "shared.accounts", "shared.base64url"),
}
"""What parts of the core import besides themselves, as ARCHITECTURE.md draws it."""
IMPURE_MODULES = {
    *("azure", "aiohttp", "asyncio", "http", "io", "jwt", "logging", "msal", "os", "pathlib"),
    *("random", "secrets", "socket", "subprocess", "sys", "tempfile", "threading", "time"),
    *("urllib", "uuid", "warnings"),
}
IMPURE_NAMES = {"now", "utcnow", "today", "urandom", "environ", "getenv"}
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "compile", "__import__"}
AZURE_FUNCTIONS = ("function_app", "shared.blueprints")
ADAPTERS = (
    *("shared.storage", "shared.keys", "shared.providers", "shared.shipping"),
    *("shared.identity", "shared.diagnostics"),
)
"""The only ones that may know a cloud service's library."""
MADE_BY_WIRING = (
    "shared.storage.client",
    *("shared.keys.key_files", "shared.keys.key_vault", "shared.keys.vault_client"),
    *("shared.shipping.monitor", "shared.shipping.append_blob", "shared.identity"),
    "shared.shipping.blob_checkpoint",
)
SHOWN = {
    *("shared.storage.accounts.StoredAccount", "shared.storage.erasures.Erasure"),
    "shared.tokens.access_token.AccessToken",
}
"""Values that stories return and views show."""
FIDO2 = (
    *("shared.ceremonies", "shared.blueprints.views", "shared.audit.verification"),
    "shared.cose",
)
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb"}
BROAD_CATCHES = {
    "shared.audit.verification.attested": "fido2 promises no exception type",
    "shared.ceremonies.attestation": "statements are hostile, and no parser promises its errors",
    "shared.ceremonies.authenticator_data": "fido2 promises no exception type",
    "shared.ceremonies.registration": "fido2 promises no exception type",
    "function_app": "whatever keeps the app from loading, something answers",
    "shared.diagnostics": "the app runs without its log being sent",
    "shared.blueprints.endpoint": "everything else is a 500 without details",
    "shared.keys.cached": "however a reading fails, what was read before is still good",
    "shared.storage.at_once": "raised again, once nothing more is begun",
    "shared.storage.unavailable": "the SDK fails in many ways at an answer that is none",
    "shared.providers.graph_token": "so does the identity library",
    "shared.shipping.append_blob": "so does the SDK of blobs",
    "shared.shipping.monitor": "so does the SDK of Logs Ingestion",
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

    def imports(self, *, put_off: bool = True) -> set[str]:
        """Of modules and of names in modules; those inside of functions if they are `put_off`."""
        found: set[str] = set()
        for node in ast.walk(self.tree) if put_off else self.tree.body:
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


def imported_modules(module: Module, *, put_off: bool = True) -> set[str]:
    """Our own among them, each by its module's name."""
    return {
        name if name in NAMES else name.rpartition(".")[0]
        for name in module.imports(put_off=put_off)
        if is_in(name, "shared") and name != "shared"
    } & NAMES


def test_the_walk_finds_the_code() -> None:
    assert {"shared.wiring", "shared.ceremonies", "shared.ceremonies.cbor_shape"} <= NAMES
    assert imported_modules(APP) >= {"shared.wiring", "shared.blueprints.registration"}


def impurities(module: Module) -> Iterator[str]:
    yield from {name.partition(".")[0] for name in module.imports()} & IMPURE_MODULES
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


def test_the_core_knows_nothing_around_it() -> None:
    for module in CORE:
        assert importing(module, "shared") == importing(module, *PURE, "shared.errors")


def test_parts_of_the_core_know_only_what_their_arrows_point_to() -> None:
    for package, known in ARROWS.items():
        for module in within(package):
            assert importing(module, "shared") == importing(module, package, *known)


def test_imports_point_one_way() -> None:
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
        assert not importing(module, "azure", "msal", "aiohttp")
    for module in within(*AZURE_FUNCTIONS):
        services = importing(module, "azure", "msal", "aiohttp")
        assert services == importing(module, "azure.functions")


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
    for module in without("shared.wiring"):
        assert not importing(module, *MADE_BY_WIRING)


def test_blueprints_reach_stores_and_keys_only_through_wiring() -> None:
    for module in within("function_app", "shared.blueprints"):
        known = importing(module, "shared.storage", "shared.keys", "shared.tokens")
        shown = SHOWN if module.name == "shared.blueprints.views" else set()
        assert {name for _, name in known} <= shown


def test_nothing_else_knows_blueprints_or_wiring() -> None:
    for module in without("function_app", "shared.blueprints", "shared.wiring", *COMMANDS):
        assert not importing(module, "shared.blueprints", "shared.wiring")


def test_what_developers_use_is_not_deployed() -> None:
    for module in PRODUCT:
        assert not importing(module, "devhost", "bench", "release", "tests")


def test_nothing_is_caught_broadly_without_a_reason() -> None:
    broad = {
        module.name
        for module in PRODUCT
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
    }
    assert broad == BROAD_CATCHES.keys()


def test_a_file_can_be_read_at_one_sitting() -> None:
    for module in [*PRODUCT, *_modules("devhost"), *_modules("bench")]:
        assert len(module.path.read_text(encoding="utf-8").splitlines()) < MAX_LINES, module.name


def _leaves(kind: type[errors.TouchstoneError]) -> Iterator[type[errors.TouchstoneError]]:
    """Of those that `shared.errors` has."""
    ours = [child for child in kind.__subclasses__() if child.__module__ == "shared.errors"]
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
