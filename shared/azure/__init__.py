"""What all clients of Azure services share: the credential and the timeouts."""
