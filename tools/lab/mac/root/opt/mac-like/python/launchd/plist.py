"""Reads a service's property list, or says what launchctl says of a bad one: number and words of the error."""

import os
import plistlib
import stat

EIO = (5, "Input/output error")
BAD_OWNERSHIP = (122, "Path had bad ownership/permissions")

TYPES = {
    "Label": str,
    "Program": str,
    "ProgramArguments": list,
    "UserName": str,
    "GroupName": str,
    "EnvironmentVariables": dict,
    "RunAtLoad": bool,
    "KeepAlive": (bool, dict),
    "StartInterval": int,
    "StartCalendarInterval": (dict, list),
    "ThrottleInterval": int,
    "ExitTimeOut": int,
    "WorkingDirectory": str,
    "StandardInPath": str,
    "StandardOutPath": str,
    "StandardErrorPath": str,
    "HardResourceLimits": dict,
    "SoftResourceLimits": dict,
}


class Refused(Exception):
    def __init__(self, number, words):
        super().__init__(f"{number}: {words}")
        self.number, self.words = number, words


def read(path):
    try:
        found = os.stat(path)
        with open(path, "rb") as file:
            plist = plistlib.load(file)
    except Exception as error:
        raise Refused(*EIO) from error
    if found.st_uid != 0 or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise Refused(*BAD_OWNERSHIP)
    if not isinstance(plist, dict) or not plist.get("Label") or not (plist.get("Program") or plist.get("ProgramArguments")):
        raise Refused(*EIO)
    for key, kind in TYPES.items():
        if key in plist and not isinstance(plist[key], kind):
            raise Refused(*EIO)
    strings = [*plist.get("ProgramArguments", []), *plist.get("EnvironmentVariables", {}).values()]
    if not all(isinstance(each, str) for each in strings):
        raise Refused(*EIO)
    return plist
