"""Let the first administrator in: make their account and print an access pass for it, which is
good for an hour, once. Refused as soon as that account has a passkey, or there is another account.

python -m shared.commands.first_administrator USERNAME
"""

import argparse
import asyncio
import sys

from shared import wiring
from shared.accounts.names import read_username
from shared.commands.output import complain
from shared.errors import TouchstoneError
from shared.settings import InvalidSetting


async def issue(username: str) -> str | None:
    try:
        issued = await wiring.service().passes.bootstrap(read_username(username))
    finally:
        await wiring.disconnect()
    return issued.text if issued else None


def main() -> int:
    parser = argparse.ArgumentParser(prog="first_administrator", description=__doc__)
    parser.add_argument("username")
    username: str = parser.parse_args().username
    try:
        wiring.prepare()
        text = asyncio.run(issue(username))
    except (InvalidSetting, TouchstoneError, ValueError) as error:
        return complain(error)
    if text is None:
        sys.stderr.write("There are accounts already: ask one of their administrators.\n")
        return 1
    sys.stdout.write(f"{text}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
