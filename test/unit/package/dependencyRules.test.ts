import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '../../host/paths';

/** A diagnostic of oxlint's JSON output. `filename` is relative to the working folder. */
interface Diagnostic {
	message: string;
	code: string;
	filename: string;
	labels: { span: { line: number } }[];
}

describe('the dependency rules between folders', function () {
	this.timeout(60_000);
	/** Paths and lines (starting at 1) with a forbidden import. */
	const forbidden = new Set<string>();
	let folder: string;

	// All imports are checked at once: a file for each path, with a line for each import.
	before(async () => {
		folder = await mkdtemp(join(tmpdir(), 'connect-tokens-rules-'));
		const configuration = JSON.stringify(join(repositoryRoot, 'oxlint.config.mjs'));
		await writeFile(
			join(folder, 'oxlint.config.mjs'),
			// Without type information, which needs a TypeScript project.
			`import configuration from ${configuration};\nexport default { ...configuration, options: {} };\n`,
		);
		for (const path of new Set(cases.map(([path]) => path))) {
			await mkdir(dirname(join(folder, path)), { recursive: true });
			await writeFile(join(folder, path), linesOf(path).join('\n'));
		}
		for (const { code, filename, labels, message } of await lint(folder)) {
			if (code === 'eslint(no-restricted-imports)') {
				forbidden.add(`${filename}:${labels[0]!.span.line}`);
			} else {
				assert.ok(/unused|import/i.test(code), message);
			}
		}
	});

	after(async () => {
		await rm(folder, { recursive: true });
	});

	/** Returns the imports that are tried in the file at `path`, a line each. */
	function linesOf(path: string): string[] {
		return cases.filter(([other]) => other === path).map(([, imported]) => imported);
	}

	/** Returns whether the rules forbid the import in the file. */
	function isForbidden(path: string, imported: string): boolean {
		return forbidden.has(`${path}:${linesOf(path).indexOf(imported) + 1}`);
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
		['src/keysOnDisk/places.ts', "import * as vscode from 'vscode';"],
		['src/keysOnDisk/places.ts', "import { log } from '../ui/log';"],
		['src/cli/main.ts', "import * as vscode from 'vscode';"],
		['src/cli/main.ts', "import { lockFile } from '../storage/fileLock';"],
		['src/cli/main.ts', "import { readStore } from '../sources/workspace/storeRecovery';"],
		['src/cli/main.ts', "import { Gateway } from '../gateway/gateway';"],
		['src/cli/headless/policyGateway.ts', "import * as vscode from 'vscode';"],
		['src/cli/headless/policyGateway.ts', "import { fetch } from 'undici';"],
		['src/models/tokenTexts.ts', "import { readPlace } from '../keysOnDisk/placeFile';"],
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
	const allowedImports: [path: string, imported: string][] = [
		['src/domain/token.ts', "import { parseInstant } from './expiration';"],
		['src/protocol/peer.ts', "import type { Token } from '../domain/token';"],
		['src/sources/workspace/recordStore.ts', "import { tokenAt } from '../../domain/token';"],
		['src/sources/connect/connectClient.ts', "import pLimit from 'p-limit';"],
		['src/sources/connect/platformSchemas.ts', "import { tokenAt } from '../../domain/token';"],
		['src/sources/workspace/recordStore.ts', "import { lockFile } from '../../storage/fileLock';"],
		['src/storage/fileLock.ts', "import { tokenAt } from '../domain/token';"],
		['src/storage/fileLock.ts', "import { open } from 'node:fs/promises';"],
		['src/vaults/secretStorageVault.ts', "import type { SecretStorage } from 'vscode';"],
		['src/vaults/keychainVault.ts', "import type { Vault } from '../domain/ports';"],
		['src/requestFiles/authorizationEdits.ts', "import { tokenAt } from '../domain/token';"],
		['src/gateway/validateRequest.ts', "import { accessRules } from '../domain/accessRules';"],
		['src/gateway/validateRequest.ts', "import { lockFile } from '../storage/fileLock';"],
		['src/keysOnDisk/places.ts', "import { findPlainTextKeys } from '../requestFiles/plainTextKeys';"],
		['src/cli/main.ts', "import { parseEnvFile } from '../domain/envFile';"],
		['src/cli/main.ts', "import { CommandLineError } from '../broker/commandLineError';"],
		['src/cli/headless/policyGateway.ts', "import { Gateway } from '../../gateway/gateway';"],
		['src/cli/headless/policyGateway.ts', "import { tokenIdSchema } from '../../sources/workspace/storeSchema';"],
		['src/models/tokenTexts.ts', "import type { Place } from '../keysOnDisk/foundKey';"],
		['src/models/tokenTexts.ts', "import { tokenAt } from '../domain/token';"],
		['src/models/tokenTexts.ts', "import { Peer } from '../protocol/peer';"],
		['webview/wizard/main.tsx', "import type { Token } from '../../src/domain/token';"],
		['webview/wizard/main.tsx', "import { Peer } from '../../src/protocol/peer';"],
		['webview/shared/toolkit.ts', "import { vsCodeButton } from '@vscode/webview-ui-toolkit';"],
	];
	const cases = [...forbiddenImports, ...allowedImports];

	for (const [path, imported] of forbiddenImports) {
		it(`forbid ${imported} in ${path}`, () => {
			assert.ok(isForbidden(path, imported));
		});
	}

	for (const [path, imported] of allowedImports) {
		it(`allow ${imported} in ${path}`, () => {
			assert.ok(!isForbidden(path, imported));
		});
	}
});

/** Returns what oxlint reports in a folder, with the configuration in it. */
function lint(folder: string): Promise<Diagnostic[]> {
	const oxlint = join(repositoryRoot, 'node_modules/oxlint/bin/oxlint');
	return new Promise((resolve, reject) => {
		// Exits with 1 if there are errors.
		execFile(process.execPath, [oxlint, '-c', 'oxlint.config.mjs', '--format', 'json'], { cwd: folder }, (_, stdout, stderr) => {
			if (!stdout.startsWith('{')) {
				reject(new Error(stdout + stderr));
				return;
			}
			resolve((JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics);
		});
	});
}
