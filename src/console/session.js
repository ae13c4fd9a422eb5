// SPDX-License-Identifier: ISC
/*
 * session.js - the login of this tab: its JWT, which lives in sessionStorage and goes with the
 * tab, and its end, which comes by the user, by another tab, by idleness or from the service.
 */
import { basic, request, Refused } from './api.js';

const KEY = 'doorward';
const IDLE_MS = 30 * 60 * 1000;
const WARN_MS = 2 * 60 * 1000;

let login = null;	/* { jwt, sid, renew_ms, active_ms } */
let user = null;
let told = { ended() {}, changed() {}, warn() {} };
const tabs = new BroadcastChannel(KEY);

function keep() {
	if (login)
		sessionStorage.setItem(KEY, JSON.stringify(login));
	else
		sessionStorage.removeItem(KEY);
}

/* What keep() left; nothing that another script or an older page may have written there. */
function kept() {
	try {
		const found = JSON.parse(sessionStorage.getItem(KEY));

		if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(found.jwt) && found.active_ms > 0)
			return found;
	} catch {
		// as if there were none
	}
	sessionStorage.removeItem(KEY);
	return null;
}

/* The claims that doorward-api(7), 4.2, names. */
function claimsOf(jwt) {
	const base64 = jwt.split('.')[1].replace(/-/g, '+').replace(/_/g, '/');

	return JSON.parse(atob(base64));
}

/* Takes a payload of GET /rest/auth.  A JWT is renewed when half of its life is over. */
function take(payload) {
	const { sid, iat, exp } = claimsOf(payload.token);

	user = { ...payload, token: null };
	login = { jwt: payload.token, sid: sid || null, active_ms: Date.now(),
		renew_ms: Date.now() + (exp - iat) * 500 };
	keep();
	return user;
}

/* Forgets the login in this tab; why is a key of login.js. */
export function forget(why) {
	if (!login)
		return;
	login = user = null;
	keep();
	told.ended(why);
}

export function currentUser() {
	return user;
}

export function isAdmin() {
	return user?.role === 'Admin';
}

export async function logIn(name, password) {
	return take(await request('GET', '/rest/auth', basic(name, password)));
}

/* A request of the user who is logged in.  If the login has ended, the tab forgets it. */
export async function call(method, path, body) {
	const mine = login;

	if (!mine)
		throw new Refused(401, '');
	try {
		return await request(method, path, { 'X-Auth-Token': mine.jwt }, body);
	} catch (error) {
		if (error.status === 401 && mine === login)
			forget('expired');
		throw error;
	}
}

/* After a reload: the user, or null if nobody is logged in. */
export async function resume() {
	login = kept();
	if (!login)
		return null;
	if (Date.now() - login.active_ms > IDLE_MS) {
		await leave('idle');
		return null;
	}
	return take(await call('GET', '/rest/auth'));
}

/* The user as the service knows it now; if it cannot tell, the user stays as it was. */
export async function lookAgain() {
	try {
		take(await call('GET', '/rest/auth'));
	} catch {
		// call() has forgotten a login that ended
	}
	return user;
}

export function changed() {
	tabs.postMessage({ what: 'changed', sid: login?.sid });
}

/* The new JWT of a user whose others ended. */
export function replaced(payload) {
	const { sid } = login;

	take(payload);
	tabs.postMessage({ what: 'ended', sid, why: 'password' });
}

/* This login ends in all tabs, and then in the service. */
async function leave(why) {
	const { jwt, sid } = login;

	forget(why);
	tabs.postMessage({ what: 'ended', sid, why: why === 'idle' ? 'idle' : 'other' });
	try {
		if (sid)
			await request('DELETE', `/rest/session/${sid}`, { 'X-Auth-Token': jwt });
	} catch (error) {
		// 401 and 404: it had ended already
		if (![401, 404].includes(error.status))
			told.ended('untold');
	}
}

export function logOut() {
	return leave('left');
}

/* All logins of the user end, and the bearer tokens if the user says so. */
export async function logOutEverywhere(tokens) {
	const { sid } = login;

	await call('DELETE', `/rest/auth${tokens ? '?tokens=1' : ''}`);
	tabs.postMessage({ what: 'ended', sid, why: 'everywhere' });
	forget('everywhere');
}

/* --- idleness --------------------------------------------------------------------- */

/* The user did something here, or, with the same login, in another tab. */
export function active(here = true) {
	const now = Date.now();

	if (!login || now - login.active_ms > IDLE_MS)
		return;
	if (here && now - login.active_ms > 5000)
		tabs.postMessage({ what: 'active', sid: login.sid });
	login.active_ms = now;
	keep();
	if (here && now > login.renew_ms) {
		login.renew_ms = Infinity;
		call('GET', '/rest/auth').then(take, () => {});
	}
}

function look() {
	const idle_ms = login ? Date.now() - login.active_ms : 0;

	if (idle_ms > IDLE_MS)
		leave('idle');
	else
		told.warn(idle_ms > IDLE_MS - WARN_MS);
}

/* listener is { ended(why), changed(), warn(yes) }. */
export function watch(listener) {
	told = listener;
	tabs.addEventListener('message', ({ data }) => {
		if (!login || data.sid !== login.sid)
			return;
		if (data.what === 'ended')
			forget(data.why);
		else if (data.what === 'active')
			active(false);
		else
			told.changed();
	});
	for (const kind of ['pointerdown', 'keydown', 'wheel'])
		addEventListener(kind, () => active(), { passive: true, capture: true });
	document.addEventListener('visibilitychange', look);
	setInterval(look, 10000);
}
