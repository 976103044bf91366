import * as l10n from '@vscode/l10n';
import { createAccessRules } from '../domain/accessRules';
import { SHARED_PATHS, SHARED_READ_PATH, type ModulePaths } from '../domain/modulePaths';
import { getModuleIds } from '../domain/permissions';
import type { Token } from '../domain/token';
import type { SourceToken } from '../domain/tokenSources';
import type { TokenTestResult } from '../protocol/tokenTestMessages';

/** Reads at most one item. */
const QUERY = '?limit=1';

/** The request that tests a token. */
export interface TestRequest {
	/** Base URL of the API, without a trailing slash: the gateway's or the account's. */
	readonly baseUrl: string;
	/** Path below the base URL with its query. */
	readonly path: string;
	/** Whether the token's modules cover the path, as far as that's known. */
	readonly isCovered: boolean;
}

/** What came back, without the body. */
export interface TestResponse {
	readonly status: number;
	/** The status's standard name; undefined if it has none. */
	readonly statusText: string | undefined;
	/** Time from the request to the end of the response. */
	readonly durationMs: number;
	/** The error message in the body, without keys and shortened; undefined if there's none. */
	readonly message: string | undefined;
}

/** What the explanation of a response depends on. */
export interface TestContext {
	readonly found: SourceToken;
	readonly request: TestRequest;
	/** Base URL of the gateway's upstream; undefined if none is set. Without meaning for an account's token. */
	readonly upstream: string | undefined;
	/** Whether the gateway was started for the test. */
	readonly hasStartedGateway: boolean;
}

/**
 * Chooses a GET request that changes nothing: for the account, which every token may read, or for another path if a custom module covers
 * that one and the token doesn't have it.
 * @param modulePaths of the source's modules; an account has only built-in ones
 */
export function chooseTestRequest(baseUrl: string, { permissions }: Pick<Token, 'permissions'>, modulePaths: ModulePaths): TestRequest {
	const checkAccess = createAccessRules(modulePaths);
	const ownPaths = getModuleIds(permissions)
		.flatMap((id) => modulePaths[id] ?? [])
		.filter((path) => !path.includes('{'));
	const allowed = [SHARED_READ_PATH, ...ownPaths, ...SHARED_PATHS].find((path) => checkAccess('GET', path, permissions).kind === 'allowed');
	return { baseUrl: baseUrl.replace(/\/+$/, ''), path: `${allowed ?? SHARED_READ_PATH}${QUERY}`, isCovered: allowed !== undefined };
}

/** Describes the response: its status and duration and, unless it's a success, why and what to do. */
export function describeTestResponse(response: TestResponse, context: TestContext): TokenTestResult {
	const { status, statusText, durationMs } = response;
	const statusLabel = statusText === undefined ? String(status) : `${status} ${statusText}`;
	return {
		outcome: getOutcome(status),
		title: l10n.t('{0} in {1} ms', statusLabel, Math.max(1, Math.round(durationMs))),
		...explain(response, context),
		notes: listNotes(context),
	};
}

/** Describes a test without a response, such as one of an unreachable host. `reason` is in the user's language. */
export function describeTestFailure(reason: string, context: TestContext): TokenTestResult {
	return { outcome: 'failed', title: l10n.t('No response'), reason, fix: null, notes: listNotes(context) };
}

function getOutcome(status: number): TokenTestResult['outcome'] {
	if (status === 401 || status === 403) {
		return 'denied';
	}
	return status >= 200 && status < 300 ? 'accepted' : 'failed';
}

type Explanation = Pick<TokenTestResult, 'reason' | 'fix'>;

function explain({ status, message }: TestResponse, context: TestContext): Explanation {
	if (status === 401) {
		return explainUnauthorized(context, message);
	}
	if (status === 403) {
		return context.found.source.remote || context.request.isCovered
			? { reason: message ?? l10n.t("The API doesn't allow this request."), fix: null }
			: {
					reason: l10n.t(
						"None of the token's modules covers {0}. Add a module to its permissions.",
						context.request.path.replace(QUERY, ''),
					),
					fix: 'edit',
				};
	}
	if (status >= 200 && status < 300) {
		return { reason: null, fix: null };
	}
	if (status >= 300 && status < 400) {
		return { reason: l10n.t("The response redirects to another address, where the API key isn't sent. Check the API's URL."), fix: null };
	}
	if (status === 429) {
		return { reason: l10n.t('The API received too many requests. Try again later.'), fix: null };
	}
	const fallback =
		status < 500 ? l10n.t("The token was accepted, but the API couldn't handle the request.") : l10n.t('The API failed. Try again later.');
	return { reason: message ?? fallback, fix: null };
}

function explainUnauthorized({ found: { source, token }, upstream }: TestContext, message: string | undefined): Explanation {
	if (token.status === 'inactive') {
		return { reason: l10n.t('The token is disabled. Enable it and try again.'), fix: 'enable' };
	}
	if (token.status === 'expired') {
		return { reason: l10n.t('The token has expired. Rotate it and try again.'), fix: 'rotate' };
	}
	if (!source.remote && upstream !== undefined) {
		// The gateway accepts a usable token, so the response comes from behind it.
		return {
			reason: l10n.t(
				"The gateway accepted the token, but {0} denied the gateway's request. Set a credential that the gateway can use there.",
				new URL(upstream).host,
			),
			fix: 'setCredential',
		};
	}
	return { reason: message ?? l10n.t("The API key isn't valid anymore. Rotate the token and try again."), fix: 'rotate' };
}

function listNotes({ found: { source }, request: { baseUrl, path }, upstream, hasStartedGateway }: TestContext): readonly string[] {
	return [
		`GET ${baseUrl}${path}`,
		...(hasStartedGateway ? [l10n.t('The gateway was started for this test.')] : []),
		...(source.remote || upstream !== undefined ? [] : [l10n.t('The gateway has no upstream, so it answered the request itself.')]),
	];
}
