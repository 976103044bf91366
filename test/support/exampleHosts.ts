import { changeAllowance, type Allowance, type AllowedHosts, type TokenKey } from '../../src/domain/allowedHosts';
import { Emitter } from '../../src/domain/emitter';
import type { Disposable } from '../../src/domain/ports';
import type { TokenHostList } from '../../src/models/detailsPage';

/** Allowed hosts in memory. */
export class ExampleHosts implements TokenHostList {
	readonly #emitter = new Emitter();
	/** The error that the next change fails with. */
	nextError: Error | undefined;

	constructor(private hosts: AllowedHosts = {}) {}

	read(): Promise<{ readonly hosts: AllowedHosts }> {
		return Promise.resolve({ hosts: this.hosts });
	}

	async change(token: TokenKey, allowance: Allowance, isAllowed: boolean): Promise<void> {
		const error = this.nextError;
		this.nextError = undefined;
		if (error) {
			throw error;
		}
		this.hosts = changeAllowance(this.hosts, token, allowance, isAllowed);
		this.#emitter.fire();
		await Promise.resolve();
	}

	onDidChange(listener: () => void): Disposable {
		return this.#emitter.on(listener);
	}
}
