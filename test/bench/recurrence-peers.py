"""Expands recurrence rules with python-dateutil and libical, as test/bench/recurrence.ts asks.

Reads a JSON list of [rule, start date, last date] from standard input; writes a list of
{"dateutil": [dates] | null, "libical": [dates] | null}; null where a library refuses the rule.
"""

import calendar
import ctypes
import ctypes.util
import datetime
import json
import signal
import sys

from dateutil.rrule import rrulestr

libical = ctypes.CDLL(ctypes.util.find_library("ical") or "libical.so.3")
libical.icalrecur_expand_recurrence.argtypes = [
    ctypes.c_char_p,
    ctypes.c_long,
    ctypes.c_int,
    ctypes.POINTER(ctypes.c_long),
]
MOST = 4_600


def too_long(*_):
    raise TimeoutError


signal.signal(signal.SIGVTALRM, too_long)


def with_dateutil(rule, start, last):
    # A position that no period has is looked for up to the year 9999, whatever UNTIL says.
    signal.setitimer(signal.ITIMER_VIRTUAL, 0.5)
    try:
        rrule = rrulestr(rule, dtstart=start)
        return [str(found.date()) for found in rrule.between(start, last, inc=True)]
    except Exception:
        return None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def with_libical(rule, start, last):
    found = (ctypes.c_long * MOST)()
    began = calendar.timegm(start.timetuple())
    # Beyond its own last year the library stops; asked for more than there is, the rest stays 0.
    if not libical.icalrecur_expand_recurrence(rule.encode(), began, MOST, found):
        return None
    ends = calendar.timegm(last.timetuple())
    return [
        str(datetime.datetime.fromtimestamp(at, datetime.timezone.utc).date())
        for at in found
        if at != 0 and at <= ends
    ]


answers = []
for rule, start, last in json.load(sys.stdin):
    # Rules that never happen would be followed to the year 9999.
    if "COUNT" not in rule and "UNTIL" not in rule:
        rule += ";UNTIL=" + last.replace("-", "")
    span = [datetime.datetime.fromisoformat(date) for date in (start, last)]
    answers.append(
        {"dateutil": with_dateutil(rule, *span), "libical": with_libical(rule, *span)}
    )
json.dump(answers, sys.stdout)
