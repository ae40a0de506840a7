"""Pins of one kind: a link to what is held for each, in a folder that is there while there are any."""

import os


def add(folder, name, target):
    os.makedirs(folder, exist_ok=True)
    os.symlink(target, f"{folder}/{name}")


def remove(folder, name):
    os.unlink(f"{folder}/{name}")
    if not os.listdir(folder):
        os.rmdir(folder)
