"""How the load generator reads answers."""

from bench.client import Reply


def test_a_header_is_found_by_its_name_in_any_case_and_as_often_as_it_is_there() -> None:
    head = b"HTTP/1.1 200 OK\r\nset-cookie: one=1; Path=/\r\nSet-Cookie: two=2\r\nX: y\r\n\r\n"
    reply = Reply(b"", 0.1, head)
    assert reply.headers("Set-Cookie") == ["one=1; Path=/", "two=2"]
    assert reply.headers("Location") == []
