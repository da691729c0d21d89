"""Stories about who may have access to what: groups."""
