// SPDX-License-Identifier: ISC
#include "http/metrics.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/counter.h"
#include "service/ask.h"
#include "store_memory/memory.h"
#include "unit.h"

#define HERE "127.0.0.1"
#define OPEN "HTTP_ACCEPT=application/openmetrics-text"

/* --- a strict reader ------------------------------------------------------------------ */

/*
 * Both formats are lines; the samples of a metric follow its head and each other, a series
 * occurs once, and a name has the form that its type demands.  Returns how many samples
 * there were, or -1 after naming the line that is wrong.
 */
struct reader {
	bool is_open, ended;
	char name[80], type[16];		/* of the current metric */
	const char *seen[4096];			/* series */
	size_t seen_count;
	const char *heads[256];
	size_t head_count;
	double last;				/* of the buckets of a series */
};

static bool
is_name(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!(islower((unsigned char)text[i]) || text[i] == '_' ||
		    (i && isdigit((unsigned char)text[i]))))
			return false;
	}
	return len > 0;
}

static bool
add_once(const char **list, size_t *count, size_t max, const char *text)
{
	for (size_t i = 0; i < *count; i++) {
		if (strcmp(list[i], text) == 0)
			return false;
	}
	if (*count == max)
		return false;
	list[(*count)++] = arena_strdup(test_mem(), text);
	return true;
}

/* "# HELP name text", "# TYPE name type", "# UNIT name unit", "# EOF" */
static bool
read_head(struct reader *r, const char *line)
{
	char what[8], name[80], rest[200];

	if (strcmp(line, "# EOF") == 0) {
		r->ended = true;
		return r->is_open;
	}
	if (sscanf(line, "# %7s %79s %199[^\n]", what, name, rest) != 3 ||
	    !is_name(name, strlen(name)))
		return false;
	if (strcmp(what, "HELP") == 0) {
		strcpy(r->name, name);
		*r->type = '\0';
		return add_once(r->heads, &r->head_count, NELEM(r->heads), name) &&
		    !strpbrk(rest, "\\\"") && rest[strlen(rest) - 1] == '.';
	}
	if (strcmp(r->name, name) != 0)
		return false;
	if (strcmp(what, "TYPE") == 0) {
		snprintf(r->type, sizeof r->type, "%.15s", rest);
		return strcmp(rest, "counter") == 0 || strcmp(rest, "gauge") == 0 ||
		    strcmp(rest, "histogram") == 0 || (r->is_open && strcmp(rest, "info") == 0);
	}
	return r->is_open && strcmp(what, "UNIT") == 0 && strlen(name) > strlen(rest) &&
	    strcmp(name + strlen(name) - strlen(rest), rest) == 0;
}

/* May a sample of the current metric have this name? */
static bool
is_of_metric(const struct reader *r, const char *name, size_t len)
{
	static const struct { const char *type, *suffix; bool open, plain; } forms[] = {
		{ "counter",   "_total",  true,  false },
		{ "counter",   "",        false, true },
		{ "gauge",     "",        true,  true },
		{ "info",      "_info",   true,  false },
		{ "histogram", "_bucket", true,  true },
		{ "histogram", "_sum",    true,  true },
		{ "histogram", "_count",  true,  true },
	};
	const size_t base = strlen(r->name);

	for (size_t i = 0; i < NELEM(forms); i++) {
		if (strcmp(forms[i].type, r->type) == 0 &&
		    (r->is_open ? forms[i].open : forms[i].plain) &&
		    len == base + strlen(forms[i].suffix) && strncmp(name, r->name, base) == 0 &&
		    strncmp(name + base, forms[i].suffix, strlen(forms[i].suffix)) == 0)
			return !(strcmp(r->type, "counter") == 0 && !r->is_open) ||
			    (len > 6 && strncmp(name + len - 6, "_total", 6) == 0);
	}
	return false;
}

/* {name="value",…}; returns what follows, or NULL. */
static const char *
skip_labels(const char *at)
{
	size_t len;

	do {
		len = strcspn(++at, "=");
		if (!is_name(at, len) || at[len + 1] != '"')
			return NULL;
		for (at += len + 2; *at && *at != '"'; at++)
			at += *at == '\\' && at[1];
		if (!*at++)
			return NULL;
	} while (*at == ',');
	return *at == '}' ? at + 1 : NULL;
}

static bool
read_sample(struct reader *r, const char *line)
{
	const size_t len = strcspn(line, "{ ");
	const char *value = line + len;
	char *end;
	double number;

	if (!is_of_metric(r, line, len))
		return false;
	if (*value == '{')
		value = skip_labels(value);
	if (!value || *value != ' ' ||
	    !add_once(r->seen, &r->seen_count, NELEM(r->seen),
	    arena_strndup(test_mem(), line, (size_t)(value - line))))
		return false;
	number = strtod(value + 1, &end);
	if (end == value + 1 || *end || (strcmp(r->type, "gauge") != 0 && number < 0))
		return false;
	if (strncmp(line + strlen(r->name), "_bucket", 7) != 0)
		return true;
	if (!strstr(line, "le=\"0.00005\"") && !strstr(line, "le=\"1.0\"") && number < r->last)
		return false;		/* buckets grow */
	r->last = number;
	return true;
}

static int
read_all(const char *body, bool is_open)
{
	struct reader *r = arena_alloc(test_mem(), sizeof *r);
	const char *line;
	int samples = 0;

	r->is_open = is_open;
	for (const char *end; *body; body = end + 1) {
		end = strchr(body, '\n');
		if (!end || end == body || r->ended)
			return -1;
		line = arena_strndup(test_mem(), body, (size_t)(end - body));
		samples += *line != '#';
		if (*line == '#' ? !read_head(r, line) : !read_sample(r, line)) {
			printf("wrong: %s\n", line);
			return -1;
		}
	}
	return r->ended == is_open ? samples : -1;
}

/* --- asked ------------------------------------------------------------------------------ */

static void
to_whom(void)
{
	static const char *network[] = { "198.51.100.0/24" };
	static const char *origins[] = { "https://app.example.org" };
	static const struct {
		const char *row;
		struct ask ask;
		int status;
	} t[] = {
		{ "here", { .path = "/metrics", .source = HERE }, 200 },
		{ "IPv6", { .path = "/metrics", .source = "::1" }, 200 },
		{ "elsewhere", { .path = "/metrics", .source = "192.0.2.7" }, 403 },
		{ "admitted", { .path = "/metrics", .source = "198.51.100.7" }, 200 },
		{ "with a password", { .path = "/metrics", .source = "192.0.2.7",
		    .email = ALICE, .password = PASSWORD }, 403 },
		{ "HEAD", { .method = "HEAD", .path = "/metrics", .source = HERE }, 200 },
		{ "POST", { .method = "POST", .path = "/metrics", .source = HERE }, 405 },
		{ "below", { .path = "/metrics/x", .source = HERE }, 404 },
		{ "over HTTP", { .path = "/metrics", .source = HERE, .plain = true }, 301 },
		{ "from a page", { .path = "/metrics", .source = HERE,
		    .params = { "HTTP_ORIGIN=https://app.example.org" } }, 200 },
	};
	struct reply reply;
	struct box my;

	box_open(&my, test_directory());
	my.conf->metrics_allow = (struct conf_list){ network, 1 };
	my.conf->cors_origins = (struct conf_list){ origins, 1 };
	for (size_t i = 0; i < NELEM(t); i++) {
		reply = box_ask(&my, &t[i].ask);
		EXPECT_INT(t[i].row, reply.status, t[i].status);
		EXPECT_STRING(t[i].row, ask_header(&reply, "Cache-Control", 0), "no-store");
		EXPECT_STRING(t[i].row, ask_header(&reply, "Access-Control-Allow-Origin", 0), NULL);
		if (reply.status == 200)
			EXPECT_STRING(t[i].row, ask_header(&reply, "Content-Type", 0),
			    exposition_type(false));
	}
	my.conf->metrics_allow.count = my.conf->cors_origins.count = 0;
	box_close(&my);
}

/* --- what there is ------------------------------------------------------------------------ */

static const char *
metrics_of(struct box *my, bool is_open)
{
	const struct ask ask = { .path = "/metrics", .source = HERE,
	    .params = { is_open ? OPEN : NULL } };
	struct reply reply;

	reply = box_ask(my, &ask);
	EXPECT_INT("asked", reply.status, 200);
	EXPECT_STRING("type", ask_header(&reply, "Content-Type", 0), exposition_type(is_open));
	return arena_strdup(test_mem(), reply.body);
}

static void
open_counters(void)
{
	EXPECT_VERDICT("open", counters_open(test_directory()), 0);
	EXPECT_VERDICT("join", counters_join(), 0);
}

/* Whether the line, and its end, are in body. */
static bool
has_line(const char *body, const char *line)
{
	const char *at = body;
	size_t len = strlen(line);

	while ((at = strstr(at, line))) {
		if ((at == body || at[-1] == '\n') && at[len] == '\n')
			return true;
		at += len;
	}
	printf("no line %s\n", line);
	return false;
}

static void
whole(void)
{
	static const char *const lines[] = {
		"doorward_build_info{version=\"" PACKAGE_VERSION "\",store=\"lmdb\"} 1",
		"doorward_requests_total{route=\"auth.show\",scheme=\"bearer\",result=\"ok\"} 3",
		"doorward_requests_total{route=\"auth.show\",scheme=\"bearer\","
		    "result=\"wrong-credentials\"} 1",
		"doorward_requests_total{route=\"unknown\",scheme=\"none\",result=\"no-route\"} 1",
		"doorward_request_duration_seconds_count{route=\"auth.show\"} 4",
		"doorward_store_up 1",
		"doorward_store_records{kind=\"user\"} 2",
		"doorward_store_records{kind=\"account\"} 0",
		"doorward_store_records{kind=\"domain-token\"} 0",
		"doorward_keys{purpose=\"hash\"} 1",
		"doorward_worker_failures_total 0",
		"doorward_password_check_duration_seconds_count 0",
		"doorward_store_commit_operations_bucket{le=\"+Inf\"} 0",
		"doorward_uncounted_total 0",
	};
	const char *body;
	struct box my;

	box_open(&my, test_directory());
	box_names_make(&my);
	open_counters();
	for (int i = 0; i < 3; i++)
		box_ask(&my, &(struct ask){ .x_auth_token = "$b" });
	box_ask(&my, &(struct ask){ .x_auth_token = "wrong" });
	box_ask(&my, &(struct ask){ .path = "/nowhere" });
	for (int is_open = 0; is_open < 2; is_open++) {
		body = metrics_of(&my, is_open);
		EXPECT_TRUE("as it should be written", read_all(body, is_open) > 100);
		for (size_t i = 0; i < NELEM(lines); i++)
			EXPECT_TRUE(lines[i], has_line(body, lines[i]));
		EXPECT_TRUE("no names", !strstr(body, "alice") && !strstr(body, my.names.bearer));
	}
	counters_close();
	box_close(&my);
}

/* Counters of other programs, and of other forms, are left out. */
static void
others(void)
{
	static const char *const names[] = { "requests", "requests a", "requests a b c d",
	    "requestsx a b c", "unheard of", "requests a  c", "worker_starts x" };
	const char *body;
	struct box my;

	box_open(&my, test_directory());
	open_counters();
	for (size_t i = 0; i < NELEM(names); i++)
		counter_add_at(counter_place(names[i], COUNTER_SUM), 77);
	counter_measure_at(counter_place("requests x y z", COUNTER_SIZES), COUNTER_SIZES, 77);
	counter_add_at(counter_place("request_us a", COUNTER_SUM), 77);
	counter_add_at(0, 5);
	body = metrics_of(&my, false);
	EXPECT_TRUE("can be read", read_all(body, false) > 0);
	EXPECT_TRUE("none of them", !strstr(body, " 77\n"));
	EXPECT_TRUE("missed", has_line(body, "doorward_uncounted_total 5"));
	counters_close();
	box_close(&my);
}

/* Zeros of a process that cannot count must not look as if all were well. */
static void
without_counters(void)
{
	const char *dir = test_directory(), *body;
	struct box my;

	box_open(&my, test_directory());
	EXPECT_INT("a link", symlink("/dev/null", arena_printf(test_mem(), "%s/counters.1", dir)),
	    0);
	EXPECT_VERDICT("open", counters_open(dir), -ELOOP);
	body = metrics_of(&my, false);
	EXPECT_TRUE("can be read", read_all(body, false) > 0);
	EXPECT_TRUE("not counted", !strstr(body, "\ndoorward_uncounted_total "));
	box_close(&my);
}

/* What is there is told, whichever call of the store fails. */
static void
store_down(void)
{
	const char *body;
	struct box my;
	unsigned n = 1;

	box_open_memory(&my);
	open_counters();
	for (;; n++) {
		store_memory_fail(my.auth->store, n, -EIO);
		body = metrics_of(&my, false);
		if (((const struct memory *)my.auth->store)->fail_call)
			break;
		EXPECT_TRUE("can be read", read_all(body, false) > 0);
		EXPECT_TRUE("down", has_line(body, "doorward_store_up 0"));
		EXPECT_TRUE("no numbers of it", !strstr(body, "\ndoorward_store_records{"));
		EXPECT_TRUE("others", strstr(body, "doorward_keys{") != NULL);
	}
	EXPECT_TRUE("calls failed", n > 3);
	EXPECT_TRUE("up", has_line(body, "doorward_store_up 1"));
	store_memory_fail(my.auth->store, 0, 0);
	counters_close();
	box_close(&my);
}

/* --- the table ------------------------------------------------------------------------------ */

static bool
ends_with(const char *text, const char *end)
{
	return strlen(text) > strlen(end) && strcmp(text + strlen(text) - strlen(end), end) == 0;
}

static void
table(void)
{
	static const char *const reserved[] = { "_total", "_info", "_count", "_sum", "_bucket",
	    "_created" };
	const struct metric *m, *other;

	for (size_t i = 0; (m = metrics_at(i)); i++) {
		EXPECT_TRUE(m->name, strncmp(m->name, "doorward_", 9) == 0);
		EXPECT_TRUE(m->name, is_name(m->name, strlen(m->name)));
		EXPECT_TRUE(m->name, !*m->unit || ends_with(m->name, m->unit));
		EXPECT_TRUE(m->name, *m->unit || !ends_with(m->name, "_seconds"));
		EXPECT_TRUE(m->name, ends_with(m->help, ".") && !strpbrk(m->help, "\"\\\n"));
		for (size_t k = 0; k < NELEM(reserved); k++)
			EXPECT_TRUE(m->name, !ends_with(m->name, reserved[k]));
		for (size_t k = 0; m->labels[k]; k++)
			EXPECT_TRUE(m->labels[k], is_name(m->labels[k], strlen(m->labels[k])) &&
			    strcmp(m->labels[k], "le") != 0);
		for (size_t k = 0; k < i; k++) {
			other = metrics_at(k);
			EXPECT_TRUE(m->name, strcmp(m->name, other->name) != 0);
		}
	}
}

/* The reader of this test refuses what it should. */
static void
reader(void)
{
#define HEAD "# HELP a_total A.\n# TYPE a_total counter\n"
	static const struct { const char *row, *body; bool is_open; int want; } t[] = {
		{ "good",            HEAD "a_total 1\n", false, 1 },
		{ "labels",          HEAD "a_total{b=\"c\",d=\"e\\\"f\"} 1\n", false, 1 },
		{ "no end",          HEAD "a_total 1", false, -1 },
		{ "empty line",      HEAD "\na_total 1\n", false, -1 },
		{ "twice",           HEAD "a_total 1\na_total 2\n", false, -1 },
		{ "another name",    HEAD "b_total 1\n", false, -1 },
		{ "no head",         "a_total 1\n", false, -1 },
		{ "two heads",       HEAD HEAD, false, -1 },
		{ "no number",       HEAD "a_total x\n", false, -1 },
		{ "a negative one",  HEAD "a_total -1\n", false, -1 },
		{ "open label",      HEAD "a_total{b=\"c} 1\n", false, -1 },
		{ "no EOF",          "# HELP a A.\n# TYPE a counter\na_total 1\n", true, -1 },
		{ "EOF",             "# HELP a A.\n# TYPE a counter\na_total 1\n# EOF\n", true, 1 },
		{ "after EOF",       "# EOF\n# HELP a A.\n", true, -1 },
		{ "EOF in 0.0.4",    HEAD "# EOF\n", false, -1 },
		{ "no _total",       "# HELP a A.\n# TYPE a counter\na 1\n# EOF\n", true, -1 },
		{ "unit",            "# HELP a A.\n# TYPE a gauge\n# UNIT a bytes\n# EOF\n", true,
		    -1 },
		{ "buckets shrink",  "# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1.0\"} 5\n"
		    "a_bucket{le=\"2.5\"} 4\n", false, -1 },
	};

	for (size_t i = 0; i < NELEM(t); i++)
		EXPECT_INT(t[i].row, read_all(t[i].body, t[i].is_open), t[i].want);
}

static CU_TestInfo tests[] = {
	{ "to whom", to_whom },
	{ "whole", whole },
	{ "others", others },
	{ "without counters", without_counters },
	{ "store down", store_down },
	{ "table", table },
	{ "reader", reader },
	CU_TEST_INFO_NULL,
};

TEST_SUITE("http/metrics", tests);
