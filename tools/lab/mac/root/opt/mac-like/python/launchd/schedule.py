"""StartInterval and StartCalendarInterval of launchd.plist(5): when a job is to run next, in wall-clock seconds."""

import time

DAYS = 4 * 366 + 1


def first(plist):
    return following(plist, time.time())


def following(plist, after):
    """The first moment after `after`; those that passed while the machine slept count once. None without a schedule."""
    now = time.time()
    due = []
    if "StartInterval" in plist:
        due.append(max(after + plist["StartInterval"], now))
    calendar = plist.get("StartCalendarInterval", [])
    for moment in calendar if isinstance(calendar, list) else [calendar]:
        due.append(_next(moment, max(after, now)))
    return min((at for at in due if at is not None), default=None)


def _next(moment, after):
    """A part that is left out matches always; of day and weekday, where both are given, either does."""
    minutes = [moment["Minute"]] if "Minute" in moment else range(60)
    hours = [moment["Hour"]] if "Hour" in moment else range(24)
    today = time.localtime(after)
    for ahead in range(DAYS):
        day = time.localtime(time.mktime((today.tm_year, today.tm_mon, today.tm_mday + ahead, 12, 0, 0, 0, 0, -1)))
        if not _on(moment, day):
            continue
        for hour in hours:
            for minute in minutes:
                at = time.mktime((day.tm_year, day.tm_mon, day.tm_mday, hour, minute, 0, 0, 0, -1))
                if at > after:
                    return at
    return None


def _on(moment, day):
    if "Month" in moment and day.tm_mon != moment["Month"]:
        return False
    either = []
    if "Day" in moment:
        either.append(day.tm_mday == moment["Day"])
    if "Weekday" in moment:
        either.append((day.tm_wday + 1) % 7 == moment["Weekday"] % 7)
    return any(either) if either else True
