"""HTTP: requests to values, values to responses. Nothing else knows `azure.functions`."""
