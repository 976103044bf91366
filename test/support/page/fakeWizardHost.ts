import { ALL_MODULES, BUILT_IN_CATALOG } from '../../../src/domain/catalog';
import { MAX_LENGTHS, validateDraft } from '../../../src/domain/draftValidation';
import { EXPIRATION_PRESETS } from '../../../src/domain/expiration';
import type { Token } from '../../../src/domain/token';
import { toFieldErrors } from '../../../src/models/fieldErrors';
import { findInputProblems, findStepErrors, toDraft } from '../../../src/models/wizardPage';
import { Peer, type MessageTransport, type MethodHandlers } from '../../../src/protocol/peer';
import { wizardHostMethods, wizardPageMethods, type WizardInput, type WizardSnapshot } from '../../../src/protocol/wizardMessages';
import { createOverridableHandlers, type HandlerOverrides } from './overridableHandlers';

/** A host for the wizard's page, with the real rules of the domain but no editor. */
export class FakeWizardHost {
	/** The method of every request, in order. */
	readonly requests: string[] = [];
	readonly created: Token[] = [];
	readonly defaultHandlers: MethodHandlers<typeof wizardHostMethods> = {
		ready: () => this.#snapshot(),
		check: ({ step, input }) => findStepErrors(step, input, BUILT_IN_CATALOG, new Date()),
		create: ({ input }) => this.#create(input),
		goToDetails: () => ({}),
		close: () => ({}),
	};
	/** Called instead of the default handlers. */
	handlerOverrides: HandlerOverrides<typeof wizardHostMethods> = {};
	/** Replaces parts of the snapshot. */
	snapshotOverrides: Partial<WizardSnapshot> = {};

	constructor(
		transport: MessageTransport,
		private readonly language: WizardSnapshot['language'] = { locale: 'en-GB', texts: {} },
	) {
		const handlers = createOverridableHandlers<typeof wizardHostMethods>(
			this.defaultHandlers,
			() => this.handlerOverrides,
			(method) => this.requests.push(method),
		);
		new Peer(transport, wizardHostMethods, handlers, wizardPageMethods);
	}

	#snapshot(): WizardSnapshot {
		return {
			language: this.language,
			limits: MAX_LENGTHS,
			presets: EXPIRATION_PRESETS,
			...BUILT_IN_CATALOG,
			source: { id: 'workspace', account: null },
			allModules: ALL_MODULES,
			names: ['Tutorial Token'],
			created: this.created.at(-1) ?? null,
			...this.snapshotOverrides,
		};
	}

	#create(input: WizardInput) {
		const problems = findInputProblems(input, BUILT_IN_CATALOG, new Date());
		if (problems.length > 0) {
			return { errors: toFieldErrors(problems) };
		}
		const { extension, ...draft } = validateDraft(toDraft(input, BUILT_IN_CATALOG, new Date()), new Date());
		const stamp = { at: new Date().toISOString(), by: 'Ada' };
		const token = {
			...draft,
			id: `SU-000-000-${String(this.created.length + 1).padStart(3, '0')}`,
			extension: { id: extension.id, name: extension.name },
			status: 'active' as const,
			renewedExpirationDate: null,
			created: stamp,
			updated: stamp,
		};
		this.created.push(token);
		return { token };
	}
}
