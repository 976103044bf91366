// Compares the gateway with other proxies on the same upstream.
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatApiKey, generateSecret, hashSecret } from '../../src/domain/apiKey';
import { ALL_MODULES } from '../../src/domain/catalog';
import type { TokenRecord } from '../../src/domain/token';
import { createTestRecord } from '../support/seedTokens';
import {
	canPin,
	CLIENT_CORE,
	formatProductRequest,
	medianRatio,
	pinToClientCore,
	SERVER_CORE,
	startNginx,
	startNode,
	succeeds,
	type ResourceUsage,
	type RunningServer,
} from './benchServers';
import { generateLoad, type Load } from './loadGenerator';
import { median, milliseconds, printTable, type Row } from './resultTable';
import { randomBytes } from 'node:crypto';

/** In the order of the table. nginx is measured only if it's installed. See `gatewayServer.ts` for the others. */
const SERVER_KINDS = [
	'direct',
	'node-http',
	'forward-only',
	'gateway',
	'gateway, log file',
	'http-proxy-3',
	'@fastify/http-proxy',
	'nginx',
] as const;
type ServerKind = (typeof SERVER_KINDS)[number];

const CONNECTION_COUNTS = [1, 16, 64];
const START_COUNT = 3;
const ROUND_COUNT = 3;
/** Duration of one measurement, in milliseconds. */
const MEASUREMENT_MS = 500;

/** Load on a server, and its processor time per response, in microseconds. */
type Measurement = Load & { readonly processor: number };
type Measurements = Map<string /* kind and number of connections */, Measurement[]>;

/** Measures throughput, latency, memory, and how soon changes of a token apply, and prints the results. */
export async function measureGateway(): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-bench-'));
	const store = await TokenFile.create(folder);
	const restoreAffinity = pinToClientCore();
	const measurements: Measurements = new Map();
	const memory: number[] = [];
	const denialTimes: number[] = [];
	const running: RunningServer<string>[] = [];
	try {
		for (let start = 0; start < START_COUNT; start++) {
			const upstream = await startNode('upstream', 'upstream', CLIENT_CORE, []);
			const servers = await startAll(`http://127.0.0.1:${upstream.port}`, folder);
			running.push(upstream, ...servers);
			for (const { port } of servers) {
				await generateLoad(port, store.request(port), 16, MEASUREMENT_MS);
			}
			for (let round = 0; round < ROUND_COUNT; round++) {
				for (const connections of CONNECTION_COUNTS) {
					// Rotate the order, so that each server is equally often first and last.
					for (const [index] of servers.entries()) {
						const server = servers[(index + round + start) % servers.length]!;
						const key = `${server.kind} ${connections}`;
						measurements.set(key, [...(measurements.get(key) ?? []), await measureLoad(server, store.request(server.port), connections)]);
					}
				}
			}
			const gateway = servers.find(({ kind }) => kind === 'gateway')!;
			memory.push((await gateway.usage())?.memory ?? NaN);
			denialTimes.push(...(await measureRevocation(gateway.port, store)));
			await Promise.all(running.splice(0).map((server) => server.stop()));
		}
	} finally {
		await Promise.all(running.map((server) => server.stop()));
		restoreAffinity();
		await rm(folder, { recursive: true, force: true });
	}
	printResults(measurements, memory, denialTimes);
}

async function measureLoad(server: RunningServer<ServerKind>, request: Buffer, connections: number): Promise<Measurement> {
	const before = await server.usage();
	const load = await generateLoad(server.port, request, connections, MEASUREMENT_MS);
	const after = await server.usage();
	const processorTime = (usage: ResourceUsage | undefined) => (usage ? usage.processor.user + usage.processor.system : NaN);
	return { ...load, processor: (processorTime(after) - processorTime(before)) / load.times.length };
}

function printResults(measurements: Measurements, memory: readonly number[], denialTimes: readonly number[]): void {
	const getMeasurements = (kind: string, connections: number) => measurements.get(`${kind} ${connections}`) ?? [];
	for (const connections of CONNECTION_COUNTS) {
		const rows = SERVER_KINDS.filter((kind) => getMeasurements(kind, connections).length > 0).map((kind): Row => {
			const loads = getMeasurements(kind, connections);
			const quantile = (share: number) => milliseconds(medianQuantile(loads, share));
			const ratio = (other: ServerKind) => medianRatio(loads, getMeasurements(other, connections));
			return {
				label: kind,
				figure: [
					`${median(loads.map(({ throughput }) => throughput)).toFixed(0)}/s`,
					`${median(loads.map(({ processor }) => processor)).toFixed(0)} µs`,
					`p50 ${quantile(0.5)}`,
					`p99 ${quantile(0.99)}`,
					...(['forward-only', 'http-proxy-3', '@fastify/http-proxy', 'nginx'] as const)
						.filter((other) => getMeasurements(other, connections).length > 0)
						.map((other) => `${ratio(other).toFixed(2)} × ${other}`),
				].join('  '),
			};
		});
		printTable(
			`Gateway, ${connections} connection${connections === 1 ? '' : 's'} (responses per second and processor time per response, medians of ${START_COUNT * ROUND_COUNT} interleaved; server ${canPin ? 'on one core' : 'not pinned'})`,
			rows,
		);
	}
	const slowest = (kind: ServerKind) => medianQuantile(getMeasurements(kind, 16), 0.99);
	printTable('Gateway', [
		{
			label: 'p99 with a log file ÷ without, 16 connections',
			figure: (slowest('gateway, log file') / slowest('gateway')).toFixed(2),
			target: 'at most 1.2',
		},
		{
			label: 'memory of the gateway after all measurements, without the process',
			figure: `${(median(memory) / 1e6).toFixed(0)} MB`,
			target: 'under 90 MB',
		},
		{ label: 'from disabling a token to the first denial', figure: milliseconds(median(denialTimes)), target: 'under 10 ms' },
	]);
}

/** The median over all measurements of the time that this share of the responses took at most, in milliseconds. */
function medianQuantile(loads: readonly Load[], share: number): number {
	return median(loads.map(({ times }) => times[Math.floor(times.length * share)] ?? NaN));
}

/** Measures the times from disabling a token to the first denial, in milliseconds. */
async function measureRevocation(port: number, store: TokenFile): Promise<readonly number[]> {
	const times: number[] = [];
	const status = async () => (await fetch(`http://127.0.0.1:${port}/`, { headers: { authorization: store.authorization } })).status;
	for (let run = 0; run < 10; run++) {
		await store.write({ enabled: false });
		const disabledAt = performance.now();
		while ((await status()) !== 401);
		times.push(performance.now() - disabledAt);
		await store.write({ enabled: true });
		while ((await status()) !== 200);
	}
	return times;
}

/** A token store with 100 tokens, one of them with a known key. */
class TokenFile {
	readonly #secret = generateSecret(randomBytes);
	readonly #others = Array.from({ length: 99 }, (_, index) => createTestRecord(index + 1));
	readonly #token: TokenRecord;

	private constructor(private readonly path: string) {
		const token = createTestRecord(0, { permissions: [ALL_MODULES] });
		this.#token = { ...token, key: { ...token.key, sha256: hashSecret(this.#secret) } };
	}

	static async create(folder: string): Promise<TokenFile> {
		const file = new TokenFile(join(folder, 'tokens.json'));
		await file.write({});
		return file;
	}

	get authorization(): string {
		return formatApiKey({ tokenId: this.#token.id, secret: this.#secret });
	}

	/** Formats a request with the known key. */
	request(port: number): Buffer {
		return formatProductRequest(port, this.authorization);
	}

	/** Writes the store, with these changes of the token whose key is known. */
	async write(changes: Partial<TokenRecord>): Promise<void> {
		await writeFile(`${this.path}.new`, JSON.stringify({ version: 1, tokens: [{ ...this.#token, ...changes }, ...this.#others] }));
		await rename(`${this.path}.new`, this.path);
	}
}

async function startAll(upstream: string, folder: string): Promise<readonly RunningServer<ServerKind>[]> {
	const nodeServers = SERVER_KINDS.filter((kind) => kind !== 'nginx').map((kind) =>
		startNode(kind === 'direct' ? 'upstream' : kind, kind, SERVER_CORE, [upstream, folder]),
	);
	return Promise.all([...nodeServers, ...(succeeds('nginx', ['-v']) ? [startNginx(upstream, folder)] : [])]);
}
