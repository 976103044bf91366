// The gateway beside other proxies, on the same upstream.
import { execFileSync, fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatApiKey, generateSecret, hashSecret } from '../../src/domain/apiKey';
import { ALL_MODULES } from '../../src/domain/catalogue';
import type { TokenRecord } from '../../src/domain/token';
import { tokenRecord } from '../support/seed';
import { load, type Load } from './load';
import { median, milliseconds, printTable, type Row } from './table';
import { randomBytes } from 'node:crypto';

/** In the order of the table; nginx where it is installed. */
const KINDS = ['direct', 'wall', 'bare', 'gateway', 'http-proxy-3', '@fastify/http-proxy', 'nginx'] as const;
type Kind = (typeof KINDS)[number];

const CONNECTIONS = [1, 16, 64];
const STARTS = 3;
const ROUNDS = 3;
/** How long one stretch of load takes, in milliseconds. */
const STRETCH = 500;

/** The server's processor, and that of everything else. */
const SERVER_CORE = '0';
const OTHER_CORE = '1';

const canPin = availableParallelism() > 1 && succeeds('taskset', ['-p', String(process.pid)]);

/** What a server has used. */
export interface Usage {
	/** In bytes, without what its process takes for itself. */
	readonly memory: number;
	/** In microseconds. */
	readonly processor: NodeJS.CpuUsage;
}

/** A server under load. */
interface Measured {
	readonly kind: Kind;
	readonly port: number;
	/** Undefined where nobody can tell. */
	usage(): Promise<Usage | undefined>;
	end(): Promise<void>;
}

/** One stretch of load, and the processor time that an answer took, in microseconds. */
type Stretch = Load & { readonly processor: number };
type Figures = Map<string /* kind and connections */, Stretch[]>;

export async function measureGateway(): Promise<void> {
	const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-bench-'));
	const store = await TokenFile.create(folder);
	const before =
		canPin &&
		execFileSync('taskset', ['-p', String(process.pid)], { encoding: 'utf8' })
			.trim()
			.split(' ')
			.at(-1)!;
	const figures: Figures = new Map();
	const memory: number[] = [];
	const refusals: number[] = [];
	const running: Measured[] = [];
	try {
		if (canPin) {
			execFileSync('taskset', ['-cp', OTHER_CORE, String(process.pid)]);
		}
		for (let start = 0; start < STARTS; start++) {
			const upstream = await startNode('upstream', 'upstream', OTHER_CORE, []);
			const servers = await startAll(`http://127.0.0.1:${upstream.port}`, folder);
			running.push(upstream, ...servers);
			for (const { port } of servers) {
				await load(port, store.request(port), 16, STRETCH);
			}
			for (let round = 0; round < ROUNDS; round++) {
				for (const connections of CONNECTIONS) {
					// Each comes first, and each last, as often as any other.
					for (const [index] of servers.entries()) {
						const server = servers[(index + round + start) % servers.length]!;
						const key = `${server.kind} ${connections}`;
						figures.set(key, [...(figures.get(key) ?? []), await stretch(server, store.request(server.port), connections)]);
					}
				}
			}
			const gateway = servers.find(({ kind }) => kind === 'gateway')!;
			memory.push((await gateway.usage())?.memory ?? NaN);
			refusals.push(...(await timeRefusals(gateway.port, store)));
			await Promise.all(running.splice(0).map((server) => server.end()));
		}
	} finally {
		await Promise.all(running.map((server) => server.end()));
		if (before) {
			execFileSync('taskset', ['-p', before, String(process.pid)]);
		}
		await rm(folder, { recursive: true, force: true });
	}
	print(figures, memory, refusals);
}

async function stretch(server: Measured, request: Buffer, connections: number): Promise<Stretch> {
	const before = await server.usage();
	const figures = await load(server.port, request, connections, STRETCH);
	const after = await server.usage();
	const used = (usage: Usage | undefined) => (usage ? usage.processor.user + usage.processor.system : NaN);
	return { ...figures, processor: (used(after) - used(before)) / figures.times.length };
}

function print(figures: Figures, memory: readonly number[], refusals: readonly number[]): void {
	const of = (kind: string, connections: number) => figures.get(`${kind} ${connections}`) ?? [];
	for (const connections of CONNECTIONS) {
		const rows = KINDS.filter((kind) => of(kind, connections).length > 0).map((kind): Row => {
			const loads = of(kind, connections);
			const quantile = (share: number) => milliseconds(median(loads.map(({ times }) => times[Math.floor(times.length * share)] ?? NaN)));
			const ratio = (other: Kind) => ratioOf(loads, of(other, connections));
			return {
				what: kind,
				figure: [
					`${median(loads.map(({ throughput }) => throughput)).toFixed(0)}/s`,
					`${median(loads.map(({ processor }) => processor)).toFixed(0)} µs`,
					`p50 ${quantile(0.5)}`,
					`p99 ${quantile(0.99)}`,
					...(['bare', 'http-proxy-3', '@fastify/http-proxy', 'nginx'] as const)
						.filter((other) => of(other, connections).length > 0)
						.map((other) => `${ratio(other).toFixed(2)} × ${other}`),
				].join('  '),
			};
		});
		printTable(
			`Gateway, ${connections} connection${connections === 1 ? '' : 's'} (answers a second and processor time of each, medians of ${STARTS * ROUNDS} interleaved; server ${canPin ? 'on one core' : 'not pinned'})`,
			rows,
		);
	}
	printTable('Gateway', [
		{
			what: 'memory of the gateway, beyond its process’s own, after all',
			figure: `${(median(memory) / 1e6).toFixed(0)} MB`,
			aim: 'under 90 MB',
		},
		{ what: 'from disabling a token to the first refusal', figure: milliseconds(median(refusals)), aim: 'under 10 ms' },
	]);
}

/** The middle of what one is of the other, stretch by stretch. */
function ratioOf(ones: readonly Load[], others: readonly Load[]): number {
	return median(ones.map(({ throughput }, index) => throughput / (others[index]?.throughput ?? NaN)));
}

/** Disables the token and asks until that is refused; enables it and asks until it passes; in milliseconds. */
async function timeRefusals(port: number, store: TokenFile): Promise<readonly number[]> {
	const times: number[] = [];
	const status = async () => (await fetch(`http://127.0.0.1:${port}/`, { headers: { authorization: store.authorization } })).status;
	for (let turn = 0; turn < 10; turn++) {
		await store.write({ enabled: false });
		const disabled = performance.now();
		while ((await status()) !== 401);
		times.push(performance.now() - disabled);
		await store.write({ enabled: true });
		while ((await status()) !== 200);
	}
	return times;
}

/** A workspace's tokens, one of which has a key that is known here. */
class TokenFile {
	readonly #secret = generateSecret(randomBytes);
	readonly #others = Array.from({ length: 99 }, (_, index) => tokenRecord(index + 1));
	readonly #token: TokenRecord;

	private constructor(private readonly path: string) {
		const token = tokenRecord(0, { permissions: [ALL_MODULES] });
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

	async write(changes: Partial<TokenRecord>): Promise<void> {
		await writeFile(`${this.path}.new`, JSON.stringify({ version: 1, tokens: [{ ...this.#token, ...changes }, ...this.#others] }));
		await rename(`${this.path}.new`, this.path);
	}
}

async function startAll(upstream: string, folder: string): Promise<readonly Measured[]> {
	const node = KINDS.filter((kind) => kind !== 'nginx').map((kind) =>
		startNode(kind === 'direct' ? 'upstream' : kind, kind, SERVER_CORE, [upstream, folder]),
	);
	return Promise.all([...node, ...(succeeds('nginx', ['-v']) ? [startNginx(upstream, folder)] : [])]);
}

async function startNode(program: string, kind: string, core: string, args: readonly string[]): Promise<Measured> {
	const script = join(__dirname, 'gatewayServer.js');
	const child = canPin
		? spawn('taskset', ['-c', core, process.execPath, script, program, ...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
		: fork(script, [program, ...args]);
	const [{ port }] = (await once(child, 'message')) as [{ port: number }];
	return {
		kind: kind as Kind,
		port,
		usage: async () => {
			child.send({});
			const [usage] = (await once(child, 'message')) as [Usage];
			return usage;
		},
		end: () => ended(child),
	};
}

async function startNginx(upstream: string, folder: string): Promise<Measured> {
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
	return { kind: 'nginx', port, usage: () => Promise.resolve(undefined), end: () => ended(child) };
}

async function ended(child: ChildProcess): Promise<void> {
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
