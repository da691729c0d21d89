"""How the host starts, and what it reports if it cannot."""

from __future__ import annotations

import json
import os
import re
import runpy
import stat
import sys
from pathlib import Path

import pytest

from devhost.process import HostProcess
from devhost.settings import DEFAULT_PORT
from tests.devhost.client import ask
from tests.devhost.conftest import WriteApp

SHOW_SETTINGS = """
@app.route("settings/{name}")
async def setting(req: func.HttpRequest) -> str:
    return os.environ.get(req.route_params["name"], "unset")
"""

CLOCK = """
@app.timer_trigger(schedule="%GONE%", arg_name="timer")
def clock(timer: func.TimerRequest) -> None: ...
"""


def failure(app: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    process = HostProcess(app, settings=settings, arguments=arguments or ["--no-azurite"])
    child = process.launch()
    child.wait()
    return process.stop(), child.output


def shown(host: HostProcess, name: str) -> str:
    return ask(f"{host.url}/api/settings/{name}").body.decode()


def test_a_disabled_function_is_not_served(write_app: WriteApp) -> None:
    settings = {"AzureWebJobs.setting.Disabled": "true"}
    with HostProcess(write_app(SHOW_SETTINGS), settings=settings) as host:
        assert ask(f"{host.url}/api/settings/A").status == 404


def test_settings_are_environment_variables_of_the_app(write_app: WriteApp) -> None:
    local = json.dumps({"Values": {"B": "local", "A": "local"}})
    example = json.dumps({"Values": {"C": "example", "ISSUER": f"http://localhost:{DEFAULT_PORT}"}})
    files = {"local.settings.json": local, "local.settings.json.example": example}
    with HostProcess(write_app(SHOW_SETTINGS, **files), settings={"A": "environment"}) as host:
        assert [shown(host, name) for name in "ABC"] == ["environment", "local", "example"]
        assert shown(host, "ISSUER") == host.url
        assert shown(host, "TABLES_CONNECTION_STRING") == "unset"


def test_the_working_directory_is_the_folder_of_the_app(write_app: WriteApp) -> None:
    app = write_app('print("working in", os.getcwd(), flush=True)')
    with HostProcess(app, settings={}) as host:
        host.child.wait_for(f"^working in {re.escape(str(app))}$")


def test_the_host_prints_one_line_when_it_is_ready(write_app: WriteApp) -> None:
    with HostProcess(write_app(SHOW_SETTINGS), settings={}) as host:
        lines = host.child.output.splitlines()
        assert lines == [f"Touchstone is ready on {host.url} (stop with Ctrl-C)"]


def test_a_function_key_is_generated_if_one_is_needed(write_app: WriteApp) -> None:
    app = write_app(SHOW_SETTINGS.replace('"settings/', 'auth_level="FUNCTION", route="settings/'))
    with HostProcess(app, settings={}) as host:
        key = host.child.wait_for(r"^the function key is (\S+) ")[1]
        headers = [("x-functions-key", key)]
        assert ask(f"{host.url}/api/settings/X", headers=headers).status == 200
        assert ask(f"{host.url}/api/settings/X").status == 401


def test_routes_that_azure_would_confuse_are_reported(write_app: WriteApp) -> None:
    source = """
@app.route("things/{id}")
async def any_thing(req: func.HttpRequest) -> str:
    return "any"

@app.route("things/newest")
async def newest_thing(req: func.HttpRequest) -> str:
    return "newest"
"""
    with HostProcess(write_app(source), settings={}) as host:
        host.child.wait_for("WARNING .* newest_thing .* is hidden in Azure by any_thing")


def test_a_taken_port_is_reported_in_one_line(host: HostProcess, write_app: WriteApp) -> None:
    port = host.url.rpartition(":")[2]
    code, output = failure(write_app(), "--no-azurite", "--port", port)
    assert code == 1
    assert output.count("\n") == 1
    assert output.startswith(f"port {port} is taken")
    assert "make run PORT=" in output


def test_an_invalid_setting_is_reported_in_one_line(write_app: WriteApp) -> None:
    app = write_app("import shared.settings\nraise shared.settings.InvalidSetting('RP_ID: is bad')")
    (app / "shared").mkdir()
    (app / "shared" / "settings.py").write_text("class InvalidSetting(ValueError): ...\n")
    assert failure(app) == (2, "invalid setting: RP_ID: is bad\n")


@pytest.mark.parametrize(
    ("source", "first_line"),
    [
        ("1 / 0", "cannot load function_app.py: ZeroDivisionError('division by zero')"),
        (
            "import no_such_module",
            "cannot load function_app.py: ModuleNotFoundError(",
        ),
        ("app = None", "cannot load function_app.py: ValueError('Could not find top level"),
    ],
)
def test_an_app_that_cannot_be_imported_is_reported(
    write_app: WriteApp, source: str, first_line: str
) -> None:
    code, output = failure(write_app(source))
    assert code == 1
    assert output.startswith(first_line)
    assert output.splitlines()[1] == "Traceback (most recent call last):"
    assert "ERROR" not in output


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        (SHOW_SETTINGS.replace("settings/", "admin/"), "setting: the route"),
        (SHOW_SETTINGS.replace("{name}", "{name:nonsense}"), "setting: {name:nonsense}"),
        (SHOW_SETTINGS + SHOW_SETTINGS.replace("def s", "def other_s"), "setting and other_s"),
        (
            SHOW_SETTINGS + CLOCK,
            "clock: the schedule '%GONE%' needs the setting GONE",
        ),
    ],
)
def test_a_trigger_that_azure_would_refuse_is_reported(
    write_app: WriteApp, source: str, complaint: str
) -> None:
    code, output = failure(write_app(source))
    assert code != 0
    assert output.startswith(complaint)
    assert output.count("\n") == 1


def test_a_folder_without_an_app_is_reported(tmp_path: Path) -> None:
    assert failure(tmp_path) == (1, f"no function_app.py in {tmp_path}\n")


def test_a_malformed_host_json_is_reported(write_app: WriteApp) -> None:
    code, output = failure(write_app(SHOW_SETTINGS, **{"host.json": "{"}))
    assert code == 2
    assert re.fullmatch(r"\S+host.json is not valid JSON: .*\n", output)


def test_another_python_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.version_info", (3, 12, 7))
    with pytest.raises(SystemExit, match=r"^Touchstone needs Python 3.13, and this is 3.12:"):
        runpy.run_module("devhost", run_name="__main__")


def test_a_missing_package_is_reported_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "devhost.cli", None)
    with pytest.raises(SystemExit, match=r"run make, which installs what is needed$"):
        runpy.run_module("devhost", run_name="__main__")


def test_missing_core_tools_are_reported(write_app: WriteApp) -> None:
    code, output = failure(write_app(), "--no-azurite", "--runner", "func", PATH="/nowhere")
    assert code == 1
    assert output.startswith("HOST=func needs Azure Functions Core Tools")
    assert output.count("\n") == 1


@pytest.mark.parametrize("runner", ["func", "auto"])
def test_core_tools_run_with_our_settings(write_app: WriteApp, tmp_path: Path, runner: str) -> None:
    app = write_app(**{"local.settings.json.example": '{"Values": {"ISSUER": "http://a:7071"}}'})
    func = tmp_path / "func"
    func.write_text('#!/bin/sh\necho "$@" in $(pwd) with "$ISSUER"\nexit 7\n', encoding="utf-8")
    func.chmod(func.stat().st_mode | stat.S_IXUSR)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    arguments = ("--no-azurite", "--runner", runner, "--port", "8080")
    code, output = failure(app, *arguments, PATH=path)
    assert (code, output) == (7, f"start --port 8080 in {app} with http://a:8080\n")
