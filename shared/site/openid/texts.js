/** The texts of the pages for clients and devices. A new language needs an entry here. */

/** @typedef {Record<string, string>} Texts */

/** @type {Record<string, Texts>} */
const LANGUAGES = {
  en: {
    title: "Sign in to an application",
    leadsTo: "You then go back to",
    signIn: "Your passkey shows the application who you are.",
    usePasskey: "Sign in with a passkey",
    noPasskey: "I have no passkey yet",
    newGesture: "The application wants to know that it is still you:",
    confirm: "Confirm with a passkey",
    signedInAs: "You are signed in as",
    goOn: "Go on with this account",
    otherAccount: "Use another account",
    consentTitle: "What the application asks for",
    allow: "Allow",
    cancel: "Cancel, and go back",
    overTitle: "This sign-in cannot go on",
    working: "Signing in",
    dialog: "Follow your browser’s dialog.",
    leaving: "Going back",
    openid: "to know that it is you when you come back",
    profile: "your name and username",
    groups: "the groups that you are in",
    offline_access: "to stay connected when you are away, until you end it",
    resource: "access to",
    signOutTitle: "Sign out",
    signOutAsked: "Do you want to sign out here?",
    askedBy: "This application asks for it:",
    signOutEnds: "Applications that you use with this sign-in are told, if they want to know.",
    signOut: "Sign out",
    stay: "Stay signed in",
    signedOutTitle: "You are signed out",
    signedOut: "Close the windows of applications that still show your data.",
    stillTitle: "You are still signed in",
    goBack: "Go back to",
    signingOut: "Signing out",
    logoutOverTitle: "The application has to ask again",
    signOutHere: "Sign out here",
    deviceTitle: "Approve a device",
    deviceCode: "The code that your device shows",
    deviceTypeIt: "Type it yourself. If somebody sent you a code, do not type it: it would sign them in as you.",
    deviceNext: "Next",
    deviceQuestion: "Is this the device in front of you?",
    deviceShows: "It shows this code:",
    deviceElsewhere:
      "The device is at another address than you are. If you do not have it in front of you, reject it.",
    deviceAddress: "Address of the device",
    deviceNoAddress: "not known",
    deviceAsked: "It asked",
    deviceMay: "If you approve, it gets",
    deviceApprove: "Approve with a passkey",
    deviceReject: "Reject",
    deviceApproving: "Approving",
    deviceApproved: "Approved",
    deviceGoBack: "Go back to the device. It goes on within some seconds. You can close this page.",
    deviceSessions: "See what is signed in, and end it",
    deviceRejected: "Rejected",
    deviceGotNothing: "The device got nothing.",
    deviceOver: "This code is over",
    deviceNewCode: "It was used already, or took longer than five minutes. Let the device ask for a new one.",
    deviceAgain: "Type another code",
    deviceUnknown: "No device waits with this code",
    deviceCompare: "Compare it with the code on the device. It counts for five minutes, and once.",
  },
  de: {
    title: "Bei einer Anwendung anmelden",
    leadsTo: "Danach geht es zurück zu",
    signIn: "Ihr Passkey zeigt der Anwendung, wer Sie sind.",
    usePasskey: "Mit einem Passkey anmelden",
    noPasskey: "Ich habe noch keinen Passkey",
    newGesture: "Die Anwendung will wissen, ob Sie es noch sind:",
    confirm: "Mit einem Passkey bestätigen",
    signedInAs: "Sie sind angemeldet als",
    goOn: "Mit diesem Konto weiter",
    otherAccount: "Ein anderes Konto verwenden",
    consentTitle: "Worum die Anwendung bittet",
    allow: "Erlauben",
    cancel: "Abbrechen und zurück",
    overTitle: "Diese Anmeldung kann nicht weitergehen",
    working: "Anmeldung",
    dialog: "Folgen Sie dem Dialog Ihres Browsers.",
    leaving: "Es geht zurück",
    openid: "Sie wiederzuerkennen, wenn Sie wiederkommen",
    profile: "Ihren Namen und Benutzernamen",
    groups: "die Gruppen, zu denen Sie gehören",
    offline_access: "verbunden zu bleiben, wenn Sie nicht da sind, bis Sie es beenden",
    resource: "Zugriff auf",
    signOutTitle: "Abmelden",
    signOutAsked: "Möchten Sie sich hier abmelden?",
    askedBy: "Diese Anwendung bittet darum:",
    signOutEnds: "Anwendungen, die Sie mit dieser Anmeldung benutzen, erfahren davon, wenn sie es wollen.",
    signOut: "Abmelden",
    stay: "Angemeldet bleiben",
    signedOutTitle: "Sie sind abgemeldet",
    signedOut: "Schließen Sie Fenster von Anwendungen, die noch Ihre Daten zeigen.",
    stillTitle: "Sie sind noch angemeldet",
    goBack: "Zurück zu",
    signingOut: "Abmeldung",
    logoutOverTitle: "Die Anwendung muss noch einmal fragen",
    signOutHere: "Hier abmelden",
    deviceTitle: "Ein Gerät freigeben",
    deviceCode: "Der Code, den Ihr Gerät zeigt",
    deviceTypeIt:
      "Tippen Sie ihn selbst ab. Hat Ihnen jemand einen Code geschickt, geben Sie ihn nicht ein: Er würde diese Person als Sie anmelden.",
    deviceNext: "Weiter",
    deviceQuestion: "Ist das das Gerät vor Ihnen?",
    deviceShows: "Es zeigt diesen Code:",
    deviceElsewhere:
      "Das Gerät hat eine andere Adresse als Sie. Wenn Sie es nicht vor sich haben, lehnen Sie ab.",
    deviceAddress: "Adresse des Geräts",
    deviceNoAddress: "nicht bekannt",
    deviceAsked: "Es hat gefragt",
    deviceMay: "Wenn Sie es freigeben, bekommt es",
    deviceApprove: "Mit einem Passkey freigeben",
    deviceReject: "Ablehnen",
    deviceApproving: "Freigabe",
    deviceApproved: "Freigegeben",
    deviceGoBack: "Gehen Sie zurück zum Gerät. In einigen Sekunden geht es dort weiter. Diese Seite können Sie schließen.",
    deviceSessions: "Sehen, was angemeldet ist, und es beenden",
    deviceRejected: "Abgelehnt",
    deviceGotNothing: "Das Gerät hat nichts bekommen.",
    deviceOver: "Dieser Code gilt nicht mehr",
    deviceNewCode: "Er wurde schon benutzt oder ist älter als fünf Minuten. Lassen Sie das Gerät einen neuen anfordern.",
    deviceAgain: "Einen anderen Code eingeben",
    deviceUnknown: "Auf diesen Code wartet kein Gerät",
    deviceCompare: "Vergleichen Sie ihn mit dem Code auf dem Gerät. Er gilt fünf Minuten lang und einmal.",
  },
};

/** The first language that there is. @param {readonly string[]} wanted @returns {[string, Texts]} */
export function textsFor(wanted) {
  for (const each of wanted) {
    const language = each.toLowerCase().split("-")[0];
    if (language in LANGUAGES) return [language, LANGUAGES[language]];
  }
  return ["en", LANGUAGES.en];
}

/** @param {string} language @param {Texts} texts */
export function translate(language, texts) {
  document.documentElement.lang = language;
  for (const each of document.querySelectorAll("[data-text]")) {
    each.textContent = texts[/** @type {HTMLElement} */ (each).dataset.text ?? ""];
  }
}
