"""Makes a release: the package that goes to Azure, the version, and the release notes.

`make release` writes it to .local/release, and the workflow of that name publishes it on GitHub.
"""
