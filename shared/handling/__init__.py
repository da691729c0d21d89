"""What handlers share and ask the service for: the endpoint around them, and who calls."""
