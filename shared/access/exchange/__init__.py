"""Token exchange (RFC 8693): what is asked for, who may act, and what Entra gets and answers."""
