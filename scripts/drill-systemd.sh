#!/usr/bin/env bash
# Boots this machine's own system with systemd in a container whose changes go to memory, and walks through
# docs/install.md there, with the commands that stand in it: install, record as a service, be killed and be stopped,
# report, ship, prune, write for Prometheus, uninstall. As root, with Debian's systemd-container and influxdb; four minutes, most of
# them for compiling better-sqlite3 and for the watchdog.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly NEEDED=(systemd-nspawn influxd npm curl)
readonly RESTART_WITHIN_S=90

((EUID == 0)) || { echo 'boots a container: has to be root' >&2; exit 2; }
for command in "${NEEDED[@]}"; do
  command -v "$command" >/dev/null || { echo "$command is not installed" >&2; exit 2; }
done

scratch=$(mktemp --directory --tmpdir=/run psusage-drill-XXXXXX)
container=''
clean_up() {
  if [[ -n $container ]]; then
    kill -TERM "$container" 2>/dev/null || true
    wait "$container" || true
  fi
  umount "$scratch/root" "$scratch" 2>/dev/null || true
  rm -rf "$scratch"
}
trap clean_up EXIT

mount -t tmpfs -o size=2G psusage-drill "$scratch"
mkdir "$scratch"/{changed,work,root}
mount -t overlay -o "lowerdir=/,upperdir=$scratch/changed,workdir=$scratch/work" psusage-drill "$scratch/root"
readonly NSPAWN=(systemd-nspawn --quiet --directory="$scratch/root" --machine=psusage-drill --register=no --keep-unit
  --link-journal=no)

say() { printf '\n== %s\n' "$*"; }

fail() {
  echo "drill-systemd: $*" >&2
  inside journalctl --unit=psusage.service --lines=20 --output=cat >&2 || true
  exit 1
}

# The first block of commands under a heading of docs/install.md.
commands_under() {
  awk -v heading="## $1" '
    $0 == heading { found = 1 }
    found && /^```$/ { exit }
    inside { print }
    found && /^```sh$/ { inside = 1 }
  ' docs/install.md
}

inside() {
  nsenter --target "$(pgrep --parent "$container")" --mount --uts --ipc --net --pid --cgroup \
    env --ignore-environment PATH="$PATH" HOME=/root SYSTEMD_PAGER=cat SYSTEMD_COLORS=0 "$@"
}

main_pid() { inside systemctl show --property=MainPID --value psusage.service; }

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

# A gap that is known makes the exit status one that calls for somebody.
is_recording() { [[ $(inside psusage status --format json 2>/dev/null || true) == *'"recording": true'* ]]; }

say 'The program'
npm pack --silent --pack-destination "$scratch/root/root" >/dev/null
commands_under 'The program' | "${NSPAWN[@]}" --chdir=/root --pipe bash -eux
rm "$scratch"/root/root/psusage-*.tgz

say 'Boot'
rm --force "$scratch/root/etc/machine-id"
"${NSPAWN[@]}" --private-network --boot systemd.unit=basic.target </dev/null >"$scratch/boot" 2>&1 &
container=$!
until inside systemctl is-system-running --wait 2>/dev/null; do sleep 0.5; done

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
left=$(find "$scratch/changed" -iname '*psusage*' -not -type c -not -path '*/root/.npm/*' -not -path '*/tmp/*')
[[ -z $left ]] || fail "left behind: $left"
if inside getent passwd psusage || inside getent group psusage; then fail 'its user or group is left behind'; fi

say 'installed, recorded, killed, stopped, reported, shipped, pruned, written for Prometheus and uninstalled under systemd; nothing is left'
