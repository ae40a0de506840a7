"""Names of this Mac, where macOS keeps them."""

import os
import plistlib
import socket

FILE = "/Library/Preferences/SystemConfiguration/preferences.plist"
PATHS = {
    "ComputerName": ("System", "System", "ComputerName"),
    "HostName": ("System", "System", "HostName"),
    "LocalHostName": ("System", "Network", "HostNames", "LocalHostName"),
}


def get(name):
    place = _load()
    for key in PATHS[name]:
        place = place.get(key, {})
    return place or None


def set(name, value):
    preferences = _load()
    place = preferences
    for key in PATHS[name][:-1]:
        place = place.setdefault(key, {})
    place.pop(PATHS[name][-1], None)
    if value:
        place[PATHS[name][-1]] = value
    os.makedirs(os.path.dirname(FILE), exist_ok=True)
    with open(f"{FILE}.new", "wb") as file:
        plistlib.dump(preferences, file)
    os.replace(f"{FILE}.new", FILE)


def first():
    """What a Mac gives itself when it is set up."""
    name = socket.gethostname().split(".")[0]
    set("ComputerName", name)
    set("LocalHostName", name)


def take_effect():
    """The kernel's name is HostName, else what the local network knows this Mac as."""
    socket.sethostname(get("HostName") or f"{get('LocalHostName')}.local")


def _load():
    try:
        with open(FILE, "rb") as file:
            return plistlib.load(file)
    except FileNotFoundError:
        return {}
