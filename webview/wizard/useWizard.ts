import * as l10n from '@vscode/l10n';
import { useLayoutEffect, useState } from 'preact/hooks';
import type { Peer } from '../../src/protocol/peer';
import type { FieldErrors } from '../../src/protocol/messageSchemas';
import type { wizardHostMethods, wizardPageMethods, WizardInput, WizardSnapshot, WizardStep } from '../../src/protocol/wizardMessages';
import { getRequiredSteps, STEP_FIELDS } from '../../src/models/draftRules';
import { validateExpiration } from '../shared/ExpirationField';
import { savePageState, restorePageState } from '../shared/hostConnection';
import type { RequestFailure } from '../shared/requestFailure';
import { useRequest } from '../shared/useRequest';
import { initialWizardState, wizardStateSchema } from './wizardState';

type ExitAction = 'goToDetails' | 'close';
type WizardRequest = 'next' | ExitAction;

export interface WizardModel {
	/** Whether the page has restored its saved state. */
	readonly isResumed: boolean;
	readonly step: WizardStep;
	/** The steps that the input needs, in order. */
	readonly steps: readonly WizardStep[];
	readonly input: WizardInput;
	/** The created token; null if it hasn't been created yet or was deleted. */
	readonly created: WizardSnapshot['created'];
	/** The created token's key without its secret; null if there's no such token. */
	readonly maskedKey: string | null;
	readonly isFinished: boolean;
	readonly errors: FieldErrors;
	/** Number of times that fields turned out to be invalid. */
	readonly errorCount: number;
	readonly failure: RequestFailure<WizardRequest> | undefined;
	/** Whether a request is pending. No other request can be sent until it has finished. */
	readonly isPending: boolean;
	/** Changes part of the input and clears the error of the draft's `field`. */
	readonly changeInput: (changes: Partial<WizardInput>, field: string) => void;
	readonly back: () => void;
	/** Validates the step and shows the next one; in the last step, creates the token. */
	readonly next: () => void;
	readonly exit: (action: ExitAction) => void;
	/** Retries the failed request with the current input. */
	readonly retry: () => void;
}

export function useWizard(peer: Peer<typeof wizardPageMethods, typeof wizardHostMethods>, snapshot: WizardSnapshot): WizardModel {
	const [restored] = useState(() => restorePageState(wizardStateSchema));
	const [state, setState] = useState(restored ?? initialWizardState(snapshot));
	const [created, setCreated] = useState(snapshot.created);
	const [maskedKey, setMaskedKey] = useState(snapshot.maskedKey);
	const [errors, setErrors] = useState<FieldErrors>({});
	const [errorCount, setErrorCount] = useState(0);
	const { isPending, failure, request, clearFailure } = useRequest<WizardRequest>();
	const { input } = state;
	const sourceId = snapshot.source.id;
	const createdId = created?.id ?? state.createdId;
	const steps = getRequiredSteps(input.extension, snapshot.extensions);
	// The step might no longer be needed: the user can change the extension while a request is pending.
	const step = steps.includes(state.step) ? state.step : 'extension';
	const stepIndex = steps.indexOf(step);

	useLayoutEffect(() => savePageState({ step, input, createdId, sourceId }), [step, input, createdId, sourceId]);

	function goTo(target: WizardStep, fieldErrors: FieldErrors = {}): void {
		clearFailure();
		setErrors(fieldErrors);
		setState((current) => ({ ...current, step: target }));
	}

	/** Shows errors at their fields, in the first step that has any. Throws if none of them belongs to a step. */
	function showErrors(fieldErrors: FieldErrors): void {
		const firstStepWithErrors = steps.find((candidate) => STEP_FIELDS[candidate].some((field) => field in fieldErrors));
		if (firstStepWithErrors === undefined) {
			throw new Error(Object.values(fieldErrors).join(' '));
		}
		goTo(firstStepWithErrors, fieldErrors);
		setErrorCount((count) => count + 1);
	}

	async function validateStep(nextStep: WizardStep): Promise<void> {
		const fieldErrors = await peer.request('check', { step, input });
		if (Object.keys(fieldErrors).length > 0) {
			showErrors(fieldErrors);
		} else {
			goTo(nextStep);
		}
	}

	async function createToken(): Promise<void> {
		const response = await peer.request('create', { input });
		if ('token' in response) {
			setCreated(response.token);
			setMaskedKey(response.maskedKey);
		} else {
			showErrors(response.errors);
		}
	}

	function next(): void {
		const nextStep = steps[stepIndex + 1];
		const problem = step === 'expiration' ? validateExpiration(input.expiration) : undefined;
		if (problem) {
			showErrors({ expirationDate: problem });
		} else if (nextStep) {
			void request('next', l10n.t("Couldn't check your input."), () => validateStep(nextStep));
		} else {
			void request('next', l10n.t("Couldn't create the token."), createToken);
		}
	}

	function exit(action: ExitAction): void {
		void request(action, l10n.t("VS Code couldn't complete this action."), async () => {
			await peer.request(action, {});
		});
	}

	return {
		isResumed: restored !== undefined,
		step,
		steps,
		input,
		created,
		maskedKey,
		isFinished: createdId !== null,
		errors,
		errorCount,
		failure,
		isPending,
		changeInput: (changes, field) => {
			setState((current) => ({ ...current, input: { ...current.input, ...changes } }));
			setErrors(({ [field]: _corrected, ...others }) => others);
		},
		back: () => goTo(steps[stepIndex - 1] ?? step),
		next,
		exit,
		retry: () => (failure?.action === 'goToDetails' || failure?.action === 'close' ? exit(failure.action) : next()),
	};
}
