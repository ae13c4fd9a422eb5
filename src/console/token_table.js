// SPDX-License-Identifier: ISC
/* token_table.js - bearer tokens as a table, for their user and for administrators. */
import { el, table } from './dom.js';
import { call } from './session.js';
import { date, relative, secondsTo, when } from './words.js';

const SOON_S = 7 * 86400;

/* All of them, newest first.  The service shows at most 1000 at a time. */
export async function listTokens(base) {
	const all = [];

	for (let page = [null]; page.length;) {
		const last = all.at(-1);

		page = await call('GET', `${base}/list?detail=1${last ? `&after=${last.uuid}` : ''}`);
		all.push(...page);
		if (page.length < 1000 && !last)
			break;
	}
	return all.reverse();
}

function limits({ scope, addresses }) {
	if (!scope && !addresses)
		return el('span.muted', {}, 'No limits');
	return el('ul.chips', {},
		(scope || []).map(name => el('li', {}, name)),
		(addresses || []).map(network => el('li.network', {}, network)));
}

function lastUse({ last_used_on, last_used_ip }) {
	if (!last_used_on)
		return el('span.muted', {}, 'Never used');
	return el('div', {}, when(last_used_on),
		last_used_ip ? el('div.muted', {}, `from ${last_used_ip}`) : null);
}

function ending({ expired_on }) {
	if (secondsTo(expired_on) > SOON_S)
		return when(expired_on);
	return el('time.badge.warn', { datetime: expired_on }, `Ends ${relative(expired_on)}`);
}

/* actions(token) are the buttons of a row. */
export function tokenTable(caption, tokens, actions) {
	return table(caption, [
		{ label: 'Name', cell: token => el('div', {}, el('div.name', {}, token.name),
			el('code.muted', {}, token.token)) },
		{ label: 'Limits', cell: limits },
		{ label: 'Made', cell: token => date(token.created_on) },
		{ label: 'Last used', cell: lastUse },
		{ label: 'Ends', cell: ending },
		{ label: 'Actions', hide: true, cell: token => el('div.row-actions', {}, actions(token)) },
	], tokens);
}
