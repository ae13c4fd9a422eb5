// SPDX-License-Identifier: ISC
/*
 * metrics.js - the counts of GET /metrics (doorward-api(7), 13.2), and what two of them a few
 * seconds apart say of the time between.
 */

const LINE = /^([a-z0-9_]+)(?:\{(.*)\})? (\S+)/;
const LABEL = /([a-z_]+)="((?:[^"\\]|\\.)*)"/g;

/* Prometheus' text format as rows { name, labels, value }. */
function rowsOf(text) {
	return text.split('\n').map(line => LINE.exec(line)).filter(Boolean).map(
		([, name, labels, value]) => ({ name, value: Number(value),
			labels: Object.fromEntries([...(labels || '').matchAll(LABEL)].map(
				([, key, label]) => [key, label])) }));
}

function sum(rows, name, wanted = () => true) {
	return rows.filter(row => row.name === `doorward_${name}` && wanted(row.labels)).reduce(
		(total, { value }) => total + value, 0);
}

/* Those of each purpose, and how old the newest is. */
function keysOf(rows) {
	return rows.filter(({ name }) => name === 'doorward_keys').map(({ labels, value }) => ({
		purpose: labels.purpose, count: value,
		age_s: sum(rows, 'key_age_seconds', ({ purpose }) => purpose === labels.purpose),
	}));
}

/* How many requests took at most so many seconds: [seconds, count] by seconds. */
function durationsOf(rows) {
	const counts = new Map();

	for (const { name, labels, value } of rows) {
		if (name === 'doorward_request_duration_seconds_bucket') {
			const at_most = labels.le === '+Inf' ? Infinity : Number(labels.le);

			counts.set(at_most, (counts.get(at_most) || 0) + value);
		}
	}
	return [...counts].sort(([a], [b]) => a - b);
}

/* What the plots need of one answer. */
export function sampleOf(text) {
	const rows = rowsOf(text);
	const workers = wanted => sum(rows, 'workers', ({ state }) => wanted(state));
	const records = wanted => sum(rows, 'store_records', ({ kind }) => kind === wanted);

	return {
		at_ms: Date.now(),
		requests: sum(rows, 'requests_total'),
		faults: sum(rows, 'requests_total', ({ result }) => result === 'fault'),
		refused: sum(rows, 'requests_total',
			({ result }) => result !== 'ok' && result !== 'fault'),
		throttled: sum(rows, 'requests_total', ({ result }) => result === 'throttled'),
		durations: durationsOf(rows),
		waiting: sum(rows, 'password_checks_waiting'),
		running: sum(rows, 'password_checks_running'),
		workers: workers(() => true),
		busy: workers(state => state !== 'idle' && state !== 'starting'),
		up: sum(rows, 'store_up') === 1,
		users: records('user'), tokens: records('token'), keys: keysOf(rows),
		started_ms: sum(rows, 'start_time_seconds') * 1000,
		version: rows.find(({ name }) => name === 'doorward_build_info')?.labels.version || '',
	};
}

/* Per second; null if the service has begun to count anew between the two. */
export function rate(before, after, what) {
	const count = after[what] - before[what];

	return count < 0 ? null : count / ((after.at_ms - before.at_ms) / 1000);
}

/* The time in ms that a part of the requests between the two took at most; null if none came. */
export function quantile(before, after, part) {
	const former = new Map(before.durations);
	const counts = after.durations.map(([at_most, count]) =>
		[at_most, count - (former.get(at_most) || 0)]);
	const wanted = (counts.at(-1)?.[1] || 0) * part;
	let from = 0, below = 0;

	if (wanted <= 0)
		return null;
	for (const [at_most, count] of counts) {
		if (count >= wanted) {
			return 1000 * (at_most === Infinity ? from :
				from + (at_most - from) * (wanted - below) / (count - below));
		}
		from = at_most;
		below = count;
	}
	return null;
}
