// SPDX-License-Identifier: ISC
/* service.js - for administrators: how the service is, as plots that go on while one looks. */
import { textOf } from './api.js';
import { el, head } from './dom.js';
import { quantile, rate, sampleOf } from './metrics.js';
import { plot } from './plot.js';
import { exactly, fault } from './words.js';

const EVERY_MS = 5000;
const SHOWN = 60;

/* title, unit, and lines: a label and its value between two samples */
const PLOTS = [
	['Requests', 'per second', [
		['all', (a, b) => rate(a, b, 'requests')],
	]],
	['Verdicts', 'per second', [
		['refused', (a, b) => rate(a, b, 'refused')],
		['faults', (a, b) => rate(a, b, 'faults')],
	]],
	['Time for a request', 'ms', [
		['half of them', (a, b) => quantile(a, b, 0.5)],
		['99 of 100', (a, b) => quantile(a, b, 0.99)],
	]],
	['Logins', '', [
		['waiting', (a, b) => b.waiting],
		['being checked', (a, b) => b.running],
	]],
	['Throttle', 'per second', [
		['refused by it', (a, b) => rate(a, b, 'throttled')],
	]],
];

/* The newest last; they stay while the page does. */
const samples = [];

const PURPOSES = {
	hash: 'Digests of tokens', jwt: 'JWTs, HS256', 'jwt-es256': 'JWTs, ES256',
	'jwt-rs256': 'JWTs, RS256', 'jwt-eddsa': 'JWTs, EdDSA', session: 'Webitel sessions',
	domain: 'Domain tokens',
};

function listed(rows) {
	return el('dl.facts.card', {}, rows.map(([name, value]) =>
		el('div', {}, el('dt', {}, name), el('dd', {}, value))));
}

/* They are changed on the command line: doorwardctl key rotate. */
function keys(sample) {
	const days = seconds => Math.floor(seconds / 86400);
	const rows = sample.keys.map(({ purpose, count, age_s }) => [PURPOSES[purpose] || purpose,
		`${count}, the newest ${days(age_s) === 1 ? '1 day' : `${days(age_s)} days`} old`]);

	return el('section', {}, el('h2', {}, 'Keys'), listed(rows));
}

function facts({ up, workers, busy, users, tokens, started_ms, version }) {
	return listed([
		['Database', up ? el('span.badge.good', {}, 'Answers') :
			el('span.badge.bad', {}, 'Cannot be read')],
		['Workers', `${busy} of ${workers} busy`],
		['Users', up ? String(users) : '–'], ['Tokens', up ? String(tokens) : '–'],
		['Since', started_ms ? exactly(new Date(started_ms).toISOString()) : '–'],
		['Version', version || '–'],
	]);
}

function plots() {
	const pairs = samples.slice(1).map((after, index) => [samples[index], after]);

	return el('div.plots', {}, PLOTS.map(([title, unit, lines]) => plot(title, unit,
		lines.map(([label, between]) => ({ label, values: pairs.map(pair => between(...pair)) })),
		SHOWN, `${SHOWN * EVERY_MS / 60000} minutes ago`)));
}

async function take() {
	const sample = sampleOf(await textOf('/metrics'));

	// a pause is no interval of the plots
	if (samples.length && sample.at_ms - samples.at(-1).at_ms > 3 * EVERY_MS)
		samples.length = 0;
	samples.push(sample);
	samples.splice(0, samples.length - SHOWN - 1);
}

/* Until the view is left: a hidden tab asks nothing. */
function follow(place, message) {
	setTimeout(async () => {
		if (!place.isConnected)
			return;
		try {
			if (!document.hidden) {
				await take();
				message.textContent = '';
				place.replaceChildren(facts(samples.at(-1)), plots(), keys(samples.at(-1)));
			}
		} catch (error) {
			message.textContent = fault(error);
		}
		follow(place, message);
	}, EVERY_MS);
}

export async function showService() {
	const place = el('div', {}), message = el('p.fault', { role: 'alert' });

	await take();
	place.replaceChildren(facts(samples.at(-1)), plots(), keys(samples.at(-1)));
	follow(place, message);
	return el('div', {}, head('Service', 'This machine of the service, now.'), message, place);
}
