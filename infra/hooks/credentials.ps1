# List what lets somebody act as one of our identities in Azure although no parameter names it, as
# credentials.sh does on other systems.
. (Join-Path $PSScriptRoot 'azure_cli.ps1')

$group = $env:AZURE_RESOURCE_GROUP
if (-not ($group -and $env:TOUCHSTONE_IDENTITIES -and $env:TOUCHSTONE_URL)) {
    throw 'AZURE_RESOURCE_GROUP, TOUCHSTONE_IDENTITIES, TOUCHSTONE_URL: outputs of the last deployment'
}
$named = $env:TOUCHSTONE_IDENTITIES | ConvertFrom-Json
$found = 0

function Read-Answer($answer) {
    if ($LASTEXITCODE -ne 0) { throw "$refusal`nthe identities cannot be listed" }
    # One object may be many: without the pipe Windows PowerShell keeps a list in one.
    ($answer -join "`n") | ConvertFrom-Json | ForEach-Object { $_ }
}

foreach ($identity in Read-Answer (Invoke-Azure identity list --resource-group $group --output json)) {
    $expected = @($named | Where-Object { $_.identity -ceq $identity.name })
    $subjects = @($expected | ForEach-Object { $_.subjects } | ForEach-Object { "$($_.name) $($_.subject)" })
    foreach ($each in Read-Answer (Invoke-Azure identity federated-credential list --resource-group $group --identity-name $identity.name --output json)) {
        if ($each.issuer -ceq $env:TOUCHSTONE_URL -and $subjects -ccontains "$($each.name) $($each.subject)") { continue }
        $found++
        Write-Output "No parameter names the credential $($each.name) of $($identity.name), which accepts $($each.subject) of $($each.issuer). Remove it:"
        Write-Output "  az identity federated-credential delete --resource-group $group --identity-name $($identity.name) --name $($each.name) --yes"
    }
    if (-not $expected) {
        $found++
        Write-Output "No parameter names the identity $($identity.name). Remove its roles, then the identity:"
        Write-Output "  az role assignment list --all --assignee $($identity.principalId) --query `"[].id`" --output tsv | ForEach-Object { az role assignment delete --ids `$_ }"
        Write-Output "  az identity delete --resource-group $group --name $($identity.name)"
    }
}
if ($found) { exit 1 }
