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
from shared.commands.running import run


async def issue(username: str) -> int:
    issued = await wiring.service().passes.bootstrap(read_username(username))
    if issued is None:
        sys.stderr.write("There are accounts already: ask one of their administrators.\n")
        return 1
    sys.stdout.write(f"{issued.text}\n")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="first_administrator", description=__doc__)
    parser.add_argument("username")
    username: str = parser.parse_args().username
    return run(partial(issue, username))


if __name__ == "__main__":
    sys.exit(main())
