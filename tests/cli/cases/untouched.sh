# Every command that reads a project leaves it as it was: each file and link, .git included, with its bytes, rights and times;
# nothing new beside them. It need not be allowed to write there.
sh "$top/tests/projects/histories.sh" kept deleted unmerged squashed gone >/dev/null 2>&1 || exit 0 # without git there is less to touch
cp -R "$top/tests/projects/." kept/
mkdir -p kept/bookshop/alembic/versions/__pycache__

state() {
	(cd kept && find . -printf '%p %y %m %s %l ' \( -type d -printf '%C@' -o -printf '%T@' \) -printf '\n' | sort &&
		find . -type f | sort | xargs cksum)
}

reads() {
	run "$@"
	[ "$status" -lt 3 ] || fail "status $status"
}

untouched() {
	state | diff before - || fail 'a project was changed, by this command or one before it'
}

chmod -R a-w kept
state >before
for source in kept/bookshop kept/trading-bot kept/deleted kept/unmerged kept/squashed kept/gone kept/worktree kept/clinic; do
	reads doctor "$source"
	reads doctor "$source" --patch
	reads tree "$source"
	reads plan "$source" upgrade head
done
untouched
reads doctor kept/deleted --format json
reads doctor kept/deleted --format sarif
reads doctor kept --all
reads doctor kept --all --patch
reads doctor kept/deleted --against HEAD~1
for ref in HEAD HEAD~1 main; do
	reads doctor kept/deleted --at $ref
	reads doctor kept/deleted --at $ref --patch
	reads tree kept/deleted --at $ref
	reads plan kept/deleted --at $ref upgrade head
	reads doctor kept/bare.git --at main --patch
done
untouched

# From within, where a temporary file would be near.
for command in 'doctor --patch' doctor tree 'plan upgrade head'; do
	# shellcheck disable=SC2086 # words
	(cd kept/deleted/server && "$program" $command >"$folder/out" 2>"$folder/err")
done
untouched
