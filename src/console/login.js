// SPDX-License-Identifier: ISC
/* login.js - the first view: e-mail address and password. */
import { el, icon } from './dom.js';
import { field, form, Invalid, submitButton, text } from './form.js';
import { logIn } from './session.js';

/* Why the user is here. */
const REASONS = {
	left: 'You are logged out.',
	other: 'You logged out in another tab.',
	everywhere: 'You are logged out everywhere.',
	password: 'Your password was changed in another tab.  Log in with the new one.',
	expired: 'Your login has ended.  Log in again.',
	idle: 'You were logged out because you did nothing for 30 minutes.',
	untold: 'You are logged out in this browser, but the service could not be told.  ' +
		'Log in and out again when it answers, or this login goes on until its time is over.',
};

/* then() is called once the user is logged in. */
export function showLogin(why, then) {
	const name = text('name', { autocomplete: 'username', inputmode: 'email', required: true });
	const password = el('input', { name: 'password', type: 'password', required: true,
		autocomplete: 'current-password' });
	const note = why ? el('p.note', { role: 'status' }, REASONS[why]) : null;

	async function act() {
		note?.remove();
		if (!name.value || !password.value) {
			throw new Invalid({
				...name.value ? {} : { name: "'name' is required" },
				...password.value ? {} : { password: "'password' is required" },
			});
		}
		try {
			await logIn(name.value.trim(), password.value);
		} finally {
			password.value = '';
			password.focus();
		}
		then();
	}
	return el('div.login', {},
		el('p.brand', {}, icon('door'), 'doorward'),
		el('h1', { tabindex: '-1' }, 'Log in'),
		note,
		form(act, [field('E-mail address', name), field('Password', password)],
			submitButton('Log in')));
}
