from bench.token_exchange import full


def test_each_run_gets_a_token() -> None:
    exchange = full()
    assert [exchange()["access_token"], exchange()["access_token"]] == ["t" * 1500] * 2
