import * as v from 'valibot';
import type * as vscode from 'vscode';
import { gatewayCredentialSchema, type GatewayCredential } from '../../gateway/gatewayCredential';
import { log } from '../log';

/** One credential for all workspaces, like the upstream setting. */
const SECRET_STORAGE_KEY = 'connectTokens.gateway.credential';

const storedCredentialSchema = v.pipe(v.string(), v.parseJson(), gatewayCredentialSchema);

/** Stores the gateway's credential for its upstream in the secret storage. */
export class GatewayCredentialStore {
	readonly onDidChange: vscode.Event<void>;

	constructor(private readonly secrets: vscode.SecretStorage) {
		this.onDidChange = (listener, thisArgs, disposables) =>
			secrets.onDidChange(({ key }) => (key === SECRET_STORAGE_KEY ? void listener.call(thisArgs) : undefined), undefined, disposables);
	}

	/** Returns the stored credential, regardless of its origin, or undefined if there is none. */
	async read(): Promise<GatewayCredential | undefined> {
		const stored = await this.secrets.get(SECRET_STORAGE_KEY);
		if (stored === undefined) {
			return undefined;
		}
		const { success, output } = v.safeParse(storedCredentialSchema, stored);
		if (!success) {
			log.warn('Ignored an invalid credential');
			return undefined;
		}
		return output;
	}

	/** Replaces the stored credential; undefined removes it. */
	async write(credential: GatewayCredential | undefined): Promise<void> {
		await (credential ? this.secrets.store(SECRET_STORAGE_KEY, JSON.stringify(credential)) : this.secrets.delete(SECRET_STORAGE_KEY));
	}
}
