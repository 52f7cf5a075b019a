/*
 * Assertions that are written as Criterion's (criterion/new/assert.h), as far as they are used here, and cost a compiler
 * a tenth: each of Criterion's becomes thousands of tokens, which took a third of the time to build everything.
 *
 *     cr_expect(eq(str, word, "base"));
 *     cr_assert(not(has_table("t")), "after %s", step);
 *
 * A condition is a question of those below or any expression. What the words of a message name is looked at only
 * when the condition does not hold.
 */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <criterion/criterion.h>
#include <criterion/event.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#undef cr_assert
#undef cr_expect
#define cr_assert(...) CHECK(criterion_abort_test, #__VA_ARGS__, __VA_ARGS__, NULL)
#define cr_expect(...) CHECK(criterion_continue_test, #__VA_ARGS__, __VA_ARGS__, NULL)
#define cr_fatal(...)  (check_fail(__FILE__, __LINE__, "", __VA_ARGS__), criterion_abort_test())
/* clang-format off */
#define CHECK(goes_on, text, condition, ...) \
	(check_seen[0] = '\0', (condition) ? cri_asserts_passed_incr() \
			: (check_fail(__FILE__, __LINE__, text, __VA_ARGS__), goes_on()))
/* clang-format on */

/* Two values of a type beside each other. */
#define eq(type, one, other) CHECK_##type(one, "==", other)
#define ne(type, one, other) CHECK_##type(one, "!=", other)
#define lt(type, one, other) CHECK_##type(one, "<", other)
#define le(type, one, other) CHECK_##type(one, "<=", other)
#define gt(type, one, other) CHECK_##type(one, ">", other)
#define ge(type, one, other) CHECK_##type(one, ">=", other)
#define zero(type, one)      CHECK_##type(one, "==", 0)
#define not(condition)       (!(condition))

#define CHECK_int  check_signed
#define CHECK_long check_signed
#define CHECK_i64  check_signed
#define CHECK_chr  check_signed
#define CHECK_uint check_unsigned
#define CHECK_u32  check_unsigned
#define CHECK_sz   check_unsigned
#define CHECK_ptr  check_pointers
#define CHECK_str  check_texts

/* What the question that was answered with no has compared, for the message. */
static char check_seen[4096];

/* How two values lie to each other: below 0, 0, above 0. */
static inline bool check_order(int order, const char *is)
{
	return is[0] == '!'         ? order != 0
			: order < 0 ? is[0] == '<'
			: order > 0 ? is[0] == '>'
				    : is[1] == '=';
}

static inline bool check_signed(intmax_t one, const char *is, intmax_t other)
{
	const bool holds = check_order((one > other) - (one < other), is);

	if (!holds) {
		snprintf(check_seen, sizeof(check_seen), "%" PRIdMAX " %s %" PRIdMAX, one, is,
				other);
	}
	return holds;
}

static inline bool check_unsigned(uintmax_t one, const char *is, uintmax_t other)
{
	const bool holds = check_order((one > other) - (one < other), is);

	if (!holds) {
		snprintf(check_seen, sizeof(check_seen), "%" PRIuMAX " %s %" PRIuMAX, one, is,
				other);
	}
	return holds;
}

static inline bool check_pointers(
		const volatile void *one, const char *is, const volatile void *other)
{
	const bool holds = check_order(one != other, is);

	if (!holds) {
		snprintf(check_seen, sizeof(check_seen), "%p %s %p", (void *)(uintptr_t)one, is,
				(void *)(uintptr_t)other);
	}
	return holds;
}

static inline bool check_texts(const char *one, const char *is, const char *other)
{
	const bool holds = one && other && check_order(strcmp(one, other), is);

	if (!holds) {
		snprintf(check_seen, sizeof(check_seen), "\"%s\" %s \"%s\"", one ? one : "(null)",
				is, other ? other : "(null)");
	}
	return holds;
}

/* Tell Criterion what does not hold; `format` may be NULL, and then there is no message. */
static inline void check_fail(
		const char *file, unsigned line, const char *text, const char *format, ...)
{
	char words[4096] = "", message[10000];
	va_list arguments;

	if (format) {
		va_start(arguments, format);
		vsnprintf(words, sizeof(words), format, arguments);
		va_end(arguments);
	}
	snprintf(message, sizeof(message), "%s%s%s%s%s", text, *check_seen ? "\nwith " : "",
			check_seen, *words ? "\n" : "", words);
	criterion_send_assert(&(struct criterion_assert_stats){
			.message = message, .file = file, .line = line });
}

#endif
