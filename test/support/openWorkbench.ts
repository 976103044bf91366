import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../host/paths';
import { launchWorkbench, type Workbench, type WorkbenchOptions } from '../host/workbench';
import { assertNoSecretsInLogs, TRACE_LOG_LEVEL } from './extensionLogs';

/** The request file in the workspace. */
export const REQUESTS_FILE = `### List accounts
GET https://api.connect.cloudblue.com/public/v1/accounts?limit=1
Accept: application/json

### Create a product
POST https://api.connect.cloudblue.com/public/v1/products
Content-Type: application/json

{ "name": "Tutorial" }
`;

export interface OpenWorkbenchOptions extends WorkbenchOptions {
	/** Prepares the workspace in `folder` before VS Code opens it. */
	readonly seed: (folder: string) => Promise<void>;
}

/**
 * Opens the real workbench with the extension on a new workspace that contains `requests.http`, which isn't opened. The extension logs
 * everything, and closing the workbench rejects if there is an API key in its log.
 */
export async function openWorkbench({ seed, ...options }: Partial<OpenWorkbenchOptions> = {}): Promise<{
	workbench: Workbench;
	folder: string;
}> {
	const temporary = await mkdtemp(join(tmpdir(), 'connect-tokens-'));
	const folder = join(temporary, 'workspace');
	const userDataDir = options.userDataDir ?? join(temporary, 'data');
	const removeTemporary = () => rm(temporary, { recursive: true, force: true, maxRetries: 5 });
	try {
		await mkdir(folder);
		await writeFile(join(folder, 'requests.http'), REQUESTS_FILE);
		await seed?.(folder);
		const workbench = await launchWorkbench({
			folder,
			extensionDevelopmentPath: repositoryRoot,
			logLevel: TRACE_LOG_LEVEL,
			...options,
			userDataDir,
		});
		const close = async () => {
			await workbench.close();
			try {
				await assertNoSecretsInLogs(userDataDir);
			} finally {
				await removeTemporary();
			}
		};
		return { workbench: { ...workbench, close }, folder };
	} catch (error) {
		await removeTemporary();
		throw error;
	}
}
