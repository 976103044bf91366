import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Peer } from '../../src/protocol/peer';
import type { CreatedTokenAction, wizardHostMethods, wizardPageMethods } from '../../src/protocol/wizardMessages';
import { DescriptionItem, DescriptionList } from '../shared/DescriptionList';
import { KeyText } from '../shared/KeyText';
import { FailureNotice } from '../shared/Notice';
import { TEST_TIMEOUT_MS, TokenTest } from '../shared/TokenTest';
import { Button } from '../shared/toolkit';
import { useRequest } from '../shared/useRequest';

export interface CreatedTokenProps {
	readonly peer: Peer<typeof wizardPageMethods, typeof wizardHostMethods>;
	readonly maskedKey: string;
}

/** How long a command may take, such as one that starts the gateway. */
const COMMAND_TIMEOUT_MS = 90_000;

/** The new token's key, and what to do with it next. */
export function CreatedToken({ peer, maskedKey }: CreatedTokenProps): VNode {
	const [isCopied, setIsCopied] = useState(false);
	const { isPending, failure, request } = useRequest<CreatedTokenAction>();

	const run = (action: CreatedTokenAction) => {
		setIsCopied(false);
		void request(action, l10n.t("VS Code couldn't complete this action."), async () => {
			await peer.request('useToken', { action }, COMMAND_TIMEOUT_MS);
			setIsCopied(action === 'copyApiKey');
		});
	};

	return (
		<>
			<DescriptionList>
				<DescriptionItem label={l10n.t('API key')}>
					<div class="created-key">
						<KeyText text={maskedKey} />
						<Button disabled={isPending} onClick={() => run('copyApiKey')}>
							{l10n.t('Copy')}
						</Button>
						<span class="success" role="status">
							{isCopied && <span class="codicon codicon-check" aria-hidden="true" />}
							{isCopied && l10n.t('Copied')}
						</span>
					</div>
				</DescriptionItem>
				<DescriptionItem label={l10n.t('Try it')}>
					<TokenTest
						test={() => peer.request('testToken', {}, TEST_TIMEOUT_MS)}
						fix={(fix) => peer.request('fixTest', { fix }, TEST_TIMEOUT_MS)}
					>
						<Button disabled={isPending} onClick={() => run('newRequestFile')}>
							{l10n.t('New Request File')}
						</Button>
						<Button disabled={isPending} onClick={() => run('copyAsCurl')}>
							{l10n.t('Copy as cURL')}
						</Button>
					</TokenTest>
				</DescriptionItem>
			</DescriptionList>
			{failure && <FailureNotice failure={failure} onRetry={() => run(failure.action)} />}
		</>
	);
}
