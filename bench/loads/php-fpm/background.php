<?php

// Sends a job to the background that burns as many milliseconds of CPU as `ms` says, ten seconds at most.
$ms = min(10000, (int) ($_GET['ms'] ?? 0));
exec(sprintf('python3 -I -S %s/burn.py %d > /dev/null 2>&1 &', escapeshellarg(__DIR__), $ms));
echo 'burned';
