"""The labels and notes of a statement, in each language of our pages."""

from collections.abc import Mapping

_ENGLISH = {
    "what": "What",
    "profile": "Access",
    "details.type": "Kind",
    "details.actions": "Action",
    "details.locations": "Where",
    "details.datatypes": "Data",
    "details.privileges": "Privilege",
    "details.identifier": "Resource",
    "asker": "Asked by",
    "client": "By the application",
    "address": "From the address",
    "reason": "Reason",
    "service": "At",
    "createdAt": "Asked at",
    "expiresAt": "To be decided and begun until",
    "lifetime": "The access lasts",
    "seconds": "{seconds} seconds at most",
    "cut": "… ({length} characters in all)",
    "mark.direction": "It has characters that change the direction of reading: it may read "
    "otherwise than it runs.",
    "mark.invisible": "It has characters that are not seen. They are written as [U+…].",
    "mark.scripts": "One word has letters of several scripts: letters may not be what they seem.",
    "mark.look-alikes": "A word looks like Latin letters, and is none.",
    "mark.spelling": "It is written in an unusual way: another text can look the same.",
    "mark.unknown": "It has characters that mean nothing in general.",
    "mark.long": "It has {length} characters, of which only the first ones are shown.",
}
_GERMAN = {
    "what": "Was",
    "profile": "Zugang",
    "details.type": "Art",
    "details.actions": "Aktion",
    "details.locations": "Wo",
    "details.datatypes": "Daten",
    "details.privileges": "Recht",
    "details.identifier": "Ressource",
    "asker": "Angefragt von",
    "client": "Über die Anwendung",
    "address": "Von der Adresse",
    "reason": "Grund",
    "service": "Bei",
    "createdAt": "Angefragt am",
    "expiresAt": "Zu entscheiden und zu beginnen bis",
    "lifetime": "Der Zugang gilt",
    "seconds": "höchstens {seconds} Sekunden",
    "cut": "… (insgesamt {length} Zeichen)",
    "mark.direction": "Es enthält Zeichen, die die Leserichtung ändern: Es kann sich anders lesen, "
    "als es wirkt.",
    "mark.invisible": "Es enthält Zeichen, die man nicht sieht. Sie stehen hier als [U+…].",
    "mark.scripts": "Ein Wort hat Buchstaben mehrerer Schriften: Sie sind vielleicht nicht, was "
    "sie scheinen.",
    "mark.look-alikes": "Ein Wort sieht nach lateinischen Buchstaben aus und hat keine.",
    "mark.spelling": "Es ist ungewöhnlich geschrieben: Ein anderer Text kann gleich aussehen.",
    "mark.unknown": "Es enthält Zeichen ohne allgemeine Bedeutung.",
    "mark.long": "Es hat {length} Zeichen, von denen nur die ersten gezeigt werden.",
}
WORDS: Mapping[str, Mapping[str, str]] = {"en": _ENGLISH, "de": _GERMAN}
