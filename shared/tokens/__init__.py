"""What a sign-in is worth: access tokens, and the keys that sign them."""
