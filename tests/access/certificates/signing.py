"""An authority that signs in process."""

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from shared.access.certificates.der import put_together

CA_KEY = rsa.generate_private_key(65537, 2048)
AUTHORITY = CA_KEY.public_key()


def signed(to_be_signed: bytes, key: rsa.RSAPrivateKey = CA_KEY) -> bytes:
    return put_together(to_be_signed, key.sign(to_be_signed, PKCS1v15(), SHA256()))


def certificate(to_be_signed: bytes, key: rsa.RSAPrivateKey = CA_KEY) -> x509.Certificate:
    return x509.load_der_x509_certificate(signed(to_be_signed, key))
