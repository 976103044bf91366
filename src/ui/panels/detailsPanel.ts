import * as v from 'valibot';
import type * as vscode from 'vscode';
import { maskApiKey } from '../../domain/apiKey';
import { ALL_MODULES, modules } from '../../domain/catalogue';
import type { TokenSource } from '../../domain/ports';
import { detailsHost, detailsPage, type DetailsSnapshot } from '../../protocol/details';
import { copyAuthorization, readAuthorization } from '../commands/keys';
import { localError } from '../messages';
import { language, openPage } from './page';

const pageStateSchema = v.object({ tokenId: v.string() });

/** Fills `panel` with the page of one token, which then follows every change of it. */
export function showDetails(panel: vscode.WebviewPanel, extensionUri: vscode.Uri, source: TokenSource, tokenId: string): void {
	const snapshot = async (): Promise<DetailsSnapshot> => {
		const token = (await source.get(tokenId)) ?? null;
		panel.title = token?.name ?? tokenId;
		return { language: language(), modules, allModules: ALL_MODULES, token, maskedKey: maskApiKey(tokenId) };
	};
	const peer = openPage(panel, extensionUri, {
		name: 'details',
		host: detailsHost,
		page: detailsPage,
		handlers: {
			ready: snapshot,
			viewKey: () => orReason(async () => ({ authorization: await readAuthorization(source, tokenId) })),
			copyKey: () =>
				orReason(async () => {
					await copyAuthorization(source, tokenId);
					return { copied: true as const };
				}),
		},
	});
	const listening = source.onDidChange(() => {
		// A hidden page is gone and asks anew when it is shown; a page that closes meanwhile needs no answer.
		if (panel.visible) {
			void snapshot()
				.then((next) => peer.ask('show', next))
				.catch(() => undefined);
		}
	});
	panel.onDidDispose(() => listening.dispose());
}

/** Whose details a page showed, by the state it kept; undefined for a state of another shape. */
export function tokenIdOf(pageState: unknown): string | undefined {
	return v.is(pageStateSchema, pageState) ? pageState.tokenId : undefined;
}

async function orReason<T>(read: () => Promise<T>): Promise<T | { unavailable: string }> {
	try {
		return await read();
	} catch (error) {
		return { unavailable: localError(error) };
	}
}
