// SPDX-License-Identifier: ISC
/* auth/limit.c - scopes and networks of bearer tokens. */
#include "auth/limit.h"

#include <string.h>

#include "base/address.h"
#include "base/text.h"
#include "base/verdict.h"
#include "base/words.h"

#define IN_NAME TEXT_SMALL TEXT_DIGITS "_:.-"

static int
take_name(const struct word *word, char *out)
{
	if (word->len > SCOPE_NAME_LEN || strspn(word->at, IN_NAME) < word->len)
		return V_INVALID;
	memcpy(out, word->at, word->len);
	out[word->len] = '\0';
	return 0;
}

/* Bits behind the prefix are more likely a mistake than a wish: they are not masked. */
static int
take_network(const struct word *word, char *out)
{
	char text[NETWORK_TEXT_SIZE];
	struct network net;

	if (word->len >= sizeof text)
		return V_INVALID;
	memcpy(text, word->at, word->len);
	text[word->len] = '\0';
	if (network_parse(text, &net) || !network_is_exact(&net))
		return V_INVALID;
	network_text(out, &net);
	return 0;
}

const struct limit_kind limit_scope = { "scope",
	"a name in it must have 1 to 64 of a-z, 0-9, '_', ':', '.' and '-'",
	"invalid scope name", SCOPE_NAMES, SCOPE_SIZE, take_name };
const struct limit_kind limit_addresses = { "addresses",
	"must be addresses or networks, as 192.0.2.0/24 or 2001:db8::/32",
	"invalid network", NETWORKS, NETWORKS_SIZE, take_network };

/* As words_next, of what people and programs write. */
static bool
next(const char **text, struct word *word)
{
	*text += strspn(*text, LIMIT_BETWEEN);
	*word = (struct word){ *text, strcspn(*text, LIMIT_BETWEEN) };
	*text += word->len;
	return word->len > 0;
}

/* Takes a word, unless it is there already. */
static int
add(const struct limit_kind *kind, const struct word *word, char *set, size_t *count)
{
	char taken[SCOPE_NAME_LEN + 1];
	size_t len = strlen(set);
	struct word one;
	int r;

	r = kind->take(word, taken);
	if (r)
		return r;
	one = (struct word){ taken, strlen(taken) };
	if (words_have(set, &one))
		return 0;
	if (++*count > kind->words_max)
		return V_TOO_MANY;
	if (len)
		set[len++] = ' ';
	memcpy(set + len, taken, one.len + 1);
	return 0;
}

int
limit_read(const struct limit_kind *kind, const char *text, char *out)
{
	char set[LIMIT_SIZE] = "";
	size_t count = 0;
	struct word word;
	int r = 0;

	if (strcmp(text, LIMIT_NONE) == 0) {
		*out = '\0';
		return 0;
	}
	while (!r && next(&text, &word))
		r = add(kind, &word, set, &count);
	if (!r && !count)
		r = V_MALFORMED;
	if (r)
		return r;
	memcpy(out, set, kind->size);
	return 0;
}

bool
limit_permits(const struct identity *who, const char *names)
{
	return !who->by_token || !who->scope[0] || words_within(names, who->scope);
}

bool
limit_is_within(const char *scope, const char *addresses, const char *whole_scope,
    const char *whole_addresses)
{
	if (*whole_scope && !(*scope && words_within(scope, whole_scope)))
		return false;
	return !*whole_addresses ||
	    (*addresses && networks_within(addresses, whole_addresses));
}

bool
limit_accepts(const char *networks, const char *source)
{
	struct address address;

	if (!*networks)
		return true;
	return address_parse(source, &address) == 0 && networks_have(networks, &address);
}
