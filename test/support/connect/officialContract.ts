import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../../host/paths';
import { contract as ownDocument } from './platformContract';
import { Contract, type OpenApiDocument } from './contractValidation';

/** Path of the platform's OpenAPI document, which isn't part of the repository. */
const DOCUMENT_PATH = process.env.CONNECT_OPENAPI ?? join(repositoryRoot, '..', 'shared', 'connect-openapi-37.json');

/** Prefixes of the paths of operations on tokens. */
const TOKEN_PATHS = ['/auth/tokens', '/statistics/tokens'];

/**
 * Loads the platform's own contract for the tests of a `describe`, for use as `contract` in `startPlatform`. Skips the tests if the document
 * isn't available. Only operations on tokens, and those that our own contract has as well, are loaded.
 */
export function useOfficialContract(): () => Contract {
	let contract: Contract | undefined;
	before(async function () {
		if (!existsSync(DOCUMENT_PATH)) {
			console.log(`      The platform's OpenAPI document isn't at ${DOCUMENT_PATH}. Set CONNECT_OPENAPI to its path.`);
			this.skip();
		}
		const document = JSON.parse(await readFile(DOCUMENT_PATH, 'utf8')) as OpenApiDocument;
		const wanted = Object.entries(document.paths).filter(([path]) => isTokenPath(path) || path in ownDocument.paths);
		// Not closed, because it doesn't define the parameter that identifies the permission to delete.
		contract = await Contract.load({ ...document, paths: Object.fromEntries(wanted) }, { isClosed: false });
	});
	return () => contract!;
}

/** Returns a contract's operations on tokens, in the format of `platform.exercised(contract)`. */
export function tokenOperations({ operations }: Contract): string[] {
	return operations.filter((operation) => isTokenPath(operation.replace(/^\S+ /, ''))).sort();
}

function isTokenPath(path: string): boolean {
	return TOKEN_PATHS.some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
}
