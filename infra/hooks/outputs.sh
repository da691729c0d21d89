#!/bin/sh
# With az alone: print the outputs of the deployment as commands that export them, as azd would keep
# them for the hooks.
#
#   eval "$(sh infra/hooks/outputs.sh)"
#
# Azure answers with names like azurE_KEY_VAULT_NAME (Azure/bicep#9360), and a query of az tells
# capitals from small letters, so all names are read, and put into capitals here.
set -eu
here=$(dirname "$0")
# shellcheck source=infra/hooks/azure_cli.sh
. "$here/azure_cli.sh"

name="touchstone-${AZURE_ENV_NAME:?the name of the environment}"
outputs=$(azure deployment sub show --name "$name" \
    --query "properties.outputs.[keys(@), values(@)[].value]" --output tsv)
printf '%s\n' "$outputs" | tr -d '\r' | awk -F '\t' '
    NR == 1 { count = split($0, names) }
    NR == 2 && NF == count {
        for (position = 1; position <= count; position++) {
            gsub(/\047/, "\047\\\047\047", $position)
            printf "export %s=\047%s\047\n", toupper(names[position]), $position
        }
        complete = 1
    }
    END { exit !complete }
' || stop "the outputs of the deployment $name cannot be read."
