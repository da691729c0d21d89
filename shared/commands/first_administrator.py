"""Make the account of the first administrator and print an access pass for it. The pass can be used
once, within an hour. The command refuses once that account has a passkey, or there is another
account.

python -m shared.commands.first_administrator USERNAME
"""

import argparse
import sys
from functools import partial

from shared import wiring
from shared.accounts.names import read_username
from shared.commands.remote import EXPLANATION, Remote, add_options, operating, read_options
from shared.commands.running import run, run_without_settings
from shared.commands.service_client import ServiceRefused
from shared.keys.operator_tokens import Purpose


async def issue(username: str) -> int:
    issued = await wiring.service().passes.bootstrap(read_username(username))
    if issued is None:
        sys.stderr.write("There are accounts already: ask one of their administrators.\n")
        return 1
    sys.stdout.write(f"{issued.text}\n")
    return 0


async def issue_through(remote: Remote, username: str) -> int:
    body = {"username": read_username(username).display}
    async with operating(remote, Purpose.FIRST_ADMINISTRATOR) as client:
        match await client.change("/operator/first-administrator", body):
            case {"accessPass": str(text)}:
                sys.stdout.write(f"{text}\n")
                return 0
    raise ServiceRefused("the service's answer has no access pass")


def main() -> int:
    names = {"command": "first_administrator", "purpose": "first-administrator"}
    parser = argparse.ArgumentParser(
        prog="first_administrator",
        description=f"{__doc__}{EXPLANATION.format(**names)}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("username")
    add_options(parser)
    chosen = parser.parse_args()
    remote = read_options(parser, chosen)
    if remote is None:
        return run(partial(issue, chosen.username))
    return run_without_settings(partial(issue_through, remote, chosen.username))


if __name__ == "__main__":
    sys.exit(main())
