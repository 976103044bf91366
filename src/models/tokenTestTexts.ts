import * as l10n from '@vscode/l10n';
import type { Token } from '../domain/token';
import type { TestFix, TokenTestResult } from '../protocol/tokenTestMessages';
import { escapeLabel } from './localization';
import { commandIds, type CommandId } from './manifestIds';

/** The result in one message. */
export function testResultText({ name }: Pick<Token, 'name'>, { title, reason, notes }: TokenTestResult): string {
	return [l10n.t('“{0}”: {1}.', escapeLabel(name), title), ...(reason === null ? [] : [escapeLabel(reason)]), ...notes].join(' ');
}

/** The commands that fix a test's problems. */
export const TEST_FIX_COMMANDS: Readonly<Record<TestFix, CommandId>> = {
	enable: commandIds.enableToken,
	rotate: commandIds.rotateToken,
	edit: commandIds.editToken,
	setCredential: commandIds.setGatewayCredential,
};
