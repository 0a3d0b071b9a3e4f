"""Forks workers at planned moments, waits for each, and lives on idle after the last.

Arguments: the plan as JSON, a list of [startMs, lifeMs, percent, uid]; seconds to live on.
"""

import json
import os
import pwd
import signal
import sys
import time

CHILD_ENDED = {signal.SIGCHLD}
# A worker burns its share of each of these, in seconds.
PERIOD_SECONDS = 0.1


def become(uid):
    if uid == os.getuid():
        return
    os.setgroups([])
    os.setgid(pwd.getpwuid(uid).pw_gid)
    os.setuid(uid)


def work(life_seconds, share):
    start = time.monotonic()
    while (age := time.monotonic() - start) < life_seconds:
        if time.process_time() >= share * (age + PERIOD_SECONDS):
            time.sleep(PERIOD_SECONDS)
            continue
        for _ in range(500):
            pass


def fork_worker(life_ms, percent, uid):
    if os.fork() == 0:
        become(uid)
        work(life_ms / 1000, percent / 100)
        os._exit(0)


def wait_for_ended(children):
    while children > 0 and os.waitpid(-1, os.WNOHANG)[0] != 0:
        children -= 1
    return children


def main():
    plan, linger_seconds = json.loads(sys.argv[1]), float(sys.argv[2])
    signal.pthread_sigmask(signal.SIG_BLOCK, CHILD_ENDED)
    start = time.monotonic()
    children = 0
    for start_ms, life_ms, percent, uid in plan:
        while (left := start + start_ms / 1000 - time.monotonic()) > 0:
            signal.sigtimedwait(CHILD_ENDED, left)
            children = wait_for_ended(children)
        fork_worker(life_ms, percent, uid)
        children += 1
    for _ in range(children):
        os.wait()
    time.sleep(linger_seconds)


main()
