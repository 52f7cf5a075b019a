#include "cli/repair_proof.h"

#include "kit/arena.h"
#include "kit/packing.h"
#include "replay/replay.h"
#include "replay/trace.h"

/* Longer statements are cut: they are data. */
#define MOST_STATEMENT 4000

/* Whether a statement changes anything, as far as its first word tells. */
static bool is_of_interest(str sql)
{
	static const char *const reading[] = { "SELECT", "PRAGMA", "BEGIN", "SHOW", "COMMIT",
		"ROLLBACK", "SAVEPOINT", "RELEASE", "SET", "select", "show" };
	const str text = str_trim(sql);

	for (size_t i = 0; i < COUNT_OF(reading); i++) {
		if (str_starts_with(text, str_from(reading[i]))) {
			return false;
		}
	}
	return text.len > 0;
}

static void take_step(const struct trace_step *step, size_t number, struct repair_proof *proof,
		struct arena *arena)
{
	const struct plan *plan = NULL;
	str revision = { 0 };

	for (size_t i = 0; i < step->events.count; i++) {
		const struct trace_event *event = &step->events.items[i];

		if (event->kind == TRACE_PLAN) {
			plan = &event->plan;
		} else if (event->kind == TRACE_REVISION && plan &&
				event->plan_step < plan->count) {
			revision = plan->steps[event->plan_step].revision;
		} else if (event->kind == TRACE_STATEMENT && is_of_interest(event->text)) {
			*LIST_PUSH(&proof->statements, arena) = (struct repair_statement){
				.step = number,
				.revision = revision,
				.text = str_front(str_trim(event->text), MOST_STATEMENT),
			};
		}
	}
}

static struct error *run_proof(void *bench, const struct crew_job *job, const struct crew_job *next,
		struct arena *arena, void **ret_answer)
{
	struct repair_proof *proof = arena_new(arena, struct repair_proof);
	struct trace trace = { 0 };

	(void)next;
	*ret_answer = proof;
	struct error *error = theatre_play(bench, job->task, &trace, arena, &proof->outcome);
	for (size_t i = 0; !error && i < trace.steps.count; i++) {
		take_step(&trace.steps.items[i], i + 1, proof, arena);
	}
	return error;
}

static void visit_statements(struct packing *packing, struct repair_statements *statements)
{
	pack_size(packing, &statements->count);
	if (!packing->out) {
		statements->capacity = statements->count;
		statements->items = arena_new_array(
				packing->arena, struct repair_statement, statements->count);
	}
	for (size_t i = 0; i < statements->count; i++) {
		pack_size(packing, &statements->items[i].step);
		pack_str(packing, &statements->items[i].revision);
		pack_str(packing, &statements->items[i].text);
	}
}

static void pack_proof(const void *answer, struct buf *out)
{
	const struct repair_proof *proof = answer;
	struct repair_statements statements = proof->statements;
	struct packing packing = { .out = out };
	struct buf outcome = { .arena = out->arena };
	str bytes;

	outcome_pack(&proof->outcome, &outcome);
	bytes = buf_str(&outcome);
	pack_str(&packing, &bytes);
	visit_statements(&packing, &statements);
}

static void *unpack_proof(str bytes, struct arena *arena)
{
	struct packing packing = { .in = bytes, .arena = arena };
	struct repair_proof *proof = arena_new(arena, struct repair_proof);
	str outcome = { 0 };

	pack_str(&packing, &outcome);
	outcome_unpack(outcome, arena, &proof->outcome);
	visit_statements(&packing, &proof->statements);
	return proof;
}

const struct job_kind job_proof = {
	.run = run_proof,
	.pack = pack_proof,
	.unpack = unpack_proof,
};
