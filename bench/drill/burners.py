"""Burns CPU time in forks that come and go, and prints what the kernel counted of all of them as JSON.

Arguments: seed; most seconds to live; how many forks at a time; the highest percentage of a CPU each;
uids of the forks, separated by commas. A SIGTERM ends the forks early. It lives on until its input
ends, so that a recorder can see what was reaped of the last of them.
"""

import json
import os
import random
import resource
import signal
import sys
import time

# Most forks are too short for some samples, some live through many restarts of a recorder.
SHORT_SECONDS = (0.05, 3.0)
LONG_SECONDS = (20.0, 60.0)
LONG_ONE_IN = 8
# Of the highest percentage.
LEAST_PART = 0.1
# Until another takes the place of one that has ended, for all places together.
PAUSE_SECONDS = 0.8
# A fork burns its share of each of these, in seconds.
PERIOD_SECONDS = 0.1
EVENTS = {signal.SIGCHLD, signal.SIGTERM}


def become(uid):
    if uid == os.getuid():
        return
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)


def burn(life_seconds, share, master):
    start = time.monotonic()
    while (age := time.monotonic() - start) < life_seconds and os.getppid() == master:
        if time.process_time() >= share * (age + PERIOD_SECONDS):
            time.sleep(PERIOD_SECONDS)
            continue
        for _ in range(500):
            pass


def fork_burner(most_percent, uids):
    """Draws before it forks: the children would all draw the same."""
    seconds = random.uniform(*(LONG_SECONDS if random.randrange(LONG_ONE_IN) == 0 else SHORT_SECONDS))
    share = random.uniform(LEAST_PART * most_percent, most_percent) / 100
    uid = random.choice(uids)
    master = os.getpid()
    pid = os.fork()
    if pid == 0:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, EVENTS)
        become(uid)
        burn(seconds, share, master)
        os._exit(0)
    return pid


def reap(living):
    while living:
        pid, _ = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        living.discard(pid)


def keep_burning(seconds, most_forks, most_percent, uids):
    deadline = time.monotonic() + seconds
    living = set()
    is_told_to_stop = False
    while not is_told_to_stop and (left := deadline - time.monotonic()) > 0:
        if len(living) < most_forks:
            living.add(fork_burner(most_percent, uids))
            left = min(left, random.expovariate(most_forks / PAUSE_SECONDS))
        event = signal.sigtimedwait(EVENTS, left)
        is_told_to_stop = event is not None and event.si_signo == signal.SIGTERM
        reap(living)
    for pid in living:
        os.kill(pid, signal.SIGKILL)
    for _ in living:
        os.wait()


def used_ms():
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages) * 1000


def main():
    seed, seconds, most_forks = (int(text) for text in sys.argv[1:4])
    most_percent = float(sys.argv[4])
    uids = [int(text) for text in sys.argv[5].split(",")]
    signal.pthread_sigmask(signal.SIG_BLOCK, EVENTS)
    random.seed(seed)
    keep_burning(seconds, most_forks, most_percent, uids)
    print(json.dumps({"cpuMs": used_ms()}), flush=True)
    sys.stdin.read()


main()
