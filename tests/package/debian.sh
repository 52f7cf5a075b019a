#!/bin/sh
# debian.sh - is the Debian package built from scratch, without a complaint of lintian's, and does it work when it is
# installed? As root it is installed by dpkg into the system as it is, in an overlay that is thrown away: nothing of it
# stays, and where there is no overlay, or without root, it is only unpacked. Wants debhelper and lintian; exit status
# 77: they, or what the build needs, are missing. Takes a minute or two.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d "${TMPDIR:-/tmp}/rehearse-debian.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM

fail() {
	echo "FAILED: $*" >&2
	exit 1
}

for program in dpkg-buildpackage dh lintian; do
	command -v "$program" >/dev/null || {
		echo "skipped: $program is not here"
		exit 77
	}
done
mkdir "$folder/rehearse"
(cd "$top" && git ls-files -z --cached --others --exclude-standard | tar -c --null --files-from=- --ignore-failed-read) |
	tar -x -C "$folder/rehearse"
cd "$folder/rehearse"
dpkg-checkbuilddeps || {
	echo "skipped: what the build needs is missing"
	exit 77
}
# Debian's own Python, meson and compiler.
PATH=/usr/sbin:/usr/bin:/sbin:/bin dpkg-buildpackage --no-sign --build=binary >"$folder/log" 2>&1 || {
	tail -n 40 "$folder/log"
	fail "dpkg-buildpackage"
}
package=$(echo "$folder"/rehearse_*.deb)
echo "package: $(basename "$package"), $(du -k "$package" | cut -f1) KiB"
dpkg-deb -I "$package" | grep -E '^ (Depends|Installed-Size)'
# It closes no report of its coming; the rest of what lintian knows holds.
lintian --allow-root --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs \
	"$folder"/rehearse_*.changes || fail "lintian"

if [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null; then
	mkdir "$folder/overlay"
	PACKAGE=$package OVERLAY=$folder/overlay unshare -m sh -eu <<'END' || fail "the installed package"
mount -t tmpfs -o size=2g none "$OVERLAY"
mkdir "$OVERLAY/upper" "$OVERLAY/work" "$OVERLAY/root"
mount -t overlay -o "lowerdir=/,upperdir=$OVERLAY/upper,workdir=$OVERLAY/work" overlay "$OVERLAY/root" || {
	echo "not looked at: there are no overlays here; unpacked instead"
	exit 0
}
mount --rbind /proc "$OVERLAY/root/proc"
mount --rbind /dev "$OVERLAY/root/dev"
cp "$PACKAGE" "$OVERLAY/root/package.deb"
cp debian/tests/scenarios "$OVERLAY/root/tests-scenarios"
cp tests/package/commands.sh "$OVERLAY/root/tests-commands"
chroot "$OVERLAY/root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -eu <<'INSIDE'
dpkg -i /package.deb >/dev/null
[ "$(command -v rehearse)" = /usr/bin/rehearse ]
rehearse --version
AUTOPKGTEST_TMP=$(mktemp -d)
export AUTOPKGTEST_TMP
sh -eu /tests-scenarios
sh -eu /tests-commands /usr/bin/python3
[ -s /usr/share/bash-completion/completions/rehearse ]
[ -s /usr/share/zsh/vendor-completions/_rehearse ]
dpkg --purge rehearse >/dev/null
! [ -e /usr/bin/rehearse ] && ! [ -e /usr/share/rehearse ]
echo "installed, tried and purged"
INSIDE
END
fi
dpkg-deb -x "$package" "$folder/unpacked"
"$folder/unpacked/usr/bin/rehearse" run --engine sqlite --quiet "$folder/unpacked/usr/share/doc/rehearse/scenarios" ||
	fail "the package as it is unpacked"
echo "the Debian package works"
