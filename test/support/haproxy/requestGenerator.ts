import type { TokenRecord } from '../../../src/domain/token';
import type { ModulePaths } from '../../../src/domain/modulePaths';
import { BUILT_IN_MODULE_PATHS } from '../../../src/domain/modulePaths';
import type { RepairedKind, StricterKind } from '../../../src/policy/stricterKinds';
import { targetBelowBase } from '../../../src/gateway/basePath';
import { createKeyRecord, issueToken, type IssuedToken } from '../gateway/memoryTokens';

/** Modules with paths of every kind. */
export const TESTED_PATHS: ModulePaths = {
	...BUILT_IN_MODULE_PATHS,
	Projects: ['/projects', '/v1.2'],
	Secrets: ['/projects/{id}/secrets', '/projects/{id}/v1.2', '/deep/{a}/b/{c}/d'],
	Deep: ['/deep', '/deep/{a}/b/{c}/d/e', '/v1', '/{any}/special'],
};

const PREVIOUS_SECRET = 'abcdef0123'.repeat(4);
const EXPIRED_SECRET = '0123abcdef'.repeat(4);

/** The host that all requests are for. */
export const HOST = 'gateway.example';

/** A request and what's special about it. */
export interface GeneratedRequest {
	/** One character for each byte. */
	readonly text: string;
	/** Whether a server could see another request in it. */
	readonly isOdd: boolean;
	/** Why HAProxy may be stricter. */
	readonly kinds: readonly StricterKind[];
	/** Why HAProxy may forward it, although the gateway rejects it. */
	readonly repair: RepairedKind | undefined;
}

/** Returns a pseudorandom number generator: numbers from 0 to less than 1. */
export function createRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let value = Math.imul(state ^ (state >>> 15), state | 1);
		value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
		return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
	};
}

const METHODS = ['GET', 'GET', 'GET', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PROPFIND', 'M-SEARCH', 'LINK'];
const ODD_METHODS = ['TRACE', 'TRACK', 'get', 'FOO', 'GETS', 'PRI', 'QUERYX'];
const WORDS = [
	...[
		'products',
		'PRD-1',
		'usage',
		'taxonomies',
		'assets',
		'projects',
		'secrets',
		'v1.2',
		'v1.3',
		'v1',
		'modules',
		'accounts',
		'tier',
		'configs',
	],
	...[
		'deep',
		'b',
		'd',
		'e',
		'special',
		'auth',
		'tokens',
		'context',
		'x',
		'billing',
		'mcp',
		'public',
		'extensions',
		'statistics',
		'embed',
		'leads',
	],
];
const SPECIALS = [
	...[
		'.',
		'..',
		'...',
		'.json',
		';x',
		'%',
		'%zz',
		'%2e',
		'%2E%2e',
		'%252e',
		'%2f',
		'%2F',
		'%5c',
		'\\',
		'%00',
		'%20',
		'%3f',
		'%23',
		'%c3%a9',
		'\xc3\xa9',
	],
	...[
		'~',
		'!',
		'$',
		'&',
		"'",
		'(',
		')',
		'*',
		'+',
		',',
		'=',
		':',
		'@',
		'-',
		'_',
		'%40',
		'%3A',
		'%3a',
		'%2B',
		'%26',
		'%24',
		'%21',
		'%27',
		'%28',
		'%2A',
	],
	...[
		'%75',
		'%u002e',
		'%c0%ae',
		'%ef%bc%8e',
		'\xa0',
		'\x7f',
		'%0d%0a',
		'|',
		'"',
		'<',
		'`',
		'{',
		'[',
		'^',
		'%2',
		'%4',
		'%41',
		'%7e',
		'%5f',
		'%2d',
		'..;',
		'.%20',
	],
];
const QUERIES = [
	...[
		'',
		'',
		'',
		'',
		'?',
		'?a=b',
		'?limit=10&offset=20',
		'?_method=DELETE',
		'?_METHOD=PUT',
		'?_m%65thod=PUT',
		'?_%6dethod=delete',
		'?%zz&_m%65thod=PUT',
	],
	...[
		'?x-http-method-override=PATCH',
		'?X_HTTP_Method=POST',
		'?_method=GET',
		'?in(id,(PRD-1))',
		'?method=1',
		'?a=%40b',
		'?a=/../x',
		'?a=b?c',
		'?a%00=1',
	],
	...[
		'?_method%00x=PUT',
		'?.method=PUT',
		'?+_method=PUT',
		'?[method=PUT',
		'?a=1;_method=PUT',
		'?like(name,*x*)',
		'?a=%254d',
		'?\xff=1',
		'?_http_method=PUT',
	],
];
const EXTRA_HEADERS = [
	...[
		'Accept: */*',
		'X-Custom: a,b',
		'Content-Type: text/plain',
		'x_under: 1',
		'X.Dot: 1',
		'X-Forwarded-For: 1.2.3.4',
		'Forwarded: for=1',
		'X-Original-URL: /x',
	],
	...[
		'X-HTTP-Method-Override: DELETE',
		'X-Rewrite-URL: /x',
		'Cookie: a=b',
		'Cookie2: x',
		'TE: trailers',
		'Proxy-Connection: keep-alive',
		'Keep-Alive: 5',
	],
	...[
		'True-Client-IP: 1.2.3.4',
		'Remote-User: root',
		'X-Remote-User: root',
		'SSL-Client-Cert: x',
		'Proxy: http://x',
		'X-Auth-User: a',
		'CF-Access: x',
		'X-Accel-Redirect: /',
	],
	...[
		'Proxy-Authorization: Basic x',
		'X-Empty:',
		'X-Spaces:   a  b   ',
		'X-Tab:\ta',
		'X-Twice: 1\r\nX-Twice: 2',
		'Destination: /x',
		'User-Agent: test',
		'X-High: \xe9',
		'X-Null: \0',
		'X-Control: a\x01b\x7f',
	],
];
const CONNECTIONS = [
	'keep-alive',
	'Keep-Alive',
	'Upgrade',
	'Upgrade, HTTP2-Settings',
	'TE, keep-alive',
	'x-custom',
	'authorization',
	'keep-alive, X-Custom',
	',',
	'host',
];

/** Generates requests from a seed. */
export class RequestGenerator {
	readonly tokens: readonly TokenRecord[];
	readonly #issued: readonly IssuedToken[];
	readonly #limited: readonly IssuedToken[];

	/** @param workers number of sequences of requests that are sent at the same time; each uses other tokens with limits */
	constructor(workers: number) {
		const future = new Date(Date.now() + 3_600_000).toISOString();
		const past = new Date(Date.now() - 3_600_000).toISOString();
		this.#issued = [
			...[
				...[
					['MD-0000'],
					['MD-0000:read'],
					['products'],
					['products:read'],
					['usage', 'pim:read'],
					['MD-0001'],
					['MD-0007', 'MD-0023:read'],
					[],
				],
				...[['MD-0000:read', 'products'], ['Projects'], ['Secrets'], ['Projects:read', 'Secrets'], ['Deep'], ['Deep:read', 'Secrets:read']],
				...[['MD-0001', 'MD-0007', 'products', 'usage', 'pim', 'subscriptions', 'Projects', 'Secrets', 'Deep']],
			].map((permissions) => issueToken({ permissions })),
			issueToken({ enabled: false }),
			issueToken({ enabled: false, key: createKeyRecord(EXPIRED_SECRET, past) }),
			issueToken({ key: createKeyRecord(EXPIRED_SECRET, past) }),
			issueToken({ key: createKeyRecord(EXPIRED_SECRET, future), permissions: ['products'] }),
			issueToken({ previousKey: createKeyRecord(PREVIOUS_SECRET, future), permissions: ['products'] }),
			issueToken({ previousKey: createKeyRecord(PREVIOUS_SECRET, past) }),
			issueToken({ approval: 'writes', permissions: ['products'] }),
			issueToken({ approval: 'always' }),
		];
		this.#limited = Array.from({ length: workers }, () => [
			issueToken({ limits: { rate: { requests: 40, per: 'day' } }, permissions: ['products'] }),
			issueToken({ limits: { total: 30 } }),
			issueToken({ limits: { total: 50, rate: { requests: 20, per: 'day' } }, approval: 'writes' }),
		]).flat();
		this.tokens = [...this.#issued, ...this.#limited].map(({ token }) => token);
	}

	/** Returns a request. The same arguments result in the same one, apart from the keys. */
	generate(seed: number, worker: number, upgradeHeaders = true): GeneratedRequest {
		const random = createRandom(seed);
		const chance = (probability: number) => random() < probability;
		const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
		const kinds = new Set<StricterKind>();
		if (chance(0.1)) {
			return this.#generateLimited(pick, worker);
		}
		let isOdd = false;
		const path = this.#generatePath(pick, chance);
		const query = chance(0.5) ? '' : pick(QUERIES);
		if (/method|%[46][458df]|%[57]4/i.test(query)) {
			kinds.add('methodInQuery');
		}
		const method = chance(0.02) ? pick(ODD_METHODS) : pick(METHODS);
		// Which of several faults is reported depends on the parser, so there's one at a time.
		const target = ODD_METHODS.includes(method) ? path + query : this.#generateTarget(path + query, pick, chance);
		const targetPath = target.split('?', 1)[0]!;
		if (!isUsualPath(targetPath)) {
			kinds.add('unusualPath');
		}
		if (/\/v1(?:[^/\w-]|\/|$)/i.test(targetBelowBase('/public/v1', targetPath))) {
			kinds.add('specialName');
		}
		let repair: RepairedKind | undefined;
		if (chance(0.01)) {
			repair = 'repeatedHost';
		}
		const headers = [
			...(chance(0.01) ? [] : [`Host: ${HOST}`]),
			...(repair === 'repeatedHost' ? [`Host: ${HOST}`] : []),
			...this.#generateAuthorization(pick, chance),
		];
		while (chance(0.35)) {
			headers.push(pick(EXTRA_HEADERS));
		}
		if (chance(0.05)) {
			const connection = pick(CONNECTIONS);
			headers.push(`Connection: ${connection}`);
			isOdd = true;
			if (connection.split(',').some((name) => !/^\s*(?:close|keep-alive|upgrade|http2-settings|te)?\s*$/i.test(name))) {
				kinds.add('connectionHeader');
			}
			if (upgradeHeaders && /upgrade/i.test(connection)) {
				headers.push('Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__');
			}
		} else if (method === 'GET' && chance(0.03)) {
			headers.push('Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==');
			kinds.add('webSocket');
			isOdd = true;
		}
		if (chance(0.01)) {
			headers.push(pick(['Origin: https://evil.example', 'Origin: null', 'Origin:']));
		}
		if (chance(0.01)) {
			headers.push(
				isOdd || target !== path + query || ODD_METHODS.includes(method)
					? 'Expect: 100-continue'
					: pick(['Expect: 100-continue', 'Expect: other']),
			);
			isOdd = true;
		}
		if (chance(0.003)) {
			headers.push(...(chance(0.5) ? [`X-Large: ${'a'.repeat(17_000)}`] : Array.from({ length: 110 }, (_, index) => `X-${index}: 1`)));
			kinds.add('largeHead');
			isOdd = true;
		}
		const version = chance(0.01) ? pick(['HTTP/1.0', 'HTTP/2.0', 'HTTP/1.2', 'HTTP/1', 'HTTP/0.9']) : 'HTTP/1.1';
		const [framing, body] =
			kinds.has('webSocket') && chance(0.3) ? [['Content-Length: 3'], 'abc'] : this.#generateBody(method, pick, chance);
		if (framing.some((line) => (version === 'HTTP/1.1' ? /^Transfer-Encoding: (?!chunked$)/i.test(line) : line !== 'Content-Length: 0'))) {
			kinds.add('transferEncoding');
		}
		if (framing.length > 1 || framing[0] === 'Content-Length: 3, 3') {
			repair = framing.some((line) => line.startsWith('Transfer')) ? 'lengthAndEncoding' : 'repeatedLength';
		} else if (kinds.has('webSocket') && body !== '') {
			repair = 'upgradeWithBody';
		} else if (headers.some((line) => line.includes('\r\n '))) {
			repair = 'foldedHeader';
		}
		isOdd ||= body !== '' || framing.length > 1;
		for (let index = headers.length - 1; chance(0.3) && index > 0; index--) {
			const other = Math.floor(random() * (index + 1));
			[headers[index], headers[other]] = [headers[other]!, headers[index]!];
		}
		const bodyRepair = /[^\r]\n/.test(body) ? 'lineFeed' : body.includes('X-Trailer') ? 'trailers' : undefined;
		// The gateway doesn't respond if the body of a request that offers an upgrade is invalid.
		const sent = bodyRepair ? headers.filter((line) => !/^(?:Connection|Upgrade):/.test(line)) : headers;
		return {
			text: [`${method} ${target} ${version}`, ...sent, ...framing, '', body].join('\r\n'),
			isOdd: isOdd || version !== 'HTTP/1.1',
			kinds: [...kinds],
			repair: repair ?? bodyRepair,
		};
	}

	/** Requests of tokens with limits have to have the same result each time, because the next one's result depends on it. */
	#generateLimited(pick: <T>(values: readonly T[]) => T, worker: number): GeneratedRequest {
		const { authorization } = pick(this.#limited.slice(worker * 3, worker * 3 + 3));
		const target = pick(['/products', '/public/v1/products/PRD-1', '/products/PRD-1/usage', '/nothing']);
		return {
			text: `${pick(['GET', 'POST'])} ${target} HTTP/1.1\r\nHost: ${HOST}\r\nAuthorization: ${authorization}\r\n\r\n`,
			isOdd: true,
			kinds: [],
			repair: undefined,
		};
	}

	#generatePath(pick: <T>(values: readonly T[]) => T, chance: (probability: number) => boolean): string {
		if (chance(0.03)) {
			// Next to `/projects/{id}/v1.2`, which belongs to another module.
			return pick(['/projects/PRJ-1/v1.3', '/public/v1/projects/PRJ-1/v1.2.json', '/projects/PRJ-1/V1/x', '/projects/PRJ-1/v1']);
		}
		const segments: string[] = [];
		do {
			let segment = pick(WORDS);
			if (chance(0.15)) {
				segment = chance(0.5) ? segment.toUpperCase() : segment.replace(/^./, (first) => first.toUpperCase());
			}
			while (chance(0.05)) {
				segment = chance(0.7) ? segment + pick(SPECIALS) : pick(SPECIALS) + segment;
			}
			segments.push(chance(0.03) ? '' : chance(0.03) ? pick(SPECIALS) : segment);
		} while (chance(0.6));
		const path = `/${segments.join('/')}${chance(0.1) ? '/' : ''}`;
		if (chance(0.03)) {
			// A base path that's spelled in another way.
			return (
				pick([
					'/PUBLIC/v1',
					'/public//v1',
					'/public/v1.json',
					'/public/v10',
					'/%70ublic/v1',
					'/public/v1/public/v1',
					'/public%2fv1',
					'/public/v1;x',
				]) + path
			);
		}
		return chance(0.4) ? `/public/v1${path}` : chance(0.02) ? pick(['/', '/public/v1', '/public/v1/', '//', '/public']) : path;
	}

	#generateTarget(target: string, pick: <T>(values: readonly T[]) => T, chance: (probability: number) => boolean): string {
		if (!chance(0.02)) {
			return target;
		}
		return pick([
			`http://${HOST}${target}`,
			`https://other.example${target}`,
			'*',
			`${target}#x`,
			`${HOST}:80`,
			target.slice(1),
			`/${target}`,
			'',
		]);
	}

	#generateAuthorization(pick: <T>(values: readonly T[]) => T, chance: (probability: number) => boolean): readonly string[] {
		const { token, authorization, secret } = pick(this.#issued);
		if (chance(0.75)) {
			return [`Authorization: ${authorization}`];
		}
		const { id } = token;
		return pick<readonly string[]>([
			...[
				[],
				[`authorization: ${authorization}`],
				['Authorization:'],
				[`Authorization:${authorization}`],
				[`Authorization: \t${authorization} \t`],
			],
			...[
				`ApiKey ${id}:${PREVIOUS_SECRET}`,
				`ApiKey ${id}:${EXPIRED_SECRET}`,
				`ApiKey ${id}:${'f'.repeat(40)}`,
				`ApiKey SU-999-999-999:${secret}`,
				`apikey ${id.toLowerCase()}:${secret.toUpperCase()}`,
				`APIKEY  ${id}:${secret}`,
				`ApiKey${' '.repeat(300)}${id}:${secret}`,
				`ApiKey${' '.repeat(150)}${id}:${secret}`,
				`ApiKey\t${id}:${secret}`,
				`ApiKey \t${id}:${secret}`,
				`ApiKey ${id}:${secret} x`,
				`ApiKey ${id}:${secret}:`,
				`ApiKey ${id}: ${secret}`,
				`ApiKey ${id} :${secret}`,
				`ApiKey ${id}:${secret},`,
				`ApiKey ${id}:${secret}, ${authorization}`,
				`ApiKey${id}:${secret}`,
				`Bearer ${id}:${secret}`,
				`${id}:${secret}`,
				`ApiKey ${id}`,
				`ApiKey :${secret}`,
				`ApiKey /${id}:${secret}`,
				`ApiKey ${id}/:${secret}`,
				`ApiKey x x ${id}:${secret}`,
				`x ApiKey ${id}:${secret}`,
				`ApiKey ${id}:${secret.slice(1)}`,
				`ApiKey ${id}:${secret}0`,
				`ApiKey ${id}:-`,
				`ApiKey ${id}\xa0:${secret}`,
			].map((value) => [`Authorization: ${value}`]),
			[`Authorization: ${authorization}`, `Authorization: ${authorization}`],
			['Authorization: Bearer x', `Authorization: ${authorization}`],
			[`Authorization : ${authorization}`],
			[`Authorization:\r\n ${authorization}`],
			[`Authorization_: ${authorization}`],
		]);
	}

	#generateBody(
		method: string,
		pick: <T>(values: readonly T[]) => T,
		chance: (probability: number) => boolean,
	): readonly [readonly string[], string] {
		if (chance(method === 'GET' || method === 'HEAD' ? 0.98 : 0.8)) {
			return [method === 'GET' || method === 'HEAD' ? [] : ['Content-Length: 0'], ''];
		}
		return pick<readonly [readonly string[], string]>([
			[['Content-Length: 3'], 'abc'],
			[['Transfer-Encoding: chunked'], '3\r\nabc\r\n0\r\n\r\n'],
			[['Transfer-Encoding: Chunked'], '3;a=b\r\nabc\r\n0\r\n\r\n'],
			[['Transfer-Encoding: chunked'], '3\nabc\n0\n\n'],
			[['Transfer-Encoding: chunked'], '3\r\nabc\r\n0\r\nContent-Length: 3\r\nX-Trailer: 1\r\n\r\n'],
			[['Transfer-Encoding: gzip, chunked'], '0\r\n\r\n'],
			[['Transfer-Encoding: identity'], ''],
			[['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
			[['Content-Length: 3', 'Content-Length: 3'], 'abc'],
			[['Content-Length: 3, 3'], 'abc'],
			[['Content-Length: +3'], 'abc'],
			[['Content-Length: x'], ''],
			[['Content-Length: 3', 'Transfer-Encoding: chunked'], '3\r\nabc\r\n0\r\n\r\n'],
			[['Content-Length: 3', 'Content-Length: 4'], 'abcd'],
		]);
	}
}

/** Whether a path has only characters and escapes about which HAProxy decides like the gateway. */
function isUsualPath(path: string): boolean {
	return /^(?:[\w~!$&'()*+,=:@./-]|%(?:2[146-9A-Ca-c]|3[ADad]|40))*$/.test(path) && !/\/\/|\.(?:\/|$)/.test(path);
}
