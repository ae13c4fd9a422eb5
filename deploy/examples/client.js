// SPDX-License-Identifier: ISC
// A client of doorward: see README.
'use strict';

async function ask(method, path, credential, body) {
	return fetch(process.env.DOORWARD_URL + path, {
		method,
		headers: { Authorization: credential, 'Content-Type': 'application/json' },
		body: body && JSON.stringify(body),
		signal: AbortSignal.timeout(30000),
	});
}

// The payload of the answer; an error of the service ends the program.
async function need(...request) {
	const answer = await ask(...request);

	if (!answer.ok)
		throw new Error(`${request[0]}: ${answer.status}`);
	return (await answer.json()).payload;
}

async function main() {
	const login = `Basic ${Buffer.from(process.env.DOORWARD_LOGIN).toString('base64')}`;
	const jwt = `Bearer ${(await need('GET', '/rest/auth', login)).token}`;

	console.log('logged in as', (await need('GET', '/rest/auth', jwt)).email);
	const made = await need('POST', '/rest/token', jwt, { name: 'example', ttl: 3600 });
	const bearer = `Bearer ${made.token}`;

	console.log('used', (await need('GET', '/rest/token/list', bearer))[0].name);
	console.log('revoked', (await need('DELETE', `/rest/token/${made.uuid}`, bearer)).name);
	console.log('refused with', (await ask('GET', '/rest/token/list', bearer)).status);
}

main().catch((error) => {
	console.error(error.message);
	process.exitCode = 1;
});
