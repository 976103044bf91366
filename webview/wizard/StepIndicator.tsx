import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { displayedSteps, stepLabel, type DisplayedStep } from './stepTexts';
import type { WizardModel } from './useWizard';

export interface StepIndicatorProps {
	readonly current: DisplayedStep;
	readonly wizard: Pick<WizardModel, 'steps' | 'selectableSteps' | 'selectStep' | 'isFinished' | 'isPending'>;
}

/** The list of all steps, with the current one highlighted. Those that have been shown before can be selected. */
export function StepIndicator({ current, wizard }: StepIndicatorProps): VNode {
	const { steps, selectableSteps, selectStep, isFinished, isPending } = wizard;
	const currentIndex = displayedSteps.indexOf(current);
	return (
		<ol class="steps" aria-label={l10n.t('Steps')}>
			{displayedSteps.map((step, index) => {
				const isSkipped = step !== 'summary' && !steps.includes(step);
				const isDone = index < currentIndex && !isSkipped;
				const content = (
					<>
						<span class="step-number">
							{isDone ? <span class="codicon codicon-check" role="img" aria-label={l10n.t('Done')} /> : index + 1}
						</span>
						<span class="step-label">{isSkipped ? l10n.t('{0} (not needed)', stepLabel(step)) : stepLabel(step)}</span>
					</>
				);
				return (
					<li key={step} class={isSkipped ? 'skipped' : undefined} aria-current={step === current ? 'step' : undefined}>
						{step !== 'summary' && !isFinished && selectableSteps.includes(step) ? (
							<button type="button" class="step" disabled={isPending} onClick={() => selectStep(step)}>
								{content}
							</button>
						) : (
							<span class="step">{content}</span>
						)}
					</li>
				);
			})}
		</ol>
	);
}
