"""The installation's Ed25519 keys: made once, kept in files that only the site can read, rotated by command."""

import base64
import hashlib
import os
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from publications.models import SigningKey


class NoKey(Exception):
    """There is no key to sign with, or its file is not there; its text may be shown."""


def in_use() -> SigningKey:
    """The key that signs now; raises NoKey."""
    found = SigningKey.objects.filter(is_in_use=True).first()
    if found is None:
        raise NoKey(
            _("This installation has no signing key yet; an administrator runs “manage.py signing_key”.")
        )
    return found


def make(now: datetime) -> SigningKey:
    """Make a key and put it in use; the one before it is retired, and still verifies what it signed."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    key_id = hashlib.sha256(public).hexdigest()[:16]
    path = _path(key_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:
        file.write(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.flush()
        os.fsync(file.fileno())
    with transaction.atomic():
        SigningKey.objects.filter(is_in_use=True).update(is_in_use=False, retired_at=now)
        return SigningKey.objects.create(key_id=key_id, public=base64.b64encode(public).decode(), made_at=now)


def sign(key: SigningKey, content: bytes) -> str:
    """The signature of content, in base64; raises NoKey where the private part is not on this machine."""
    try:
        private = load_pem_private_key(_path(key.key_id).read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise NoKey(_("The file of signing key %(key)s cannot be read.") % {"key": key.key_id}) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise NoKey(_("The file of signing key %(key)s cannot be read.") % {"key": key.key_id})
    return base64.b64encode(private.sign(content)).decode()


def is_signed(key: SigningKey, content: bytes, signature: str) -> bool:
    """Whether a signature is the key's for the content."""
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key.public, validate=True))
        public.verify(base64.b64decode(signature, validate=True), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _path(key_id: str) -> Path:
    return Path(settings.KEYS_ROOT) / f"{key_id}.pem"
