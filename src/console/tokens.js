// SPDX-License-Identifier: ISC
/* tokens.js - the user's bearer tokens: see, make, change, rotate and revoke them. */
import { announce, button, copy, el, focusHeading, head, icon } from './dom.js';
import { ask, field, form, select, submitButton } from './form.js';
import { call, changed } from './session.js';
import { lifeFields, limitFields, nameField, tokenOf } from './token_fields.js';
import { listTokens, tokenTable } from './token_table.js';
import { exactly, relative } from './words.js';

const HOUR = 3600, DAY = 24 * HOUR;

/* A secret that was just made, until the user goes elsewhere; it is kept nowhere else. */
let made = null;

export function forgetSecret() {
	made = null;
}

function secretBox(page) {
	const { token, name, expired_on } = made;
	const code = el('code.secret', {}, token);
	const heading = el('h2', { tabindex: '-1', id: 'secret-heading' }, `The token of “${name}”`);
	const box = el('section.card.secret-box', { 'aria-labelledby': 'secret-heading' }, heading,
		el('p', {}, el('strong', {}, 'Copy it now.'), '  It is shown this once, and ends ',
			`${relative(expired_on)}, on ${exactly(expired_on)}.`),
		code,
		el('div.buttons', {},
			el('button.primary', { type: 'button', onclick: () => copy(token, code) },
				icon('copy'), 'Copy'),
			button('Done', () => {
				forgetSecret();
				page.reload();
			})));

	page.focus = heading;
	return box;
}

async function revoke(token, page) {
	const done = await ask(`Revoke “${token.name}”?`, [
		el('p', {}, `Programs that use “${token.name}” stop working at once.  `,
			'This can’t be undone.'),
	], 'Revoke', () => call('DELETE', `/rest/token/${token.uuid}`), 'danger');

	if (done) {
		announce(`“${token.name}” is revoked.`);
		changed();
		await page.reload();
		focusHeading();
	}
}

async function rotate(token, page) {
	const done = await ask(`Rotate “${token.name}”?`, [
		el('p', {}, 'A new token with the same name, life and limits takes its place.'),
		field('The old one stays valid for', select('grace', [[0, 'no time at all'],
			[HOUR, 'an hour'], [DAY, 'a day'], [7 * DAY, '7 days']], DAY),
		'Put the new one in its programs before that is over.'),
	], 'Rotate', async ({ grace }) => {
		made = await call('POST', `/rest/token/${token.uuid}/rotate`,
			{ grace: Number(grace.value) });
	});

	if (done) {
		changed();
		await page.reload();
	}
}

async function edit(token, page) {
	const done = await ask(`Change “${token.name}”`, [
		nameField(token.name),
		lifeFields(null, `Leave as it is: ends ${relative(token.expired_on)}`),
		limitFields(token.scope, token.addresses),
	], 'Save', elements => call('PATCH', `/rest/token/${token.uuid}`, tokenOf(elements)));

	if (done) {
		announce('Saved.');
		changed();
		await page.reload();
		document.querySelector(`[data-id="${token.uuid}"] button`)?.focus();
	}
}

function actions(token, page) {
	const act = (label, what) => el('button.quiet', { type: 'button',
		'aria-label': `${label} ${token.name}`, onclick: () => what(token, page) }, label);

	return [act('Change', edit), act('Rotate', rotate), act('Revoke', revoke)];
}

async function revokeAll(page) {
	const done = await ask('Revoke all tokens?', [
		el('p', {}, 'All programs that use one of your tokens stop working at once.  ',
			'This can’t be undone.'),
	], 'Revoke all', () => call('DELETE', '/rest/token/all'), 'danger');

	if (done) {
		announce('All tokens are revoked.');
		changed();
		await page.reload();
		focusHeading();
	}
}

function newLink() {
	return el('a.button.primary', { href: '#tokens/new' }, icon('plus'), 'New token');
}

export async function showTokens(args, page) {
	const tokens = await listTokens('/rest/token');

	return el('div', {},
		head('Tokens', 'For programs that use the API as you.', newLink()),
		made ? secretBox(page) : null,
		tokens.length ? tokenTable('Your tokens', tokens, token => actions(token, page)) :
			el('p.card.empty', {}, 'You have no tokens yet.  Make one for each program, so that ',
				'you can revoke it without the others.'),
		tokens.length > 1 ? el('p.after', {},
			button('Revoke all …', () => revokeAll(page), 'quiet')) : null);
}

/* The fields of the form, as they are or as another token has them. */
function newFields(token) {
	return el('div', {}, nameField(token?.name), lifeFields(token?.ttl),
		limitFields(token?.scope, token?.addresses));
}

export async function showNewToken(args, page) {
	const tokens = await listTokens('/rest/token');
	const from = select('from', [['', 'Nothing'], ...tokens.map(token =>
		[token.uuid, `${token.name} (${token.token})`])]);
	let fields = newFields();

	from.addEventListener('change', () => {
		const next = newFields(tokens.find(token => token.uuid === from.value));

		fields.replaceWith(next);
		fields = next;
	});
	return el('div', {},
		head('New token'),
		el('div.card.narrow', {}, form(async elements => {
			made = await call('POST', '/rest/token', tokenOf(elements));
			changed();
			page.go('#tokens');
		}, [tokens.length ? field('Copy the settings of', from) : null, fields],
		el('a.button', { href: '#tokens' }, 'Cancel'), submitButton('Make the token'))));
}
