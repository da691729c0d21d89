"""An app that cannot be loaded answers 503 everywhere, and only its operators see the reason."""

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from devhost.process import REPOSITORY, HostProcess
from shared.blueprints.openapi import read_description
from tests.devhost.client import Reply, ask
from tests.infra.az_cli.az_cli import AzCli
from tests.infra.hooks import run_hook

SECRET = "not-for-strangers"
SETTINGS = {
    "TABLES_ENDPOINT": "https://unused.example",
}
BROKEN: Mapping[str, tuple[Mapping[str, str], str, str]] = {
    "wrong-value": (
        {"USER_VERIFICATION": SECRET},
        "USER_VERIFICATION",
        f"USER_VERIFICATION: '{SECRET}' must be one of",
    ),
    "missing": ({"RP_ID": " "}, "RP_ID", "RP_ID: is required"),
    "provider": (
        {"IDENTITY_PROVIDERS": f'[{{"issuer": 7, "secret": "{SECRET}"}}]'},
        "IDENTITY_PROVIDERS",
        "InvalidSetting: IDENTITY_PROVIDERS",
    ),
    "no-package": ({"PYTHONPATH": "raises"}, "ImportError", "ImportError: no cryptography here"),
    "wrong-syntax": ({"PYTHONPATH": "syntax"}, "SyntaxError", "SyntaxError: "),
    "no-package-of-later": (
        {"PYTHONPATH": "identity"},
        "ImportError",
        "ImportError: no identity here",
    ),
    "panic": ({"PYTHONPATH": "panics"}, "PanicException", "PanicException: "),
}
OTHER_PATHS = ("/nowhere", "/", "/audit", "/users/x%2Fy", "/health/x")


def _packages(folder: Path) -> None:
    """Stand-ins for a package that was built for another platform, or another Python."""
    for name, source in {
        "raises": f"raise ImportError('no cryptography here, {SECRET}')",
        "syntax": "match = = 1",
        # As a library in Rust does, whatever catches exceptions.
        "panics": "class PanicException(BaseException): pass\nraise PanicException('here')",
    }.items():
        (folder / name).mkdir()
        (folder / name / "precis_i18n.py").write_text(source, encoding="utf-8")
    identity = folder / "identity" / "azure" / "identity"
    identity.mkdir(parents=True)
    source = f"raise ImportError('no identity here, {SECRET}')"
    (identity / "__init__.py").write_text(source, encoding="utf-8")


@pytest.fixture(scope="module", params=list(BROKEN.values()), ids=list(BROKEN))
def broken(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[HostProcess, str, str]]:
    settings, reason, logged = request.param
    folder = tmp_path_factory.mktemp("packages")
    _packages(folder)
    path = {"PYTHONPATH": str(folder / settings.get("PYTHONPATH", ""))}
    host = HostProcess(
        settings={**SETTINGS, **settings, **path}, arguments=("--no-azurite", "--even-broken")
    )
    with host:
        yield host, reason, logged


def test_the_check_after_a_deployment_says_the_reason(
    broken: tuple[HostProcess, str, str], tmp_path: Path
) -> None:
    host, reason, _ = broken
    ran = run_hook("health.sh", AzCli(tmp_path), TOUCHSTONE_URL=host.url)
    assert ran.returncode == 1
    assert f"the app refuses to start: {reason}" in ran.stderr
    assert SECRET not in ran.stdout + ran.stderr


def _paths() -> list[tuple[str, str]]:
    return [
        (method.upper(), path.replace("{", "").replace("}", ""))
        for path, methods in read_description()["paths"].items()
        for method in (*methods, "head", "put", "options")
    ]


def _is_refused(reply: Reply, method: str) -> None:
    assert (reply.status, reply.all("Cache-Control")) == (503, ["no-store"])
    assert reply.all("Retry-After")
    assert reply.all("Content-Type") == ["application/problem+json"]
    if method != "HEAD":
        assert reply.json()["status"] == 503


def test_every_route_answers_503(broken: tuple[HostProcess, str, str]) -> None:
    host, reason, _ = broken
    for method, path in [*_paths(), *(("GET", path) for path in OTHER_PATHS)]:
        reply = ask(host.url + path, method=method)
        _is_refused(reply, method)
        if path != "/health":
            assert reason not in reply.body.decode(), (method, path)
        assert SECRET not in reply.body.decode()


def test_health_shows_the_reason_without_secrets(broken: tuple[HostProcess, str, str]) -> None:
    host, reason, _ = broken
    health = ask(f"{host.url}/health").json()
    assert health["reason"].startswith(reason)
    assert SECRET not in json.dumps(health)


def test_the_log_has_the_reason_at_the_start_and_by_a_timer(
    broken: tuple[HostProcess, str, str],
) -> None:
    host, _, logged = broken
    host.child.wait_for(logged)
    before = host.child.output.count("cannot start")
    assert ask(f"{host.url}/admin/functions/repeat_why", method="POST").status == 202
    ask(f"{host.url}/logged-after-the-timer")
    host.child.wait_for("logged-after-the-timer")
    assert host.child.output.count("cannot start") > before


def test_no_timer_of_the_app_runs(broken: tuple[HostProcess, str, str]) -> None:
    host, *_ = broken
    assert ask(f"{host.url}/admin/functions/maintain", method="POST").status == 404


def test_on_a_developers_machine_the_host_stops_with_the_reason() -> None:
    host = HostProcess(settings={**SETTINGS, "USER_VERIFICATION": "sometimes"})
    child = host.launch()
    child.wait()
    assert (host.stop(), child.output.count("\n")) == (2, 1)
    assert child.output.startswith("invalid setting: USER_VERIFICATION: 'sometimes' must be one of")


def test_the_stand_in_imports_nothing_of_the_app() -> None:
    """And no new Python: the wrong one is among what keeps an app from loading."""
    stand_in = REPOSITORY / "shared" / "blueprints" / "standby.py"
    tree = ast.parse(stand_in.read_text(encoding="utf-8"), feature_version=(3, 9))
    imports = {
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert imports == {"azure.functions", "json", "logging", "platform"}
    ast.parse((REPOSITORY / "function_app.py").read_text(encoding="utf-8"), feature_version=(3, 9))
    for package in (REPOSITORY / "shared", REPOSITORY / "shared" / "blueprints"):
        body = ast.parse((package / "__init__.py").read_text(encoding="utf-8")).body
        assert not [node for node in body if not isinstance(node, ast.Expr)]
