// Tools for reading the audit log: functions, saved queries, a workbook.

@description('Region.')
param location string

@description('Tags of all resources.')
param tags { *: string }

@description('The workspace.')
param workspaceName string

// Bicep loads a file only by a literal path, so each is named here; a test checks that the list is
// complete.
var functions = loadJsonContent('functions/functions.json')
var functionTexts = {
  'ASimAuthenticationTouchstone.kql': loadTextContent('functions/ASimAuthenticationTouchstone.kql')
  'TouchstoneEvents.kql': loadTextContent('functions/TouchstoneEvents.kql')
  'TouchstoneGaps.kql': loadTextContent('functions/TouchstoneGaps.kql')
  'TouchstoneNames.kql': loadTextContent('functions/TouchstoneNames.kql')
  'vimAuthenticationTouchstone.kql': loadTextContent('functions/vimAuthenticationTouchstone.kql')
}
var queries = loadJsonContent('queries/queries.json')
var queryTexts = {
  'access-by-groups.kql': loadTextContent('queries/access-by-groups.kql')
  'access-pass-use.kql': loadTextContent('queries/access-pass-use.kql')
  'administrators-actions.kql': loadTextContent('queries/administrators-actions.kql')
  'cloned-keys.kql': loadTextContent('queries/cloned-keys.kql')
  'dormant-keys.kql': loadTextContent('queries/dormant-keys.kql')
  'evidence-cc6-access.kql': loadTextContent('queries/evidence-cc6-access.kql')
  'evidence-cc7-monitoring.kql': loadTextContent('queries/evidence-cc7-monitoring.kql')
  'failures-by-address.kql': loadTextContent('queries/failures-by-address.kql')
  'limits-and-spraying.kql': loadTextContent('queries/limits-and-spraying.kql')
  'new-key-then-privileged-act.kql': loadTextContent('queries/new-key-then-privileged-act.kql')
  'who-used-what-when.kql': loadTextContent('queries/who-used-what-when.kql')
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' existing = {
  name: workspaceName
}

// Sequential: a function may call those before it, and Azure checks that they exist.
@batchSize(1)
resource savedFunctions 'Microsoft.OperationalInsights/workspaces/savedSearches@2025-02-01' = [for each in functions: {
  parent: workspace
  name: each.name
  properties: {
    category: each.category
    displayName: each.displayName
    query: functionTexts[each.file]
    functionAlias: each.alias
    functionParameters: each.parameters
    version: 2
    // Without it Azure accepts a search once, and refuses later changes.
    #disable-next-line BCP037
    etag: '*'
  }
}]

// Sequential: concurrent writers of saved searches may get 409.
@batchSize(1)
resource savedQueries 'Microsoft.OperationalInsights/workspaces/savedSearches@2025-02-01' = [for each in queries: {
  parent: workspace
  name: each.name
  dependsOn: [savedFunctions]
  properties: {
    category: each.category
    displayName: each.displayName
    query: queryTexts[each.file]
    tags: [for tag in each.tags: { name: tag, value: tag }]
    version: 2
    #disable-next-line BCP037
    etag: '*'
  }
}]

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(workspace.id, 'touchstone')
  location: location
  tags: tags
  kind: 'shared'
  dependsOn: [savedFunctions]
  properties: {
    displayName: 'Touchstone'
    category: 'workbook'
    sourceId: workspace.id
    serializedData: loadTextContent('workbook.json')
  }
}
