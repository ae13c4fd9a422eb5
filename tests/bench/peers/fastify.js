// SPDX-License-Identifier: ISC
// tests/bench/peers/fastify.js DIRECTORY PORT WORKERS - what a Node program does for the
// same calls: JWTs, bearer tokens kept by their digest, and tokens on the disk before the
// answer.  It has no throttle, no log, no generations and no revocation of JWTs.
'use strict';

const cluster = require('node:cluster');
const crypto = require('node:crypto');
const { createSigner, createVerifier } = require('fast-jwt');
const lmdb = require('lmdb');

const [directory, port, workers] = process.argv.slice(2);
const key = Buffer.from('a key that every worker of this measurement knows');

const digest = (token) => crypto.createHash('sha256').update(token).digest();

function user(id) {
	return { success: true, user: { uuid: id, email: `${id}@example.org`, role: 'User' } };
}

function serve() {
	const app = require('fastify')({ logger: false });
	const tokens = lmdb.open({ path: `${directory}/tokens`, keyEncoding: 'binary' });
	const sign = createSigner({ key, algorithm: 'HS256', expiresIn: 3600000 });
	const verify = createVerifier({ key, algorithms: ['HS256'], cache: true });

	// The user that the request proves, or undefined.
	function prove(headers) {
		const jwt = headers['x-auth-token'];
		const bearer = headers.authorization;

		if (jwt) {
			try {
				return verify(jwt).sub;
			} catch {
				return undefined;
			}
		}
		if (!bearer || !bearer.startsWith('Bearer '))
			return undefined;
		const found = tokens.get(digest(bearer.slice(7)));
		return found && found.expires > Date.now() ? found.user : undefined;
	}

	app.get('/rest/auth', (request, reply) => {
		const id = prove(request.headers) || request.query.begin;

		if (!id)
			return reply.code(401).send({ success: false });
		return { ...user(id), token: sign({ sub: id }) };
	});
	app.post('/rest/token', async (request, reply) => {
		const id = prove(request.headers);
		const token = crypto.randomBytes(32).toString('base64url');
		const record = { uuid: crypto.randomUUID(), user: id, name: request.body.name,
			created: Date.now(), expires: Date.now() + request.body.ttl * 1000 };

		if (!id)
			return reply.code(401).send({ success: false });
		await tokens.put(digest(token), record);
		await tokens.flushed;
		return { success: true, token, ...record };
	});
	app.listen({ port: Number(port), host: '127.0.0.1' });
}

if (cluster.isPrimary) {
	for (let i = 0; i < Number(workers); i++)
		cluster.fork();
} else {
	serve();
}
