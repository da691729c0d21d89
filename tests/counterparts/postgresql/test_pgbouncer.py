"""Why people do not connect through PgBouncer: the server sees nothing of them."""

from collections.abc import Iterator

import pytest

from devhost.process import Child
from tests.counterparts.installation import check_installed
from tests.counterparts.ports import free_port
from tests.counterparts.postgresql import documented
from tests.counterparts.postgresql.authority import Authority, Request
from tests.counterparts.postgresql.client import Psql
from tests.counterparts.postgresql.cluster import Cluster
from tests.counterparts.postgresql.installation import PGBOUNCER
from tests.counterparts.postgresql.server import Server

_CONFIGURATION = """
[databases]
orders = host=127.0.0.1 port={server.port} dbname=orders user=pool
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = cert
auth_file = {folder}/users.txt
client_tls_sslmode = verify-full
client_tls_ca_file = {folder}/ca.pem
client_tls_cert_file = {folder}/server.crt
client_tls_key_file = {folder}/server.key
"""


@pytest.fixture
def pool(server: Server) -> Iterator[int]:
    """The port of PgBouncer."""
    check_installed(PGBOUNCER)
    configuration = documented.configuration(server.cluster)
    server.configure(configuration.with_first_line("host orders pool 127.0.0.1/32 trust"))
    server.reload()
    server.ask("drop role if exists pool", "create role pool login")
    folder, port = server.cluster.folder, free_port()
    (folder / "users.txt").write_text('"app_ro" ""\n')
    path = folder / "pgbouncer.ini"
    path.write_text(_CONFIGURATION.format(server=server, port=port, folder=folder))
    programs = Cluster(folder=folder, find=lambda name: PGBOUNCER.command(f"usr/sbin/{name}"))
    child = Child(programs.command("pgbouncer", path))
    try:
        child.wait_for("process up")
        yield port
    finally:
        child.stop()
        print(child.output)


def test_the_server_sees_nothing_of_the_person(
    server: Server, newest_psql: Psql, authority: Authority, pool: int
) -> None:
    credential = authority.issue(Request(names=["app_ro"]))
    asked = "select current_user, client_dn from pg_stat_ssl where pid = pg_backend_pid()"
    ran = newest_psql.run(server, credential, asked, user="app_ro", port=str(pool))
    assert ran.stdout == "pool|\n", ran.stderr


def test_a_revoked_certificate_counts_there(
    server: Server, newest_psql: Psql, authority: Authority, pool: int
) -> None:
    stolen = authority.issue(Request(names=["app_ro"]))
    server.revocations.write_bytes(authority.revocation_list(stolen.serial))
    server.reload()
    assert newest_psql.run(server, stolen, "select 1", user="app_ro").returncode == 2
    ran = newest_psql.run(server, stolen, "select 1", user="app_ro", port=str(pool))
    assert ran.returncode == 0, ran.stderr


def test_it_compares_the_name_itself(
    server: Server, newest_psql: Psql, authority: Authority, pool: int
) -> None:
    credential = authority.issue(Request(names=["orders_admin"]))
    ran = newest_psql.run(server, credential, "select 1", user="app_ro", port=str(pool))
    assert ran.returncode == 2
