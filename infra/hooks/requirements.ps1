# As requirements.sh, for Windows.
$ErrorActionPreference = 'Stop'
Set-Location (Join-Path $PSScriptRoot '../..')

if ($env:TOUCHSTONE_LOCAL_BUILD -ne 'true') {
    exit 0
}

if (-not (Get-Command uv -ErrorAction SilentlyContinue)) {
    throw 'requirements.ps1 needs uv: install it'
}

# Only wheels: a package compiled here would be for this machine.
if (Test-Path .python_packages) {
    Remove-Item -Recurse -Force .python_packages
}
uv pip install --quiet --target .python_packages/lib/site-packages `
    --python-version 3.13 --python-platform x86_64-manylinux_2_28 `
    --only-binary :all: --no-deps --require-hashes --requirement requirements.txt
exit $LASTEXITCODE
