# As prerequisites.sh, for Windows.
. (Join-Path $PSScriptRoot 'azure_cli.ps1')

if (-not (Get-Command curl.exe -ErrorAction SilentlyContinue)) {
    throw 'curl is not on the PATH. It asks the new service for its health.'
}

& (Join-Path $PSScriptRoot 'parameters.ps1')

# azd takes AZURE_ENV_NAME, and every value that an environment lacks, from the shell.
if ($env:AZURE_ENV_NAME -and (Test-Path .azure/config.json)) {
    $selected = (Get-Content -Raw .azure/config.json | ConvertFrom-Json).defaultEnvironment
    if ($selected -and $selected -ne $env:AZURE_ENV_NAME) {
        Write-Warning "this is for the environment $env:AZURE_ENV_NAME, but $selected is selected. If your shell has the values of $env:AZURE_ENV_NAME, stop this, and begin a new shell."
    }
}

if (-not $env:AZURE_SUBSCRIPTION_ID -or -not $env:AZURE_LOCATION) { exit 0 }

$needed = @(
    'Microsoft.Insights', 'Microsoft.KeyVault', 'Microsoft.ManagedIdentity'
    'Microsoft.OperationalInsights', 'Microsoft.Storage', 'Microsoft.Web'
)
if ($env:TOUCHSTONE_PRIVATE_NETWORK -eq 'true') { $needed += 'Microsoft.App', 'Microsoft.Network' }
if ($env:TOUCHSTONE_FRONT_DOOR -eq 'true') { $needed += 'Microsoft.Cdn', 'Microsoft.Network' }
if ($env:TOUCHSTONE_SENTINEL -eq 'true') { $needed += 'Microsoft.SecurityInsights' }

$registered = @(Invoke-Azure provider list --query "[?registrationState=='Registered'].namespace" --output tsv)
if ($LASTEXITCODE -ne 0) {
    throw 'the resource providers of the subscription cannot be listed. You need Contributor there.'
}
$missing = @($needed | Where-Object { $registered -notcontains $_ }) -join ' '
if ($missing) {
    throw "the subscription lacks resource providers. Register them, which takes minutes: foreach (`$each in -split '$missing') { az provider register --wait --namespace `$each --subscription $env:AZURE_SUBSCRIPTION_ID }"
}

$kind = 'Flex Consumption'
$asked = @()
if ($env:TOUCHSTONE_ZONE_REDUNDANT -eq 'true') {
    $kind = 'Flex Consumption with zones'
    $asked = @('--zone-redundant', 'true')
}
$regions = @(Invoke-Azure functionapp list-flexconsumption-locations @asked --query '[].name' --output tsv)
if ($LASTEXITCODE -ne 0) {
    throw 'the regions with Flex Consumption cannot be listed. Run "az upgrade" if az is older than 2.73.'
}
$plain = @($regions | ForEach-Object { $_.Replace(' ', '') })
if ($plain -notcontains $env:AZURE_LOCATION.Replace(' ', '')) {
    throw "the region $env:AZURE_LOCATION has no $kind. Begin a new environment in one of: $($plain | Sort-Object)"
}

if ($env:TOUCHSTONE_PRIVATE_NETWORK -eq 'true' -and @($null, '', '[]') -contains $env:TOUCHSTONE_DEPLOYER_ADDRESSES) {
    Write-Warning 'the vault will be closed to this machine, unless it is in the network: no keys can be made. Set TOUCHSTONE_DEPLOYER_ADDRESSES: docs/deploy.md, A private vault.'
}
