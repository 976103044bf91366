import * as v from 'valibot';
import type * as vscode from 'vscode';

/** Where the credential lies in the editor's secret storage; one for all workspaces, as the upstream is. */
const KEY = 'connectTokens.gateway.credential';

/** The one origin that it may be sent to, and an `Authorization` value or the account whose key it is. */
const schema = v.union([
	v.object({ origin: v.string(), authorization: v.string() }),
	v.object({ origin: v.string(), sourceId: v.string() }),
]);
export type Credential = v.InferOutput<typeof schema>;

/** The gateway's own credential for its upstream, in the secret storage. */
export class CredentialStore {
	readonly onDidChange: vscode.Event<void>;

	constructor(private readonly secrets: vscode.SecretStorage) {
		this.onDidChange = (listener, thisArgs, disposables) =>
			secrets.onDidChange(({ key }) => (key === KEY ? void listener.call(thisArgs) : undefined), undefined, disposables);
	}

	/** What is stored, whatever origin it was given for; undefined when there is nothing. */
	async read(): Promise<Credential | undefined> {
		const { success, output } = v.safeParse(schema, parseJson(await this.secrets.get(KEY)));
		return success ? output : undefined;
	}

	async write(credential: Credential | undefined): Promise<void> {
		await (credential ? this.secrets.store(KEY, JSON.stringify(credential)) : this.secrets.delete(KEY));
	}
}

function parseJson(text: string | undefined): unknown {
	try {
		return text === undefined ? undefined : JSON.parse(text);
	} catch {
		return undefined;
	}
}
