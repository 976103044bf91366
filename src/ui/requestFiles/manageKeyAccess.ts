import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import type { KeyAccessTarget } from '../../models/keyAccessItems';
import { commandIds } from '../../models/manifestIds';
import { runCommand } from '../commands/messages';
import { toQuickPickItem } from '../commands/targets';
import { showError } from '../errorMessages';
import { readExposeKeys } from '../settings';
import { describeFile } from './requestDocuments';
import type { RequestFileServices } from './requestFileServices';
import { loadOnDemand } from '../loadOnDemand';

type KeyAccessServices = Pick<RequestFileServices, 'sources' | 'keyEnvironment' | 'hosts' | 'keys'>;

/** An item of the list. Separators and items that only say that there's nothing have no value. */
interface KeyAccessQuickPickItem extends vscode.QuickPickItem {
	readonly value?: KeyAccessTarget | undefined;
}

/**
 * *Manage Key Access*: lists what can get keys. The buttons of items revoke what the user allowed, and selecting an item opens its token. The
 * list is up to date while it's open. Resolves when it's closed.
 */
export async function manageKeyAccess(services: KeyAccessServices): Promise<void> {
	const { sources, keyEnvironment, hosts } = services;
	const pick = vscode.window.createQuickPick<KeyAccessQuickPickItem>();
	const settingsButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('gear'), tooltip: vscode.l10n.t('Open Settings') };
	Object.assign(pick, {
		title: vscode.l10n.t('Manage Key Access'),
		placeholder: vscode.l10n.t('Select an item to open the details of its token'),
		buttons: [settingsButton],
		matchOnDescription: true,
		matchOnDetail: true,
		keepScrollPosition: true,
	});
	/** Number of reads so far, so that a slow read doesn't overwrite the result of a later one. */
	let reads = 0;
	const update = async () => {
		const readNumber = ++reads;
		pick.busy = true;
		const items = await readItems(services);
		if (readNumber === reads) {
			showItems(pick, items);
			pick.busy = false;
		}
	};
	const updateOrShowError = () => void update().catch(showError);
	const subscriptions = [keyEnvironment, hosts, sources].map((source) => source.onDidChange(updateOrShowError));
	const selected = await new Promise<(() => Thenable<unknown>) | undefined>((resolve) => {
		pick.onDidTriggerItemButton(({ item }) => void revoke(item, services).then(update).catch(showError));
		pick.onDidTriggerButton(() =>
			resolve(() => vscode.commands.executeCommand('workbench.action.openSettings', 'connectTokens.http.exposeKeys')),
		);
		pick.onDidAccept(() => {
			const token = pick.activeItems[0]?.value?.token;
			if (token) {
				resolve(() => runCommand(commandIds.openDetails, token));
			}
		});
		pick.onDidHide(() => resolve(undefined));
		pick.show();
		updateOrShowError();
	}).finally(() => [...subscriptions, pick].forEach((item) => item.dispose()));
	await selected?.();
}

/** Makes no network requests, so a token of an account that isn't loaded has only an ID. */
async function readItems({ sources, keyEnvironment, hosts, keys }: KeyAccessServices): Promise<readonly KeyAccessQuickPickItem[]> {
	const { createKeyAccessItems } = await loadOnDemand();
	const { broker } = await keys.load();
	const [tokens, context] = await Promise.all([sources.list('cached'), hosts.read()]);
	const items = createKeyAccessItems({
		exposures: keyEnvironment.exposures,
		hosts: context.hosts,
		grants: await broker.listGrants(tokens, sources.workspace.id),
		tokens,
		exposeKeys: readExposeKeys(),
		isTrusted: vscode.workspace.isTrusted,
		formatFile: describeFile,
	});
	const revokeButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('trash'), tooltip: vscode.l10n.t('Revoke') };
	return items.map((item) => ({
		...toQuickPickItem(item),
		...('value' in item && (item.value?.allowance ?? item.value?.grant) && { buttons: [revokeButton] }),
	}));
}

/** Keeps the active item, because replacing the items activates the first one. */
function showItems(pick: vscode.QuickPick<KeyAccessQuickPickItem>, items: readonly KeyAccessQuickPickItem[]): void {
	if (!isDeepStrictEqual(pick.items, items)) {
		const active = pick.activeItems[0]?.value;
		const stillActive = active && items.find(({ value }) => isDeepStrictEqual(value, active));
		pick.items = items;
		if (stillActive) {
			pick.activeItems = [stillActive];
		}
	}
}

/** @throws ProblemError if it can't be saved; it's then still allowed */
async function revoke({ value }: KeyAccessQuickPickItem, { hosts, keys }: KeyAccessServices): Promise<void> {
	if (value?.grant) {
		const { broker } = await keys.load();
		await broker.revoke(value.grant);
	}
	if (value?.allowance) {
		await hosts.change(value.token, value.allowance, false);
	}
}
