"""The Azure CLI of an operator who is signed in, as far as the SDK asks it for tokens."""

import stat
import sys
from pathlib import Path

_SCRIPT = """#!{python}
import json
import sys
import time

sys.path.insert(0, {repository!r})
from tests.fakes.identity_endpoint import make_token

given = sys.argv[1:]
if given[-2:-1] == ["--tenant"]:
    del given[-2:]
*asked, resource = given
if asked != ["account", "get-access-token", "--output", "json", "--resource"]:
    sys.exit(f"az: {{' '.join(asked)}} is misspelled or not recognized by the system.")
now = int(time.time())
answer = {{"accessToken": make_token(resource, now=now), "expires_on": now + 3600}}
print(json.dumps(answer | {{"tokenType": "Bearer"}}))
"""


def make_azure_cli(folder: Path) -> None:
    """Put an `az` there; the folder has to be the first on PATH."""
    script = folder / "az"
    repository = str(Path(__file__).resolve().parents[2])
    script.write_text(_SCRIPT.format(python=sys.executable, repository=repository))
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
