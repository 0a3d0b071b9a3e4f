"""Burns CPU time: as many milliseconds as its argument says."""

import sys
import time

while time.process_time() * 1000 < float(sys.argv[1]):
    for _ in range(500):
        pass
