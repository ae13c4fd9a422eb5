// SPDX-License-Identifier: ISC
/* http/service.c - what calls are answered with, opened together. */
#include <errno.h>
#include <stdlib.h>

#include "auth/auth.h"
#include "auth/checks.h"
#include "base/clock.h"
#include "base/guard.h"
#include "cred/cred.h"
#include "http/serve.h"

int
service_open(struct service **out, const struct conf *conf)
{
	GUARD(service_close) struct service *service = NULL;
	int r;

	service = calloc(1, sizeof *service);
	if (!service)
		return -ENOMEM;
	service->conf = conf;
	r = auth_open(&service->auth, conf);
	if (!r)
		r = auth_open_defences(service->auth);
	if (!r)
		r = cred_open(&service->cred, service->auth);
	if (r)
		return r;
	*out = service;
	service = NULL;
	return 0;
}

void
service_share(struct service *service)
{
	store_share(service->auth->store);
}

void
service_record(const struct service *service, bool at_once)
{
	auth_record_uses(service->auth, at_once, clock_now_ms());
}

bool
service_is_outdated(const struct service *service)
{
	return service->auth->keys.is_outdated;
}

void
service_close(struct service **service)
{
	if (!*service)
		return;
	cred_close(&(*service)->cred);
	auth_close(&(*service)->auth);
	free(*service);
	*service = NULL;
}

int
service_due_fd(const struct service *service)
{
	return checks_due_fd(service->auth->checks);
}

int
service_due_ms(const struct service *service)
{
	int checks_ms = checks_due_ms(service->auth->checks);
	int cred_ms = cred_due_ms(service->cred);

	return checks_ms < cred_ms ? checks_ms : cred_ms;
}

void
service_look(const struct service *service)
{
	checks_look(service->auth->checks);
}

int64_t
service_now_ms(const struct service *service)
{
	return auth_now_ms(service->auth);
}

int
service_request(const struct service *service, struct arena *mem, struct request *req)
{
	return request_init(req, mem, service->cred->slots.headers,
	    service->cred->slots.header_count);
}
