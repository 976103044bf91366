import * as l10n from '@vscode/l10n';
import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { TestFix, TokenTestResult } from '../../src/protocol/tokenTestMessages';
import { testFixTitle } from '../../src/models/testFixTitle';
import { FailureNotice } from './Notice';
import './tokenTest.css';
import { Button } from './toolkit';
import { useRequest } from './useRequest';

/** How long a test may take: the gateway's start, reading the key, and the request. */
export const TEST_TIMEOUT_MS = 90_000;

export interface TokenTestProps {
	readonly test: () => Promise<TokenTestResult>;
	readonly fix: (fix: TestFix) => Promise<unknown>;
	/** More buttons, after *Test Token*. */
	readonly children?: ComponentChildren;
}

const ICONS: Readonly<Record<TokenTestResult['outcome'], string>> = { accepted: 'pass', denied: 'error', failed: 'warning' };

/** A button that tests the token, and the result of the last test. */
export function TokenTest({ test, fix, children }: TokenTestProps): VNode {
	const [result, setResult] = useState<TokenTestResult>();
	const { isPending, failure, request, clearFailure } = useRequest<'test' | TestFix>();

	const runTest = () => {
		setResult(undefined);
		void request('test', l10n.t("Couldn't test the token."), async () => setResult(await test()));
	};
	const runFix = (action: TestFix) =>
		void request(action, l10n.t("VS Code couldn't complete this action."), async () => {
			await fix(action);
		});

	return (
		<div class="token-test">
			<div class="actions">
				<Button disabled={isPending} onClick={runTest}>
					{l10n.t('Test Token')}
				</Button>
				{children}
			</div>
			<div role="status">
				{isPending && !result && <p class="muted">{l10n.t('Testing token…')}</p>}
				{result && <TestResult result={result} isPending={isPending} onFix={runFix} />}
			</div>
			{failure && (
				<FailureNotice
					failure={failure}
					onRetry={() => (failure.action === 'test' ? runTest() : (clearFailure(), runFix(failure.action)))}
				/>
			)}
		</div>
	);
}

interface TestResultProps {
	readonly result: TokenTestResult;
	readonly isPending: boolean;
	readonly onFix: (fix: TestFix) => void;
}

function TestResult({ result: { outcome, title, reason, fix, notes }, isPending, onFix }: TestResultProps): VNode {
	return (
		<div class={`test-result test-${outcome}`}>
			<p class="test-title">
				<span class={`codicon codicon-${ICONS[outcome]}`} aria-hidden="true" />
				{title}
			</p>
			{reason !== null && <p>{reason}</p>}
			{notes.map((note) => (
				<p key={note} class="muted">
					{note}
				</p>
			))}
			{fix && (
				<div class="actions">
					<Button disabled={isPending} onClick={() => onFix(fix)}>
						{testFixTitle(fix)}
					</Button>
				</div>
			)}
		</div>
	);
}
