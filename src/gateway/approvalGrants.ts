import { ALLOWED_PERIOD_MS } from '../domain/approvalRequest';
import type { Clock } from '../domain/ports';
import type { TokenRecord } from '../domain/token';

interface Grant {
	/** The token as it was when the user was asked, or a later state in which it could do the same. */
	token: TokenRecord;
	readonly grantedAt: number;
}

/**
 * Tokens whose requests the user has allowed for a while. The gateway has no other memory of it, so it also ends when the gateway stops. It
 * ends early if the token's permissions, approval, or keys change, or it's disabled.
 */
export class ApprovalGrants {
	readonly #grants = new Map<string, Grant>();

	constructor(private readonly clock: Clock) {}

	get isEmpty(): boolean {
		return this.#grants.size === 0;
	}

	/** Ends the grants of tokens that were changed, so that they don't apply again if the change is undone. */
	check(getToken: (id: string) => TokenRecord | undefined): void {
		for (const id of [...this.#grants.keys()]) {
			const token = getToken(id);
			if (token === undefined || !this.has(token)) {
				this.#grants.delete(id);
			}
		}
	}

	/** Allows the requests of a token, as it was when the user was asked. */
	add(token: TokenRecord): void {
		this.#grants.set(token.id, { token, grantedAt: this.clock().getTime() });
	}

	/** Whether the requests of a token are allowed at the moment. */
	has(token: TokenRecord): boolean {
		const grant = this.#grants.get(token.id);
		if (grant === undefined) {
			return false;
		}
		const age = this.clock().getTime() - grant.grantedAt;
		// A clock that was set back must not extend the period.
		if (age < 0 || age >= ALLOWED_PERIOD_MS || !isEquivalent(grant.token, token)) {
			this.#grants.delete(token.id);
			return false;
		}
		// The tokens are read again with each change of any of them, so this keeps the next comparison short.
		grant.token = token;
		return true;
	}
}

/** Whether two states of a token can be used for the same requests. */
export function isEquivalent(left: TokenRecord, right: TokenRecord): boolean {
	return left === right || getRelevantState(left) === getRelevantState(right);
}

function getRelevantState({ enabled, permissions, approval, key, previousKey }: TokenRecord): string {
	return JSON.stringify([enabled, permissions, approval, key.id, key.sha256, previousKey?.id, previousKey?.sha256]);
}
