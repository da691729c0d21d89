#!/bin/sh
# Check in seconds, before anything is made, whether a deployment can succeed. azd runs this before it
# provisions; with az alone, run it first.
#
# Reads AZURE_SUBSCRIPTION_ID, AZURE_LOCATION and the parameters that decide what is deployed, as azd
# has them. "azd up" asks for a subscription and a region before it runs this. "azd provision" asks
# later, so the first one checks only the Azure CLI.
set -eu
here=$(dirname "$0")
# shellcheck source=infra/hooks/azure_cli.sh
. "$here/azure_cli.sh"

command -v curl >/dev/null || stop "curl is not on the PATH. It asks the new service for its health."

# It says what is wrong, a line for each value.
awk -f "$here/parameters.awk" "$here/../main.bicep" "$here/../main.parameters.json" >/dev/null || exit 1

# azd takes AZURE_ENV_NAME, and every value that an environment lacks, from the shell.
selected=$(sed -n 's/.*"defaultEnvironment": *"\([^"]*\)".*/\1/p' .azure/config.json 2>/dev/null || true)
if [ "${AZURE_ENV_NAME:-$selected}" != "${selected:-${AZURE_ENV_NAME:-}}" ]; then
    warn "this is for the environment $AZURE_ENV_NAME, but $selected is selected. If your shell has the" \
        "values of $AZURE_ENV_NAME, stop this, and begin a new shell."
fi

if [ -z "${AZURE_SUBSCRIPTION_ID:-}" ] || [ -z "${AZURE_LOCATION:-}" ]; then
    exit 0
fi

needed="Microsoft.Insights Microsoft.KeyVault Microsoft.ManagedIdentity
    Microsoft.OperationalInsights Microsoft.Storage Microsoft.Web"
[ "${TOUCHSTONE_PRIVATE_NETWORK:-}" != true ] || needed="$needed Microsoft.App Microsoft.Network"
[ "${TOUCHSTONE_FRONT_DOOR:-}" != true ] || needed="$needed Microsoft.Cdn Microsoft.Network"
[ "${TOUCHSTONE_SENTINEL:-}" != true ] || needed="$needed Microsoft.SecurityInsights"

registered=$(azure provider list --query "[?registrationState=='Registered'].namespace" \
    --output tsv) ||
    stop "the resource providers of the subscription cannot be listed. You need Contributor there."
missing=
for each in $needed; do
    echo "$registered" | tr -d '\r' | grep -Fqix "$each" || missing="$missing $each"
done
[ -z "$missing" ] ||
    stop "the subscription lacks resource providers. Register them, which takes minutes:" \
        "for each in$missing; do az provider register --wait --namespace \$each" \
        "--subscription $AZURE_SUBSCRIPTION_ID; done"

kind="Flex Consumption"
set --
if [ "${TOUCHSTONE_ZONE_REDUNDANT:-}" = true ]; then
    kind="Flex Consumption with zones"
    set -- --zone-redundant true
fi
regions=$(azure functionapp list-flexconsumption-locations "$@" --query "[].name" --output tsv) ||
    stop 'the regions with Flex Consumption cannot be listed. Run "az upgrade" if az is older than 2.73.'
plain() { tr -d ' \r' | tr '[:upper:]' '[:lower:]'; }
echo "$regions" | plain | grep -Fqx "$(echo "$AZURE_LOCATION" | plain)" ||
    stop "the region $AZURE_LOCATION has no $kind. Begin a new environment in one of:" \
        "$(echo "$regions" | plain | sort | tr '\n' ' ')"

if [ "${TOUCHSTONE_PRIVATE_NETWORK:-}" = true ]; then
    case ${TOUCHSTONE_DEPLOYER_ADDRESSES:-} in
    "" | "[]")
        warn "the vault will be closed to this machine, unless it is in the network: no keys can be made." \
            "Set TOUCHSTONE_DEPLOYER_ADDRESSES: docs/deploy.md, A private vault."
        ;;
    esac
fi
