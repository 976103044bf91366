// Compares HAProxy with an exported policy to nginx without checks, and to the gateway, on the same upstream.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatApiKey, generateSecret, hashSecret } from '../../src/domain/apiKey';
import { ALL_MODULES } from '../../src/domain/catalog';
import { BUILT_IN_MODULE_PATHS } from '../../src/domain/modulePaths';
import type { TokenRecord } from '../../src/domain/token';
import { MAX_LIMIT } from '../../src/domain/tokenLimits';
import { createHaproxyFiles } from '../../src/policy/haproxy/haproxyPolicyFiles';
import { pushPolicy } from '../../src/policy/haproxy/pushPolicy';
import { createDeployment, toPolicy } from '../support/haproxy/examplePolicy';
import { findFreePorts } from '../support/freePorts';
import { startHaproxy, writeFiles } from '../support/haproxy/haproxyInstance';
import { findHaproxy } from '../support/haproxy/haproxyProgram';
import { createTestRecord } from '../support/seedTokens';
import {
	canPin,
	CLIENT_CORE,
	formatProductRequest,
	pinToClientCore,
	readUsage,
	SERVER_CORE,
	startNginx,
	startNode,
	succeeds,
	type ResourceUsage,
	type RunningServer,
} from './benchServers';
import { generateLoad } from './loadGenerator';
import { median, milliseconds, printTable, type Row } from './resultTable';

const CONNECTION_COUNTS = [16, 64];
const START_COUNT = 3;
const ROUND_COUNT = 5;
/** Duration of one measurement, in milliseconds. */
const MEASUREMENT_MS = 500;

const FEW_TOKENS = 100;
const MANY_TOKENS = 100_000;

/** What is measured, in the order of the table: a server, and the token that requests are sent with. */
const CASES = ['nginx', 'gateway', 'haproxy', 'haproxy, all modules', 'haproxy, rate limit', 'haproxy, 100,000 tokens'] as const;
type Case = (typeof CASES)[number];

/** The tokens of the first requests: one with a module, one with all modules, and one with a rate that it never reaches. */
const TOKENS: readonly Partial<TokenRecord>[] = [
	{ permissions: ['products', 'MD-0007:read'] },
	{ permissions: [ALL_MODULES] },
	{ permissions: ['products', 'MD-0007:read'], limits: { rate: { requests: MAX_LIMIT, per: 'minute' } } },
];
/** Indexes of these tokens by case, where it isn't the first one. */
const TOKEN_INDEXES: Partial<Record<Case, number>> = { 'haproxy, all modules': 1, 'haproxy, rate limit': 2 };

/** Responses per second, and processor time per response in microseconds. */
interface Measurement {
	readonly throughput: number;
	readonly processor: number;
	/** Response times in milliseconds, in ascending order. */
	readonly times: Float64Array;
}

/** An instance of HAProxy with many or few tokens. */
interface Haproxy {
	readonly server: RunningServer<'haproxy'>;
	/** From starting the program until it accepts connections, in milliseconds. */
	readonly startMs: number;
	/** In bytes. */
	readonly memory: number;
	/** Disables the first token, whose key this is. */
	disable(authorization: string): Promise<PushTimes>;
}

/** Times since the start of a push, in milliseconds. */
interface PushTimes {
	/** Until the first denial. */
	readonly denialMs: number;
	/** Until the push has ended. */
	readonly pushMs: number;
}

type StartResults = Readonly<Record<'few' | 'many', Pick<Haproxy, 'startMs' | 'memory'> & { readonly push: PushTimes }>>;

/** Measures throughput, processor time, and memory of HAProxy, and prints the results. Prints why if it can't be measured. */
export async function measureHaproxy(): Promise<void> {
	const program = await findHaproxy();
	if (program === undefined || !succeeds('nginx', ['-v'])) {
		console.log('\nHAProxy: not measured, because HAProxy or nginx is missing');
		return;
	}
	const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-bench-'));
	const restoreAffinity = pinToClientCore();
	const secrets = TOKENS.map(() => generateSecret(randomBytes));
	const measurements = new Map<string, Measurement[]>();
	const starts: StartResults[] = [];
	const running: Pick<RunningServer<string>, 'stop'>[] = [];
	try {
		for (let start = 0; start < START_COUNT; start++) {
			const upstream = await startNode('upstream', 'upstream', CLIENT_CORE, []);
			running.push(upstream);
			const upstreamUrl = `http://127.0.0.1:${upstream.port}`;
			await writeFile(join(folder, 'tokens.json'), JSON.stringify({ version: 1, tokens: createTokens(secrets, FEW_TOKENS) }));
			const gateway = await startNode('gateway', 'gateway', SERVER_CORE, [upstreamUrl, folder]);
			running.push(gateway);
			const nginx = await startNginx(upstreamUrl, folder);
			running.push(nginx);
			const few = await startPolicy(program, join(folder, 'few'), upstreamUrl, createTokens(secrets, FEW_TOKENS));
			running.push(few.server);
			const many = await startPolicy(program, join(folder, 'many'), upstreamUrl, createTokens(secrets, MANY_TOKENS));
			running.push(many.server);
			const servers: Record<Case, RunningServer<string>> = {
				...{ nginx, gateway, haproxy: few.server, 'haproxy, all modules': few.server, 'haproxy, rate limit': few.server },
				'haproxy, 100,000 tokens': many.server,
			};
			const measure = async (name: Case, connections: number) => {
				const server = servers[name];
				const index = TOKEN_INDEXES[name] ?? 0;
				const authorization = formatApiKey({ tokenId: createTestRecord(index).id, secret: secrets[index]! });
				return measureLoad(server, formatProductRequest(server.port, authorization), connections);
			};
			for (const name of CASES) {
				await measure(name, 16);
			}
			for (let round = 0; round < ROUND_COUNT; round++) {
				for (const connections of CONNECTION_COUNTS) {
					// Rotate the order, so that each case is equally often first and last.
					for (const [index] of CASES.entries()) {
						const name = CASES[(index + round + start) % CASES.length]!;
						const key = `${name} ${connections}`;
						measurements.set(key, [...(measurements.get(key) ?? []), await measure(name, connections)]);
					}
				}
			}
			const authorization = formatApiKey({ tokenId: createTestRecord(0).id, secret: secrets[0]! });
			starts.push({
				few: { ...few, push: await few.disable(authorization) },
				many: { ...many, push: await many.disable(authorization) },
			});
			await Promise.all(running.splice(0).map((server) => server.stop()));
		}
	} finally {
		await Promise.all(running.map((server) => server.stop()));
		restoreAffinity();
		await rm(folder, { recursive: true, force: true });
	}
	printResults(measurements, starts);
}

/** Returns tokens, of which the first ones have these secrets. */
function createTokens(secrets: readonly string[], count: number): readonly TokenRecord[] {
	return Array.from({ length: count }, (_, index) => {
		const record = createTestRecord(
			index,
			TOKENS[index] ?? { permissions: [['products'], ['MD-0001', 'MD-0007:read'], [ALL_MODULES]][index % 3]! },
		);
		const secret = secrets[index];
		return secret === undefined ? record : { ...record, key: { ...record.key, sha256: hashSecret(secret) } };
	});
}

async function startPolicy(program: string, folder: string, upstream: string, tokens: readonly TokenRecord[]): Promise<Haproxy> {
	const [port = 0] = await findFreePorts(1);
	const createFiles = (records: readonly TokenRecord[]) =>
		createHaproxyFiles(toPolicy(records, BUILT_IN_MODULE_PATHS, {}), createDeployment(upstream));
	await mkdir(folder, { recursive: true });
	await writeFiles(folder, createFiles(tokens));
	const startedAt = performance.now();
	const instance = await startHaproxy(program, folder, { name: 'one', port, upstreamAuthorization: 'ApiKey SU-000-000-000:upstream' });
	const startMs = performance.now() - startedAt;
	if (canPin) {
		execFileSync('taskset', ['-cp', SERVER_CORE, String(instance.pid)]);
	}
	return {
		server: { kind: 'haproxy', port, usage: () => readUsage(instance.pid), stop: () => instance.stop() },
		startMs,
		memory: (await readUsage(instance.pid))?.memory ?? NaN,
		disable: async (authorization) => {
			const files = createFiles([{ ...tokens[0]!, enabled: false }, ...tokens.slice(1)]);
			const pushedAt = performance.now();
			const pushing = pushPolicy(files, [{ name: 'one', socketPath: instance.socketPath }]);
			while ((await fetch(`http://127.0.0.1:${port}/products`, { headers: { authorization } })).status !== 401);
			const denialMs = performance.now() - pushedAt;
			const [result] = await pushing;
			if (!result || 'error' in result) {
				throw result?.error ?? new Error('Nothing was pushed.');
			}
			return { denialMs, pushMs: performance.now() - pushedAt };
		},
	};
}

async function measureLoad(server: RunningServer<string>, request: Buffer, connections: number): Promise<Measurement> {
	const before = await server.usage();
	const { throughput, times } = await generateLoad(server.port, request, connections, MEASUREMENT_MS);
	const after = await server.usage();
	const processorTime = (usage: ResourceUsage | undefined) => (usage ? usage.processor.user + usage.processor.system : NaN);
	return { throughput, times, processor: (processorTime(after) - processorTime(before)) / times.length };
}

function printResults(measurements: ReadonlyMap<string, readonly Measurement[]>, starts: readonly StartResults[]): void {
	for (const connections of CONNECTION_COUNTS) {
		const getMeasurements = (name: Case) => measurements.get(`${name} ${connections}`) ?? [];
		const ratios = (name: Case, other: Case) => {
			const others = getMeasurements(other);
			const throughput = median(getMeasurements(name).map((measurement, index) => measurement.throughput / others[index]!.throughput));
			// What a core could do if it had nothing to wait for.
			const processor = median(getMeasurements(name).map((measurement, index) => others[index]!.processor / measurement.processor));
			return `${throughput.toFixed(2)} (${processor.toFixed(2)}) × ${other}`;
		};
		const rows = CASES.map((name): Row => {
			const loads = getMeasurements(name);
			const quantile = (share: number) => milliseconds(median(loads.map(({ times }) => times[Math.floor(times.length * share)] ?? NaN)));
			return {
				label: name,
				figure: [
					`${median(loads.map(({ throughput }) => throughput)).toFixed(0)}/s`,
					`${median(loads.map(({ processor }) => processor)).toFixed(0)} µs`,
					`p50 ${quantile(0.5)}`,
					`p99 ${quantile(0.99)}`,
					...(name === 'nginx' ? [] : [ratios(name, 'nginx')]),
					...(name.startsWith('haproxy') ? [ratios(name, 'gateway')] : []),
					...(name === 'haproxy, 100,000 tokens' ? [ratios(name, 'haproxy')] : []),
				].join('  '),
				...(name === 'haproxy' && { target: 'at least 0.8 × nginx' }),
				...(name === 'haproxy, 100,000 tokens' && { target: 'at least 0.9 × haproxy' }),
			};
		});
		printTable(
			`HAProxy with a policy, ${connections} connections (responses per second and processor time per response, medians of ${START_COUNT * ROUND_COUNT} interleaved; ratios of throughput and, in parentheses, of what the processor time allows; server ${canPin ? 'on one core' : 'not pinned'})`,
			rows,
		);
	}
	const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
	printTable('HAProxy', [
		...(['few', 'many'] as const).map((name): Row => ({
			label: `start with ${(name === 'few' ? FEW_TOKENS : MANY_TOKENS).toLocaleString('en')} tokens`,
			figure: `${milliseconds(median(starts.map((start) => start[name].startMs)))}  ${megabytes(median(starts.map((start) => start[name].memory)))}`,
		})),
		...(['few', 'many'] as const).map((name): Row => ({
			label: `push that disables one of ${(name === 'few' ? FEW_TOKENS : MANY_TOKENS).toLocaleString('en')} tokens, until its first denial and until it's checked`,
			figure: `${milliseconds(median(starts.map((start) => start[name].push.denialMs)))}  ${milliseconds(median(starts.map((start) => start[name].push.pushMs)))}`,
			target: 'denied within 1 s',
		})),
	]);
}
