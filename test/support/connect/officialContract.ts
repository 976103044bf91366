import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../../host/paths';
import { contract as ownDocument } from './platformContract';
import { Contract, type OpenApiDocument } from './contractValidation';

/** Where the platform's own OpenAPI document lies, which is no part of the repository. */
const PLACE = process.env.CONNECT_OPENAPI ?? join(repositoryRoot, '..', 'shared', 'connect-openapi-37.json');

/** Beginnings of the paths that are about tokens. */
const TOKENS = ['/auth/tokens', '/statistics/tokens'];

/**
 * The platform's own contract for the tests of one `describe`, all of which are skipped where its document is not to be found. It goes
 * into `startPlatform` as `contract`; only what is about tokens, and what our own has as well, is read of it.
 */
export function useOfficialContract(): () => Contract {
	let contract: Contract | undefined;
	before(async function () {
		if (!existsSync(PLACE)) {
			console.log(`      The platform's OpenAPI document is not at ${PLACE}: CONNECT_OPENAPI says where it is.`);
			this.skip();
		}
		const document = JSON.parse(await readFile(PLACE, 'utf8')) as OpenApiDocument;
		const wanted = Object.entries(document.paths).filter(([path]) => isOfTokens(path) || path in ownDocument.paths);
		// Not closed: it names no parameter by which DELETE could tell the permission that is meant.
		contract = await Contract.of({ ...document, paths: Object.fromEntries(wanted) }, { closed: false });
	});
	return () => contract!;
}

/** The operations of a contract that are about tokens, in the form of `platform.exercised(contract)`. */
export function tokenOperations({ operations }: Contract): string[] {
	return operations.filter((operation) => isOfTokens(operation.replace(/^\S+ /, ''))).sort();
}

function isOfTokens(path: string): boolean {
	return TOKENS.some((beginning) => path === beginning || path.startsWith(`${beginning}/`));
}
