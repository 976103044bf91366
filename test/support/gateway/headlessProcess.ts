import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILT_IN_MODULES } from '../../../src/domain/catalog';
import { BUILT_IN_MODULE_PATHS } from '../../../src/domain/modulePaths';
import type { TokenRecord } from '../../../src/domain/token';
import type { Policy, PolicyToken } from '../../../src/policy/policy';
import { COMMAND_LINE_SCRIPT, waitForEnd, type CommandResult } from '../commandLine';
import { eventually } from '../eventually';
import { uninstrumentedEnvironment } from '../uninstrumentedEnvironment';

/** The credential for the upstream, which no caller knows. */
export const UPSTREAM_CREDENTIAL = `ApiKey SU-999-999-999:${'fedcba9876543210'.repeat(3).slice(0, 40)}`;

/** Converts a token to one of a policy. Its total, if it has one, is exported. */
export function toPolicyToken(token: TokenRecord, changes: Partial<PolicyToken> = {}): PolicyToken {
	const { id, name, enabled, key, previousKey, permissions, limits, approval = 'never' } = token;
	return {
		id,
		name,
		isEnabled: enabled,
		keys: [key, ...(previousKey ? [previousKey] : [])].map(({ sha256, expirationDate }) => ({ sha256, expirationDate })),
		permissions: [...permissions],
		rate: limits?.rate ?? null,
		remainingTotal: limits?.total ?? null,
		approval,
		...changes,
	};
}

/** Creates a policy with the built-in modules, and with additional ones by ID. */
export function createPolicyOf(tokens: readonly PolicyToken[], modulePaths: Readonly<Record<string, string[]>> = {}): Policy {
	const builtIn = BUILT_IN_MODULES.map(({ id, name }) => ({ id, name, paths: [...(BUILT_IN_MODULE_PATHS[id] ?? [])] }));
	const others = Object.entries(modulePaths).map(([id, paths]) => ({ id, name: id, paths }));
	return { version: 1, modules: [...builtIn, ...others], tokens: [...tokens] };
}

/** The built `gateway` command in a process of its own. */
export class HeadlessProcess {
	readonly child: ChildProcessWithoutNullStreams;
	/** Everything so far. */
	stdout = '';
	stderr = '';
	readonly ended: Promise<CommandResult>;

	constructor(args: readonly string[], environment: NodeJS.ProcessEnv, script: string) {
		this.child = spawn(process.execPath, [script, 'gateway', ...args], { env: { ...uninstrumentedEnvironment(), ...environment } });
		this.child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
		this.child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
		this.ended = waitForEnd(this.child);
	}

	/** Resolves with the URL that it prints once it listens. */
	async url(): Promise<string> {
		const isEnded = this.ended.then(({ stderr }) => {
			throw new Error(`The gateway ended: ${stderr}`);
		});
		const url = eventually(() => {
			const [, found] = /Listening on (\S+)\n/.exec(this.stderr) ?? [];
			if (found === undefined) {
				throw new Error(`The gateway isn't listening: ${this.stderr}`);
			}
			return found;
		});
		return Promise.race([url, isEnded]);
	}

	/** Sends SIGHUP, and resolves with what's printed about it. */
	async reload(): Promise<string> {
		const start = this.stderr.length;
		this.child.kill('SIGHUP');
		return eventually(() => {
			const text = this.stderr.slice(start);
			if (!/(?:was read again|stays in effect).*\n/.test(text)) {
				throw new Error(`The policy wasn't read again: ${text}`);
			}
			return text;
		});
	}

	/** Sends a signal, and resolves when the process has ended. */
	stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<CommandResult> {
		this.child.kill(signal);
		return this.ended;
	}
}

/** A folder with a policy, and gateways that enforce it. Both are removed after each test. */
export class HeadlessGateways {
	folder = '';
	readonly #processes: HeadlessProcess[] = [];

	/** @param getScript returns the path of the command line's script */
	constructor(private readonly getScript = () => COMMAND_LINE_SCRIPT) {
		beforeEach(async () => {
			this.folder = await mkdtemp(join(tmpdir(), 'connect-tokens-headless-'));
		});
		afterEach(async () => {
			for (const { child, ended } of this.#processes.splice(0)) {
				child.kill('SIGKILL');
				await ended;
			}
			await rm(this.folder, { recursive: true, force: true });
		});
	}

	/** Replaces the policy. Gateways enforce it after `reload`. */
	async write(tokens: readonly PolicyToken[], modulePaths?: Readonly<Record<string, string[]>>): Promise<void> {
		await this.writeText(JSON.stringify(createPolicyOf(tokens, modulePaths)));
	}

	/** Replaces the text of the policy. */
	async writeText(text: string): Promise<void> {
		await writeFile(join(this.folder, 'policy.json'), text);
	}

	/** Starts a gateway on a free port, with other arguments than those of most tests. */
	startWith(args: readonly string[], environment: NodeJS.ProcessEnv = {}): HeadlessProcess {
		const gateway = new HeadlessProcess(args, { CONNECT_UPSTREAM_AUTHORIZATION: UPSTREAM_CREDENTIAL, ...environment }, this.getScript());
		this.#processes.push(gateway);
		return gateway;
	}

	/** Starts a gateway that enforces the policy on a free port. */
	start(upstream: string, ...args: readonly string[]): HeadlessProcess {
		return this.startWith(['--policy', this.folder, '--upstream', upstream, '--bind', '127.0.0.1:0', ...args]);
	}
}
