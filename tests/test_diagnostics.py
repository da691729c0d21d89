"""The log is sent if the settings say so, and the app runs in any case."""

import logging
import os
import subprocess
import sys
from importlib import metadata

import pytest

from devhost.process import REPOSITORY
from shared import diagnostics
from shared.diagnostics import send_log

BY_THE_APP = {
    "PYTHON_ENABLE_OPENTELEMETRY": "true",
    "APPLICATIONINSIGHTS_CONNECTION_STRING": "InstrumentationKey=none",
}
BY_THE_PLATFORM = {"PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY": "True"}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*BY_THE_APP, *BY_THE_PLATFORM):
        monkeypatch.delenv(name, raising=False)


def missing(name: str) -> str:
    assert name == "azure-monitor-opentelemetry"
    raise metadata.PackageNotFoundError(name)


def apply(settings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("value", [None, "", "false", "0"])
def test_nothing_is_sent_unless_the_setting_says_so(
    value: str | None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    apply({**BY_THE_APP, "PYTHON_ENABLE_OPENTELEMETRY": value or ""}, monkeypatch)
    if value is None:
        monkeypatch.delenv("PYTHON_ENABLE_OPENTELEMETRY")
    before = list(logging.getLogger().handlers)
    send_log()
    assert logging.getLogger().handlers == before
    assert not caplog.records


def test_without_the_platforms_package_the_log_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    apply(BY_THE_PLATFORM, monkeypatch)
    monkeypatch.setattr(metadata, "version", missing)
    send_log()
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.message.endswith("is not installed: set PYTHON_ENABLE_OPENTELEMETRY")


def test_the_log_is_not_sent_twice_where_the_platform_sends_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    apply(BY_THE_APP | BY_THE_PLATFORM, monkeypatch)
    monkeypatch.setattr(metadata, "version", lambda _: "1.8.11")
    before = list(logging.getLogger().handlers)
    send_log()
    assert logging.getLogger().handlers == before
    assert not caplog.records


def test_what_keeps_the_log_from_being_sent_is_logged_and_the_app_starts(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    apply(BY_THE_APP, monkeypatch)
    send_log()
    assert "PYTHON_ENABLE_OPENTELEMETRY: the log cannot be sent: " in caplog.text


def test_a_library_that_panics_does_not_keep_the_app_from_loading(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Rust's panics are no Exception."""

    class Panic(BaseException):
        pass

    def panic(_environment: object) -> None:
        raise Panic("in a library")

    apply(BY_THE_APP, monkeypatch)
    monkeypatch.setattr(diagnostics, "_attach_handler", panic)
    send_log()
    assert "the log cannot be sent: in a library" in caplog.text


def test_what_keeps_the_app_from_loading_is_sent_as_well() -> None:
    """The handler is attached, or refused as here, before the app is loaded."""
    environment = {**BY_THE_APP, "PATH": os.environ["PATH"], "RP_ID": "no such host"}
    run = subprocess.run(
        [sys.executable, "-c", "import function_app"],
        env=environment,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    assert 0 <= run.stderr.find("the log cannot be sent") < run.stderr.find("cannot start")
