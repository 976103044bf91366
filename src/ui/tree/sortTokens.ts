import * as vscode from 'vscode';
import { sortOrders, type SortOrder } from '../../domain/arrangement';
import { askOne, BACK } from '../commands/steps';
import type { ViewState } from './viewState';

/** *Sort Tokens*: asks for the order of the Tokens view. */
export async function sortTokens(viewState: ViewState): Promise<void> {
	const { sort } = viewState.read();
	const choices = sortOrders.map((order) => ({
		value: order,
		label: orderText(order),
		iconPath: new vscode.ThemeIcon(order === sort ? 'check' : 'blank'),
		...(order === sort ? { description: vscode.l10n.t('current') } : {}),
	}));
	// A question on its own has no steps to count.
	const prompt = { title: vscode.l10n.t('Sort Tokens'), step: 0, totalSteps: 0 };
	const order = await askOne(prompt, vscode.l10n.t('Choose an order'), choices, sort);
	if (order !== undefined && order !== BACK) {
		await viewState.change({ sort: order });
	}
}

function orderText(order: SortOrder): string {
	switch (order) {
		case 'name':
			return vscode.l10n.t('Name, A to Z');
		case 'nameDescending':
			return vscode.l10n.t('Name, Z to A');
		case 'newest':
			return vscode.l10n.t('Created, newest first');
		case 'oldest':
			return vscode.l10n.t('Created, oldest first');
		case 'expiresFirst':
			return vscode.l10n.t('Expiration, soonest first');
		case 'expiresLast':
			return vscode.l10n.t('Expiration, latest first');
		case 'status':
			return vscode.l10n.t('Status, most urgent first');
	}
}
