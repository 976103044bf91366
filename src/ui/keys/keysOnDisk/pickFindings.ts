import * as vscode from 'vscode';
import type { PickHeading, PickItem } from '../../../models/pickItems';
import { toQuickPickItem } from '../../commands/targets';
import type { LocatedFinding } from './searchPlaces';

/** Asks what to do. Returns the findings that the user selected, or the one whose file they only want to open; none if they canceled. */
export async function pickFindings(items: readonly (PickItem<LocatedFinding> | PickHeading)[]): Promise<readonly LocatedFinding[]> {
	const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly value?: LocatedFinding }>();
	const openButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('go-to-file'), tooltip: vscode.l10n.t('Open File') };
	Object.assign(pick, {
		title: vscode.l10n.t('API Keys Outside the Workspace'),
		placeholder: vscode.l10n.t('Select the API keys to take care of'),
		canSelectMany: true,
		ignoreFocusOut: true,
		matchOnDescription: true,
		matchOnDetail: true,
		items: items.map((item) => ({ ...toQuickPickItem(item), ...('value' in item && { buttons: [openButton] }) })),
	});
	return new Promise<readonly LocatedFinding[]>((resolve) => {
		pick.onDidTriggerItemButton(({ item: { value } }) => resolve(value ? [{ ...value, action: 'open' }] : []));
		pick.onDidAccept(() => resolve(pick.selectedItems.flatMap(({ value }) => value ?? [])));
		pick.onDidHide(() => resolve([]));
		pick.show();
	}).finally(() => pick.dispose());
}
