"""The credential and the timeouts that all clients of Azure services share."""
