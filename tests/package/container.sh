#!/bin/sh
# container.sh - does the Containerfile build from scratch, and does what it makes work? With buildah, in a store of its
# own that is thrown away. BASE names the image to stand on; without it a Debian 12 is made by mmdebstrap, where that is,
# from the same archive that apt uses here. Exit status 77: there is no builder. Takes some minutes and 3 GB below TMPDIR.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
folder=$(mktemp -d "${TMPDIR:-/tmp}/rehearse-container.XXXXXX")
store="--root $folder/store --runroot $folder/run --storage-driver vfs"
trap 'buildah $store rm --all >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
trap 'exit 1' HUP INT TERM

fail() {
	echo "FAILED: $*" >&2
	exit 1
}

command -v buildah >/dev/null || {
	echo "skipped: buildah is not here"
	exit 77
}
# Within a container or a machine without user namespaces this is what is left; the network is the machine's.
export BUILDAH_ISOLATION=chroot

# shellcheck disable=SC2086 # a list of options
if [ -z "${BASE-}" ]; then
	command -v mmdebstrap >/dev/null || {
		echo "skipped: neither BASE nor mmdebstrap, to make an image to stand on"
		exit 77
	}
	mmdebstrap --quiet --variant=minbase --include=ca-certificates bookworm "$folder/base.tar"
	empty=$(buildah $store from scratch)
	buildah $store add --quiet "$empty" "$folder/base.tar" / >/dev/null
	buildah $store commit --quiet "$empty" localhost/debian-for-rehearse >/dev/null
	buildah $store rm "$empty" >/dev/null
	rm "$folder/base.tar"
	BASE=localhost/debian-for-rehearse
fi
# shellcheck disable=SC2086
buildah $store build --pull=never --network host --build-arg "BASE=$BASE" --tag rehearse "$top" >"$folder/log" 2>&1 || {
	tail -n 40 "$folder/log"
	fail "the build"
}
# shellcheck disable=SC2086
{
	buildah $store inspect --type image --format '{{.OCIv1.Config.Entrypoint}} as {{.OCIv1.Config.User}} in {{.OCIv1.Config.WorkingDir}}' rehearse
	container=$(buildah $store from --pull-never rehearse)
	buildah $store run "$container" -- rehearse --version || fail "it does not start"
	buildah $store run --volume "$top/scenarios:/work/scenarios:ro" --volume "$top/expected:/work/expected:ro" "$container" -- \
		sh -c 'id -un && cd /tmp && rehearse run --quiet /work/scenarios/wallet-two-heads.yaml' >"$folder/out" || {
		cat "$folder/out"
		fail "scenarios on both engines"
	}
	cat "$folder/out"
	grep -q 'on sqlite, postgres' "$folder/out" || fail "PostgreSQL was not there"
	buildah $store run --volume "$top/tests/projects/bookshop:/work/bookshop:ro" "$container" -- sh -c \
		'cd /tmp && rehearse audit --only upgrade --engine sqlite /work/bookshop >/dev/null' ||
		fail "a project's migrations do not run"
}
echo "the container works"
