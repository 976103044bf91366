import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ESLint, type Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { repositoryRoot } from '../../host/paths';

const RULE = '@typescript-eslint/no-restricted-imports';

describe('the dependency rules between folders', function () {
	this.timeout(60_000);
	let eslint: ESLint;

	// Only this rule, and without type information, which it doesn't need and which takes seconds for each file.
	before(async () => {
		const configuration = (await import(pathToFileURL(join(repositoryRoot, 'eslint.config.mjs')).href)) as { default: Linter.Config[] };
		eslint = new ESLint({
			cwd: repositoryRoot,
			overrideConfigFile: true,
			overrideConfig: [
				{
					files: ['**/*.{ts,tsx}'],
					plugins: { '@typescript-eslint': tseslint.plugin },
					languageOptions: { parser: tseslint.parser },
				},
				...configuration.default
					.filter(({ rules }) => rules?.[RULE] !== undefined)
					.map(({ files, rules }) => ({ files: files!, rules: rules! })),
			],
		});
	});

	/** Returns the lint errors for the imports of a file at `path`, which doesn't need to exist. */
	async function lintImports(path: string, source: string): Promise<string[]> {
		const [result] = await eslint.lintText(source, { filePath: join(repositoryRoot, path) });
		assert.equal(result!.fatalErrorCount, 0, result!.messages[0]?.message);
		return result!.messages.filter(({ ruleId }) => ruleId === RULE).map(({ message }) => message);
	}

	const forbiddenImports: [path: string, imported: string][] = [
		['src/domain/token.ts', "import * as vscode from 'vscode';"],
		['src/domain/token.ts', "import { readFile } from 'node:fs';"],
		['src/domain/token.ts', "import { Store } from '../sources/workspace/recordStore';"],
		['src/domain/token.ts', "import { Peer } from '../protocol/peer';"],
		['src/protocol/peer.ts', "import { limits } from '../domain/draftValidation';"],
		['src/protocol/peer.ts', "import { commands } from '../models/manifestIds';"],
		['src/sources/workspace/recordStore.ts', "import * as vscode from 'vscode';"],
		['src/sources/workspace/recordStore.ts', "import { views } from '../../models/manifestIds';"],
		['src/sources/workspace/recordStore.ts', "import { SecretStorageVault } from '../../vaults/secretStorageVault';"],
		['src/sources/connect/connectClient.ts', "import * as vscode from 'vscode';"],
		['src/sources/connect/connectClient.ts', "import { fetch } from 'undici';"],
		['src/sources/connect/accountCache.ts', "import { prepareFile } from '../workspace/recordStore';"],
		['src/gateway/validateRequest.ts', "import { readStore } from '../sources/workspace/storeRecovery';"],
		['src/gateway/validateRequest.ts', "import * as vscode from 'vscode';"],
		['src/storage/fileLock.ts', "import { Store } from '../sources/workspace/recordStore';"],
		['src/storage/fileLock.ts', "import * as vscode from 'vscode';"],
		['src/requestFiles/authorizationEdits.ts', "import { readStore } from '../sources/workspace/storeRecovery';"],
		['src/requestFiles/authorizationEdits.ts', "import { lockFile } from '../storage/fileLock';"],
		['src/requestFiles/authorizationEdits.ts', "import { readFile } from 'node:fs/promises';"],
		['src/requestFiles/authorizationEdits.ts', "import * as vscode from 'vscode';"],
		['src/models/tokenTexts.ts', "import * as vscode from 'vscode';"],
		['src/models/tokenTexts.ts', "import { keyReferences } from '../requestFiles/keyReferences';"],
		['src/models/tokenTexts.ts', "import { log } from '../ui/log';"],
		['src/vaults/secretStorageVault.ts', "import { Store } from '../sources/workspace/recordStore';"],
		['src/vaults/keychainVault.ts', "import { lockFile } from '../storage/fileLock';"],
		['src/vaults/keychainVault.ts', "import * as vscode from 'vscode';"],
		['webview/wizard/main.tsx', "import { limits } from '../../src/domain/draftValidation';"],
		['webview/wizard/main.tsx', "import { vsCodeButton } from '@vscode/webview-ui-toolkit';"],
		['webview/details/main.tsx', "import { Wizard } from '../wizard/Wizard';"],
		['webview/shared/hostConnection.ts', "import * as vscode from 'vscode';"],
	];
	for (const [path, imported] of forbiddenImports) {
		it(`forbid ${imported} in ${path}`, async () => {
			assert.ok((await lintImports(path, `${imported}\n`)).length > 0);
		});
	}

	const allowedImports: [path: string, imported: string][] = [
		['src/domain/token.ts', "import { parseInstant } from './expiration';"],
		['src/protocol/peer.ts', "import type { Token } from '../domain/token';"],
		['src/sources/workspace/recordStore.ts', "import { tokenAt } from '../../domain/token';"],
		['src/sources/connect/connectClient.ts', "import pLimit from 'p-limit';"],
		['src/sources/connect/platformSchemas.ts', "import { tokenAt } from '../../domain/token';"],
		['src/sources/workspace/recordStore.ts', "import { lockFile } from '../../storage/fileLock';"],
		['src/storage/fileLock.ts', "import { tokenAt } from '../domain/token';"],
		['src/vaults/secretStorageVault.ts', "import type { SecretStorage } from 'vscode';"],
		['src/vaults/keychainVault.ts', "import type { Vault } from '../domain/ports';"],
		['src/requestFiles/authorizationEdits.ts', "import { tokenAt } from '../domain/token';"],
		['src/gateway/validateRequest.ts', "import { accessRules } from '../domain/accessRules';"],
		['src/gateway/validateRequest.ts', "import { lockFile } from '../storage/fileLock';"],
		['src/models/tokenTexts.ts', "import { tokenAt } from '../domain/token';"],
		['src/models/tokenTexts.ts', "import { Peer } from '../protocol/peer';"],
		['webview/wizard/main.tsx', "import type { Token } from '../../src/domain/token';"],
		['webview/wizard/main.tsx', "import { Peer } from '../../src/protocol/peer';"],
		['webview/shared/toolkit.ts', "import { vsCodeButton } from '@vscode/webview-ui-toolkit';"],
	];
	for (const [path, imported] of allowedImports) {
		it(`allow ${imported} in ${path}`, async () => {
			assert.deepEqual(await lintImports(path, `${imported}\n`), []);
		});
	}
});
