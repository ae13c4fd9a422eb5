// SPDX-License-Identifier: ISC
/*
 * main.js - which view is shown: the part of the address after # names it, so that the
 * browser's history works.  Nothing secret is ever there.
 */
import { showAccounts } from './accounts.js';
import { button, el, focusHeading, head, icon } from './dom.js';
import { closeDialogs } from './form.js';
import { showLogin } from './login.js';
import { showPassword } from './password.js';
import { currentUser, isAdmin, logOut, resume, watch } from './session.js';
import { showService } from './service.js';
import { showSessions } from './sessions.js';
import { forgetSecret, showNewToken, showTokens } from './tokens.js';
import { showUsers } from './users.js';
import { fault } from './words.js';

/* Why the first page of an administrator's view was refused. */
const REFUSED = {
	403: 'The service permits this from some networks only, and after a login with a password.',
	404: 'Administration over HTTP is off: admin_api = yes in doorward.conf permits it.',
};
const UNSEEN = {
	403: 'The service shows this to programs on its own machine, and to the addresses in ' +
		'metrics_allow of doorward.conf; the web server has such a list too.',
};

/* name, its place in the menu if it has one, for whom, and what makes it of the rest of the
 * address and { reload(), go(address), focus } */
const VIEWS = [
	{ name: 'tokens', label: 'Tokens', icon: 'token', show: showTokens },
	{ name: 'tokens/new', show: showNewToken },
	{ name: 'sessions', label: 'Sessions', icon: 'session', show: showSessions },
	{ name: 'password', label: 'Password', icon: 'password', show: showPassword },
	{ name: 'users', label: 'Users', icon: 'users', admin: true, show: showUsers,
		refused: REFUSED },
	{ name: 'accounts', label: 'Accounts', icon: 'accounts', admin: true, show: showAccounts,
		refused: REFUSED },
	{ name: 'service', label: 'Service', icon: 'service', admin: true, show: showService,
		refused: UNSEEN },
];
const FIRST = 'tokens';

const main = document.getElementById('main');
const bar = document.getElementById('bar');
let turn = 0;
let warning = null;

/* The view of an address: the longest name that it begins with; the rest are arguments. */
function viewOf(hash) {
	const path = hash.slice(1);
	const found = VIEWS.filter(view => (isAdmin() || !view.admin) &&
		(path === view.name || path.startsWith(`${view.name}/`)));

	found.sort((a, b) => b.name.length - a.name.length);
	return found[0] || VIEWS.find(view => view.name === FIRST);
}

function menu(current) {
	const top = current.name.split('/')[0];
	const items = VIEWS.filter(view => view.label && (isAdmin() || !view.admin));

	return el('nav', { 'aria-label': 'Views' }, el('ul', {}, items.map(view =>
		el('li', {}, el('a', { href: `#${view.name}`,
			'aria-current': view.name === top ? 'page' : null },
		icon(view.icon), view.label))),
	el('li', {}, el('a', { href: 'api.html' }, icon('api'), 'HTTP interface'))));
}

/* On a narrow screen the menu scrolls sideways, and the page must stay where it is. */
function showCurrent(nav) {
	const item = nav.querySelector('[aria-current]');

	nav.scrollLeft = item.offsetLeft - (nav.clientWidth - item.offsetWidth) / 2;
}

function showBar(view) {
	const user = currentUser();
	const name = [user.first_name, user.last_name].filter(Boolean).join(' ');

	bar.replaceChildren(
		el('a.brand', { href: `#${FIRST}` }, icon('door'), el('span', {}, 'doorward')),
		menu(view),
		el('div.who', {}, el('div', {}, el('div.name', {}, name || user.email),
			el('div.muted', {}, name ? user.email : user.role)),
		el('button.quiet', { type: 'button', onclick: logOut }, icon('leave'),
			el('span', {}, 'Log out'))));
	bar.hidden = false;
	showCurrent(bar.querySelector('nav'));
}

/* Instead of a view that could not be made. */
function failure(error, refused) {
	return el('div', {}, head('That did not work'),
		el('div.card', {}, el('p', { role: 'alert' },
			refused?.[error.status] || fault(error)),
		el('div.buttons.after', {}, button('Try again', () => showView(), 'primary'))));
}

/* Shows the view of the address.  A later call overtakes one that still waits. */
async function showView(move = true) {
	const mine = ++turn;
	const view = viewOf(location.hash);
	const page = { reload: () => showView(false), go: hash => { location.hash = hash; },
		focus: null };
	const rest = location.hash.slice(view.name.length + 2);
	let node;

	showBar(view);
	main.setAttribute('aria-busy', 'true');
	try {
		node = await view.show(rest, page);
	} catch (error) {
		node = failure(error, rest ? null : view.refused);
	}
	if (mine !== turn)
		return;
	main.removeAttribute('aria-busy');
	main.replaceChildren(node);
	document.title = `${main.querySelector('h1').textContent} · doorward`;
	if (page.focus)
		page.focus.focus();
	else if (move)
		focusHeading();
}

function showLoginFor(why) {
	turn++;
	closeDialogs();
	forgetSecret();
	bar.hidden = true;
	bar.replaceChildren();
	main.removeAttribute('aria-busy');
	main.replaceChildren(showLogin(why, showView));
	document.title = 'Log in · doorward';
	main.querySelector('input').focus();
}

function warn(yes) {
	if (yes && !warning) {
		warning = el('div.warning', { role: 'alert' },
			'You will be logged out soon.  Press a key or click to stay.');
		document.body.append(warning);
	} else if (!yes && warning) {
		warning.remove();
		warning = null;
	}
}

/* Another tab changed something: lists follow, but nothing that the user is filling in. */
function showAgain() {
	if (viewOf(location.hash).label && !document.querySelector('dialog[open]') &&
	    !document.activeElement?.closest('form'))
		showView(false);
}

async function begin() {
	watch({ ended: showLoginFor, changed: showAgain, warn });
	addEventListener('hashchange', () => {
		if (!currentUser())
			return;
		closeDialogs();
		if (location.hash !== `#${FIRST}`)
			forgetSecret();
		showView();
	});
	document.getElementById('skip').addEventListener('click', event => {
		event.preventDefault();
		main.focus();
	});
	try {
		if (await resume())
			await showView();
		else if (!turn)		// or watch() was told why
			showLoginFor();
	} catch (error) {
		if (error.status !== 401)
			main.replaceChildren(el('div.login', {}, head('doorward'),
				el('p.fault', { role: 'alert' }, fault(error)),
				button('Try again', () => location.reload(), 'primary')));
	}
}

begin();
