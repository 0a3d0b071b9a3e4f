#!/usr/bin/env bash
# Boots this machine's own system with systemd in a container whose changes go to memory, and walks through
# docs/install.md there, with the commands that stand in it: install, record as a service, be killed and be stopped,
# report, ship, prune, write for Prometheus, uninstall. As root, with Debian's systemd-container and influxdb; four minutes, most of
# them for compiling better-sqlite3 and for the watchdog.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly NEEDED=(influxd npm curl)
. scripts/drill-container.sh

readonly RESTART_WITHIN_S=90

# The first block of commands under a heading of docs/install.md.
commands_under() {
  awk -v heading="## $1" '
    $0 == heading { found = 1 }
    found && /^```$/ { exit }
    inside { print }
    found && /^```sh$/ { inside = 1 }
  ' docs/install.md
}

# Waits until systemd has started the recorder again, as another process.
await_restart() { # the pid before
  local pid waited_s
  for ((waited_s = 0; waited_s < RESTART_WITHIN_S; waited_s += 1)); do
    sleep 1
    pid=$(main_pid)
    if [[ $pid != 0 && $pid != "$1" ]] && is_recording; then return; fi
  done
  fail "the recorder was not started again within $RESTART_WITHIN_S s"
}

say 'The program'
npm pack --silent --pack-destination "$scratch/root/root" >/dev/null
commands_under 'The program' | "${NSPAWN[@]}" --chdir=/root --pipe bash -eux
rm "$scratch"/root/root/psusage-*.tgz

say 'Boot'
boot

say 'The service'
readonly PACKAGING='cd "$(npm root -g)/psusage/packaging"'
inside bash -euxc "$PACKAGING; $(commands_under 'The service')"
is_recording || fail 'it does not record'

say 'Killed'
pid=$(main_pid)
inside kill -KILL "$pid"
await_restart "$pid"

say 'Held up: the gap is a warning'
pid=$(main_pid)
inside kill -STOP "$pid"
sleep 3
inside kill -CONT "$pid"
sleep 3
inside journalctl --unit=psusage.service --priority=warning --output=cat | grep 'a gap in the recording'

say 'Stopped: the watchdog ends it'
pid=$(main_pid)
inside kill -STOP "$pid"
await_restart "$pid"
inside journalctl --unit=psusage.service --output=cat | grep "Failed with result 'watchdog'"

say 'The first report'
inside useradd alice
inside bash -euxc "$(commands_under 'The first report')"
inside su alice --command 'psusage report --day' | grep --word-regexp root

say 'Shipping'
inside systemd-run --quiet --collect --unit=database-server --setenv=INFLUXDB_REPORTING_DISABLED=true \
  --setenv=HOME=/run --setenv=INFLUXDB_BIND_ADDRESS=127.0.0.1:0 --setenv=INFLUXDB_HTTP_BIND_ADDRESS=127.0.0.1:8086 \
  --setenv=INFLUXDB_META_DIR=/run/influx/meta --setenv=INFLUXDB_DATA_DIR=/run/influx/data \
  --setenv=INFLUXDB_DATA_WAL_DIR=/run/influx/wal influxd
inside curl --silent --show-error --output /dev/null --retry 20 --retry-connrefused --retry-delay 1 \
  --data-urlencode 'q=CREATE DATABASE psusage' http://localhost:8086/query
inside sed --in-place 's|^\[influx\]|&\nurl = "http://localhost:8086"\ndatabase = "psusage"|' /etc/psusage.toml
inside bash -euxc "$PACKAGING; $(commands_under 'Shipping')" <<<'somebody:a-token'
inside journalctl --unit=psusage-ship.service --output=cat | grep --max-count=1 '^sent '

say 'Pruning'
inside systemctl start psusage-prune.service
inside systemctl enable --now psusage-prune.timer
inside journalctl --unit=psusage-prune.service --output=cat | grep '^pruned '

say 'Prometheus'
inside mkdir -p /var/lib/prometheus/node-exporter
inside systemctl start psusage-prometheus.service
inside systemctl enable --now psusage-prometheus.timer
for metric in 'psusage_recorder_up 1' 'psusage_user_day_cpu_seconds{user="root",uid="0"}'; do
  inside setpriv --reuid=nobody --clear-groups sh -c 'cat /var/lib/prometheus/node-exporter/psusage-*.prom' |
    grep --fixed-strings "$metric"
done

say 'Uninstall'
inside bash -euxc "$(commands_under 'Uninstall')"
nothing_is_left

say 'installed, recorded, killed, stopped, reported, shipped, pruned, written for Prometheus and uninstalled under systemd; nothing is left'
