import type { KeyForm } from '../domain/connectReference';
import type { KeyRequester } from './keyRequest';

/** Whether a key was released, and why or why not. */
export type AuditOutcome =
	| {
			readonly isReleased: true;
			/** `once`, `session`, and `always` are the user's decisions. `given`: started in our UI, or to an allowed host. */
			readonly reason: 'once' | 'session' | 'always' | 'given' | 'test';
	  }
	| {
			readonly isReleased: false;
			/** `silenced`: after several denials. `unavailable`: allowed, but the key couldn't be read. */
			readonly reason: 'denied' | 'silenced' | 'untrusted' | 'unavailable';
	  };

/** A line of the audit log. It never contains a key. */
export type AuditEntry = AuditOutcome & {
	/** ISO 8601 UTC */
	readonly at: string;
	readonly sourceId: string;
	readonly tokenId: string;
	readonly form: KeyForm;
	readonly requester: KeyRequester;
};
