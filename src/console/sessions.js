// SPDX-License-Identifier: ISC
/* sessions.js - where the user is logged in, and how that ends. */
import { announce, button, el, focusHeading, head, table } from './dom.js';
import { ask, checkbox } from './form.js';
import { call, changed, logOut, logOutEverywhere } from './session.js';
import { program, when } from './words.js';

const KINDS = { jwt: 'API', webitel: 'Webitel' };

function describe({ user_agent, current }) {
	const known = user_agent && program(user_agent);

	return el('div', {},
		el('div.name', {}, known || user_agent || 'Unknown program', ' ',
			current ? el('span.badge.good', {}, 'This one') : null),
		known ? el('div.muted.agent', {}, user_agent) : null);
}

function seen({ last_seen_on, last_seen_ip }) {
	return el('div', {},
		last_seen_on ? when(last_seen_on) : el('span.muted', {}, 'Not known'),
		last_seen_ip ? el('div.muted', {}, `from ${last_seen_ip}`) : null);
}

async function end(session, page) {
	const name = program(session.user_agent || '') || 'this program';
	const done = await ask('End this login?', [
		el('p', {}, `${name} is logged out`,
			session.last_seen_ip ? ` at ${session.last_seen_ip}` : '', '.  Your tokens stay.'),
	], 'End it', () => call('DELETE', `/rest/session/${session.uuid}`), 'danger');

	if (done) {
		announce('The login has ended.');
		changed();
		await page.reload();
		focusHeading();
	}
}

function action(session, page) {
	const what = session.current ? logOut : () => end(session, page);
	const label = session.current ? 'Log out' : 'End';

	return el('div.row-actions', {}, el('button.quiet', { type: 'button', onclick: what,
		'aria-label': `${label} ${program(session.user_agent || '') || session.uuid}` }, label));
}

function everywhere() {
	return ask('Log out everywhere?', [
		el('p', {}, 'All your logins end, this one too.  Log in again after that.'),
		checkbox('tokens', 'Revoke my tokens too: programs that use them stop working'),
	], 'Log out everywhere', ({ tokens }) => logOutEverywhere(tokens.checked), 'danger');
}

export async function showSessions(args, page) {
	const sessions = await call('GET', '/rest/session/list');

	return el('div', {},
		head('Sessions', 'Where you are logged in.  End what you do not know, and change your ' +
			'password then.', button('Log out everywhere …', everywhere)),
		sessions.length ? table('Your sessions', [
			{ label: 'Program', cell: describe },
			{ label: 'Last seen', cell: seen },
			{ label: 'Logged in', cell: session => when(session.began_on) },
			{ label: 'Kind', cell: session => KINDS[session.kind] || session.kind },
			{ label: 'Actions', hide: true, cell: session => action(session, page) },
		], sessions.reverse()) :
			el('p.card.empty', {}, 'This service does not list logins.'));
}
