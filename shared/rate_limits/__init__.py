"""Rate limits: which there are, whom they count, and how a client is told.

`policy`, `windows`, `addresses` and `headers` are pure; `limiter` and `failures` ask the counters,
which are rows in Azure Tables that all instances share: `shared.storage.limits`.
"""
