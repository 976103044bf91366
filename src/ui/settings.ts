import * as vscode from 'vscode';
import * as v from 'valibot';

const expiringDaysSchema = v.fallback(v.pipe(v.number(), v.minValue(0), v.maxValue(365)), 7);

/** `connectTokens.expiringDays`: a token is expiring once it has at most so many days left. A value that makes no sense counts as the default. */
export function expiringDays(): number {
	return v.parse(expiringDaysSchema, vscode.workspace.getConfiguration('connectTokens').get('expiringDays'));
}
