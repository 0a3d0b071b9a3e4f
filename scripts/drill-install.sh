#!/usr/bin/env bash
# Packs psusage, installs it into an empty prefix without and with the install script of better-sqlite3, runs what the
# unit of its recorder runs, with a stand-in for the service manager, reports as another user of the journal's group and
# as nobody's, and uninstalls it. All of it in a temporary folder; where better-sqlite3 has to be compiled it takes two
# minutes. As root each user is one that the system has no name for; as somebody else all are this one.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly SERVICE_ID=47201 READER_ID=47202
readonly SIZE_LIMIT_MB=50

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
prefix=$scratch/prefix state=$scratch/state

as() { # uid, groups with commas between them, command
  local uid=$1 groups=$2
  shift 2
  if ((EUID == 0)); then
    setpriv --reuid="$uid" --regid="${groups##*,}" --groups="$groups" "$@"
  else
    "$@"
  fi
}

fail() {
  echo "drill-install: $*" >&2
  exit 1
}

# The words behind ExecStart= of the recorder's unit, as installed with the package.
command_of_unit() {
  sed -n 's/^ExecStart=//p' "$prefix/lib/node_modules/psusage/packaging/systemd/psusage.service"
}

# Prints what it is told until it is told that the service stops.
stand_in_for_manager() {
  python3 -c '
import socket, sys
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
    manager.bind(sys.argv[1])
    manager.settimeout(60)
    said = ""
    while "STOPPING=1" not in said:
        said = manager.recv(4096).decode()
        print(*said.split("\n"), sep="; ", flush=True)
' "$1"
}

npm pack --silent --pack-destination "$scratch" >"$scratch/packed"

unbuilt=$scratch/unbuilt
npm install --silent --global --prefix "$unbuilt" --ignore-scripts "$scratch"/psusage-*.tgz
said=$("$unbuilt/bin/psusage" report --day --config /dev/null 2>&1) && fail "without better-sqlite3 it reports: $said"
echo "$said"
[[ $said == 'psusage: cannot open any journal: better-sqlite3 was not built: '*$'\nhint: npm rebuild '* && $(wc -l <<<"$said") == 2 ]] ||
  fail 'it does not say that better-sqlite3 was not built, and what builds it'
rm -r "$unbuilt"

# An npm that runs no install script that it was not told of has to be told.
npm install --silent --global --prefix "$prefix" --allow-scripts=better-sqlite3 "$scratch"/psusage-*.tgz
"$prefix/bin/psusage" --version
size_mb=$(du --summarize --block-size=1M "$prefix" | cut --fields=1)
echo "the installation takes $size_mb MB"
((size_mb < SIZE_LIMIT_MB)) || {
  du --block-size=1M --max-depth=1 "$prefix/lib/node_modules/psusage/node_modules" | sort --numeric-sort | tail --lines 6 >&2
  fail "that is not below $SIZE_LIMIT_MB MB"
}
# Newer versions of npm install no manual page.
ls "$prefix"/{share/man/man1,lib/node_modules/psusage/dist/man}/psusage.1 2>/dev/null | grep --quiet . ||
  fail 'there is no manual page'

install --directory --mode 750 "$state"
mkdir --mode 777 "$scratch/run"
if ((EUID == 0)); then chown "$SERVICE_ID:$SERVICE_ID" "$state"; fi
notify=$scratch/run/notify
stand_in_for_manager "$notify" >"$scratch/told" &
manager=$!
while [[ ! -S $notify ]]; do sleep 0.1; done
chmod 777 "$notify"

read -ra unit_command < <(command_of_unit)
as "$SERVICE_ID" "$SERVICE_ID" env --ignore-environment PATH="$prefix/bin:$PATH" \
  NOTIFY_SOCKET="$notify" WATCHDOG_USEC=60000000 XDG_STATE_HOME="$scratch" \
  "${unit_command[@]}" --config /dev/null --journal "$state/psusage.db" --for 8s
wait "$manager"
grep --max-count 1 'READY=1' "$scratch/told"
tail --lines 1 "$scratch/told"

report() { "$prefix/bin/psusage" report --day --top 3 --config /dev/null --journal "$state/psusage.db"; }
export -f report
export prefix state
as "$READER_ID" "$SERVICE_ID,$READER_ID" bash -c report
if ((EUID == 0)); then
  if as "$READER_ID" "$READER_ID" bash -c report; then fail 'somebody outside the group may read the journal'; fi
fi

npm uninstall --silent --global --prefix "$prefix" psusage
left=$(find "$prefix" -not -type d)
[[ -z $left ]] || fail "left behind by the uninstallation: $left"
echo 'installed, recorded, reported and uninstalled; nothing is left'
