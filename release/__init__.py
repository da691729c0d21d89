"""What a release is made of: the package that goes to Azure, the version, and the notes.

`make release` puts it into .local/release, and the workflow of that name gives it to GitHub.
"""
