import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Peer } from '../../src/protocol/peer';
import type { wizardHostMethods, wizardPageMethods, WizardSnapshot } from '../../src/protocol/wizardMessages';
import { ExpirationField } from '../shared/ExpirationField';
import { focusFirstError, focusFirstField } from '../shared/Field';
import { FailureNotice } from '../shared/Notice';
import { Button } from '../shared/toolkit';
import { useChangeEffect } from '../shared/useChangeEffect';
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
	const { step, steps, created, maskedKey, isFinished, failure, isResumed, errorCount } = wizard;
	const heading = useRef<HTMLHeadingElement>(null);
	const shownStep = isFinished ? 'summary' : step;

	useEffect(() => {
		if (!isResumed) {
			focusFirstField();
		}
	}, []);
	useChangeEffect(() => heading.current?.focus(), shownStep);
	useChangeEffect(focusFirstError, errorCount);

	return (
		<>
			<h1>{l10n.t('Create Token')}</h1>
			<ValidAt account={snapshot.source.account} />
			<StepIndicator current={shownStep} neededSteps={steps} />
			<h2 id={STEP_HEADING_ID} tabIndex={-1} ref={heading}>
				{stepLabel(shownStep)}
			</h2>
			<p class="lead">{isFinished && !created ? l10n.t('The token was deleted.') : stepDescription(shownStep)}</p>
			{created && maskedKey !== null && <CreatedToken peer={peer} maskedKey={maskedKey} />}
			{created && <SummaryStep token={created} snapshot={snapshot} />}
			{!isFinished && <CurrentStep wizard={wizard} snapshot={snapshot} />}
			{failure && <FailureNotice failure={failure} onRetry={wizard.retry} />}
			<WizardActions wizard={wizard} />
		</>
	);
}

function CurrentStep({ wizard, snapshot }: { readonly wizard: WizardModel; readonly snapshot: WizardSnapshot }): VNode {
	const { step, input, errors, changeInput, next } = wizard;
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
			return <ExtensionStep {...props} />;
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
		<div class="actions">
			{step !== steps[0] && (
				<Button key="back" disabled={isPending} onClick={back}>
					{l10n.t('Back')}
				</Button>
			)}
			<Button key="next" primary disabled={isPending} onClick={next}>
				{step === steps.at(-1) ? l10n.t('Create') : l10n.t('Next')}
			</Button>
		</div>
	);
}
