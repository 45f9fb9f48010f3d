"""Times commands side by side: taking turns, so that a busy moment hits them all; prints the median of each."""

import statistics
import subprocess
import sys
import time

ROUNDS = 15


def seconds(command):
    started = time.monotonic()
    subprocess.run(command.split(), check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


times = {command: [] for command in sys.argv[1:]}
for _ in range(ROUNDS):
    for command in times:
        times[command].append(seconds(command))
for command, taken in times.items():
    middle = statistics.median(taken) * 1000
    print(f"{command}, median of {ROUNDS}, fastest {min(taken) * 1000:.0f}, slowest {max(taken) * 1000:.0f}: {middle:.0f} ms")
