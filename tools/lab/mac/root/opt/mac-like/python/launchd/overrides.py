"""What `launchctl enable` and `disable` remember, in the file where macOS keeps it."""

import os
import plistlib

FILE = "/private/var/db/com.apple.xpc.launchd/disabled.plist"


class Overrides:
    def all(self):
        try:
            with open(FILE, "rb") as file:
                return plistlib.load(file)
        except FileNotFoundError:
            return {}

    def set(self, label, off):
        os.makedirs(os.path.dirname(FILE), exist_ok=True)
        with open(f"{FILE}.new", "wb") as file:
            plistlib.dump(self.all() | {label: off}, file)
        os.replace(f"{FILE}.new", FILE)

    def disabled(self, label, otherwise):
        return self.all().get(label, otherwise)
