#include "cli/audit_since.h"

#include "files/files.h"
#include "kit/arena.h"

/* Those of the source that are not among `before`. */
static struct str_list added_revisions(const struct revision_specs *now,
		const struct revision_specs *before, struct arena *arena)
{
	struct str_list known = { 0 }, added = { 0 };

	for (size_t i = 0; before && i < before->count; i++) {
		str_list_add(&known, before->items[i].revision, arena);
	}
	for (size_t i = 0; i < now->count; i++) {
		if (!str_list_contains(&known, now->items[i].revision)) {
			str_list_add(&added, now->items[i].revision, arena);
		}
	}
	return added;
}

struct error *audit_since_read(const struct tree_source *source, str ref, struct arena *arena,
		struct audit_since *ret_since)
{
	const struct project *before = NULL;
	struct files files = { 0 };

	*ret_since = (struct audit_since){ .ref = ref };
	if (!ref.data) {
		return NULL;
	}
	if (!source->project) {
		return error_new(arena, ERROR_INVALID,
				"'--since' compares Alembic projects, and '%.*s' is none",
				STR_ARG(source->path));
	}
	struct error *error = files_open_commit(
			tree_source_git_folder(source, arena), ref, arena, &files);

	if (!error) {
		files.at = ref;
		error = tree_source_read_again(source, &files, arena, &before);
	}
	if (!error) {
		ret_since->revisions = added_revisions(
				&source->specs, before ? &before->specs : NULL, arena);
	}
	if (before) {
		ret_since->faults = doctor_examine(&before->specs, source->level, arena);
	}
	files_close(&files);
	return error;
}

str audit_since_sentence(const struct audit_since *since, struct arena *arena)
{
	const size_t count = since->revisions.count;

	if (!since->ref.data) {
		return (str){ 0 };
	}
	return count ? str_format(arena,
				       " Findings of %zu revision%s count, which %.*s does not have.",
				       count, count == 1 ? "" : "s", STR_ARG(since->ref))
		     : str_format(arena, " Findings of no revision count, as %.*s has them all.",
				       STR_ARG(since->ref));
}

/* Whether the commit's tree has it, too: as many heads, whichever they are. */
static bool was_before(
		const struct faults *before, const struct faults *now, const struct fault *fault)
{
	for (size_t i = 0; i < before->count; i++) {
		const struct fault *other = &before->items[i];

		if (other->kind != fault->kind) {
			continue;
		}
		if (fault->kind == FAULT_MULTIPLE_HEADS) {
			return before->heads.count >= now->heads.count;
		}
		if (fault->kind == FAULT_MULTIPLE_BASES) {
			return before->bases.count >= now->bases.count;
		}
		if (str_equal(other->revision, fault->revision) &&
				str_equal(other->message, fault->message)) {
			return true;
		}
	}
	return false;
}

bool audit_since_is_old(const struct audit_since *since, const struct faults *faults,
		const struct fault *fault)
{
	const bool is_of_file = fault->kind >= FAULT_DOCSTRING_DISAGREES;
	const bool is_of_tree =
			fault->kind == FAULT_MULTIPLE_HEADS || fault->kind == FAULT_MULTIPLE_BASES;

	if (!since->ref.data || !fault->revision.len ||
			(!is_of_tree && str_list_contains(&since->revisions, fault->revision))) {
		return false;
	}
	return is_of_file || was_before(&since->faults, faults, fault);
}
