"""What webhooks of a profile are told of an approval."""
