#!/usr/bin/env bash
# The life of the Debian package: made, looked at by lintian, installed under a systemd of its own, where it records,
# updated with a config file that was changed, removed and purged. As root, with Debian's systemd-container, debhelper and
# lintian; three minutes, most of them for compiling better-sqlite3. Node.js is the package that this machine has, which
# has to satisfy the dependency.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly NEEDED=(dpkg-buildpackage dh lintian)
. scripts/drill-container.sh

readonly RECORDED=/var/lib/psusage/psusage.db

say 'Made'
export DEBFULLNAME='psusage drill' DEBEMAIL=drill@example.org
(cd "$scratch" && "$OLDPWD/scripts/make-deb.sh")
deb=$(echo "$scratch"/psusage_*.deb)
dpkg-deb --info "$deb" | grep --extended-regexp '^ (Version|Architecture|Installed-Size|Depends):'
lintian --allow-root --fail-on error "$deb"

# The next version differs in its number alone.
dpkg-deb --raw-extract "$deb" "$scratch/next"
sed -i 's/^Version: .*/&+next/' "$scratch/next/DEBIAN/control"
dpkg-deb --build --root-owner-group "$scratch/next" "$scratch/root/root/next.deb" >/dev/null
mv "$deb" "$scratch/root/root/this.deb"
rm -r "$scratch/next"

say 'Boot'
boot
# Debian asks it whether a service may start, and a machine that tests has it say no.
inside rm --force /usr/sbin/policy-rc.d

install_deb() { inside env DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 "/root/$1"; }

say 'Installed: it records'
install_deb this.deb
inside systemctl is-active --quiet psusage.service || fail 'it was not started'
inside systemctl is-enabled psusage.service
is_recording || fail 'it does not record'
for timer in psusage-{prometheus,prune,ship}.timer; do
  ! inside systemctl is-enabled "$timer" || fail "$timer is enabled"
done
inside useradd --groups psusage alice
inside su alice --command 'psusage report --day'
inside install --directory /var/lib/prometheus/node-exporter
inside systemctl start psusage-prometheus.service
inside ls /var/lib/prometheus/node-exporter
inside man --where psusage
inside ls /usr/share/doc/psusage/examples/{grafana,prometheus}
inside bash -c '. /usr/share/bash-completion/completions/psusage && complete -p psusage'
[[ $(inside dpkg-query --show --showformat='${Conffiles}' psusage) == *' /etc/psusage.toml '* ]] || fail 'no conffile'

say 'Updated: the config file is kept, and the recorder another'
inside sed -i 's/^#interval = .*/interval = "2s"/' /etc/psusage.toml
inside systemctl enable --now psusage-prune.timer
before=$(main_pid)
install_deb next.deb
[[ $(main_pid) != "$before" ]] && is_recording || fail 'it was not restarted'
inside grep --line-regexp 'interval = "2s"' /etc/psusage.toml
inside systemctl is-active psusage-prune.timer

say 'Removed: what was recorded stays'
inside apt-get remove --quiet=2 psusage
inside test -s "$RECORDED"
for unit in psusage.service psusage-prune.timer; do
  ! inside systemctl is-active "$unit" || fail "$unit was not stopped"
done

say 'Purged'
inside apt-get purge --quiet=2 psusage
inside userdel --remove alice 2>/dev/null
nothing_is_left

say 'made, installed, recorded, updated, removed and purged; nothing is left'
