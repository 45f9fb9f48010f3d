"""Splits the making of a cluster by its events: reads `cox cluster events -o json`, prints seconds since it was asked for."""

import json
import re
import sys
from datetime import datetime


def moment(event):
    # Nanoseconds are more than datetime takes.
    return datetime.fromisoformat(re.sub(r"(\.\d{1,6})?\d*Z$", r"\1+00:00", event["at"])).timestamp()


events = json.load(sys.stdin)["events"]
for event in events:
    print(f"{moment(event) - moment(events[0]):7.2f} s  {event['instance']:<16} {event['kind']}")
