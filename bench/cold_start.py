"""The time from the start of a process to its first answer."""

import time

from bench.ceremonies import new_person
from bench.servers import Program, Server


async def time_hello(program: Program, *, core: int | None) -> float:
    async with Server(program, core=core) as server, server.connect() as connection:
        await connection.get("/hello")
        return time.perf_counter() - server.began


async def time_begin(program: Program, *, core: int | None) -> float:
    """With a username, as that takes longer than without."""
    person = new_person()
    asked = {"username": person.username}
    async with Server(program, core=core) as server, server.connect() as connection:
        await connection.post("/authenticate/begin", asked, person.headers)
        return time.perf_counter() - server.began
