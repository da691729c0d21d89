#!/bin/sh
# Install Python's packages into .venv, Azurite into devhost/node_modules, and what tests need of
# npm: the clients that verify tokens, and the parser of Kusto queries.
# Does nothing if that has been done for the requirement files as they are.
set -eu
cd "$(dirname "$0")/.."

requirements=$(cat requirements.txt requirements-dev.txt devhost/package-lock.json \
    tests/interop/package-lock.json tests/infra/kusto/package-lock.json | cksum)
stamp=.venv/.stamp-$(echo "$requirements" | tr ' ' '-')
if [ -e "$stamp" ] && [ -d devhost/node_modules ] && [ -d tests/interop/node_modules ] &&
    [ -d tests/infra/kusto/node_modules ] &&
    .venv/bin/python -c ''; then
    exit 0
fi

fail() {
    echo "$1" >&2
    exit 1
}

# Version managers put a python3.13 on PATH that only complains, so each is tried by running it.
# Without ensurepip (python3.13-venv on Debian) it cannot make a virtual environment.
is_suitable() {
    "$1" -c 'import ensurepip, sys; sys.exit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1
}

find_python() {
    for candidate in python3.13 python3 python "$HOME"/.pyenv/versions/3.13*/bin/python3.13; do
        if is_suitable "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

# uv can bring a Python of its own; any Python 3 will do to bring uv.
make_environment_with_uv() {
    uv=$(command -v uv) || {
        throwaway=$(mktemp -d)
        trap 'rm -rf "$throwaway"' EXIT
        python3 -m venv "$throwaway" && "$throwaway/bin/pip" install --quiet uv || return 1
        uv=$throwaway/bin/uv
    }
    "$uv" python install --quiet 3.13 && "$uv" venv --quiet --seed --python 3.13 .venv
}

make_environment_with_uv_quietly() {
    log=$(mktemp)
    if make_environment_with_uv >"$log" 2>&1; then
        rm -f "$log"
    else
        cat "$log" >&2
        rm -f "$log"
        return 1
    fi
}

install_requirements() {
    if uv --version >/dev/null 2>&1; then
        uv pip install --quiet --python .venv/bin/python --require-hashes \
            --requirement requirements-dev.txt
    else
        .venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes \
            --requirement requirements-dev.txt
    fi
}

echo "installing into .venv and devhost/node_modules" >&2
if ! is_suitable .venv/bin/python; then
    rm -rf .venv
    if python=$(find_python); then
        "$python" -m venv .venv
    else
        make_environment_with_uv_quietly ||
            fail "Python 3.13 is missing, and uv could not bring it: see above, or install it (python.org, or your package manager), and run make again"
    fi
fi
rm -f .venv/.stamp-*
install_requirements || fail "pip could not install requirements-dev.txt: see above"
.venv/bin/python -m devhost.install || fail "npm could not install a package.json: see above"
touch "$stamp"
