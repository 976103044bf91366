// Compares the gateway with other proxies on the same upstream.
import { execFileSync, fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatApiKey, generateSecret, hashSecret } from '../../src/domain/apiKey';
import { ALL_MODULES } from '../../src/domain/catalog';
import type { TokenRecord } from '../../src/domain/token';
import { createTestRecord } from '../support/seedTokens';
import { generateLoad, type Load } from './loadGenerator';
import { median, milliseconds, printTable, type Row } from './resultTable';
import { randomBytes } from 'node:crypto';

/** In the order of the table. nginx is measured only if it's installed. See `gatewayServer.ts` for the others. */
const SERVER_KINDS = ['direct', 'node-http', 'forward-only', 'gateway', 'http-proxy-3', '@fastify/http-proxy', 'nginx'] as const;
type ServerKind = (typeof SERVER_KINDS)[number];

const CONNECTION_COUNTS = [1, 16, 64];
const START_COUNT = 3;
const ROUND_COUNT = 3;
/** Duration of one measurement, in milliseconds. */
const MEASUREMENT_MS = 500;

/** The core that servers run on. */
const SERVER_CORE = '0';
/** The core that the load generator and the upstream run on. */
const CLIENT_CORE = '1';

const canPin = availableParallelism() > 1 && succeeds('taskset', ['-p', String(process.pid)]);

/** Resources that a server has used. */
export interface ResourceUsage {
	/** In bytes, without the memory of an idle Node process. */
	readonly memory: number;
	/** In microseconds. */
	readonly processor: NodeJS.CpuUsage;
}

/** A running server. */
interface RunningServer {
	readonly kind: ServerKind;
	readonly port: number;
	/** Undefined if it can't be measured. */
	usage(): Promise<ResourceUsage | undefined>;
	stop(): Promise<void>;
}

/** Load on a server, and its processor time per response, in microseconds. */
type Measurement = Load & { readonly processor: number };
type Measurements = Map<string /* kind and number of connections */, Measurement[]>;

/** Measures throughput, latency, memory, and how soon changes of a token apply, and prints the results. */
export async function measureGateway(): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-bench-'));
	const store = await TokenFile.create(folder);
	const originalAffinity =
		canPin &&
		execFileSync('taskset', ['-p', String(process.pid)], { encoding: 'utf8' })
			.trim()
			.split(' ')
			.at(-1)!;
	const measurements: Measurements = new Map();
	const memory: number[] = [];
	const denialTimes: number[] = [];
	const running: RunningServer[] = [];
	try {
		if (canPin) {
			execFileSync('taskset', ['-cp', CLIENT_CORE, String(process.pid)]);
		}
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
		if (originalAffinity) {
			execFileSync('taskset', ['-p', originalAffinity, String(process.pid)]);
		}
		await rm(folder, { recursive: true, force: true });
	}
	printResults(measurements, memory, denialTimes);
}

async function measureLoad(server: RunningServer, request: Buffer, connections: number): Promise<Measurement> {
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
			const quantile = (share: number) => milliseconds(median(loads.map(({ times }) => times[Math.floor(times.length * share)] ?? NaN)));
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
	printTable('Gateway', [
		{
			label: 'memory of the gateway after all measurements, without the process',
			figure: `${(median(memory) / 1e6).toFixed(0)} MB`,
			target: 'under 90 MB',
		},
		{ label: 'from disabling a token to the first denial', figure: milliseconds(median(denialTimes)), target: 'under 10 ms' },
	]);
}

/** Returns the median ratio of the throughputs of two servers. */
function medianRatio(loads: readonly Load[], otherLoads: readonly Load[]): number {
	return median(loads.map(({ throughput }, index) => throughput / (otherLoads[index]?.throughput ?? NaN)));
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
		const headers = [
			`Host: 127.0.0.1:${port}`,
			`Authorization: ${this.authorization}`,
			'Accept: application/json',
			'Accept-Encoding: gzip, deflate, br',
			'User-Agent: bench/1.0',
		];
		return Buffer.from(
			`GET /products/PRD-000-000-000/items?limit=10&in(status,(draft,published)) HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`,
		);
	}

	/** Writes the store, with these changes of the token whose key is known. */
	async write(changes: Partial<TokenRecord>): Promise<void> {
		await writeFile(`${this.path}.new`, JSON.stringify({ version: 1, tokens: [{ ...this.#token, ...changes }, ...this.#others] }));
		await rename(`${this.path}.new`, this.path);
	}
}

async function startAll(upstream: string, folder: string): Promise<readonly RunningServer[]> {
	const nodeServers = SERVER_KINDS.filter((kind) => kind !== 'nginx').map((kind) =>
		startNode(kind === 'direct' ? 'upstream' : kind, kind, SERVER_CORE, [upstream, folder]),
	);
	return Promise.all([...nodeServers, ...(succeeds('nginx', ['-v']) ? [startNginx(upstream, folder)] : [])]);
}

async function startNode(program: string, kind: string, core: string, args: readonly string[]): Promise<RunningServer> {
	const script = join(__dirname, 'gatewayServer.js');
	const child = canPin
		? spawn('taskset', ['-c', core, process.execPath, script, program, ...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
		: fork(script, [program, ...args]);
	const [{ port }] = (await once(child, 'message')) as [{ port: number }];
	return {
		kind: kind as ServerKind,
		port,
		usage: async () => {
			child.send({});
			const [usage] = (await once(child, 'message')) as [ResourceUsage];
			return usage;
		},
		stop: () => stopProcess(child),
	};
}

async function startNginx(upstream: string, folder: string): Promise<RunningServer> {
	const port = await new Promise<number>((resolve) => {
		const server = createServer().listen(0, '127.0.0.1', () => {
			const address = server.address() as AddressInfo;
			server.close(() => resolve(address.port));
		});
	});
	const configuration = join(folder, 'nginx.conf');
	await writeFile(
		configuration,
		`daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log; events { worker_connections 1024; }
http {
	access_log off;
	${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
	upstream api { server ${new URL(upstream).host}; keepalive 64; }
	server {
		listen 127.0.0.1:${port}; keepalive_requests 1000000000;
		location / { proxy_pass http://api; proxy_http_version 1.1; proxy_set_header Connection ""; }
	}
}`,
	);
	const args = ['-p', folder, '-c', configuration];
	const child = canPin ? spawn('taskset', ['-c', SERVER_CORE, 'nginx', ...args]) : spawn('nginx', args);
	while (!(await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined)));
	return { kind: 'nginx', port, usage: () => Promise.resolve(undefined), stop: () => stopProcess(child) };
}

async function stopProcess(child: ChildProcess): Promise<void> {
	const exit = once(child, 'exit');
	child.kill();
	await exit;
}

function succeeds(command: string, args: readonly string[]): boolean {
	try {
		execFileSync(command, args, { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
}
