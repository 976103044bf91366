import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { WizardStep } from '../../src/protocol/wizard';
import { shownSteps, stepName, type ShownStep } from './stepTexts';

export interface StepIndicatorProps {
	readonly current: ShownStep;
	/** Steps with input that this token needs. */
	readonly needed: readonly WizardStep[];
}

/** All steps by name, and which one is shown. */
export function StepIndicator({ current, needed }: StepIndicatorProps): VNode {
	const at = shownSteps.indexOf(current);
	return (
		<ol class="steps" aria-label={l10n.t('Steps')}>
			{shownSteps.map((step, index) => {
				const skipped = step !== 'summary' && !needed.includes(step);
				const done = index < at && !skipped;
				return (
					<li key={step} class={skipped ? 'step skipped' : 'step'} aria-current={step === current ? 'step' : undefined}>
						<span class="step-number">
							{done ? <span class="codicon codicon-check" role="img" aria-label={l10n.t('Done')} /> : index + 1}
						</span>
						<span>{skipped ? l10n.t('{0} (not needed)', stepName(step)) : stepName(step)}</span>
					</li>
				);
			})}
		</ol>
	);
}
