"""People sign out, and clients that they signed in to get to know it."""
