from tests.counterparts.installation import FOLDER, DebianPackages

_NAMES = ("apache2-bin", "libapache2-mod-auth-openidc")
APACHE = DebianPackages(folder=FOLDER / "apache", names=_NAMES)
NEWER_APACHE = DebianPackages(folder=FOLDER / "newer-apache", names=_NAMES, release="forky")
