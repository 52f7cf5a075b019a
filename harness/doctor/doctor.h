/*
 * doctor/doctor.h - what is wrong with a revision tree: every fault in one go, whether or not Alembic
 * could load the tree, each with the likely repair. Alembic itself names one missing parent a run. Pure:
 * from the files' declarations to a list. No parent is suggested for a missing one that would close a
 * cycle, by itself or together with the other suggestions.
 *
 * Suggestions are judged together: carried out all at once they leave a tree that loads, with one head where
 * several were a fault, and nothing new to find. Faults that only show once others are repaired are told too.
 *
 * Where several revisions could be meant by a name that does not exist, the best by this ranking is
 * suggested, and the message tells of its equals:
 *   1. the name is that of a file (its stem, or with its suffix);
 *   2. it is a branch label of the revision;
 *   3. it is the id, the stem or the slug of the message spelt otherwise: case, "-" for "_", leading zeros
 *      (but "0010" means "0010_orders" before it means "010");
 *   4. it is the words of a file name without the number or id before them;
 *   5. one is the beginning of the other, ending at a word (or the name is a partial id of 4 characters
 *      or more that finds just one);
 *   6. both begin with the same number, written with as many digits;
 *   7. both begin with the same number, and if words follow it some are shared;
 *   8. few letters differ (a third of them at most);
 *   9. most words are shared with the id, the file name or the message;
 *  10. the child's docstring says "Revises:" it (which comes before rule 8 and 9, settles which of several is meant, and
 *      casts a doubt on what rules 5 to 7 find elsewhere);
 *  11. the number is the nearest one below it (or, if it has none, below the child's), written with as many
 *      digits.
 * Among equals a head comes before what has children, then more shared words, then the nearest one
 * loaded before the child.
 */
#ifndef DOCTOR_DOCTOR_H
#define DOCTOR_DOCTOR_H

#include "kit/arena.h"
#include "revision/edit.h"

/*
 * In the order in which they are reported. Those from FAULT_DOCSTRING_DISAGREES on come from reading the files of a
 * project, the last four from comparing it with another branch (doctor/against.h).
 */
enum fault_kind {
	FAULT_MISSING_PARENT,        /* a down revision that no file has */
	FAULT_MISSING_DEPENDENCY,    /* the same for depends_on */
	FAULT_FILE_NAME_AS_REVISION, /* a file is referred to by its name; its id differs */
	FAULT_DUPLICATE_REVISION,    /* an id that several files have */
	FAULT_SELF_LOOP,
	FAULT_CYCLE,
	FAULT_DEPENDENCY_CYCLE, /* a cycle that takes a depends_on */
	FAULT_LABEL_CLASH,      /* a branch label that is an id, or another file's label */
	FAULT_REDUNDANT_PARENT, /* a parent that another parent of the same file descends from */
	FAULT_MULTIPLE_HEADS,   /* heads that no branch labels tell apart; a fault of the tree */
	FAULT_MULTIPLE_BASES,   /* the same for bases */
	FAULT_PREFIX_TRAP,      /* an id or label with which another one begins */
	FAULT_LONG_REVISION, /* more than 32 characters, the width of the version table's column */
	FAULT_ILLEGAL_REVISION, /* characters or words that Alembic gives another meaning */
	FAULT_DOCSTRING_DISAGREES,
	FAULT_NOT_LITERAL,
	FAULT_UNREADABLE,
	FAULT_REMOVED_REVISION,    /* the other branch has it still */
	FAULT_REPARENTED_REVISION, /* it follows another one there */
	FAULT_INSERTED_BELOW,      /* a new one below one that the other branch has */
	FAULT_EDITED_REVISION,     /* its upgrade does something else there */
	FAULT_KIND_COUNT,
};

/* "missing-parent", ...: stable names for tools. */
extern const char *const fault_kind_names[FAULT_KIND_COUNT];

/* What it is, in few words: "a down revision that no file has". */
extern const char *const fault_kind_titles[FAULT_KIND_COUNT];

/* What Alembic does about it, a sentence; may be empty. */
extern const char *const fault_kind_notes[FAULT_KIND_COUNT];

/* Where git still has the file of a name that nothing has; texts may be empty. */
struct found_in_git {
	str commit, path, deleted_by, branch;
};

/* Another place that a fault is about: that of the id's other file. */
struct fault_relation {
	str message;         /* lower case, no full stop */
	struct span where;   /* never nowhere */
	str repository_path; /* as a fault's */
};

/* All texts may be empty, save the message. */
struct fault {
	enum fault_kind kind;
	size_t spec; /* the file at fault, by its place in load order, those brought back last; SIZE_MAX: none */
	str revision; /* its id; of multiple heads or bases that of the one loaded last */
	str file;
	struct span where; /* of the revision's id; or nowhere */
	str path;          /* of the file that `where` is in; empty: nowhere */
	size_t line;       /* of `where`, from 1; 0: nowhere */
	str repository_path; /* that of `path` from the repository's root, set by the caller; or empty */

	struct {
		struct fault_relation *items;
		size_t count, capacity;
	} relations;

	str message;    /* one line, lower case, no full stop */
	str suggestion; /* the likely repair, a sentence */
	str suggested_revision; /* the id to write: an existing one, or a free one for a file that needs a new id */
	bool is_guess; /* the suggestion is one of several that might be meant, or true only if something never ran */
	str command; /* of a shell, which the suggestion ends with; empty: none */
	struct str_list alembic; /* of that command what Alembic is told, an item a call: "merge -m ..."; or none */
	/* Of a comparison: the revisions that make it a fault by having run somewhere. */
	struct str_list ran;
	bool is_warning; /* set by the caller: it is told, but is no reason to stop */
	str missing;     /* of a missing parent or dependency: the name that nothing has */
	const struct found_in_git
			*found_in_git; /* set by the caller; NULL: not found, or not looked for */
	str patch; /* set by the caller: the suggestion as a unified diff; empty: there is none */
	bool is_mended_by_others; /* set by the caller: what other faults suggest for the file mends it, too */
	struct spec_edits edits; /* the suggestion as a value; none where only people can choose */
	unsigned round; /* 0: the tree as it is has the fault; else it shows when all of lower rounds are repaired */
};

/* What is known from elsewhere of a name that nothing has: a history of files remembers it. */
struct lost_revision {
	str name;
	const struct revision_spec *file; /* its file can be brought back; NULL: it cannot */
	str successor; /* else the revision that took its place, by its id; empty: none is known */
};

struct lost_revisions {
	struct lost_revision *items;
	size_t count, capacity;
};

/* What doctor_examine() saw. */
struct faults {
	struct fault *items; /* by kind, then in load order */
	size_t count, capacity;
	size_t revision_count; /* files looked at */
	struct str_list heads; /* ids that are no file's down revision, each once, in load order */
	struct str_list bases; /* ids without down revisions, likewise */
	struct str_list repaired_heads; /* the heads that faults_repair() leaves, before heads are merged */
	/* Where the tree is from, for tools; set by the caller, empty if not. */
	const char *source_kind; /* "scenario", "project" */
	str source_path, source_at;
	str source_repository_path; /* of that file or folder, as a fault's */
	str source_name;            /* for people, where there are several; empty: `source_path` */
	struct str_list notes;      /* what is no fault, a line each */

	struct {
		struct configure_value {
			const char *name; /* "version_table" */
			str json;
		} * items;

		size_t count, capacity;
	} configure; /* what env.py tells Alembic in literals */
};

/*
 * Every fault of the tree that `specs` (borrowed, and so are their texts) make, as Alembic 1.`level`
 * would read it. Where an id stands twice, its last file counts, as in Alembic.
 */
struct faults doctor_examine(const struct revision_specs *specs, int level, struct arena *arena);

/*
 * The same where something is known of names that are missing: a file that can be brought back is the suggestion
 * before any other, and what comes with it is judged too. `lost` (borrowed) may name what is not missing.
 */
struct faults doctor_examine_with(const struct revision_specs *specs,
		const struct lost_revisions *lost, int level, struct arena *arena);

/* The tree with every suggestion carried out; `specs` and `level` are those that were examined. */
struct revision_specs faults_repair(const struct faults *faults, const struct revision_specs *specs,
		int level, struct arena *arena);

/*
 * Have suggested commands call Alembic as `program` ("alembic -n tenant") in `folder` (empty: where the reader is). Both
 * are borrowed; the first is for a shell, the other is quoted where it must be.
 */
void faults_call_alembic(struct faults *faults, str program, str folder, struct arena *arena);

/* Add to the notes, which may be another's list. */
void faults_add_note(struct faults *faults, str note, struct arena *arena);

/* How many of them are faults, not warnings. */
size_t faults_count_errors(const struct faults *faults);

/*
 * For people: grouped by kind, at most `width` columns wide where words allow it, or 80 if that is less or `width` is 0;
 * commands stay in one line, as they are pasted. `colour` adds terminal escapes.
 */
void faults_render_text(const struct faults *faults, bool colour, size_t width, struct buf *out);

/*
 * For tools: {"source": {"kind", "path", "at"}, "revisions": N, "heads": [...], "bases": [...], "notes":
 * [...], "configure": {NAME: VALUE}, "faults": [{"kind", "level": "error|warning", "revision", "file", "line", "message", "suggestion",
 * "suggested_revision", "found_in_git": {"commit", "path", "deleted_by", "branch"}, "patch"}]}. `line` is where the value at fault is declared; what is not known is null.
 */
void faults_render_json(const struct faults *faults, struct buf *out);

/* Those of several trees: {"projects": [...]}. */
void faults_render_json_all(const struct faults *faults, size_t count, struct buf *out);

#endif
