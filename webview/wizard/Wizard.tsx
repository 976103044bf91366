import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { hasSelectableModules } from '../../src/models/draftRules';
import type { Peer } from '../../src/protocol/peer';
import type { wizardHostMethods, wizardPageMethods, WizardSnapshot } from '../../src/protocol/wizardMessages';
import { ExpirationField } from '../shared/ExpirationField';
import { focusFirstError, focusFirstField } from '../shared/Field';
import { formatDate } from '../shared/localeFormats';
import { FailureNotice, Notice } from '../shared/Notice';
import { Button } from '../shared/toolkit';
import { useChangeEffect } from '../shared/useChangeEffect';
import { useSaveShortcut } from '../shared/useSaveShortcut';
import { ValidAt } from '../shared/ValidAt';
import { CreatedToken } from './CreatedToken';
import { ExtensionStep } from './ExtensionStep';
import { GeneralStep } from './GeneralStep';
import { PermissionsStep } from './PermissionsStep';
import { StepIndicator } from './StepIndicator';
import type { StepProps } from './stepProps';
import { stepDescription, stepLabel } from './stepTexts';
import { SummaryStep } from './SummaryStep';
import { useWizard, type WizardModel } from './useWizard';

export interface WizardProps {
	readonly peer: Peer<typeof wizardPageMethods, typeof wizardHostMethods>;
	readonly snapshot: WizardSnapshot;
}

const STEP_HEADING_ID = 'step';

export function Wizard({ peer, snapshot }: WizardProps): VNode {
	const wizard = useWizard(peer, snapshot);
	const { step, created, maskedKey, isFinished, failure, isRestored, errorCount } = wizard;
	const heading = useRef<HTMLHeadingElement>(null);
	const shownStep = isFinished ? 'summary' : step;
	const hasModules = hasSelectableModules(wizard.input.extension, snapshot.extensions);

	useEffect(() => {
		if (!isRestored) {
			focusFirstField();
		}
	}, []);
	useChangeEffect(() => heading.current?.focus(), shownStep);
	useChangeEffect(focusFirstError, errorCount);
	const onHeadingKeyDown = ({ key, repeat }: KeyboardEvent) => {
		// Not in the last step: there, it would create a token that the user hasn't reviewed.
		if (key === 'Enter' && !repeat && !isFinished && step !== wizard.steps.at(-1)) {
			wizard.next();
		}
	};
	useSaveShortcut(() => {
		if (!isFinished) {
			wizard.saveDraft();
		}
	});

	return (
		<>
			<h1>{l10n.t('Create Token')}</h1>
			<ValidAt account={snapshot.source.account} />
			<RestoredDraft wizard={wizard} />
			<StepIndicator current={shownStep} wizard={wizard} />
			<h2 id={STEP_HEADING_ID} tabIndex={-1} ref={heading} onKeyDown={onHeadingKeyDown}>
				{stepLabel(shownStep)}
			</h2>
			<p class="lead">{isFinished && !created ? l10n.t('The token was deleted.') : stepDescription(shownStep, hasModules)}</p>
			{created && maskedKey !== null && <CreatedToken peer={peer} maskedKey={maskedKey} />}
			{created && <SummaryStep token={created} snapshot={snapshot} />}
			{!isFinished && (
				<div onKeyDown={(event) => isConfirmed(event) && wizard.next()}>
					<CurrentStep wizard={wizard} snapshot={snapshot} />
				</div>
			)}
			{failure && <FailureNotice failure={failure} onRetry={wizard.retry} />}
			<WizardActions wizard={wizard} />
			<p class="success" role="status">
				{wizard.isDraftSaved && <span class="codicon codicon-check" aria-hidden="true" />}
				{wizard.isDraftSaved && l10n.t('Draft saved.')}
			</p>
		</>
	);
}

/** Whether the user pressed Enter where it has no other meaning: on a radio button or a checkbox. Text fields handle it themselves. */
function isConfirmed({ key, repeat, target }: KeyboardEvent): boolean {
	return key === 'Enter' && !repeat && target instanceof Element && target.matches('vscode-radio, [type="checkbox"]');
}

/** Says that the wizard started with a draft, which the user may have forgotten. */
function RestoredDraft({
	wizard: { restoredDraftDate, isFinished, dismissNotice, startOver },
}: {
	readonly wizard: WizardModel;
}): VNode | null {
	return restoredDraftDate === null || isFinished ? null : (
		<Notice
			kind="info"
			title={l10n.t('Continue with your draft from {0}.', formatDate(restoredDraftDate))}
			actions={<Button onClick={startOver}>{l10n.t('Start Over')}</Button>}
			onDismiss={dismissNotice}
		/>
	);
}

function CurrentStep({ wizard, snapshot }: { readonly wizard: WizardModel; readonly snapshot: WizardSnapshot }): VNode {
	const { step, steps, input, errors, changeInput, next, selectStep } = wizard;
	const props: StepProps = { input, errors, snapshot, headingId: STEP_HEADING_ID, onChange: changeInput, onNext: next };
	switch (step) {
		case 'general':
			return <GeneralStep {...props} />;
		case 'expiration':
			return (
				<ExpirationField
					presets={snapshot.presets}
					value={input.expiration}
					error={errors.expirationDate}
					labelledBy={STEP_HEADING_ID}
					onChange={(expiration) => changeInput({ expiration }, 'expirationDate')}
					onEnter={next}
				/>
			);
		case 'extension':
			return (
				<ExtensionStep
					{...props}
					onLimit={snapshot.hasRequestRules && !steps.includes('permissions') ? () => selectStep('permissions') : undefined}
				/>
			);
		case 'permissions':
			return <PermissionsStep {...props} />;
	}
}

function WizardActions({
	wizard: { step, steps, created, isFinished, isPending, back, next, exit },
}: {
	readonly wizard: WizardModel;
}): VNode {
	if (isFinished) {
		return (
			<div class="actions" key="finished">
				{created && (
					<Button primary disabled={isPending} onClick={() => exit('goToDetails')}>
						{l10n.t('Go to Details')}
					</Button>
				)}
				<Button disabled={isPending} onClick={() => exit('close')}>
					{l10n.t('Close')}
				</Button>
			</div>
		);
	}
	return (
		<div class="actions step-actions">
			{step !== steps[0] && (
				<Button key="back" disabled={isPending} onClick={back}>
					{l10n.t('Back')}
				</Button>
			)}
			<Button key="next" primary disabled={isPending} onClick={next}>
				{step === steps.at(-1) ? l10n.t('Create') : l10n.t('Next')}
			</Button>
			<Button key="cancel" disabled={isPending} onClick={() => exit('close')}>
				{l10n.t('Cancel')}
			</Button>
		</div>
	);
}
