import * as vscode from 'vscode';
import { SORT_ORDERS, type SortOrder } from '../../models/arrangement';
import { BACK } from '../../models/multiStepInput';
import { promptForOne } from '../commands/inputPrompts';
import type { ArrangementStore } from './arrangementStore';

/** *Sort Tokens*: asks for the order of the Tokens view. */
export async function sortTokens(arrangementStore: ArrangementStore): Promise<void> {
	const { sort } = arrangementStore.read();
	const choices = SORT_ORDERS.map((order) => ({
		value: order,
		label: sortOrderLabel(order),
		iconPath: new vscode.ThemeIcon(order === sort ? 'check' : 'blank'),
		...(order === sort ? { description: vscode.l10n.t('current') } : {}),
	}));
	// A question on its own has no steps to count.
	const prompt = { title: vscode.l10n.t('Sort Tokens'), step: 0, totalSteps: 0 };
	const order = await promptForOne(prompt, vscode.l10n.t('Select a sort order'), choices, sort);
	if (order !== undefined && order !== BACK) {
		await arrangementStore.update({ sort: order });
	}
}

function sortOrderLabel(order: SortOrder): string {
	switch (order) {
		case 'name':
			return vscode.l10n.t('Name, A to Z');
		case 'nameDescending':
			return vscode.l10n.t('Name, Z to A');
		case 'newest':
			return vscode.l10n.t('Creation date, newest first');
		case 'oldest':
			return vscode.l10n.t('Creation date, oldest first');
		case 'expiresFirst':
			return vscode.l10n.t('Expiration date, soonest first');
		case 'expiresLast':
			return vscode.l10n.t('Expiration date, latest first');
		case 'status':
			return vscode.l10n.t('Status, most urgent first');
	}
}
