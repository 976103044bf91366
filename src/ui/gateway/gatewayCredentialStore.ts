import * as v from 'valibot';
import type * as vscode from 'vscode';

/** Where the credential lies in the editor's secret storage; one for all workspaces, as the upstream is. */
const SECRET_STORAGE_KEY = 'connectTokens.gateway.credential';

/** The one origin that it may be sent to, and an `Authorization` value or the account whose key it is. */
const credentialSchema = v.union([
	v.object({ origin: v.string(), authorization: v.string() }),
	v.object({ origin: v.string(), sourceId: v.string() }),
]);
export type GatewayCredential = v.InferOutput<typeof credentialSchema>;

/** The gateway's own credential for its upstream, in the secret storage. */
export class GatewayCredentialStore {
	readonly onDidChange: vscode.Event<void>;

	constructor(private readonly secrets: vscode.SecretStorage) {
		this.onDidChange = (listener, thisArgs, disposables) =>
			secrets.onDidChange(({ key }) => (key === SECRET_STORAGE_KEY ? void listener.call(thisArgs) : undefined), undefined, disposables);
	}

	/** What is stored, whatever origin it was given for; undefined when there is nothing. */
	async read(): Promise<GatewayCredential | undefined> {
		const { success, output } = v.safeParse(credentialSchema, parseJson(await this.secrets.get(SECRET_STORAGE_KEY)));
		return success ? output : undefined;
	}

	async write(credential: GatewayCredential | undefined): Promise<void> {
		await (credential ? this.secrets.store(SECRET_STORAGE_KEY, JSON.stringify(credential)) : this.secrets.delete(SECRET_STORAGE_KEY));
	}
}

function parseJson(text: string | undefined): unknown {
	try {
		return text === undefined ? undefined : JSON.parse(text);
	} catch {
		return undefined;
	}
}
