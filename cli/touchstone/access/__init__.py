"""What access profiles give: asked for, approved, exchanged."""
