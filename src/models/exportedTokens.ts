import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import type { Catalog } from '../domain/catalog';
import { parseInstant } from '../domain/expiration';
import type { TokenSource } from '../domain/ports';
import type { Token, TokenDraft } from '../domain/token';
import { prepareTokenCopy, type TokenDefinition } from '../domain/tokenCopy';
import { APPROVALS, MAX_LIMIT, RATE_PERIODS } from '../domain/tokenLimits';
import { escapeLabel } from './localization';
import type { PickItem } from './pickItems';
import { requestRuleTexts } from './requestRuleTexts';
import { permissionsList, permissionsSummary, relativeExpirationText } from './tokenTexts';

const instantSchema = v.pipe(
	v.string(),
	v.check((text) => parseInstant(text) !== undefined),
);

const limitSchema = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_LIMIT));

/** What an import needs of a token that *Export Tokens (Without Keys)* has saved. Anything else in the file is ignored. */
const exportedTokensSchema = v.array(
	v.object({
		id: v.string(),
		name: v.string(),
		externalId: v.nullable(v.string()),
		description: v.string(),
		extension: v.object({ id: v.string(), name: v.string() }),
		permissions: v.array(v.string()),
		limits: v.exactOptional(
			v.object({
				rate: v.exactOptional(v.object({ requests: limitSchema, per: v.picklist(RATE_PERIODS) })),
				total: v.exactOptional(limitSchema),
			}),
		),
		approval: v.exactOptional(v.picklist(APPROVALS)),
		expirationDate: v.nullable(instantSchema),
		renewedExpirationDate: v.nullable(instantSchema),
	}),
);

/** A token as an exported file describes it: without its key. */
export type ExportedToken = TokenDefinition & Pick<Token, 'id'>;

/** Reads the text of an exported file; undefined if it's anything else. */
export function parseExportedTokens(text: string): readonly ExportedToken[] | undefined {
	try {
		return v.parse(exportedTokensSchema, JSON.parse(text));
	} catch {
		// The clipboard usually contains something else.
		return undefined;
	}
}

/**
 * Creates items for the tokens of an exported file, which say what each becomes in `source`. Tokens whose name `source` already has aren't
 * selected, so that importing a file again creates no duplicates.
 */
export function exportedTokenItems(
	exportedTokens: readonly ExportedToken[],
	{ source, catalog, tokens, now }: { source: TokenSource; catalog: Catalog; tokens: readonly Token[]; now: Date },
): readonly PickItem<TokenDraft>[] {
	const existingNames = new Set(tokens.map(({ name }) => name));
	return exportedTokens.map((token) => {
		const { draft, missingPermissions, missingRules } = prepareTokenCopy(token, (id) => source.getModuleName(id), catalog, now);
		const extension = catalog.extensions.find(({ id }) => id === draft.extension);
		const missing = [
			...(missingPermissions.length > 0 ? [permissionsList(missingPermissions, source)] : []),
			...(missingRules ? requestRuleTexts(missingRules) : []),
		];
		const isExisting = existingNames.has(token.name);
		return {
			value: draft,
			label: escapeLabel(token.name),
			description: isExisting ? l10n.t('{0} · a token with this name exists', escapeLabel(token.id)) : escapeLabel(token.id),
			detail: [
				escapeLabel(extension?.name ?? token.extension.name),
				permissionsSummary(draft.permissions ?? extension?.permissions ?? [], source),
				...requestRuleTexts(draft),
				relativeExpirationText({ expirationDate: draft.expirationDate ?? null }, now),
				...(missing.length > 0 ? [l10n.t('not available here: {0}', missing.join(', '))] : []),
			].join(' · '),
			icon: ['key'],
			picked: !isExisting,
		};
	});
}

/** Confirms that tokens of an exported file were imported. */
export function importedTokensText(count: number): string {
	return count === 1
		? l10n.t('Imported 1 token. It has a new ID and API key.')
		: l10n.t('Imported {0} tokens. Each has a new ID and API key.', count);
}
