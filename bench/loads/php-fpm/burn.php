<?php

// Burns as many milliseconds of CPU as `ms` says, ten seconds at most.
function cpuMs(): float
{
    $usage = getrusage();
    return ($usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec']) * 1e3
        + ($usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec']) / 1e3;
}

$end = cpuMs() + min(10000, (int) ($_GET['ms'] ?? 0));
while (cpuMs() < $end) {
    for ($i = 0, $sum = 0; $i < 2000; $i++) {
        $sum += $i;
    }
}
echo 'burned';
