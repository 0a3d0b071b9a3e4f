# A container with this machine's own system, whose changes go to memory and whose systemd boots: for drills to source.
# Needs root, Debian's systemd-container, and the commands that the drill lists in NEEDED.

((EUID == 0)) || { echo 'boots a container: has to be root' >&2; exit 2; }
for command in systemd-nspawn "${NEEDED[@]}"; do
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
readonly NSPAWN=(systemd-nspawn --quiet --directory="$scratch/root" --machine="${scratch##*/}" --register=no --keep-unit
  --link-journal=no)

boot() {
  rm --force "$scratch/root/etc/machine-id"
  "${NSPAWN[@]}" --private-network --boot systemd.unit=basic.target </dev/null >"$scratch/boot" 2>&1 &
  container=$!
  until inside systemctl is-system-running --wait 2>/dev/null; do sleep 0.5; done
}

say() { printf '\n== %s\n' "$*"; }

fail() {
  echo "$(basename "$0"): $*" >&2
  inside journalctl --unit=psusage.service --lines=20 --output=cat >&2 || true
  exit 1
}

inside() {
  nsenter --target "$(pgrep --parent "$container")" --mount --uts --ipc --net --pid --cgroup \
    env --ignore-environment PATH="$PATH" HOME=/root SYSTEMD_PAGER=cat SYSTEMD_COLORS=0 "$@"
}

main_pid() { inside systemctl show --property=MainPID --value psusage.service; }

# A gap that is known makes the exit status one that calls for somebody.
is_recording() { [[ $(inside psusage status --format json 2>/dev/null || true) == *'"recording": true'* ]]; }

nothing_is_left() {
  local left
  left=$(find "$scratch/changed" -iname '*psusage*' -not -type c -not -path '*/root/.npm/*' -not -path '*/tmp/*')
  [[ -z $left ]] || fail "left behind: $left"
  if inside getent passwd psusage || inside getent group psusage; then fail 'its user or group is left behind'; fi
}
