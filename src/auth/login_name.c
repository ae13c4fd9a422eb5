// SPDX-License-Identifier: ISC
/* auth/login_name.c - the form in which e-mails and SIP logins are compared. */
#include "auth/login_name.h"

#include <string.h>

#include "base/text.h"
#include "base/unicode.h"
#include "base/verdict.h"

/* Without the blanks that phones append to a completed e-mail address. */
static size_t
trimmed_len(const char *text)
{
	size_t len = strlen(text);

	while (len && text[len - 1] == ' ')
		len--;
	return len;
}

/* Changes the part after the '@' in place. */
static int
convert_domain(char name[LOGIN_SIZE], int (*convert)(const char *, char *, size_t))
{
	char domain[LOGIN_SIZE], *at = strrchr(name, '@');
	int r;

	if (!at)
		return 0;
	r = convert(at + 1, domain, sizeof domain);
	return r ? r : text_copy(at + 1, LOGIN_SIZE - (size_t)(at + 1 - name), domain);
}

/* All but the domain. */
static int
make_local(const char *text, char name[LOGIN_SIZE])
{
	int r;

	r = unicode_nfc(text, trimmed_len(text), name, LOGIN_SIZE, NULL);
	if (r == 0)
		text_lower(name);
	return r;
}

int
login_name_make(const char *text, char name[LOGIN_SIZE])
{
	char made[LOGIN_SIZE];
	int r;

	r = make_local(text, made);
	if (!r)
		r = convert_domain(made, unicode_domain);
	return r ? r : text_copy(name, LOGIN_SIZE, made);
}

void
login_name_fold(const char *text, char name[LOGIN_SIZE])
{
	memset(name, 0, LOGIN_SIZE);
	if (login_name_make(text, name) == 0)
		return;
	strncpy(name, text, LOGIN_SIZE - 1);	/* no user has a longer one */
	text_lower(name);
}

static void
add_form(struct login_forms *forms, const char name[LOGIN_SIZE])
{
	for (size_t i = 0; i < forms->count; i++) {
		if (strcmp(forms->at[i], name) == 0)
			return;
	}
	strcpy(forms->at[forms->count++], name);
}

int
login_name_forms(const char *text, struct login_forms *forms)
{
	char name[LOGIN_SIZE];
	int r;

	forms->count = 0;
	r = login_name_make(text, name);
	if (!r) {
		add_form(forms, name);
		r = convert_domain(name, unicode_domain_shown);
		if (!r)
			add_form(forms, name);
	}
	if (r < 0)
		return r;
	if (text_copy(name, sizeof name, text) == 0) {
		text_lower(name);
		add_form(forms, name);
	}
	return 0;
}
