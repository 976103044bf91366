import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { root } from '../../host/paths';

describe('the walls between the folders', function () {
	this.timeout(60_000);
	const eslint = new ESLint({ cwd: root });

	/** What the lint says of the imports of a file that stands at `path`. */
	async function refusals(path: string, source: string): Promise<string[]> {
		const [result] = await eslint.lintText(source, { filePath: join(root, path) });
		return result!.messages.filter(({ ruleId }) => ruleId?.endsWith('no-restricted-imports')).map(({ message }) => message);
	}

	const forbidden: [path: string, imported: string][] = [
		['src/domain/token.ts', "import * as vscode from 'vscode';"],
		['src/domain/token.ts', "import { readFile } from 'node:fs';"],
		['src/domain/token.ts', "import { Store } from '../sources/workspace/store';"],
		['src/domain/token.ts', "import { Peer } from '../protocol/peer';"],
		['src/protocol/peer.ts', "import { limits } from '../domain/draft';"],
		['src/protocol/peer.ts', "import { commands } from '../ui/ids';"],
		['src/sources/workspace/store.ts', "import * as vscode from 'vscode';"],
		['src/sources/workspace/store.ts', "import { views } from '../../ui/ids';"],
		['src/sources/workspace/store.ts', "import { SecretStorageVault } from '../../secrets/secretStorageVault';"],
		['src/sources/connect/client.ts', "import * as vscode from 'vscode';"],
		['src/sources/connect/client.ts', "import { fetch } from 'undici';"],
		['src/sources/connect/cache.ts', "import { prepareFile } from '../workspace/atomicFile';"],
		['src/gateway/guard.ts', "import { readStore } from '../sources/workspace/recovery';"],
		['src/gateway/guard.ts', "import * as vscode from 'vscode';"],
		['src/http/authorization.ts', "import { tokenAt } from '../domain/token';"],
		['src/http/authorization.ts', "import * as vscode from 'vscode';"],
		['src/secrets/secretStorageVault.ts', "import { Store } from '../sources/workspace/store';"],
		['webview/wizard/main.tsx', "import { limits } from '../../src/domain/draft';"],
		['webview/wizard/main.tsx', "import { vsCodeButton } from '@vscode/webview-ui-toolkit';"],
		['webview/details/main.tsx', "import { Wizard } from '../wizard/Wizard';"],
		['webview/shared/host.ts', "import * as vscode from 'vscode';"],
	];
	for (const [path, imported] of forbidden) {
		it(`refuse ${imported} in ${path}`, async () => {
			assert.equal((await refusals(path, `${imported}\n`)).length > 0, true);
		});
	}

	const permitted: [path: string, imported: string][] = [
		['src/domain/token.ts', "import { parseInstant } from './expiry';"],
		['src/protocol/peer.ts', "import type { Token } from '../domain/token';"],
		['src/sources/workspace/store.ts', "import { tokenAt } from '../../domain/token';"],
		['src/sources/connect/client.ts', "import pLimit from 'p-limit';"],
		['src/sources/connect/wire.ts', "import { tokenAt } from '../../domain/token';"],
		['src/gateway/guard.ts', "import { accessRules } from '../domain/access';"],
		['src/ui/messages.ts', "import { tokenAt } from '../domain/token';"],
		['webview/wizard/main.tsx', "import type { Token } from '../../src/domain/token';"],
		['webview/wizard/main.tsx', "import { Peer } from '../../src/protocol/peer';"],
		['webview/shared/toolkit.ts', "import { vsCodeButton } from '@vscode/webview-ui-toolkit';"],
	];
	for (const [path, imported] of permitted) {
		it(`let ${imported} pass in ${path}`, async () => {
			assert.deepEqual(await refusals(path, `${imported}\n`), []);
		});
	}
});
