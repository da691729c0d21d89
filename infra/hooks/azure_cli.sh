# shellcheck shell=sh
# Sourced by the hooks. Stops if the Azure CLI cannot be used: it is needed for what no template can
# do, and azd does not need it, so azd does not miss it.

stop() {
    echo "ERROR: $*" >&2
    exit 1
}

warn() {
    echo "WARNING: $*" >&2
}

# In the subscription of the deployment, which the one that az has chosen may differ from.
azure() {
    if [ -n "${AZURE_SUBSCRIPTION_ID:-}" ]; then
        az "$@" --subscription "$AZURE_SUBSCRIPTION_ID"
    else
        az "$@"
    fi
}

command -v az >/dev/null ||
    stop "the Azure CLI (az) is not on the PATH. Install it: https://aka.ms/install-azure-cli"
if ! azure account get-access-token --scope https://vault.azure.net/.default --output none 2>/dev/null; then
    az account show --output none 2>/dev/null ||
        stop 'the Azure CLI is not signed in. Run "az login"; "azd auth login" does not do that.'
    azure account show --output none 2>/dev/null ||
        stop "the Azure CLI is signed in, but not to the subscription ${AZURE_SUBSCRIPTION_ID:-}." \
            'Run "az login --tenant <tenant>" as the person that azd deploys for.'
    stop 'the Azure CLI gets no token for Key Vault, as its sign-in has ended or needs another step.' \
        'Run "az login --scope https://vault.azure.net/.default".'
fi
