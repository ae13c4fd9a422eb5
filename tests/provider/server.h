// SPDX-License-Identifier: ISC
/*
 * tests/provider/server.h - an HTTPS server that answers from files, and
 * misbehaves if they say so.
 *
 * /google/certs is answered from the file google.certs of its directory:
 *	200 slow
 *	Cache-Control: max-age=60
 *
 *	{"keys":[...]}
 * a status, a way of answering (a row of ways[] in server.c; none is "plain"),
 * headers, and after an empty line the body.  The file is read at each
 * request.  The request's target is added as a line to google.certs.log, so
 * lines there are requests.  The file certificate names what to present
 * (certificate.c).
 */
#ifndef PROVIDER_SERVER_H
#define PROVIDER_SERVER_H

/* Listens on 127.0.0.1; port 0 for any.  The port is written to *port. */
int server_listen(int *port);

/* Answers, a process for each connection, until it is killed. */
void server_run(int listen_fd, const char *directory) __attribute__((noreturn));

#endif
