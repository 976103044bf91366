import * as l10n from '@vscode/l10n';
import type { InitialAction } from '../protocol/detailsMessages';

/** Title of an action that the details page carries out, for its heading and for the Quick Pick that selects the token. */
export function actionTitle(action: InitialAction): string {
	switch (action) {
		case 'edit':
			return l10n.t('Edit Token');
		case 'rotate':
			return l10n.t('Rotate Token');
		case 'renew':
			return l10n.t('Renew Token');
	}
}
