# As azure_cli.sh, for Windows: PowerShell 7, and 5.1, which azd takes where there is no other.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false

# In the subscription of the deployment. Answers what az prints and keeps its errors in $refusal.
function Invoke-Azure {
    # PowerShell 5.1 takes each line of an error of az as an error of its own, and would stop.
    $ErrorActionPreference = 'Continue'
    $chosen = @()
    if ($env:AZURE_SUBSCRIPTION_ID) { $chosen = @('--subscription', $env:AZURE_SUBSCRIPTION_ID) }
    $lines = @(& az @args @chosen 2>&1)
    $script:refusal = @($lines | Where-Object { $_ -is [Management.Automation.ErrorRecord] }) -join "`n"
    $lines | Where-Object { $_ -isnot [Management.Automation.ErrorRecord] } | ForEach-Object { "$_" }
}

if (-not (Get-Command az -ErrorAction SilentlyContinue)) {
    throw 'the Azure CLI (az) is not on the PATH. Install it: https://aka.ms/install-azure-cli'
}
Invoke-Azure account get-access-token --scope 'https://vault.azure.net/.default' --output none
if ($LASTEXITCODE -ne 0) {
    & {
        $ErrorActionPreference = 'Continue'
        az account show --output none 2>&1 | Out-Null
    }
    if ($LASTEXITCODE -ne 0) {
        throw 'the Azure CLI is not signed in. Run "az login"; "azd auth login" does not do that.'
    }
    Invoke-Azure account show --output none
    if ($LASTEXITCODE -ne 0) {
        throw "the Azure CLI is signed in, but not to the subscription $env:AZURE_SUBSCRIPTION_ID. Run `"az login --tenant <tenant>`" as the person that azd deploys for."
    }
    throw 'the Azure CLI gets no token for Key Vault, as its sign-in has ended or needs another step. Run "az login --scope https://vault.azure.net/.default".'
}
