// Names in the parameter settings. Azure stores every name, and the app ignores those that it does not
// know, so a misspelled setting would have no effect.

import { faultOf } from 'texts.bicep'

func isIn(name string, names string[]) bool => contains(map(names, each => toLower(each)), toLower(name))

// startsWith does not compare upper and lower case, and the platform does.
func beginsAs(name string, prefix string) bool => startsWith(name, prefix) && contains(name, prefix)

func isPlatforms(name string, prefixes string[]) bool => !empty(filter(prefixes, each => beginsAs(name, each)))

// Names of connections of the host: any of them could bring a key along.
func isSetByTemplate(name string, names string[]) bool => isIn(name, names) || startsWith(name, 'AzureWebJobsStorage')

@export()
@description('What is wrong with the names of settings.')
func settingFaults(names string[], ofService string[], ofTemplate string[], ofPlatform string[], refusedByPlan string[]) string[] => concat(
  faultOf(filter(names, each => isSetByTemplate(each, ofTemplate)), 'settings: ', ' is set by the template itself: remove it, and use the other parameters'),
  faultOf(filter(names, each => isIn(each, refusedByPlan)), 'settings: ', ' is not for Flex Consumption: remove it'),
  faultOf(filter(names, each => !contains(ofService, each) && !isSetByTemplate(each, ofTemplate) && !isIn(each, refusedByPlan) && !isPlatforms(each, ofPlatform)), 'settings: ', ' is not a setting of the service: README lists them')
)
