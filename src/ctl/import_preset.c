// SPDX-License-Identifier: ISC
/* ctl/import_preset.c - the systems that users come from. */
#include <string.h>

#include "ctl/import.h"

#define KAMAILIO "username=sip domain=domain email_address=email password=password ha1=ha1 " \
	"ha1b=ha1b ha1_sha256=ha1 ha1_sha512t256=ha1 first_name=first_name last_name=last_name"

const struct import_preset import_presets[] = {
	{ "csv", import_read_table, "",
	    "a table with a header, RFC 4180 or tab-separated; columns named as fields" },
	{ "jsonl", import_read_jsonl, "",
	    "a JSON object in each line, as 'export' writes them" },
	{ "htpasswd", import_read_htpasswd, "login=login hash=hash",
	    "LOGIN:HASH lines of Apache, nginx and lighttpd" },
	{ "wordpress", import_read_table,
	    "user_email=email user_login=login user_pass=hash user_registered=created_on",
	    "table wp_users" },
	{ "drupal", import_read_table,
	    "mail=email name=login pass=hash status=enabled created=created_on",
	    "table users_field_data, or users of Drupal 7" },
	{ "laravel", import_read_table,
	    "email=email password=hash created_at=created_on",
	    "table users of Laravel or Symfony" },
	{ "django", import_read_table,
	    "email=email username=login password=hash is_active=enabled "
	    "first_name=first_name last_name=last_name",
	    "table auth_user" },
	{ "nextcloud", import_read_table, "email=email uid=login password=hash",
	    "table oc_users, with a column email from oc_preferences" },
	{ "phpbb", import_read_table,
	    "user_email=email username=login user_password=hash user_regdate=created_on",
	    "table phpbb_users" },
	{ "joomla", import_read_table,
	    "email=email username=login password=hash block=disabled",
	    "table #__users" },
	{ "dovecot", import_read_dovecot, "login=login hash=hash",
	    "passwd-file of Dovecot" },
	{ "ldif", import_read_ldif,
	    "mail=email uid=login userPassword=hash givenName=first_name sn=last_name "
	    "telephoneNumber=phone_number",
	    "LDIF (RFC 2849) of OpenLDAP and others" },
	{ "keycloak", import_read_keycloak, "",
	    "JSON of a realm export with users" },
	{ "glewlwyd", import_read_table,
	    "gu_email=email gu_username=login gu_enabled=enabled guw_password=hash",
	    "tables g_user and g_user_password, joined" },
	{ "kamailio", import_read_dbtext, KAMAILIO,
	    "table subscriber, or its file of dbtext" },
	{ "opensips", import_read_dbtext, KAMAILIO,
	    "table subscriber, or its file of dbtext" },
	{ NULL, NULL, NULL, NULL },
};

const struct import_preset *
import_preset_find(const char *name)
{
	for (const struct import_preset *p = import_presets; p->name; p++) {
		if (strcmp(p->name, name) == 0)
			return p;
	}
	return NULL;
}
