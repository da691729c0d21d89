// The alerts. Each has its runbook in docs/runbooks.md.

@description('Region.')
param location string

@description('Tags of all resources.')
param tags { *: string }

@description('The workspace.')
param workspaceId string

@description('The app\'s identity, which may write to the tables.')
param appPrincipalId string

@description('Address of docs/runbooks.md that recipients can open.')
param runbooksUrl string

@description('Recipients of alerts.')
param emails string[]

@description('Further recipients of alerts of severity 0 and 1 alone.')
param urgentEmails string[]

// Bicep loads a file only by a literal path, so each is named here; a test checks that the list is
// complete.
var alerts = loadJsonContent('alerts/alerts.json')
var texts = {
  'access-pass-guessing.kql': loadTextContent('alerts/access-pass-guessing.kql')
  'administrator-with-new-key.kql': loadTextContent('alerts/administrator-with-new-key.kql')
  'audit-delayed.kql': loadTextContent('alerts/audit-delayed.kql')
  'audit-incomplete.kql': loadTextContent('alerts/audit-incomplete.kql')
  'audit-inconsistent.kql': loadTextContent('alerts/audit-inconsistent.kql')
  'audit-silent.kql': loadTextContent('alerts/audit-silent.kql')
  'client-changed.kql': loadTextContent('alerts/client-changed.kql')
  'cloned-key.kql': loadTextContent('alerts/cloned-key.kql')
  'code-reused.kql': loadTextContent('alerts/code-reused.kql')
  'data-written.kql': loadTextContent('alerts/data-written.kql')
  'erasure-requested.kql': loadTextContent('alerts/erasure-requested.kql')
  'failures-of-one-account.kql': loadTextContent('alerts/failures-of-one-account.kql')
  'no-events.kql': loadTextContent('alerts/no-events.kql')
  'operator-token-used.kql': loadTextContent('alerts/operator-token-used.kql')
  'policy-changed.kql': loadTextContent('alerts/policy-changed.kql')
  'profile-changed.kql': loadTextContent('alerts/profile-changed.kql')
  'signing-key-rotated.kql': loadTextContent('alerts/signing-key-rotated.kql')
  'spraying.kql': loadTextContent('alerts/spraying.kql')
  'token-from-elsewhere.kql': loadTextContent('alerts/token-from-elsewhere.kql')
  'token-reused.kql': loadTextContent('alerts/token-reused.kql')
}

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-touchstone'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'touchstone'
    emailReceivers: [for email in emails: {
      name: email
      emailAddress: email
      useCommonAlertSchema: true
    }]
  }
}

// Azure sends an address at most 100 mails an hour. An address that gets only these alerts is not used up
// by the others.
resource urgent 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-touchstone-urgent'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'ts-urgent'
    emailReceivers: [for email in concat(emails, urgentEmails): {
      name: email
      emailAddress: email
      useCommonAlertSchema: true
    }]
  }
}

resource rules 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [for alert in alerts: {
  name: 'touchstone-${alert.name}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Touchstone: ${alert.displayName}'
    description: '${alert.description} What to do: ${alert.whatToDo} ${replace(alert.runbook, 'docs/runbooks.md', runbooksUrl)}'
    severity: alert.severity
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: alert.evaluationFrequency
    windowSize: alert.windowSize
    overrideQueryTimeRange: alert.overrideQueryTimeRange
    criteria: {
      allOf: [
        {
          query: replace(texts[alert.file], '<object ID of the app>', appPrincipalId)
          timeAggregation: alert.timeAggregation
          operator: alert.operator
          threshold: alert.threshold
          dimensions: [for name in alert.dimensions: { name: name, operator: 'Include', values: ['*'] }]
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    // Alerts of single acts are sent for each, and Azure never calls them resolved.
    autoMitigate: alert.autoMitigate
    // At the first deployment the table is minutes old, and the validation does not know it yet.
    skipQueryValidation: true
    actions: { actionGroups: [alert.severity < 2 ? urgent.id : (people.id)], customProperties: { runbook: replace(alert.runbook, 'docs/runbooks.md', runbooksUrl) } }
  }
}]
