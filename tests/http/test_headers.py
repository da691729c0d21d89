"""What may be cached, what a page may do, and what a Host header cannot change."""

import re

import pytest

from tests.api import Api, new_username

PAGES = ["/", "/problems", "/approve", "/requests", "/audit"]
ASSET = re.compile(r'(?:href|src)="/?(assets/[\w.-]+/[\w.-]+)"')
CEREMONY = "/authenticate/begin"


@pytest.mark.parametrize("path", ["/health", "/me", "/nowhere"])
async def test_every_answer_forbids_sniffing(api: Api, path: str) -> None:
    reply = await api.get(path)
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    assert "Server" not in reply.headers


async def test_answers_about_a_person_are_not_cached(api: Api) -> None:
    replies = [
        await api.get("/health"),
        await api.get("/me"),
        await api.post(CEREMONY, {}),
        await api.post(CEREMONY, []),
        await api.post("/register/begin", {"username": new_username()}),
        await api.post("/register/finish", {}),
        await api.post("/authenticate/finish", {}),
    ]
    assert {reply.headers["Cache-Control"] for reply in replies} == {"no-store"}


@pytest.mark.parametrize("path", ["/.well-known/jwks.json", "/openapi.json"])
async def test_public_answers_that_seldom_change_are_cached(api: Api, path: str) -> None:
    assert (await api.get(path)).headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_runs_only_its_own_scripts(api: Api, path: str) -> None:
    headers = (await api.get(path)).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "publickey-credentials-get=(self)" in headers["Permissions-Policy"]


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_has_no_inline_code_and_all_its_files_exist(api: Api, path: str) -> None:
    text = (await api.get(path)).raw.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", text)
    files = set(ASSET.findall(text))
    assert files
    for file in files:
        assert (await api.get(f"/{file}")).status == 200


@pytest.mark.parametrize("path", [*PAGES, "/assets/common/base.css", "/assets/home/home.js"])
async def test_an_unchanged_file_is_not_sent_again(api: Api, path: str) -> None:
    first = await api.get(path)
    assert first.headers["Cache-Control"] == "no-cache"
    again = await api.send("GET", path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.raw) == (304, b"")
    for name in ("ETag", "Content-Type"):
        assert again.headers[name] == first.headers[name]
    stale = await api.send("GET", path, headers={"If-None-Match": '"another"'})
    assert (stale.status, stale.raw) == (200, first.raw)


@pytest.mark.parametrize(
    "name",
    [
        "nothing.js",
        "..%2fsettings.py",
        "..%5csettings.py",
        "%2e%2e%2f%2e%2e%2fhost.json",
        "%00index.html",
        "pages.py",
        "%2fetc%2fpasswd",
    ],
)
async def test_no_other_file_is_served(api: Api, name: str) -> None:
    reply = await api.get(f"/assets/home/{name}")
    assert (reply.status, reply.problem) == (404, "not-found")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example"},
        {"Forwarded": "host=evil.example;proto=https"},
        {"X-Forwarded-Proto": "https", "X-Original-Host": "evil.example"},
        {"X-Original-URL": "/evil.example", "X-HTTP-Method-Override": "GET"},
    ],
    ids=lambda headers: next(iter(headers)),
)
async def test_the_host_header_changes_nothing(api: Api, headers: dict[str, str]) -> None:
    json_headers = {"Content-Type": "application/json", **headers}
    begun = await api.send("POST", CEREMONY, data=b"{}", headers=json_headers)
    assert begun.json["publicKey"]["rpId"] == "localhost"
    refused = await api.send("POST", CEREMONY, data=b"[]", headers=json_headers)
    assert refused.json["type"].startswith(f"{api.url}/problems#")
    described = await api.send("GET", "/openapi.json", headers=headers)
    assert described.json["servers"] == [{"url": api.url}]
    for reply in (begun, refused, described):
        assert "evil.example" not in reply.raw.decode() + str(reply.headers)
