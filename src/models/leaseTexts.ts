import * as l10n from '@vscode/l10n';
import type { Lease } from '../domain/lease';
import type { Token } from '../domain/token';
import { nameAndId } from './tokenListTexts';
import { quotableName } from './quotableName';

/** Marks a lease, and says which agent got it, as it calls itself. */
export function agentLabel({ agent }: Lease): string {
	return l10n.t('Agent “{0}”', quotableName(agent));
}

/** Confirms that a lease was ended, and says what happens with it. */
export function endedLeaseText(token: Token): string {
	return l10n.t("Ended the lease {0}. Its requests are denied from now on, and it's deleted tomorrow.", nameAndId(token));
}
