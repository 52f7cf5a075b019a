# doctor --patch: what the report suggests, as a diff that git apply takes. Nothing else changes a file here.
command -v git >/dev/null || exit 0
cp -R "$top/tests/projects/." projects
export GIT_CEILING_DIRECTORIES="$folder" GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export SOURCE_DATE_EPOCH=1754125507 TZ=UTC

# patch FOLDER OPTION...: carry the patch out where the folder is.
patch_in() {
	shown="doctor --patch in $*"
	where=$1
	shift
	status=0
	(cd "$where" && "$program" doctor --patch "$@" >"$folder/out" 2>"$folder/err") || status=$?
	(cd "$where" && git apply --whitespace=nowarn "$folder/out") || fail 'git apply refuses it'
}

# A merge in the style of the project; then there is nothing to patch.
patch_in projects/shelter
is_status 1
sed -n '5,$p' "$folder/out" >merge
diff -u - merge <<'END' || fail 'the merge differs'
@@ -0,0 +1,24 @@
+"""merge heads
+
+Revision ID: 6709aaad5810
+Revises: 29c7e5d8ab60, f04b8c6e1d27
+Create Date: 2025-08-02 09:05:07
+
+"""
+from alembic import op
+import sqlalchemy as sa
+
+
+# revision identifiers, used by Alembic.
+revision = '6709aaad5810'
+down_revision = ('29c7e5d8ab60', 'f04b8c6e1d27')
+branch_labels = None
+depends_on = None
+
+
+def upgrade():
+    pass
+
+
+def downgrade():
+    pass
END
[ -f projects/shelter/migrations/versions/6709aaad5810_merge_heads.py ] || fail 'the merge is called as usual'
run doctor projects/shelter --patch
is_status 0
no_out
has_err 'there is nothing to patch'

# Forty files and what is wrong with them: all that is left is said, and what is a guess.
patch_in projects/trading-bot
is_status 1
has_err 'a guess: backend/alembic/versions/'
(cd projects/trading-bot && "$program" doctor >"$folder/out")
lacks_out 'missing-parent'
lacks_out 'multiple-heads'

# The file's name and date as the project has them; beside the first head where there are several locations.
cp -R projects/clinic clinic
sed -i '/branch_labels/s/=.*/= None/' clinic/migrations/*/*.py
sed -i 's/^file_template.*/file_template = "%%(year)d_%%(month).2d_%%(day).2d-%%(rev)s"\ntimezone = "Asia\/Tokyo"/' clinic/pyproject.toml
patch_in clinic
ls clinic/migrations/*/2025_08_02-*.py >/dev/null || fail 'the name is by the template'
grep -q 'Create Date: 2025-08-02 18:05:07+09:00' clinic/migrations/*/2025_08_02-*.py || fail 'the date is of the zone'
run doctor clinic
lacks_out 'multiple-heads'

# Paths are from the working folder where there is no repository, and from the project's when that is elsewhere.
cp -R "$top/tests/projects/kitchen" plain
patch_in . plain
is_status 1
has_out '+++ b/plain/alembic/versions/'
run doctor plain
is_status 0
rm -rf plain
cp -R "$top/tests/projects/kitchen" plain
mkdir elsewhere
(cd elsewhere && "$program" doctor ../plain --patch >"$folder/out" 2>"$folder/err")
has_out '+++ b/alembic/versions/'
has_err "to apply it: git -C $folder/"
grep '^to apply it: ' "$folder/err" | sed 's/.*: //' >command
cp "$folder/out" patch
eval "$(cat command)" <patch || fail 'the command fails'
run doctor plain
is_status 0
if command -v patch >/dev/null; then
	git apply -R --directory=plain patch || fail 'it cannot be taken back'
	(cd plain && "$program" doctor --patch 2>/dev/null | patch -s -p1) || fail 'patch refuses it'
	run doctor plain
	is_status 0
fi

# Each fault has its own in JSON; a fault that only people can mend has none.
run doctor projects/kitchen --format json
is_status 1
has_out '"patch": "diff --git a/'
has_out '"patch": null'
run doctor projects/observer --patch
is_status 1
has_err "left as it is: projects/observer/"
has_err "'down_revision' is a name, not a literal"

# A docstring that is right where the code is wrong: one advice, one patch.
mkdir -p told/versions
printf 'revision = "a1a1a1a1a1a1"\ndown_revision = None\n' >told/versions/a.py
printf '"""B\n\nRevision ID: b2b2b2b2b2b2\nRevises: a1a1a1a1a1a1\n"""\nrevision = "b2b2b2b2b2b2"\ndown_revision = "a1a1a1a1a1a2"\n' >told/versions/b.py
run doctor told/versions
is_status 1
has_out "Write 'a1a1a1a1a1a1': it differs in few letters, and the docstring names it."
has_out "With down_revision as suggested above, both say 'a1a1a1a1a1a1'."
run doctor told/versions --format json
[ "$(grep -c '"patch": "diff' "$folder/out")" = 1 ] || fail 'there are two patches for one thing'
patch_in told versions
run doctor told/versions
is_status 0

# What cannot be written anew is refused, and the rest is patched.
mkdir -p computed/versions
echo "PARENT = 'a'
revision = 'b'
down_revision = PARENT" >computed/versions/b.py
echo "revision = down_revision = 'c'" >computed/versions/c.py
echo "revision = 'a'
down_revision = 'None'" >computed/versions/a.py
run doctor computed/versions --patch
is_status 1
has_out "+down_revision = None"
has_err "not in the patch: computed/versions/c.py:1: its values cannot be written where they stand"
has_err "By hand: Let 'c' follow 'b', which comes before it."

# No project, no diff; a diff is no other format.
run doctor --patch "$top/scenarios/wallet-two-heads.yaml"
is_status 2
has_err "'--patch' is for Alembic projects"
run doctor projects/kitchen --patch --format json
is_status 2
has_err "'--patch' prints a diff"

# Several projects in one patch: an ini with several sections, a folder of projects.
cp -R "$top/tests/projects" many
patch_in many . --all
is_status 1
(cd many && "$program" doctor --all >"$folder/out" 2>/dev/null)
lacks_out 'missing-parent'
lacks_out 'multiple-heads'
lacks_out 'duplicate-revision'

# In a repository paths are from its root, wherever one is; what git remembers comes back.
run doctor --at HEAD .
grep -q "built without libgit2" "$folder/err" && exit 0
sh "$top/tests/projects/histories.sh" git deleted unmerged rewritten renamed squashed gone || exit 1
for name in deleted unmerged rewritten renamed squashed gone; do
	patch_in git/$name/server
	is_status 1
	run doctor git/$name
	is_status 0
	(cd git/$name && git stash -q -u)
done
patch_in git/deleted
has_out 'new file mode 100644'
has_out '+++ b/server/src/fleet/db/migrations/versions/0002_trips.py'
git -C git/deleted show HEAD~2:server/src/fleet/db/migrations/versions/0002_trips.py |
	diff - git/deleted/server/src/fleet/db/migrations/versions/0002_trips.py || fail 'it came back as it was'
git -C git/deleted clean -qfd
mkdir git/deleted/docs
(cd git/deleted/docs && "$program" doctor ../server --patch >"$folder/out" 2>"$folder/err")
has_err "to apply it: git -C $folder/"

# At a commit, of a bare repository too: for whoever has that commit checked out.
run doctor git/bare.git --at main --patch
is_status 1
git clone -q git/bare.git cloned
git -C cloned apply "$folder/out" || fail 'git apply refuses it'
run doctor cloned
is_status 0

# The file itself is patched, not the link to it.
mv cloned/server/src/fleet/db/migrations/versions cloned/real
ln -s ../../../../../real cloned/server/src/fleet/db/migrations/versions
sed -i "s/^down_revision.*/down_revision = '0001b'/" cloned/real/0003_fuel_cards.py
patch_in cloned --no-git
has_out '+++ b/real/0003_fuel_cards.py'
run doctor cloned
is_status 0
