"""Names of what is in Azure, as they may become parts of addresses. Pure."""
