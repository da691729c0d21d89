"""Rate limits: which limits exist, whom they count, and the headers that tell a client.

`policy`, `windows`, `addresses` and `headers` are pure. `limiter` and `failures` use counters,
which are rows in Azure Tables that all instances share: `shared.storage.limits`.
"""
