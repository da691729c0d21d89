"""The drivers. Microsoft's for ODBC, in `mssql-python-odbc`, has a license of its own: it is used
by tests, and is no part of anything that this repository ships."""

from pathlib import Path

from tests.counterparts.installation import FOLDER, DebianPackages, NodePackages, PythonPackages

_HERE = Path(__file__).parent

PYTHON_DRIVERS = PythonPackages(
    folder=FOLDER / "azure-sql-python", requirements=_HERE / "requirements.txt"
)
LIBRARIES = DebianPackages(
    folder=FOLDER / "azure-sql-libraries",
    names=("libgssapi-krb5-2", "libkrb5-3", "libltdl7", "libodbc2"),
)
"""That the drivers for ODBC, and pyodbc, need."""
NODE_DRIVER = NodePackages(folder=FOLDER / "azure-sql-node", package=_HERE / "package.json")
