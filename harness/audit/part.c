#include "audit/audit.h"

#include "kit/arena.h"
#include "kit/packing.h"

#include <assert.h>

static void visit_excerpt(struct packing *packing, struct excerpt *excerpt)
{
	pack_str(packing, &excerpt->path);
	pack_size(packing, &excerpt->line);
	pack_size(packing, &excerpt->column);
	pack_str(packing, &excerpt->text);
	pack_size(packing, &excerpt->offset);
	pack_size(packing, &excerpt->len);
}

static void visit_finding(struct packing *packing, struct audit_finding *finding)
{
	pack_bytes(packing, &finding->question, sizeof(finding->question));
	pack_bool(packing, &finding->is_warning);
	pack_str(packing, &finding->revision);
	visit_excerpt(packing, &finding->place);
	pack_str(packing, &finding->class_name);
	pack_str(packing, &finding->message);
	pack_str(packing, &finding->error);
	pack_str(packing, &finding->statement);
	pack_str(packing, &finding->hint);
	pack_list(packing, &finding->difference);
}

static void visit_findings(struct packing *packing, struct audit_findings *findings)
{
	pack_size(packing, &findings->count);
	if (!packing->out) {
		findings->capacity = findings->count;
		findings->items = arena_new_array(
				packing->arena, struct audit_finding, findings->count);
	}
	for (size_t i = 0; i < findings->count; i++) {
		visit_finding(packing, &findings->items[i]);
	}
}

static void visit_part(struct packing *packing, struct audit_part *part)
{
	pack_str(packing, &part->engine);
	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		struct audit_answer *answer = &part->answers[i];

		pack_bool(packing, &answer->is_asked);
		pack_bytes(packing, &answer->kind, sizeof(answer->kind));
		pack_str(packing, &answer->reason);
		pack_bool(packing, &answer->is_explained);
		pack_bytes(packing, &answer->elapsed_us, sizeof(answer->elapsed_us));
	}
	visit_findings(packing, &part->findings);
	pack_size(packing, &part->ends.count);
	if (!packing->out) {
		part->ends.capacity = part->ends.count;
		part->ends.items =
				arena_new_array(packing->arena, struct audit_end, part->ends.count);
	}
	for (size_t i = 0; i < part->ends.count; i++) {
		pack_str(packing, &part->ends.items[i].release);
		pack_list(packing, &part->ends.items[i].schema);
	}
	pack_list(packing, &part->notes);
	pack_str(packing, &part->python);
	pack_str(packing, &part->alembic);
	pack_str(packing, &part->sqlalchemy);
}

void audit_part_pack(const struct audit_part *part, struct buf *out)
{
	struct packing packing = { .out = out };
	struct audit_part copy = *part;

	visit_part(&packing, &copy);
}

void audit_part_unpack(str bytes, struct arena *arena, struct audit_part *ret_part)
{
	struct packing packing = { .in = bytes, .arena = arena };
	struct audit_part part = { 0 };

	visit_part(&packing, &part);
	assert(!packing.in.len);
	*ret_part = part;
}
