#!/bin/sh
# Install the requirements for Python 3.13 on Azure's Linux, on any machine, into .python_packages,
# which a deployment without a remote build includes.
#
# azd runs this before it makes the package, and then it does nothing unless
# TOUCHSTONE_LOCAL_BUILD is true. By hand: TOUCHSTONE_LOCAL_BUILD=true sh infra/hooks/requirements.sh
# Needs uv: one on PATH, or the one that make run puts into .venv.
set -eu
cd "$(dirname "$0")/../.."

if [ "${TOUCHSTONE_LOCAL_BUILD:-}" != true ]; then
    exit 0
fi

if command -v uv >/dev/null; then
    uv=uv
elif [ -x .venv/bin/uv ]; then
    uv=.venv/bin/uv
else
    echo "requirements.sh needs uv: install it, or run make setup" >&2
    exit 1
fi

# Only wheels: a package compiled here would be for this machine.
rm -rf .python_packages
"$uv" pip install --quiet --target .python_packages/lib/site-packages \
    --python-version 3.13 --python-platform x86_64-manylinux_2_28 \
    --only-binary :all: --no-deps --require-hashes --requirement requirements.txt
