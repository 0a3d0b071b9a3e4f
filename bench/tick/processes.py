"""Forks processes that sleep, of which some are busy now and then, and ends with all of them.

processes.py PROCESSES BUSY LIMIT_SECONDS: so many with this one, on SIGTERM or after that long.
"""

import os
import random
import select
import signal
import sys
import time

PERIOD_SECONDS = 0.5
PERCENTS = (1, 2, 3)


def sleep(end):
    os.read(end, 1)


def work(end, percent):
    """Uses that much of a vCPU in short bursts."""
    time.sleep(random.random() * PERIOD_SECONDS)
    is_over = False
    while not is_over:
        until = time.process_time() + PERIOD_SECONDS * percent / 100
        while time.process_time() < until:
            pass
        is_over = bool(select.select([end], [], [], PERIOD_SECONDS)[0])


def main():
    processes, busy, limit_seconds = map(int, sys.argv[1:])
    # Whoever reads from this pipe sees its end when the parent is gone, whatever ended it.
    end, keep = os.pipe()
    for number in range(processes - 1):
        if os.fork() == 0:
            os.close(keep)
            signal.alarm(limit_seconds)
            if number < busy:
                work(end, PERCENTS[number % len(PERCENTS)])
            else:
                sleep(end)
            os._exit(0)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    signal.sigtimedwait([signal.SIGTERM], limit_seconds)
    os.close(keep)
    for _ in range(processes - 1):
        os.wait()


main()
