import * as l10n from '@vscode/l10n';
import type { InitialAction, PageCommand, ReplacementAction } from '../../src/protocol/detailsMessages';

export function replacementFailureTitle(action: ReplacementAction): string {
	return action === 'rotate' ? l10n.t("Couldn't rotate the token.") : l10n.t("Couldn't renew the token.");
}

/** Title of the error after a command has failed. */
export function commandFailureTitle(command: PageCommand): string {
	switch (command) {
		case 'testToken':
			return l10n.t("Couldn't test the token.");
		case 'copyApiKey':
			return l10n.t("Couldn't copy the API key.");
		case 'copySecret':
			return l10n.t("Couldn't copy the secret.");
		case 'copyTokenId':
			return l10n.t("Couldn't copy the ID.");
		case 'showUses':
			return l10n.t("Couldn't search for uses of the token.");
		case 'duplicateToken':
			return l10n.t("Couldn't duplicate the token.");
		case 'insertAuthorization':
			return l10n.t("Couldn't insert the header.");
		case 'openTerminal':
			return l10n.t("Couldn't open the terminal.");
		case 'newRequestFile':
			return l10n.t("Couldn't create the request file.");
		case 'copyAs':
			return l10n.t("Couldn't copy the request.");
		case 'copyToAccount':
			return l10n.t("Couldn't copy the token.");
		case 'disableToken':
			return l10n.t("Couldn't disable the token.");
		case 'enableToken':
			return l10n.t("Couldn't enable the token.");
		case 'deleteToken':
			return l10n.t("Couldn't delete the token.");
		case 'endPreviousKey':
			return l10n.t("Couldn't end the previous key.");
		case 'endLease':
			return l10n.t("Couldn't end the lease.");
		case 'reducePermissions':
			return l10n.t("Couldn't reduce the permissions.");
		case 'startGateway':
			return l10n.t("Couldn't start the gateway.");
		case 'copyGatewayUrl':
			return l10n.t("Couldn't copy the URL.");
		case 'reloadAccount':
			return l10n.t("Couldn't reload the account.");
	}
}

export function unavailableActionText(action: InitialAction): string {
	switch (action) {
		case 'edit':
			return l10n.t("This token can't be edited in its current state.");
		case 'rotate':
			return l10n.t("This token can't be rotated in its current state.");
		case 'renew':
			return l10n.t("This token can't be renewed in its current state.");
	}
}

export function keyReplacedText(action: ReplacementAction): string {
	return action === 'rotate'
		? l10n.t('Token rotated. You can copy its new key below.')
		: l10n.t('Token renewed. You can copy its new key below.');
}

export function outdatedReplacementText(action: ReplacementAction): string {
	return action === 'rotate'
		? l10n.t('The token was changed while this dialog was open. Review the changes before you rotate it.')
		: l10n.t('The token was changed while this dialog was open. Review the changes before you renew it.');
}
