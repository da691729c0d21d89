"""What operators do through the service, as their machines cannot reach the tables: the pass of the
first administrator, and an export of the tables.

`shared.keys.operator_tokens` says who is an operator. A token begins one thing, and its use is an
event. An export that was begun is read with the same token until that ends.
"""
