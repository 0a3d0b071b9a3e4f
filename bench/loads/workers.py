"""Forks workers at planned moments, waits for each, and lives on idle after the last.

Arguments: a file that holds the plan as JSON, a list of [startMs, lifeMs, percent, uid] in the order of
their starts; seconds to live on. A SIGTERM ends the workers early. Prints what the kernel counted of all
of them as JSON, and ends no sooner than its input.
"""

import json
import os
import resource
import select
import signal
import sys
import time

# A worker burns its share of each of these, in seconds.
PERIOD_SECONDS = 0.1
EVENTS = {signal.SIGCHLD, signal.SIGTERM}


def become(uid):
    if uid == os.getuid():
        return
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)


def work(life_seconds, share, master_end):
    """Ends sooner when the master is gone, whatever ended it: its end of a pipe is closed then."""
    start = time.monotonic()
    while (left := start + life_seconds - time.monotonic()) > 0:
        if time.process_time() >= share * (life_seconds - left + PERIOD_SECONDS):
            pause = left if share == 0 else min(left, PERIOD_SECONDS)
            if select.select([master_end], [], [], pause)[0]:
                return
            continue
        for _ in range(500):
            pass


def fork_worker(life_ms, percent, uid, pipe):
    pid = os.fork()
    if pid == 0:
        master_end, keep = pipe
        os.close(keep)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, EVENTS)
        become(uid)
        work(life_ms / 1000, percent / 100, master_end)
        os._exit(0)
    return pid


def reap(living):
    while living:
        pid, _ = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        living.discard(pid)


def is_told_to_stop(living, deadline=None):
    """Reaps until then; without a deadline, until all have ended."""
    reap(living)
    while living if deadline is None else time.monotonic() < deadline:
        if deadline is None:
            event = signal.sigwaitinfo(EVENTS)
        else:
            event = signal.sigtimedwait(EVENTS, max(0, deadline - time.monotonic()))
        if event is not None and event.si_signo == signal.SIGTERM:
            return True
        reap(living)
    return False


def run(plan):
    pipe = os.pipe()
    living = set()
    start = time.monotonic()
    for start_ms, life_ms, percent, uid in plan:
        if is_told_to_stop(living, start + start_ms / 1000):
            break
        living.add(fork_worker(life_ms, percent, uid, pipe))
    else:
        is_told_to_stop(living)
    for pid in living:
        os.kill(pid, signal.SIGKILL)
    for _ in living:
        os.wait()


def used_ms():
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages) * 1000


def main():
    with open(sys.argv[1], encoding="ascii") as file:
        plan = json.load(file)
    signal.pthread_sigmask(signal.SIG_BLOCK, EVENTS)
    run(plan)
    print(json.dumps({"cpuMs": used_ms()}), flush=True)
    time.sleep(float(sys.argv[2]))
    sys.stdin.read()


main()
