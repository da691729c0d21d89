"""Re-checking the ceremonies in the log: registrations, sign-ins and their signatures."""
