import { getPermissionLevel, parsePermission } from '../domain/permissions';
import { isUsable, type Token } from '../domain/token';
import type { SourceToken } from '../domain/tokenSources';
import { escapeLabel } from './localization';
import { sourceLabel } from './sourceTexts';

/** What VS Code's authentication API knows of a usable token, without its key. */
export interface TokenSession {
	/** Identifies the session and its account. */
	readonly id: string;
	/** Unique, because VS Code remembers by it which extensions the user allows. */
	readonly label: string;
	/** The token's permissions. */
	readonly scopes: readonly string[];
	readonly found: SourceToken;
}

/** How sessions have changed. */
export interface SessionChanges {
	readonly added: readonly TokenSession[];
	readonly removed: readonly TokenSession[];
	readonly changed: readonly TokenSession[];
}

/** Returns a session for each usable token. */
export function createTokenSessions(tokens: readonly SourceToken[]): readonly TokenSession[] {
	const ids = tokens.map(({ token }) => token.id);
	return tokens
		.filter(({ token }) => isUsable(token))
		.map((found) => {
			const { source, token } = found;
			const isInSeveralSources = ids.filter((id) => id === token.id).length > 1;
			const details = isInSeveralSources ? `${token.id}, ${escapeLabel(sourceLabel(source))}, ${source.id}` : token.id;
			return {
				id: `${source.id}/${token.id}`,
				label: `${escapeLabel(token.name)} (${details})`,
				scopes: token.permissions,
				found,
			};
		});
}

/** Whether a token has access to modules: `MD-0007`, or `MD-0007:read` if reading is enough. */
export function coversScopes({ permissions }: Pick<Token, 'permissions'>, scopes: readonly string[]): boolean {
	return scopes.every((scope) => {
		const { moduleId, level } = parsePermission(scope);
		const available = getPermissionLevel(permissions, moduleId);
		return available === 'full' || available === level;
	});
}

/** Compares the sessions before and after a change. A renamed token is another account. Undefined if they're the same. */
export function compareSessions(before: readonly TokenSession[], after: readonly TokenSession[]): SessionChanges | undefined {
	const changes = {
		added: after.filter((session) => !before.some((other) => isSameAccount(other, session))),
		removed: before.filter((session) => !after.some((other) => isSameAccount(other, session))),
		changed: after.filter((session) => before.some((other) => isSameAccount(other, session) && getVersion(other) !== getVersion(session))),
	};
	return Object.values(changes).some((sessions) => sessions.length > 0) ? changes : undefined;
}

function isSameAccount(left: TokenSession, right: TokenSession): boolean {
	return left.id === right.id && left.label === right.label;
}

/** Changes with the key and the modules of a token. */
function getVersion({ found: { token } }: TokenSession): string {
	return JSON.stringify([token.updated.at, token.keyIssuedAt, token.expirationDate, token.renewedExpirationDate, token.permissions]);
}
