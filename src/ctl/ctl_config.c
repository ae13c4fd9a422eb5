// SPDX-License-Identifier: ISC
/* ctl/ctl_config.c - doorwardctl config ... */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "auth/where.h"
#include "base/json.h"
#include "base/privs.h"
#include "base/text.h"
#include "conf/conf_places.h"
#include "conf/conf_unit.h"
#include "ctl/arguments.h"
#include "ctl/resources.h"

static const char heading[] =
    "# doorward.conf - configuration of doorward.  doorward.conf(5) describes it in full.\n"
    "#\n"
    "# Every option is listed with its default, commented out.  Text is enclosed in\n"
    "# double quotes.  After a change, run 'doorwardctl config check'.\n";

/* Without a database, init creates a missing key file. */
static int
check_key(struct ctl *ctl)
{
	const char *path = ctl->conf->key_file;
	bool has_store = where_has_store(ctl->conf);
	int r;

	if (!has_store && access(path, F_OK) != 0 && errno == ENOENT)
		return 0;
	ctl->auth = auth_new(ctl->conf);
	if (!ctl->auth)
		return -ENOMEM;
	r = auth_read_key(ctl->auth);
	if (r || !has_store)
		return r;
	r = auth_open_store(ctl->auth);
	return r ? r : keyring_load(&ctl->auth->keys, ctl->auth->store);
}

/* With the rights of the service, if data_dir or the configuration names its user. */
static int
check_places(struct ctl *ctl)
{
	struct conf_unit unit;
	struct privs service;
	int r, key_r, unit_r;

	unit_r = conf_unit_find(&ctl->mem, ctl->config_path, &unit);
	if (unit_r == 0)
		unit_r = conf_unit_check(&unit, ctl->conf);
	r = privs_find(&service, ctl->conf->user, ctl->conf->group);
	if (!r && access(ctl->conf->data_dir, F_OK) == 0)
		r = resources_become_service(ctl);
	if (r)
		return r;
	r = conf_check_places(ctl->conf);
	key_r = check_key(ctl);
	if (!r && unit_r < 0)
		r = unit_r;
	return r ? r : key_r;
}

int
ctl_config_check(struct ctl *ctl)
{
	int r = check_places(ctl);

	if (r) {
		ctl->about = ctl->config_path;
		ctl->why = "a service could not work with this configuration";
		return r;
	}
	printf("%s: OK\n", ctl->config_path);
	return 0;
}

/* The values that an option may have. */
static void
put_range(struct text *out, const struct option_row *row)
{
	switch (row->type) {
	case OPTION_NUMBER:
		text_printf(out, "# From %lld to %lld %s.\n", (long long)row->min,
		    (long long)row->max, row->unit);
		break;
	case OPTION_BOOL:
		text_puts(out, "# yes or no.\n");
		break;
	case OPTION_CHOICE:
		text_printf(out, "# One of %s.\n", row->choices);
		break;
	case OPTION_TEXT:
		text_printf(out, "# From %lld to %lld characters.\n", (long long)row->min,
		    (long long)row->max);
		break;
	case OPTION_SOCKET:
		text_puts(out, "# An absolute path, or an address such as 127.0.0.1:9000.\n");
		break;
	case OPTION_PATH:
		text_puts(out, "# An absolute path.\n");
		break;
	case OPTION_LIST:
		text_puts(out, "# A list, such as {\"first\", \"second\"}.\n");
		break;
	}
}

static void
put_option(struct text *out, const char *before, const struct option_row *row, const void *conf)
{
	text_printf(out, "%s%s = ", before, row->name);
	option_put(out, row, conf);
	text_puts(out, "\n");
}

/* An example of a section, commented out. */
static void
put_shipped_section(struct text *out)
{
	const struct conf_oidc example = {
		.issuer = "https://login.example.org/realms/main",
		.jwks_url = "https://login.example.org/realms/main/protocol/openid-connect/certs",
		.client_ids = { (const char *[]){ "my-app" }, 1 },
		.header = "",
		.parameter = "",
	};

	text_puts(out,
	    "\n# A further OpenID provider.  Its name consists of a-z and 0-9.\n"
	    "#oidc keycloak {\n");
	for (size_t i = 0; i < oidc_options_count; i++) {
		text_printf(out, "#\t# %s\n", oidc_options[i].meaning);
		put_option(out, "#\t", &oidc_options[i], &example);
	}
	text_puts(out, "#}\n");
}

static void
put_shipped(struct text *out, const struct conf *conf)
{
	text_puts(out, heading);
	for (const struct option_row *row = options; row < options + options_count; row++) {
		text_printf(out, "\n# %s\n", row->meaning);
		put_range(out, row);
		put_option(out, "#", row, conf);
	}
	put_shipped_section(out);
}

static void
put_lines(struct text *out, const struct conf *conf)
{
	for (size_t i = 0; i < options_count; i++)
		put_option(out, "", &options[i], conf);
	for (size_t i = 0; i < conf->oidc_count; i++) {
		text_printf(out, "oidc %s {\n", conf->oidc[i].name);
		for (size_t k = 0; k < oidc_options_count; k++)
			put_option(out, "\t", &oidc_options[k], &conf->oidc[i]);
		text_puts(out, "}\n");
	}
}

static void
put_json_list(struct text *out, const struct conf_list *list)
{
	struct json_out array;

	json_array_open(&array, out);
	for (size_t i = 0; i < list->count; i++) {
		json_next(&array);
		json_put_string(out, list->at[i]);
	}
	json_array_close(&array);
}

static void
add_json(struct json_out *o, const struct option_row *row, const void *conf)
{
	const void *member = (const char *)conf + row->offset;

	switch (row->type) {
	case OPTION_NUMBER:
		json_add_integer(o, row->name, *(const int64_t *)member);
		break;
	case OPTION_BOOL:
		json_add_bool(o, row->name, *(const bool *)member);
		break;
	case OPTION_LIST:
		json_name(o, row->name);
		put_json_list(o->out, member);
		break;
	default:
		json_add_string(o, row->name, *(const char *const *)member);
		break;
	}
}

static void
put_json_section(struct text *out, const struct conf_oidc *oidc)
{
	struct json_out o;

	json_open(&o, out);
	json_add_string(&o, "name", oidc->name);
	for (size_t i = 0; i < oidc_options_count; i++)
		add_json(&o, &oidc_options[i], oidc);
	json_close(&o);
}

static void
put_json(struct text *out, const struct conf *conf)
{
	struct json_out o, sections;

	json_open(&o, out);
	for (size_t i = 0; i < options_count; i++)
		add_json(&o, &options[i], conf);
	json_name(&o, "oidc");
	json_array_open(&sections, out);
	for (size_t i = 0; i < conf->oidc_count; i++) {
		json_next(&sections);
		put_json_section(out, &conf->oidc[i]);
	}
	json_array_close(&sections);
	json_close(&o);
	text_puts(out, "\n");
}

int
ctl_config_show(struct ctl *ctl)
{
	bool defaults = arguments_has(ctl, "defaults"), json = arguments_has(ctl, "json");
	const char *shown;
	struct text out;
	int r;

	if (defaults && json)
		return arguments_refuse(ctl, "--defaults and --json exclude each other");
	r = defaults ? conf_defaults(&ctl->conf) : resources_open(ctl, NEED_CONF);
	if (r)
		return r;
	text_init(&out, &ctl->mem);
	if (defaults)
		put_shipped(&out, ctl->conf);
	else if (json)
		put_json(&out, ctl->conf);
	else
		put_lines(&out, ctl->conf);
	r = text_done(&out, &shown, NULL);
	if (r)
		return r;
	fputs(shown, stdout);
	return 0;
}
