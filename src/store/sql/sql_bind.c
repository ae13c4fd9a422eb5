// SPDX-License-Identifier: ISC
/* store/sql/sql_bind.c - records as parameters of statements, and as rows of results. */
#include "store/sql/sql_bind.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/guard.h"

/* The next parameter.  More than there is room for are a slip in the source. */
static MYSQL_BIND *
next(struct sql_args *args)
{
	MYSQL_BIND *bind = &args->bind[args->count];

	if (args->count == NELEM(args->bind))
		abort();
	args->count++;
	memset(bind, 0, sizeof *bind);
	return bind;
}

void
sql_arg_bytes(struct sql_args *args, const void *bytes, size_t len)
{
	MYSQL_BIND *bind = next(args);

	bind->buffer_type = MYSQL_TYPE_BLOB;
	bind->buffer = (void *)(uintptr_t)bytes;
	bind->buffer_length = (unsigned long)len;
}

void
sql_arg_uuid(struct sql_args *args, const struct uuid *id)
{
	sql_arg_bytes(args, id->bytes, sizeof id->bytes);
}

void
sql_arg_text(struct sql_args *args, const char *text)
{
	sql_arg_bytes(args, text, strlen(text));
}

void
sql_arg_number(struct sql_args *args, int64_t number)
{
	MYSQL_BIND *bind = next(args);
	int64_t *kept = &args->number[bind - args->bind];

	*kept = number;
	bind->buffer_type = MYSQL_TYPE_LONGLONG;
	bind->buffer = kept;
}

void
sql_arg_record(struct sql_args *args, const struct record_kind *kind, const void *record)
{
	int64_t number;

	for (size_t i = 0; i < kind->count; i++) {
		const struct field *f = &kind->fields[i];
		const char *member = (const char *)record + f->offset;

		switch (f->type) {
		case FIELD_TIME:
		case FIELD_NUMBER:
			memcpy(&number, member, sizeof number);
			sql_arg_number(args, number);
			break;
		case FIELD_BOOL:
			sql_arg_number(args, *(const bool *)member);
			break;
		case FIELD_TEXT:
			sql_arg_bytes(args, member, strnlen(member, f->size - 1));
			break;
		default:
			sql_arg_bytes(args, member, f->size);
			break;
		}
	}
}

int
sql_arg_put(const struct sql_args *args, unsigned i, struct arena *mem, struct text *out)
{
	const MYSQL_BIND *bind = &args->bind[i];
	char *hex;

	if (bind->buffer_type == MYSQL_TYPE_LONGLONG) {
		text_printf(out, "%" PRId64, args->number[i]);
		return 0;
	}
	hex = arena_alloc(mem, 2 * bind->buffer_length + 1);
	if (!hex)
		return -ENOMEM;
	text_hex(hex, bind->buffer, bind->buffer_length);
	text_printf(out, "x'%s'", hex);
	return 0;
}

void
sql_row_bind(struct sql_row *row, unsigned first, const struct record_kind *kind, void *record)
{
	if (first + kind->count > NELEM(row->bind))
		abort();
	row->count = first + (unsigned)kind->count;
	memset(row->bind + first, 0, kind->count * sizeof *row->bind);
	for (size_t i = 0; i < kind->count; i++) {
		const struct field *f = &kind->fields[i];
		MYSQL_BIND *bind = &row->bind[first + i];

		bind->length = &row->len[first + i];
		bind->is_null = &row->is_null[first + i];
		bind->error = &row->is_short[first + i];
		if (f->type == FIELD_TEXT || f->type == FIELD_UUID || f->type == FIELD_BYTES) {
			bind->buffer_type = MYSQL_TYPE_BLOB;
			bind->buffer = (char *)record + f->offset;
			bind->buffer_length = (unsigned long)f->size;
		} else {
			bind->buffer_type = MYSQL_TYPE_LONGLONG;
			bind->buffer = &row->number[first + i];
		}
	}
}

void
sql_row_bind_number(struct sql_row *row)
{
	row->count = 1;
	row->bind[0] = (MYSQL_BIND){ .buffer_type = MYSQL_TYPE_LONGLONG,
	    .buffer = &row->number[0], .is_null = &row->is_null[0],
	    .error = &row->is_short[0] };
	row->is_null[0] = row->is_short[0] = false;
}

void
sql_row_fill(struct sql_row *row, MYSQL_ROW values, const unsigned long *lengths)
{
	for (unsigned i = 0; i < row->count; i++) {
		const MYSQL_BIND *bind = &row->bind[i];

		row->len[i] = lengths[i];
		row->is_null[i] = !values[i];
		row->is_short[i] = false;
		if (!values[i])
			continue;
		if (bind->buffer_type == MYSQL_TYPE_LONGLONG) {
			row->is_short[i] = text_integer(values[i], lengths[i],
			    &row->number[i]) != 0;
			continue;
		}
		row->is_short[i] = lengths[i] > bind->buffer_length;
		memcpy(bind->buffer, values[i], row->is_short[i] ? bind->buffer_length :
		    lengths[i]);
	}
}

static bool
take_field(const struct field *f, unsigned long len, int64_t number, char *member)
{
	switch (f->type) {
	case FIELD_TIME:
	case FIELD_NUMBER:
		memcpy(member, &number, sizeof number);
		return true;
	case FIELD_BOOL:
		*(bool *)member = number != 0;
		return number == 0 || number == 1;
	case FIELD_TEXT:
		if (len >= f->size)
			return false;
		memset(member + len, 0, f->size - len);
		return strlen(member) == len;
	default:
		return len == f->size;
	}
}

bool
sql_row_take(const struct sql_row *row, unsigned first, const struct record_kind *kind,
    void *record)
{
	for (size_t i = 0; i < kind->count; i++) {
		if (row->is_null[first + i] || row->is_short[first + i])
			return false;
		if (!take_field(&kind->fields[i], row->len[first + i], row->number[first + i],
		    (char *)record + kind->fields[i].offset))
			return false;
	}
	return true;
}
