"""Re-checking the receipts of approvals, which `docs/approvals.md` describes."""
