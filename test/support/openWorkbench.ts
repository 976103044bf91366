import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../host/paths';
import { launchWorkbench, type Workbench, type WorkbenchOptions } from '../host/workbench';

/** The request file that the workspace holds. */
export const REQUESTS_FILE = `### List accounts
GET https://api.connect.cloudblue.com/public/v1/accounts?limit=1
Accept: application/json

### Create a product
POST https://api.connect.cloudblue.com/public/v1/products
Content-Type: application/json

{ "name": "Tutorial" }
`;

export interface OpenWorkbenchOptions extends WorkbenchOptions {
	/** Lays down what the editor is to find, before it opens the workspace in `folder`. */
	readonly seed: (folder: string) => Promise<void>;
}

/** Opens the real workbench with the extension on a new workspace that holds `requests.http`, which is not opened. */
export async function openWorkbench({ seed, ...options }: Partial<OpenWorkbenchOptions> = {}): Promise<{
	workbench: Workbench;
	folder: string;
}> {
	const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-workspace-'));
	const removeFolder = () => rm(folder, { recursive: true, force: true });
	try {
		await writeFile(join(folder, 'requests.http'), REQUESTS_FILE);
		await seed?.(folder);
		const workbench = await launchWorkbench({ folder, extensionDevelopmentPath: repositoryRoot, ...options });
		const close = async () => {
			await workbench.close();
			await removeFolder();
		};
		return { workbench: { ...workbench, close }, folder };
	} catch (error) {
		await removeFolder();
		throw error;
	}
}
