#!/usr/bin/env bash
# Makes a Debian package of what `npm pack` packs and of better-sqlite3's compiled part, for this architecture and this major
# version of Node.js, and puts it into the current folder. Needs Debian's debhelper, a C++ compiler, make and Python.
#
#   DEBFULLNAME='Alice Example' DEBEMAIL=alice@example.org scripts/make-deb.sh
set -euo pipefail
target=$PWD
cd "$(dirname "$0")/.."

maintainer="${DEBFULLNAME:-$(git config user.name)} <${DEBEMAIL:-$(git config user.email)}>"
version=$(node --print 'require("./package.json").version')
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
npm pack --silent --pack-destination "$scratch" >/dev/null
tar --extract --directory "$scratch" --file "$scratch"/psusage-*.tgz
cp package-lock.json "$scratch/package"
cp -r packaging/debian "$scratch/package"
cd "$scratch/package"

addon=node_modules/better-sqlite3
npm ci --silent --omit=dev --ignore-scripts
npm run --silent --prefix "$addon" build-release >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; exit 1; }
# Everything else that runs is in the bundle.
kept=$scratch/node_modules/better-sqlite3
install -D --mode=644 --target-directory="$kept" "$addon"/{LICENSE,package.json}
install -D --mode=644 --target-directory="$kept/build/Release" "$addon/build/Release/better_sqlite3.node"
rm -r node_modules
mv "$scratch/node_modules" .

sed -i "s/@MAINTAINER@/$maintainer/" debian/control
cat >debian/changelog <<END
psusage (${version/-/\~}-1) unstable; urgency=medium

  * Version $version; the changes are in changelog.gz.

 -- $maintainer  $(date --utc --rfc-email --date "@$SOURCE_DATE_EPOCH")
END
sed 's/^$/./; s/^/ /' LICENSE >>debian/copyright

dpkg-buildpackage --build=binary --unsigned-changes --unsigned-source >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; exit 1; }
mv "$scratch"/psusage_*.deb "$target"
ls "$target"/psusage_"${version/-/\~}"-1_*.deb
