import { RATE_PERIOD_MS } from '../../domain/slidingWindow';
import { RATE_PERIODS, type RatePeriod } from '../../domain/tokenLimits';
import type { Deployment } from '../deployment';
import { HAPROXY_IDS } from './haproxyMaps';
import { deny, quoteWithVariable, section, setVariable } from './configurationText';

/**
 * Name of the stick table with the allowed requests of tokens that have a rate in this period. Key: `<token ID>|<number of the period since
 * 1970>|<instance>`. Counted in `gpc0`.
 */
export function getRateTableName(per: RatePeriod): string {
	return `requests_${per}`;
}

/**
 * Name of the stick table with the allowed requests of tokens that have a total. Key: `<token ID>|<remaining total>|<instance>`. Counted in `gpc0`.
 */
export const TOTALS_TABLE = 'totals';

/** Not the limits' ID, because another rate mustn't start the total over. */
const TOTAL_KEY = 'var(txn.id),concat(|,txn.total)';

/**
 * Name of the stick table with responses. Key: `<days since 1970>|<token ID>|<instance>|<start of the instance>`, so that no
 * count is ever lower than before. Counted in an array, `gpc(0)` to `gpc(3)`, by status: 2xx, 3xx, 4xx, and 5xx.
 */
export const COUNTS_TABLE = 'counts';

/** Longer than any key. HAProxy cuts longer ones. */
const KEY_LENGTH = 160;

/**
 * HAProxy stops after 5 seconds to wait for what its peers have counted. Until then, they could replace the rows of an instance that has just been
 * started by older ones, and it could replace the ones that they keep for it by new ones, which start at 0.
 */
const START_SECONDS = 6;

/** Rows are allocated when they're used. */
const MAX_ROWS = 10_000_000;

/** Creates the stick tables. A rate is forgotten when it doesn't matter anymore, and a total never. */
export function createTables(peers: string | null): string {
	const createTable = (name: string, expire: string, store: string) =>
		section(`backend ${name}`, [
			`stick-table type string len ${KEY_LENGTH} size ${MAX_ROWS}${expire} store ${store}${peers === null ? '' : ` peers ${peers}`}`,
		]);
	return [
		...RATE_PERIODS.map((per) => createTable(getRateTableName(per), ` expire ${(RATE_PERIOD_MS[per] * 5) / 2}ms`, 'gpc0')),
		createTable(TOTALS_TABLE, '', 'gpc0'),
		// The longest time that HAProxy supports.
		createTable(COUNTS_TABLE, ' expire 24d', 'gpc(4)'),
	].join('');
}

/** Creates the rules that choose a backend by the token's limits, for tokens that have some or require approval. */
export function createBackendRules(): readonly string[] {
	return [
		...RATE_PERIODS.map(
			(per) =>
				`use_backend ${getBackendName(per)} if { "var(txn.token),field(7,','),map_str(limits.map),field(2,',')" -m str ${RATE_PERIOD_MS[per]} }`,
		),
		`default_backend ${getBackendName(null)}`,
	];
}

/**
 * Creates the backends for tokens with limits, one for each period and one for those with only a total. Each instance counts in rows of its own,
 * because peers replace rows instead of adding them up, and compares the sum of all instances.
 * @param approvalLines deny requests that require approval, which aren't counted
 * @param serverLines forward the request
 */
export function createLimitedBackends({ instances }: Deployment, approvalLines: readonly string[], serverLines: readonly string[]): string {
	const names = instances.map(({ name }) => name);
	const startLines = [
		`acl is_starting date(),sub(proc.run) lt ${START_SECONDS}`,
		`${deny({
			status: 503,
			message: "This instance was just started and doesn't know yet how many requests the others have counted. Try again in a few seconds.",
			headers: { 'retry-after': String(START_SECONDS) },
		})} if is_starting !{ var(txn.limit_set) -m str -- ${HAPROXY_IDS.NO_LIMITS} }`,
	];
	return [...RATE_PERIODS, null]
		.map((per) =>
			section(`backend ${getBackendName(per)}`, [
				'acl has_total var(txn.total) -m int ge 0',
				'acl has_used_total var(txn.total),sub(txn.total_used) le 0',
				setVariable('limit_set', "var(txn.token),field(7,',')"),
				...(names.length > 1 ? startLines : []),
				// Without the row, no request is left.
				setVariable('limits', "var(txn.limit_set),map_str(limits.map,'0,0,0')"),
				`${setVariable('limits', "str('0,0,-1')")} if { var(txn.limit_set) -m str -- ${HAPROXY_IDS.NO_LIMITS} }`,
				setVariable('total', "var(txn.limits),field(3,','),add(0)"),
				...sumRows('total_used', TOTAL_KEY, TOTALS_TABLE, names).map((line) => `${line} if has_total`),
				`${deny({ status: 429, message: 'Token %[var(txn.id)] has used its total of requests. Raise or remove the total.' })} if has_total has_used_total`,
				...(per === null ? [] : checkRate(per, names)),
				...approvalLines,
				...(per === null
					? []
					: [
							`http-request track-sc0 ${ownKey('var(txn.id),concat(|,txn.period)')} table ${getRateTableName(per)}`,
							'http-request sc-inc-gpc0(0)',
						]),
				`http-request track-sc2 ${ownKey(TOTAL_KEY)} table ${TOTALS_TABLE} if has_total`,
				'http-request sc-inc-gpc0(2) if has_total',
				...serverLines,
			]),
		)
		.join('');
}

/** Returns the rule that counts a response of a known token. The rows are those that `trackResponse` chose. */
export function countResponses(): readonly string[] {
	return [2, 3, 4, 5].map(
		(statusClass, index) =>
			`http-after-response set-var(txn.counted) sc_inc_gpc(${index},1) if { status ${statusClass}00:${statusClass}99 }`,
	);
}

/** Returns the rules that choose the row in which the response will be counted. */
export function trackResponse(): readonly string[] {
	return [
		`http-request track-sc1 ${quoteWithVariable('date(),div(86400),concat(|,txn.id,|${CONNECT_INSTANCE}),concat(|,proc.run)')} table ${COUNTS_TABLE} if has_key`,
	];
}

function getBackendName(per: RatePeriod | null): string {
	return per === null ? 'limited_total' : `limited_${per}`;
}

/** The same sliding window as the gateway's, in integers: see `SlidingWindow`. */
function checkRate(per: RatePeriod, names: readonly string[]): readonly string[] {
	const periodMs = RATE_PERIOD_MS[per];
	// How much of a period may remain, so that fewer than this many of the counted requests count.
	const usableMs = (requests: string, counted: string) =>
		`var(txn.${requests}),mul(${periodMs}),add(txn.${counted}),sub(1),div(txn.${counted}),sub(1)`;
	const capUsableMs = `${setVariable('wait', `int(${periodMs - 1})`)} if exceeds_rate { var(txn.wait) -m int ge ${periodMs} }`;
	return [
		'acl exceeds_rate var(txn.left),sub(txn.weighted) le 0',
		'acl exceeds_period var(txn.left) -m int le 0',
		setVariable('now', 'date(0,ms)'),
		setVariable('period', `var(txn.now),div(${periodMs})`),
		setVariable('period_before', 'var(txn.period),sub(1)'),
		setVariable('remaining', `var(txn.now),mod(${periodMs}),neg,add(${periodMs - 1})`),
		setVariable('requests', "var(txn.limits),field(1,','),add(0)"),
		...sumRows('current', 'var(txn.id),concat(|,txn.period)', getRateTableName(per), names),
		...sumRows('previous', 'var(txn.id),concat(|,txn.period_before)', getRateTableName(per), names),
		setVariable('weighted', `var(txn.previous),mul(txn.remaining),div(${periodMs})`),
		setVariable('left', 'var(txn.requests),sub(txn.current)'),
		`${setVariable('wait', usableMs('left', 'previous'))} if exceeds_rate !exceeds_period`,
		`${setVariable('wait', usableMs('requests', 'current'))} if exceeds_rate exceeds_period`,
		capUsableMs,
		`${setVariable('wait', 'var(txn.remaining),sub(txn.wait)')} if exceeds_rate`,
		`${setVariable('wait', `var(txn.wait),add(${periodMs})`)} if exceeds_rate exceeds_period`,
		`${setVariable('wait', 'var(txn.wait),add(999),div(1000)')} if exceeds_rate`,
		`${deny({
			status: 429,
			message: `Token %[var(txn.id)] has reached its limit of %[var(txn.requests)] requests per ${per}. Try again in %[var(txn.wait)] seconds.`,
			headers: { 'retry-after': '%[var(txn.wait)]' },
		})} if exceeds_rate`,
	];
}

/** Returns the rules that add up the rows of all instances in a variable. */
function sumRows(variable: string, key: string, table: string, names: readonly string[]): readonly string[] {
	const lookUp = (name: string) => `${key},concat(|${name}),table_gpc0(${table})`;
	return names.flatMap((name, index) =>
		index === 0
			? [setVariable(variable, lookUp(name))]
			: [setVariable('other', lookUp(name)), setVariable(variable, `var(txn.${variable}),add(txn.other)`)],
	);
}

/** Returns the key of the row in which this instance counts. */
function ownKey(key: string): string {
	return quoteWithVariable(`${key},concat(|\${CONNECT_INSTANCE})`);
}
