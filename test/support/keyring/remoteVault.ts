import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Vault } from '../../../src/domain/ports';
import { repositoryRoot } from '../../host/paths';
import type { KeychainVaultOptions } from '../../../src/vaults/keychainVault';

export interface Call {
	readonly id: number;
	readonly method: keyof Vault;
	readonly args: readonly string[];
}

export interface Answer {
	readonly id: number;
	readonly result?: unknown;
	readonly error?: { readonly name: string; readonly message: string };
}

/** Where the build puts the native modules. */
export const MODULES = join(repositoryRoot, 'out/keytar');

/** A keychain vault in a process with an environment of its own, which the system's libraries read when they are first used. */
export class RemoteVault implements Vault {
	readonly #child: ChildProcess;
	readonly #pendingCalls = new Map<number, (answer: Answer) => void>();
	#calls = 0;

	constructor(env: NodeJS.ProcessEnv, { nativeModulesFolder, workspaceKey, indexFolder }: Omit<KeychainVaultOptions, 'log'>) {
		this.#child = fork(join(repositoryRoot, 'out/test/support/keyring/vaultChild.js'), [nativeModulesFolder, workspaceKey, indexFolder], {
			env,
		});
		this.#child.on('message', (answer: Answer) => {
			this.#pendingCalls.get(answer.id)?.(answer);
			this.#pendingCalls.delete(answer.id);
		});
		this.#child.once('exit', (code, signal) => {
			for (const [id, settle] of this.#pendingCalls) {
				settle({ id, error: { name: 'Error', message: `The process has ended (${code ?? signal}).` } });
			}
		});
	}

	async get(keyId: string): Promise<string | undefined> {
		return (await this.#call('get', keyId)) as string | undefined;
	}

	async set(keyId: string, secret: string): Promise<void> {
		await this.#call('set', keyId, secret);
	}

	async delete(keyId: string): Promise<void> {
		await this.#call('delete', keyId);
	}

	async keyIds(): Promise<readonly string[]> {
		return (await this.#call('keyIds')) as readonly string[];
	}

	async end(): Promise<void> {
		if (this.#child.exitCode === null && this.#child.signalCode === null) {
			this.#child.kill();
			await once(this.#child, 'exit');
		}
	}

	async #call(method: keyof Vault, ...args: readonly string[]): Promise<unknown> {
		const id = ++this.#calls;
		const answer = await new Promise<Answer>((resolve) => {
			this.#pendingCalls.set(id, resolve);
			this.#child.send({ id, method, args } satisfies Call);
		});
		if (answer.error) {
			throw Object.assign(new Error(answer.error.message), { name: answer.error.name });
		}
		return answer.result;
	}
}
