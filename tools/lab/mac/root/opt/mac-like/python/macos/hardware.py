"""The Mac that a Mac-like host says it is: a Mac mini with M4 Pro; serial and UUID are the host's own."""

import uuid

MODEL = "Mac16,11"
CHIP = "Apple M4 Pro"
MEMORY = 64 * 2**30
CORES = 14


def identity():
    with open("/private/etc/machine-id") as file:
        return uuid.UUID(file.read().strip())


def serial():
    """Ten capitals and digits, as Macs have since 2021."""
    letters = "0123456789CDFGHJKLMNPQRTVWXY"
    number = identity().int
    return "".join(letters[number // len(letters) ** place % len(letters)] for place in range(10))


def platform_uuid():
    return str(identity()).upper()
