# Runs the older tool's pipeline each second, and prints a dot each time: next to nothing beside the pipeline.
use strict;
use warnings;
use Time::HiRes qw(sleep time);

$| = 1;
my ($pipeline) = @ARGV;
my $due = time;
while (1) {
    system 'bash', '-c', $pipeline;
    print '.';
    my $now = time;
    $due += 1 while $due <= $now;
    sleep $due - $now;
}
