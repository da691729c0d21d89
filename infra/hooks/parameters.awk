# Fill in the file of parameters from the environment, as azd does, and refuse what azd would lose:
#
#   awk -f infra/hooks/parameters.awk infra/main.bicep infra/main.parameters.json
#
# A parameter is one line of that file, "name": { "value": "${VARIABLE=default}" }. The default shows
# the type: true or false, a number, [] for a list, null for an object, all else for a text. An
# object's default cannot be {}, because azd ends a default at the first }; null means main.bicep's.
# main.bicep is read for its outputs, which azd keeps beside the values that an operator sets.

function refuse(variable, why) {
    faults = faults variable ": " why "\n"
}

function checked(variable, value, fits, why) {
    if (!fits) {
        refuse(variable, why)
    }
    return value
}

function filled(variable, value, otherwise) {
    if (otherwise ~ /^(true|false)$/) {
        return checked(variable, value, value ~ /^(true|false)$/, "write true or false")
    }
    if (otherwise ~ /^[0-9]+$/) {
        return checked(variable, value, value ~ /^[0-9]+$/, "write a whole number")
    }
    if (otherwise == "[]") {
        return checked(variable, value, value ~ /^\[([ \t\n]*|.*".*)\]$/, "write a list in JSON")
    }
    if (otherwise == "null") {
        return checked(variable, value, value ~ /^[{]([ \t\n]*|.*".*)[}]$/, "write an object in JSON")
    }
    return "\"" checked(variable, value, value !~ /["\\]/, "it must have no quotation mark and no backslash") "\""
}

/^output [A-Z]/ {
    known[$2] = 1
}

/"value":/ {
    split($0, quoted, "\"")
    place = substr(quoted[6], 3, length(quoted[6]) - 3)
    variable = place
    sub(/=.*/, "", variable)
    otherwise = substr(place, length(variable) + 2)
    value = ENVIRON[variable] == "" ? otherwise : ENVIRON[variable]
    known[variable] = 1
    if (value != "" && value != "null") {
        lines = lines separator "    \"" quoted[2] "\": { \"value\": " filled(variable, value, otherwise) " }"
        separator = ",\n"
    }
}

END {
    known["TOUCHSTONE_LOCAL_BUILD"] = 1
    for (variable in ENVIRON) {
        if (variable ~ /^TOUCHSTONE_/ && ENVIRON[variable] != "" && !(variable in known)) {
            refuse(variable, "no parameter has this name; correct it, or set it to nothing")
        }
    }
    if (ENVIRON["TOUCHSTONE_EDGE_HOST"] != "" && ENVIRON["TOUCHSTONE_FRONT_DOOR"] == "") {
        refuse("TOUCHSTONE_FRONT_DOOR", "the last deployment had Front Door; write whether it stays")
    }
    if (faults != "") {
        printf "%s", faults | "cat >&2"
        close("cat >&2")
        exit 1
    }
    print "{\n  \"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#\","
    print "  \"contentVersion\": \"1.0.0.0\",\n  \"parameters\": {\n" lines "\n  }\n}"
}
