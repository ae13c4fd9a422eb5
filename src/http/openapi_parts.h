// SPDX-License-Identifier: ISC
/* http/openapi_parts.h - the parts of http/openapi.c, each of which adds a member. */
#ifndef HTTP_OPENAPI_PARTS_H
#define HTTP_OPENAPI_PARTS_H

#include "base/json.h"
#include "conf/conf.h"
#include "cred/cred.h"
#include "http/routes.h"

/* openapi_security.c: "securitySchemes" of all places of credentials. */
void openapi_put_schemes(struct json_out *components, const struct conf *conf,
    const struct cred_slots *slots);

/* "security" of a route: what its gate takes. */
void openapi_put_security(struct json_out *operation, const struct conf *conf,
    const struct cred_slots *slots, const struct route *route);

/* openapi_input.c: "parameters" of a row whose path is printed as pattern; "requestBody". */
void openapi_put_parameters(struct json_out *operation, const struct conf *conf,
    const struct route *route, const char *pattern);
void openapi_put_body(struct json_out *operation, const struct conf *conf,
    const struct route *route);

/* openapi_answer.c: "responses", by status. */
void openapi_put_responses(struct json_out *operation, const struct conf *conf,
    const struct route *route);

/* openapi_schema.c: "content" of an answer of a route, as the tables of http/answer.h say. */
void openapi_put_content(struct json_out *response, const struct route *route, bool is_error);

/* "schemas" of all objects in answers. */
void openapi_put_schemas(struct json_out *components, const struct conf *conf);

/* "type", either of two. */
void openapi_put_types(struct json_out *schema, const char *one, const char *other);

/* "type", which may be null beside. */
void openapi_put_type(struct json_out *schema, const char *type, bool is_nullable);

/* A member that was put together; o fails as the text did. */
void openapi_put_text(struct json_out *o, const char *name, struct text *text);

/* How the callers of a route are recognized. */
const struct gate *openapi_gate(const struct route *route);

#endif
