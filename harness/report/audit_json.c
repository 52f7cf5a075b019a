/*
 * `audit --format json`, `--report json:FILE`: for tools (docs/json.md).
 */
#include "kit/json.h"
#include "report/audit.h"

static void add_questions(struct json_writer *json, const struct audit *audit)
{
	json_open_array(json, "questions");
	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		const struct audit_answer *answer = &audit->answers[i];

		json_open_object(json, NULL);
		json_add_text(json, "question", str_from(audit_question_names[i]));
		json_add_text(json, "answer", str_from(audit_answer_names[answer->kind]));
		json_add_text_or_null(json, "reason", answer->reason);
		json_add_integer(json, "findings",
				(int64_t)audit_count(audit, (enum audit_question)i));
		json_add_integer(json, "elapsed_us", answer->elapsed_us);
		json_close_object(json);
	}
	json_close_array(json);
}

static void add_finding(struct json_writer *json, const struct audit_finding *finding)
{
	json_open_object(json, NULL);
	json_add_text(json, "question", str_from(audit_question_names[finding->question]));
	json_add_text(json, "level", finding->is_warning ? STR("warning") : STR("error"));
	json_add_text_or_null(json, "engine", finding->engines);
	json_add_text_or_null(json, "revision", finding->revision);
	json_add_text_or_null(json, "file", finding->place.path);
	if (finding->place.path.len) {
		json_add_integer(json, "line", (int64_t)finding->place.line);
	} else {
		json_add_null(json, "line");
	}
	json_add_text_or_null(json, "class", finding->class_name);
	json_add_text(json, "message", finding->message);
	json_add_text_or_null(json, "error", finding->error);
	json_add_text_or_null(json, "statement", finding->statement);
	json_add_text_or_null(json, "hint", finding->hint);
	json_add_texts(json, "difference", &finding->difference);
	json_add_bool(json, "known", finding->is_known);
	json_close_object(json);
}

void audit_json(const struct report *report, const struct audit *audit, struct buf *out)
{
	struct json_writer json = { .out = out, .is_indented = true };

	json_open_object(&json, NULL);
	json_add_text(&json, "rehearse", str_from(report->program_version));
	json_add_text(&json, "project", audit->project);
	json_add_text_or_null(&json, "engine", audit->engines);
	json_add_text_or_null(&json, "alembic", audit->alembic);
	json_add_text_or_null(&json, "sqlalchemy", audit->sqlalchemy);
	json_add_text_or_null(&json, "python", audit->python);
	json_add_integer(&json, "revisions", (int64_t)audit->revision_count);
	add_questions(&json, audit);
	json_open_array(&json, "findings");
	for (size_t i = 0; i < audit->findings.count; i++) {
		add_finding(&json, &audit->findings.items[i]);
	}
	json_close_array(&json);
	json_add_texts(&json, "gone", &audit->gone);
	json_add_texts(&json, "notes", &audit->notes);
	json_open_object(&json, "summary");
	json_add_integer(&json, "findings", (int64_t)audit->findings.count);
	json_add_integer(&json, "new", (int64_t)audit_count_new(audit, true));
	json_add_integer(&json, "known",
			(int64_t)(audit->findings.count - audit_count_new(audit, true)));
	json_add_integer(&json, "gone", (int64_t)audit->gone.count);
	json_close_object(&json);
	json_close_object(&json);
	buf_add_char(out, '\n');
}
