"""`python -m tests.counterparts.install`: each counterpart that is not installed yet.

One that cannot be installed fails its own tests, and is reported here. The others go on.
"""

import sys

from tests.counterparts.apache.installation import APACHE, NEWER_APACHE
from tests.counterparts.authlib.installation import AUTHLIB
from tests.counterparts.azure_sql.installation import LIBRARIES, NODE_DRIVER, PYTHON_DRIVERS
from tests.counterparts.forward_authentication.installation import PROXIES
from tests.counterparts.installation import Counterpart
from tests.counterparts.mcp.installation import MCP
from tests.counterparts.nginx.installation import ENVOY, NGINX
from tests.counterparts.postgresql.installation import (
    DRIVERS,
    PGBOUNCER,
    POSTGRESQL_15,
    POSTGRESQL_18,
)
from tests.counterparts.psql.installation import POSTGRESQL, PSQL

COUNTERPARTS: tuple[Counterpart, ...] = (
    APACHE,
    NEWER_APACHE,
    NGINX,
    ENVOY,
    PROXIES,
    AUTHLIB,
    MCP,
    POSTGRESQL,
    PSQL,
    POSTGRESQL_15,
    POSTGRESQL_18,
    PGBOUNCER,
    DRIVERS,
    PYTHON_DRIVERS,
    LIBRARIES,
    NODE_DRIVER,
)


def main() -> None:
    for counterpart in COUNTERPARTS:
        try:
            counterpart.install()
        except (AssertionError, OSError) as error:
            print(f"{counterpart.folder.name} cannot be installed: {error}", file=sys.stderr)


if __name__ == "__main__":
    main()
