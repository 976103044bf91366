import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { WizardStep } from '../../src/protocol/wizardMessages';
import { displayedSteps, stepLabel, type DisplayedStep } from './stepTexts';

export interface StepIndicatorProps {
	readonly current: DisplayedStep;
	/** The steps with input that this token needs. */
	readonly neededSteps: readonly WizardStep[];
}

/** The list of all steps, with the current one highlighted. */
export function StepIndicator({ current, neededSteps }: StepIndicatorProps): VNode {
	const currentIndex = displayedSteps.indexOf(current);
	return (
		<ol class="steps" aria-label={l10n.t('Steps')}>
			{displayedSteps.map((step, index) => {
				const isSkipped = step !== 'summary' && !neededSteps.includes(step);
				const isDone = index < currentIndex && !isSkipped;
				return (
					<li key={step} class={isSkipped ? 'step skipped' : 'step'} aria-current={step === current ? 'step' : undefined}>
						<span class="step-number">
							{isDone ? <span class="codicon codicon-check" role="img" aria-label={l10n.t('Done')} /> : index + 1}
						</span>
						<span>{isSkipped ? l10n.t('{0} (not needed)', stepLabel(step)) : stepLabel(step)}</span>
					</li>
				);
			})}
		</ol>
	);
}
