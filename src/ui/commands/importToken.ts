import * as vscode from 'vscode';
import { maskApiKey, parseApiKey } from '../../domain/apiKey';
import type { Clock, WorkspaceTokens } from '../../domain/ports';
import type { SourceToken } from '../../domain/sources';
import type { Token, TokenDraft } from '../../domain/token';
import { commands } from '../ids';
import { verbatim } from '../messages';
import { draftSteps } from './draftSteps';
import { refTo } from './pickToken';
import { askOne, askText, BACK, runSteps, type Answer, type Prompt, type Step } from './steps';

interface ImportState extends TokenDraft {
	readonly apiKey?: string;
}

/** *Import Token*: takes in a key that was issued elsewhere, with the fields that a new token has. */
export async function importToken(source: WorkspaceTokens, clock: Clock): Promise<void> {
	const offered = await vscode.env.clipboard.readText();
	const tokens = await source.list();
	const known = new Set(tokens.map(({ id }) => id));
	const key: Step<ImportState> = async (state, shown) => {
		const apiKey = await askKey(shown, state.apiKey ?? offered, known);
		return typeof apiKey === 'string' ? { ...state, apiKey } : apiKey;
	};
	await importWith(source, clock, tokens, { name: '' }, [key]);
}

/** As *Import Token* for a key that is known; whether its user went through with it. */
export async function importKey(apiKey: string, source: WorkspaceTokens, clock: Clock): Promise<boolean> {
	return importWith(source, clock, await source.list(), { name: '', apiKey }, []);
}

async function importWith(
	source: WorkspaceTokens,
	clock: Clock,
	tokens: readonly Token[],
	initial: ImportState,
	before: readonly Step<ImportState>[],
): Promise<boolean> {
	const fields = draftSteps<ImportState>(clock, tokens, await source.catalogue());
	const state = await runSteps<ImportState>(vscode.l10n.t('Import Token'), initial, (answered) => [...before, ...fields(answered)]);
	if (state?.apiKey === undefined) {
		return false;
	}
	const { apiKey, ...draft } = state;
	void announce({ source, token: await source.import(apiKey, draft) });
	return true;
}

async function announce(imported: SourceToken): Promise<void> {
	const { id, name } = imported.token;
	const details = vscode.l10n.t('Go to Details');
	if (
		(await vscode.window.showInformationMessage(vscode.l10n.t('Imported the token “{0}” ({1}).', verbatim(name), id), details)) === details
	) {
		await vscode.commands.executeCommand(commands.openDetails, refTo(imported));
	}
}

/** Offers the key on the clipboard where there is one, masked; otherwise asks for it to be pasted. */
async function askKey(shown: Prompt, offered: string, known: ReadonlySet<string>): Promise<Answer<string>> {
	const offeredKey = parseApiKey(offered);
	if (offeredKey && !known.has(offeredKey.tokenId)) {
		const clipboard = { value: true, label: vscode.l10n.t('Import the key on the clipboard'), description: maskApiKey(offeredKey.tokenId) };
		const other = { value: false, label: vscode.l10n.t('Paste another key') };
		const useOffered = await askOne(shown, vscode.l10n.t('Choose the key to import'), [clipboard, other], true);
		if (useOffered === undefined || useOffered === BACK) {
			return useOffered;
		}
		if (useOffered) {
			return offered;
		}
	}
	return askText(shown, {
		prompt: vscode.l10n.t('Paste the API key, ApiKey SU-…:… or SU-…:…'),
		value: '',
		password: true,
		check: (text) => {
			const key = parseApiKey(text);
			if (!key) {
				return vscode.l10n.t('This is no API key: it has the form ApiKey SU-000-000-000:… with 40 hexadecimal characters after the colon.');
			}
			return known.has(key.tokenId) ? vscode.l10n.t('The token {0} is here already.', key.tokenId) : undefined;
		},
	});
}
