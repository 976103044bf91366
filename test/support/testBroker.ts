import { KeyBroker, type KeyBrokerOptions } from '../../src/broker/keyBroker';
import type { AuditEntry } from '../../src/broker/auditEntry';
import { isSameGrant, type KeyDecision, type KeyGrant, type KeyQuestion, type KeyRequest } from '../../src/broker/keyRequest';
import { formatKey } from '../../src/domain/connectReference';
import { silentLog } from '../../src/domain/log';
import type { KeyVersion } from '../../src/domain/token';
import type { SourceToken } from '../../src/domain/tokenSources';
import { authorizationOrThrow } from '../../src/models/keyTexts';

/** A broker with a user who answers questions, and everything that happened. */
export class TestBroker {
	readonly questions: KeyQuestion[] = [];
	readonly records: AuditEntry[] = [];
	grants: readonly KeyGrant[] = [];
	/** Requests whose requester was silenced. */
	readonly silenced: KeyRequest[] = [];
	/** The user's answer. */
	answer: KeyDecision | (() => Promise<KeyDecision>) = 'deny';
	isTrusted = true;
	now = new Date('2030-01-01T00:00:00Z');
	readonly broker: KeyBroker;

	constructor(options: Partial<KeyBrokerOptions> = {}) {
		this.broker = new KeyBroker({
			grants: {
				read: () => Promise.resolve(this.grants),
				add: (grant) => Promise.resolve(void (this.grants = [...this.grants, grant])),
				remove: (grant) => Promise.resolve(void (this.grants = this.grants.filter((other) => !isSameGrant(other, grant)))),
			},
			ask: (question) => {
				this.questions.push(question);
				return typeof this.answer === 'function' ? this.answer() : Promise.resolve(this.answer);
			},
			reportSilence: (request) => void this.silenced.push(request),
			record: (entry) => Promise.resolve(void this.records.push(entry)),
			toAuthorization: authorizationOrThrow,
			isTrusted: () => this.isTrusted,
			isTest: false,
			clock: () => this.now,
			log: silentLog,
			...options,
		});
	}
}

/** Releases every key without a question, for tests of what happens with it. */
export const unaskedKeys = {
	release: ({ found, form = 'authorization' }: Pick<KeyRequest, 'found'> & Partial<KeyRequest>): Promise<string> =>
		readTestKey(found, form),
	releaseToCommand: (_argument: unknown, found: SourceToken, { form = 'authorization' }: { form?: KeyRequest['form'] }): Promise<string> =>
		readTestKey(found, form),
};

/** Reads a key without a broker. */
export async function readTestKey({ source, token }: SourceToken, form: KeyRequest['form'], which?: KeyVersion): Promise<string> {
	return formatKey(authorizationOrThrow(await source.readKey(token.id, which), token.id), form);
}
