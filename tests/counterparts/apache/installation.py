from tests.counterparts.installation import FOLDER, DebianPackages

APACHE = DebianPackages(
    folder=FOLDER / "apache", names=("apache2-bin", "libapache2-mod-auth-openidc")
)
