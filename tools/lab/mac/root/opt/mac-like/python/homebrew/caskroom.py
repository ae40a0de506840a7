"""Casks: a program each, in the Caskroom, and pins of them, which Homebrew has since 5.1.12."""

import os
import shutil

from homebrew import pins
from homebrew.cellar import PREFIX, BrewError

CASKROOM = f"{PREFIX}/Caskroom"
PINNED = f"{PREFIX}/var/homebrew/pinned_casks"
CASKS = {"greeter": "1.2,34"}


def known(token):
    if token not in CASKS:
        raise BrewError(f"Cask '{token}' is unavailable: No Cask with this name exists.")
    return CASKS[token]


def version(token):
    folder = f"{CASKROOM}/{token}"
    return os.listdir(folder)[0] if os.path.isdir(folder) else None


def installed():
    return sorted(os.listdir(CASKROOM)) if os.path.isdir(CASKROOM) else []


def outdated(token):
    return version(token) not in (None, known(token))


def is_pinned(token):
    return os.path.islink(f"{PINNED}/{token}") and os.path.exists(f"{PINNED}/{token}")


def pin(token):
    pins.add(PINNED, token, f"../../../Caskroom/{token}/{version(token)}")


def unpin(token):
    pins.remove(PINNED, token)


def install(token):
    print(f"==> Installing Cask {token}")
    place = f"{CASKROOM}/{token}/{known(token)}"
    os.makedirs(place)
    with open(f"{place}/{token}", "w") as file:
        file.write(f"#!/bin/sh\necho {token} {known(token)}\n")
    os.chmod(f"{place}/{token}", 0o755)
    os.symlink(f"{place}/{token}", f"{PREFIX}/bin/{token}")
    print(f"🍺  {token} was successfully installed!")


def uninstall(token):
    print(f"==> Uninstalling Cask {token}")
    os.unlink(f"{PREFIX}/bin/{token}")
    shutil.rmtree(f"{CASKROOM}/{token}")


def as_json(token):
    return {
        "token": token,
        "full_token": token,
        "old_tokens": [],
        "tap": "homebrew/cask",
        "name": [token],
        "version": known(token),
        "installed": version(token),
        "pinned": is_pinned(token),
        "pinned_version": version(token) if is_pinned(token) else None,
        "outdated": outdated(token),
        "auto_updates": None,
    }
