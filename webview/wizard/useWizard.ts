import * as l10n from '@vscode/l10n';
import { useLayoutEffect, useState } from 'preact/hooks';
import { CONFIRMATION_TIMEOUT_MS, type Peer } from '../../src/protocol/peer';
import type { FieldErrors } from '../../src/protocol/messageSchemas';
import {
	WIZARD_STEPS,
	type WizardDraft,
	type wizardHostMethods,
	type WizardInput,
	type wizardPageMethods,
	type WizardSnapshot,
	type WizardStep,
} from '../../src/protocol/wizardMessages';
import { getRequiredSteps, STEP_FIELDS } from '../../src/models/draftRules';
import { hasRequestRuleInput } from '../../src/models/limitInput';
import { validateExpiration } from '../shared/ExpirationField';
import { savePageState } from '../shared/hostConnection';
import type { RequestFailure } from '../shared/requestFailure';
import { useImmediateChangeEffect } from '../shared/useChangeEffect';
import { useRequest } from '../shared/useRequest';
import { createEmptyDraft, hasInput } from './emptyDraft';

type ExitAction = 'goToDetails' | 'close';

type WizardRequest = 'next' | 'keepDraft' | ExitAction;

export interface WizardModel {
	/** Whether the page shows what it contained before it was hidden or closed. */
	readonly isRestored: boolean;
	/** When the draft was saved that the wizard started with (ISO 8601); null if it's none, or once the user has dismissed the notice. */
	readonly restoredDraftDate: string | null;
	readonly dismissNotice: () => void;
	readonly step: WizardStep;
	/** The steps that the input needs, in order. */
	readonly steps: readonly WizardStep[];
	/** The other steps that can be shown, because they've been shown before. */
	readonly selectableSteps: readonly WizardStep[];
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
	/** Whether the draft has been saved at the user's request, and not been changed since. */
	readonly isDraftSaved: boolean;
	/** Whether a request is pending. No other request can be sent until it has finished. */
	readonly isPending: boolean;
	/** Changes part of the input and clears the error of the draft's `field`. */
	readonly changeInput: (changes: Partial<WizardInput>, field: string) => void;
	readonly back: () => void;
	/** Validates the step and shows the next one; in the last step, creates the token. */
	readonly next: () => void;
	/** Shows one of the selectable steps, after it has validated the current one if that comes first. */
	readonly selectStep: (step: WizardStep) => void;
	/** Confirms that the input is saved. It's saved after each change in any case. */
	readonly saveDraft: () => void;
	/** Discards the input. */
	readonly startOver: () => void;
	readonly exit: (action: ExitAction) => void;
	/** Retries the failed request with the current input. */
	readonly retry: () => void;
}

export function useWizard(peer: Peer<typeof wizardPageMethods, typeof wizardHostMethods>, snapshot: WizardSnapshot): WizardModel {
	const { draft, source } = snapshot;
	const [empty] = useState(() => createEmptyDraft(snapshot));
	const [state, setState] = useState<WizardDraft>(draft ? { step: draft.step, input: draft.input } : empty);
	const [reachedIndex, setReachedIndex] = useState(WIZARD_STEPS.indexOf(state.step));
	const [restoredDraftDate, setRestoredDraftDate] = useState(draft?.savedAt ?? null);
	const [created, setCreated] = useState(snapshot.created);
	const [maskedKey, setMaskedKey] = useState(snapshot.maskedKey);
	const [errors, setErrors] = useState<FieldErrors>({});
	const [errorCount, setErrorCount] = useState(0);
	const [savedState, setSavedState] = useState<WizardDraft>();
	const { isPending, failure, request, clearFailure } = useRequest<WizardRequest>();
	const { input } = state;
	const createdId = created?.id ?? snapshot.createdId;
	// While the step with the limits is shown, clearing them doesn't leave it.
	const hasRequestRules = snapshot.hasRequestRules && (state.step === 'permissions' || hasRequestRuleInput(input));
	const steps = getRequiredSteps(input.extension, snapshot.extensions, hasRequestRules);
	// The step might no longer be needed: the user can change the extension while a request is pending.
	const step = steps.includes(state.step) ? state.step : 'extension';
	const stepIndex = steps.indexOf(step);
	const next = () => proceed(steps[stepIndex + 1]);

	// Lets the host find the source and the created token after the window is reloaded.
	useLayoutEffect(() => savePageState({ createdId, sourceId: source.id }), [createdId, source.id]);
	// The host logs a failure. It isn't shown, because nothing is lost as long as the wizard is open.
	useImmediateChangeEffect(() => void keepDraft().catch(() => undefined), state);

	async function keepDraft(): Promise<void> {
		await peer.request('keepDraft', { draft: hasInput(state, empty) ? { step, input } : null });
	}

	function goTo(target: WizardStep, fieldErrors: FieldErrors = {}): void {
		clearFailure();
		setErrors(fieldErrors);
		setReachedIndex((index) => Math.max(index, WIZARD_STEPS.indexOf(target)));
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

	/** Validates the current step, and then shows another one or, if `target` is undefined, creates the token. */
	function proceed(target: WizardStep | undefined): void {
		const problem = step === 'expiration' ? validateExpiration(input.expiration) : undefined;
		if (problem) {
			showErrors({ expirationDate: problem });
		} else if (target) {
			void request('next', l10n.t("Couldn't check your input."), () => validateStep(target));
		} else {
			void request('next', l10n.t("Couldn't create the token."), createToken);
		}
	}

	async function validateStep(target: WizardStep): Promise<void> {
		const fieldErrors = await peer.request('check', { step, input });
		if (Object.keys(fieldErrors).length > 0) {
			showErrors(fieldErrors);
		} else {
			goTo(target);
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

	function saveDraft(): void {
		void request('keepDraft', l10n.t("Couldn't save the draft."), async () => {
			await keepDraft();
			setSavedState(state);
		});
	}

	function exit(action: ExitAction): void {
		void request(action, l10n.t("VS Code couldn't complete this action."), async () => {
			await peer.request(action, {}, CONFIRMATION_TIMEOUT_MS);
		});
	}

	return {
		isRestored: draft !== null || snapshot.createdId !== null,
		restoredDraftDate,
		dismissNotice: () => setRestoredDraftDate(null),
		step,
		steps,
		selectableSteps: steps.filter((candidate) => candidate !== step && WIZARD_STEPS.indexOf(candidate) <= reachedIndex),
		input,
		created,
		maskedKey,
		isFinished: createdId !== null,
		errors,
		errorCount,
		failure,
		isDraftSaved: savedState === state && hasInput(state, empty),
		isPending,
		changeInput: (changes, field) => {
			setState((current) => ({ ...current, input: { ...current.input, ...changes } }));
			setErrors(({ [field]: _corrected, ...others }) => others);
		},
		back: () => goTo(steps[stepIndex - 1] ?? step),
		next,
		selectStep: (target) => (steps.indexOf(target) < stepIndex ? goTo(target) : proceed(target)),
		saveDraft,
		startOver: () => {
			goTo('general');
			setReachedIndex(0);
			setState(empty);
			setRestoredDraftDate(null);
		},
		exit,
		retry: () => {
			switch (failure?.action) {
				case 'goToDetails':
				case 'close':
					return exit(failure.action);
				case 'keepDraft':
					return saveDraft();
				default:
					return next();
			}
		},
	};
}
