"""Commands that operators run by hand, with the app's settings in the environment."""
