import * as l10n from '@vscode/l10n';
import { useLayoutEffect, useState } from 'preact/hooks';
import type { Peer } from '../../src/protocol/peer';
import type { FieldErrors } from '../../src/protocol/messageSchemas';
import type { wizardHostMethods, wizardPageMethods, WizardInput, WizardSnapshot, WizardStep } from '../../src/protocol/wizardMessages';
import { validateExpiration } from '../shared/ExpirationField';
import { savePageState, restorePageState } from '../shared/hostConnection';
import { useRequest, type RequestFailure } from '../shared/useRequest';
import { initialWizardState, stepByField, requiredSteps, wizardStateSchema } from './wizardState';

type ExitAction = 'goToDetails' | 'close';
type WizardRequest = 'next' | ExitAction;

export interface WizardModel {
	/** Whether this page goes on where an earlier one stopped. */
	readonly isResumed: boolean;
	readonly step: WizardStep;
	/** The steps that the input needs, in their order. */
	readonly steps: readonly WizardStep[];
	readonly input: WizardInput;
	/** The token created; null before, and once it has been deleted again. */
	readonly created: WizardSnapshot['created'];
	readonly isFinished: boolean;
	readonly errors: FieldErrors;
	/** How often fields were found at fault. */
	readonly errorCount: number;
	readonly failure: RequestFailure<WizardRequest> | undefined;
	/** Whether the host is being asked something; then nothing else can be asked. */
	readonly isPending: boolean;
	/** Changes part of the input; the error of `field`, as the host names it, no longer applies. */
	readonly changeInput: (changes: Partial<WizardInput>, field: string) => void;
	readonly back: () => void;
	/** Has the host check the step and shows the following one; after the last one creates the token. */
	readonly next: () => void;
	readonly exit: (action: ExitAction) => void;
	/** Does again what failed, with the input as it is by now. */
	readonly retry: () => void;
}

export function useWizard(peer: Peer<typeof wizardPageMethods, typeof wizardHostMethods>, snapshot: WizardSnapshot): WizardModel {
	const [restored] = useState(() => restorePageState(wizardStateSchema));
	const [state, setState] = useState(restored ?? initialWizardState(snapshot));
	const [created, setCreated] = useState(snapshot.created);
	const [errors, setErrors] = useState<FieldErrors>({});
	const [errorCount, setErrorCount] = useState(0);
	const { isPending, failure, request, clearFailure } = useRequest<WizardRequest>();
	const { input } = state;
	const sourceId = snapshot.source.id;
	const createdId = created?.id ?? state.createdId;
	const steps = requiredSteps(input, snapshot);
	// The input may have come to need fewer steps, while the host was being asked or the page was away.
	const step = steps.includes(state.step) ? state.step : 'extension';
	const stepIndex = steps.indexOf(step);

	useLayoutEffect(() => savePageState({ step, input, createdId, sourceId }), [step, input, createdId, sourceId]);

	function goTo(target: WizardStep, fieldErrors: FieldErrors = {}): void {
		clearFailure();
		setErrors(fieldErrors);
		setState((current) => ({ ...current, step: target }));
	}

	/** Shows errors at their fields, going to the step of the first. */
	function showErrors(fieldErrors: FieldErrors): void {
		const firstStepWithErrors = steps.find((step) => Object.keys(fieldErrors).some((field) => stepByField[field] === step));
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
