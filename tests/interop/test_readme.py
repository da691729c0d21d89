"""The unchanged script of the README, in a JavaScript engine that is not a browser."""

import asyncio
import json
import re

from devhost.process import REPOSITORY
from tests.api import Api
from tests.interop.test_standard_clients import NODE

CALL = """
const fetchFrom = globalThis.fetch;
globalThis.fetch = (path, options) => fetchFrom(process.argv[2] + path, options);
const kept = await post("/authenticate/begin", {username: 7}).catch((error) => error);
console.log(JSON.stringify({
  isError: kept instanceof Error,
  message: kept.message,
  status: kept.status,
  type: kept.type,
  begun: Boolean((await post("/authenticate/begin", {})).publicKey.challenge),
}));
"""


async def test_the_script_of_the_readme_throws_errors_that_name_the_cause(api: Api) -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    function = re.search(r"(?ms)^async function post\(.*?^}$", readme)
    assert function is not None
    process = await asyncio.create_subprocess_exec(
        str(NODE),
        *("--input-type=module", "--eval", function[0] + CALL, "-", api.url),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    seen = json.loads(output)
    assert (seen["isError"], seen["status"], seen["begun"]) == (True, 400, True)
    problem = (await api.post("/authenticate/begin", {"username": 7})).json
    assert seen["message"] == f"{problem['title']}: {problem['detail']}"
    assert seen["type"] == problem["type"]
