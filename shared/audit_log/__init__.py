"""The audit log as it is kept: sealed, checked, proven, searched, delivered, erased."""
