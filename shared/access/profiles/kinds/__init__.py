"""What a profile of each kind gives, and how that is written. A module each."""
