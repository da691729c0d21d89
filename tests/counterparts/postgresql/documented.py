"""What docs/postgresql.md shows, for the files of a cluster."""

import json
import shlex
from dataclasses import replace
from typing import Any

from tests.counterparts.documents import blocks
from tests.counterparts.postgresql.cluster import Cluster
from tests.counterparts.postgresql.server import Configuration

_PAGE = "postgresql.md"
FOLDER = "/var/lib/postgresql/touchstone"
ISSUER = "https://login.example.com"


def configuration(cluster: Cluster) -> Configuration:
    return Configuration(
        server=block("postgresql", containing="ssl = on").replace(FOLDER, str(cluster.folder)),
        hba=block("pg_hba", containing="clientname=CN"),
    )


def configuration_by_whole_name(cluster: Cluster) -> Configuration:
    return replace(
        configuration(cluster),
        hba=block("pg_hba", containing="clientname=DN"),
        ident=block("pg_ident", containing="orders"),
    )


def profile() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(block("json", containing="postgresql-certificate"))
    return found


def statements(version: int) -> list[str]:
    """In the order of the page, without those that a test runs itself."""
    person = "substring(system_user" if version > 15 else "create extension sslinfo"
    roles, job = "create role touchstone ", "create role touchstone_job"
    told = (roles, person, "create table notes", "create view", job)
    return [sql(each) for each in told]


def sql(containing: str) -> str:
    return block("sql", containing=containing)


def script(cluster: Cluster, issuer: str) -> str:
    replacements = {FOLDER: str(cluster.folder), ISSUER: issuer}
    (found,) = blocks(_PAGE, "sh", replacements, folder="docs")
    return found


def program(driver: str, port: int) -> str:
    found = block("python", containing=f"import {driver}\n")
    for old in ("host=db.example.com", 'host="db.example.com"'):
        to = old.replace("db.example.com", "127.0.0.1")
        separator = ", " if '"' in old else " "
        found = found.replace(old, f"{to}{separator}port={port}")
    return found


def psql(port: int) -> list[str]:
    """Its arguments."""
    found = block("psql", containing="psql ")
    assert "db.example.com" in found
    return shlex.split(found.replace("db.example.com", f"127.0.0.1 port={port}"))[1:]


def block(language: str, *, containing: str) -> str:
    found = blocks(_PAGE, language, {}, folder="docs")
    (only,) = [each for each in found if containing in each]
    return only
