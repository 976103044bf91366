import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Deployment } from '../../../src/policy/deployment';
import { createHaproxyFiles } from '../../../src/policy/haproxy/haproxyPolicyFiles';
import { pullCounts } from '../../../src/policy/haproxy/pullCounts';
import { pushPolicy, type PolicyChanges, type RuntimeInstance } from '../../../src/policy/haproxy/pushPolicy';
import type { Policy } from '../../../src/policy/policy';
import { eventually } from '../eventually';
import { createDeployment } from './examplePolicy';
import { findFreePorts } from '../freePorts';
import { RawClient } from './rawClient';
import { startHaproxy, writeFiles, writeToNewFolder, type HaproxyInstance } from './haproxyInstance';

const NAMES = ['edge-1', 'edge-2'];

/** Two instances that share counts, with the files in the same folder. */
export class HaproxyCluster {
	readonly #running = new Map<string, HaproxyInstance>();

	private constructor(
		private readonly program: string,
		private readonly deployment: Deployment,
		private readonly folder: string,
		private readonly ports: readonly number[],
		private readonly remove: () => Promise<void>,
	) {}

	/** Resolves when both accept connections. */
	static async start(program: string, policy: Policy, upstream: string): Promise<HaproxyCluster> {
		const [portOf1 = 0, portOf2 = 0, ...peerPorts] = await findFreePorts(4);
		const instances = NAMES.map((name, index) => ({ name, address: `127.0.0.1:${peerPorts[index] ?? 0}` }));
		const deployment = createDeployment(upstream, { instances });
		const { folder, remove } = await writeToNewFolder(createHaproxyFiles(policy, deployment));
		const cluster = new HaproxyCluster(program, deployment, folder, [portOf1, portOf2], remove);
		try {
			await Promise.all(NAMES.map((_, index) => cluster.startInstance(index)));
			return cluster;
		} catch (error) {
			await cluster.stop();
			throw error;
		}
	}

	get instances(): readonly RuntimeInstance[] {
		return NAMES.map((name) => ({ name, socketPath: `${this.folder}/haproxy-${name}.sock` }));
	}

	/** Starts the instance with this index. Resolves when it accepts connections. */
	async startInstance(index: number): Promise<void> {
		const name = NAMES[index]!;
		this.#running.set(name, await startHaproxy(this.program, this.folder, { name, port: this.ports[index]! }));
	}

	/** Resolves when both know what the other one has counted. Until then, counts can get lost. */
	async waitForPeers(): Promise<void> {
		await Promise.all(this.instances.map(({ socketPath }) => waitForPeers(socketPath)));
	}

	/** Ends the instance with this index without giving it time for anything. */
	async killInstance(index: number): Promise<void> {
		await this.#running.get(NAMES[index]!)?.stop('SIGKILL');
		this.#running.delete(NAMES[index]!);
	}

	/** Sends a request to the instance with this index, and returns the response. */
	async request(index: number, path: string, authorization: string): Promise<{ status: number; text: string }> {
		const response = await fetch(`http://127.0.0.1:${this.ports[index]!}${path}`, { headers: { authorization } });
		return { status: response.status, text: await response.text() };
	}

	/** Returns a client of the instance with this index, which takes much less processor time than `request`. */
	openClient(index: number): RawClient {
		return new RawClient(this.ports[index]!);
	}

	/** Returns the status of the same request to each instance. */
	async statuses(path: string, authorization: string): Promise<readonly number[]> {
		const responses = await Promise.all(NAMES.map((_, index) => this.request(index, path, authorization)));
		return responses.map(({ status }) => status);
	}

	/** Pushes a policy to both instances, and returns what changed in each. Rejects if one fails. */
	async push(policy: Policy): Promise<readonly PolicyChanges[]> {
		return (await this.preparePush(policy))();
	}

	/** Writes the files of a policy, and returns a function that pushes it. */
	async preparePush(policy: Policy): Promise<() => Promise<readonly PolicyChanges[]>> {
		const files = createHaproxyFiles(policy, this.deployment);
		await writeFiles(this.folder, files);
		return async () => {
			const results = await pushPolicy(files, this.instances);
			return results.map((result) => {
				if ('error' in result) {
					throw result.error;
				}
				return result.changes;
			});
		};
	}

	/** Returns the number of responses by token and status class, such as `SU-… 2xx`, as each instance knows it. Rejects if one can't be read. */
	async pull(): Promise<readonly Record<string, number>[]> {
		const { readings, failed } = await pullCounts(this.instances);
		if (failed[0]) {
			throw failed[0].error;
		}
		return readings.map(({ counts }) => {
			const sums: Record<string, number> = {};
			for (const { tokenId, statusClass, count } of counts) {
				const key = `${tokenId} ${statusClass}`;
				sums[key] = (sums[key] ?? 0) + count;
			}
			return sums;
		});
	}

	async stop(): Promise<void> {
		await Promise.all([...this.#running.values()].map((instance) => instance.stop()));
		this.#running.clear();
		await this.remove();
	}
}

/** The flags of a peers section that the instance has learned all that it can from its former process, and from other instances. */
const LEARNED_FLAGS = 0b11;

async function waitForPeers(socketPath: string): Promise<void> {
	await eventually(async () => {
		const socket = connect(socketPath).setEncoding('utf8');
		let output = '';
		socket.on('data', (text: string) => (output += text)).write('show peers\n');
		await once(socket, 'end');
		const [, flags] = /^0x[0-9a-f]+: .* flags=(0x[0-9a-f]+)/m.exec(output) ?? [];
		assert.equal(Number(flags) & LEARNED_FLAGS, LEARNED_FLAGS, output);
	});
}
