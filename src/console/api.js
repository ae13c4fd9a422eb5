// SPDX-License-Identifier: ISC
/*
 * api.js - requests to the service, as doorward-api(7) describes them.
 *
 * No cookie and no saved password of the browser goes with a request: only the header that is
 * given here.  Secrets are in headers and bodies, never in a path or query.
 */

const LONGEST_MS = 40000;

/*
 * What is not a success.  status is 0 if there was no answer at all; stranger says that a
 * web server, not the service, wrote it.
 */
export class Refused extends Error {
	constructor(status, message, fields = {}, retry_s = 0, stranger = false) {
		super(message);
		this.status = status;
		this.fields = fields;
		this.retry_s = retry_s;
		this.stranger = stranger;
	}
}

/* Balances keep the digits that the service wrote, where the browser tells them. */
function exact(key, value, context) {
	return key === 'balance' && context?.source ? context.source : value;
}

/* A web server's own page has no JSON in it. */
function parse(text) {
	try {
		return JSON.parse(text, exact) || {};
	} catch {
		return {};
	}
}

async function payloadOf(response) {
	const answer = parse(await response.text().catch(() => ''));

	if (response.ok && answer.success)
		return answer.payload;
	throw new Refused(response.status, answer.message || '', answer.fields,
		Number(response.headers.get('Retry-After')) || 0, typeof answer.success !== 'boolean');
}

/* credential is a header and its value.  Throws Refused. */
export async function request(method, path, credential, body) {
	const headers = { ...credential, Accept: 'application/json' };
	let response;

	if (body)
		headers['Content-Type'] = 'application/json';
	try {
		response = await fetch(path, {
			method, headers, credentials: 'omit', cache: 'no-store', redirect: 'error',
			referrerPolicy: 'no-referrer', signal: AbortSignal.timeout(LONGEST_MS),
			// some web servers want a length with POST
			body: body ? JSON.stringify(body) : method === 'POST' ? '' : undefined,
		});
	} catch {
		throw new Refused(0, '');
	}
	return payloadOf(response);
}

/* A text that needs no credential.  Throws Refused. */
export async function textOf(path) {
	let response;

	try {
		response = await fetch(path, { credentials: 'omit', cache: 'no-store', redirect: 'error',
			referrerPolicy: 'no-referrer', signal: AbortSignal.timeout(LONGEST_MS) });
	} catch {
		throw new Refused(0, '');
	}
	if (!response.ok)
		throw new Refused(response.status, '', {}, 0, true);
	return response.text();
}

/* RFC 7617, 2.1: in UTF-8. */
export function basic(user, password) {
	const bytes = new TextEncoder().encode(`${user}:${password}`);

	return { Authorization: `Basic ${btoa(String.fromCodePoint(...bytes))}` };
}
