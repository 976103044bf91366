import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Peer } from '../../src/protocol/peer';
import type { wizardHost, wizardPage, WizardSnapshot } from '../../src/protocol/wizard';
import { ExpirationField } from '../shared/ExpirationField';
import { focusFirstError, focusFirstField } from '../shared/Field';
import { FailureNotice } from '../shared/Notice';
import { Button } from '../shared/toolkit';
import { useChangeEffect } from '../shared/useChangeEffect';
import { ExtensionStep } from './ExtensionStep';
import { GeneralStep } from './GeneralStep';
import { PermissionsStep } from './PermissionsStep';
import { StepIndicator } from './StepIndicator';
import type { StepProps } from './stepProps';
import { stepLead, stepName } from './stepTexts';
import { Summary } from './Summary';
import { useWizard, type WizardModel } from './useWizard';

export interface WizardProps {
	readonly peer: Peer<typeof wizardPage, typeof wizardHost>;
	readonly snapshot: WizardSnapshot;
}

const HEADING_ID = 'step';

export function Wizard({ peer, snapshot }: WizardProps): VNode {
	const wizard = useWizard(peer, snapshot);
	const { step, steps, created, finished, failure, resumed, refusals } = wizard;
	const heading = useRef<HTMLHeadingElement>(null);
	const shown = finished ? 'summary' : step;

	useEffect(() => {
		if (!resumed) {
			focusFirstField();
		}
	}, []);
	useChangeEffect(() => heading.current?.focus(), shown);
	useChangeEffect(focusFirstError, refusals);

	return (
		<>
			<h1>{l10n.t('Create Token')}</h1>
			{snapshot.source.account !== null && <p class="lead">{l10n.t('In the account {0}', snapshot.source.account)}</p>}
			<StepIndicator current={shown} needed={steps} />
			<h2 id={HEADING_ID} tabIndex={-1} ref={heading}>
				{stepName(shown)}
			</h2>
			<p class="lead">{finished && !created ? l10n.t('The token has been deleted again.') : stepLead(shown)}</p>
			{created && <Summary token={created} snapshot={snapshot} />}
			{!finished && <Step wizard={wizard} snapshot={snapshot} />}
			{failure && <FailureNotice failure={failure} onRetry={wizard.retry} />}
			<Actions wizard={wizard} />
		</>
	);
}

function Step({ wizard, snapshot }: { readonly wizard: WizardModel; readonly snapshot: WizardSnapshot }): VNode {
	const { step, input, errors, change, next } = wizard;
	const props: StepProps = { input, errors, snapshot, headingId: HEADING_ID, onChange: change, onNext: next };
	switch (step) {
		case 'general':
			return <GeneralStep {...props} />;
		case 'expiration':
			return (
				<ExpirationField
					presets={snapshot.presets}
					value={input.expiration}
					error={errors.expirationDate}
					labelledBy={HEADING_ID}
					onChange={(expiration) => change({ expiration }, 'expirationDate')}
					onEnter={next}
				/>
			);
		case 'extension':
			return <ExtensionStep {...props} />;
		case 'permissions':
			return <PermissionsStep {...props} />;
	}
}

function Actions({ wizard: { step, steps, created, finished, pending, back, next, leave } }: { readonly wizard: WizardModel }): VNode {
	if (finished) {
		return (
			<div class="actions" key="finished">
				{created && (
					<Button primary disabled={pending} onClick={() => leave('goToDetails')}>
						{l10n.t('Go to Details')}
					</Button>
				)}
				<Button disabled={pending} onClick={() => leave('close')}>
					{l10n.t('Close')}
				</Button>
			</div>
		);
	}
	return (
		<div class="actions">
			{step !== steps[0] && (
				<Button key="back" disabled={pending} onClick={back}>
					{l10n.t('Back')}
				</Button>
			)}
			<Button key="next" primary disabled={pending} onClick={next}>
				{step === steps.at(-1) ? l10n.t('Create') : l10n.t('Next')}
			</Button>
		</div>
	);
}
