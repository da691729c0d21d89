"""Hosts and paths of web pages, in one spelling each."""
