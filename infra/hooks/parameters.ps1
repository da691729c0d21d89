# Refuse values in the environment that azd would lose, as parameters.awk does on other systems.
$ErrorActionPreference = 'Stop'
$infra = Split-Path $PSScriptRoot

$text = Get-Content -Raw (Join-Path $infra 'main.parameters.json')
$outputs = [regex]::Matches((Get-Content -Raw (Join-Path $infra 'main.bicep')), '(?m)^output ([A-Z_]+)')
$known = @('TOUCHSTONE_LOCAL_BUILD') + @($outputs | ForEach-Object { $_.Groups[1].Value })
$faults = @()

foreach ($place in [regex]::Matches($text, '"\$\{(\w+)=?([^}]*)\}"')) {
    $variable = $place.Groups[1].Value
    $otherwise = $place.Groups[2].Value
    $known += $variable
    $value = [Environment]::GetEnvironmentVariable($variable)
    if (-not $value) { continue }
    if ($otherwise -cmatch '^(true|false)$') {
        if ($value -cnotmatch '^(true|false)$') { $faults += "${variable}: write true or false" }
    } elseif ($otherwise -match '^[0-9]+$') {
        if ($value -notmatch '^[0-9]+$') { $faults += "${variable}: write a whole number" }
    } elseif ($otherwise -eq '[]') {
        if ($value -notmatch '(?s)^\[(\s*|.*".*)\]$') { $faults += "${variable}: write a list in JSON" }
    } elseif ($otherwise -eq 'null') {
        if ($value -notmatch '(?s)^\{(\s*|.*".*)\}$') { $faults += "${variable}: write an object in JSON" }
    } elseif ($value -match '["\\]') {
        $faults += "${variable}: it must have no quotation mark and no backslash"
    }
}

foreach ($entry in Get-ChildItem env:TOUCHSTONE_*) {
    if ($entry.Value -and $known -notcontains $entry.Name) {
        $faults += "$($entry.Name): no parameter has this name; correct it, or set it to nothing"
    }
}
if ($env:TOUCHSTONE_EDGE_HOST -and -not $env:TOUCHSTONE_FRONT_DOOR) {
    $faults += 'TOUCHSTONE_FRONT_DOOR: the last deployment had Front Door; write whether it stays'
}
if ($faults) { throw ($faults -join "`n") }
