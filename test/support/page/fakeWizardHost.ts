import { ALL_MODULES, BUILT_IN_EXTENSIONS, BUILT_IN_MODULES } from '../../../src/domain/catalog';
import { MAX_LENGTHS, validateDraft } from '../../../src/domain/draftValidation';
import { resolveExpirationDate, EXPIRATION_PRESETS } from '../../../src/domain/expiration';
import { ProblemError, formatProblem } from '../../../src/domain/problems';
import type { Token } from '../../../src/domain/token';
import { Peer, type MethodHandlers, type MessageTransport } from '../../../src/protocol/peer';
import type { FieldErrors } from '../../../src/protocol/messageSchemas';
import { wizardHostMethods, wizardPageMethods, type WizardInput, type WizardSnapshot } from '../../../src/protocol/wizardMessages';

type WizardHandlers = MethodHandlers<typeof wizardHostMethods>;

const STEP_FIELDS = {
	general: ['name', 'externalId', 'description'],
	expiration: ['expirationDate'],
	extension: ['extension'],
	permissions: ['permissions'],
};

/** A host for the wizard's page with the real rules of the domain and no editor. */
export class FakeWizardHost {
	/** Every method asked for, in order. */
	readonly requests: string[] = [];
	readonly created: Token[] = [];
	/** What it answers by itself. */
	readonly defaultHandlers: WizardHandlers = {
		ready: () => this.#snapshot(),
		check: ({ step, input }) =>
			Object.fromEntries(Object.entries(this.#validationErrors(input)).filter(([field]) => STEP_FIELDS[step].includes(field))),
		create: ({ input }) => this.#create(input),
		goToDetails: () => ({}),
		close: () => ({}),
	};
	/** Answers instead of the usual ones, while set. */
	handlerOverrides: { -readonly [M in keyof WizardHandlers]?: WizardHandlers[M] } = {};
	/** Says otherwise than the rest of the snapshot. */
	snapshotOverrides: Partial<WizardSnapshot> = {};

	constructor(
		wire: MessageTransport,
		private readonly language: WizardSnapshot['language'] = { locale: 'en-GB', texts: {} },
	) {
		const createHandler =
			<N extends keyof WizardHandlers>(method: N) =>
			(params: never) => {
				this.requests.push(method);
				return (this.handlerOverrides[method] ?? this.defaultHandlers[method])(params);
			};
		const handlers = {
			ready: createHandler('ready'),
			check: createHandler('check'),
			create: createHandler('create'),
			goToDetails: createHandler('goToDetails'),
			close: createHandler('close'),
		};
		new Peer(wire, wizardHostMethods, handlers as WizardHandlers, wizardPageMethods);
	}

	#snapshot(): WizardSnapshot {
		return {
			language: this.language,
			limits: MAX_LENGTHS,
			presets: EXPIRATION_PRESETS,
			extensions: BUILT_IN_EXTENSIONS,
			modules: BUILT_IN_MODULES,
			source: { id: 'workspace', account: null },
			allModules: ALL_MODULES,
			names: ['Tutorial Token'],
			created: this.created.at(-1) ?? null,
			...this.snapshotOverrides,
		};
	}

	#validationErrors(input: WizardInput): FieldErrors {
		try {
			const { extension, permissions } = this.#validate(input);
			return extension.permissions === null && permissions.length === 0 ? { permissions: 'Select at least one module.' } : {};
		} catch (error) {
			if (error instanceof ProblemError) {
				return Object.fromEntries(error.problems.map((problem) => [problem.field ?? '', formatProblem(problem)]));
			}
			throw error;
		}
	}

	#validate({ expiration, permissions, ...texts }: WizardInput) {
		const needsPermissions = BUILT_IN_EXTENSIONS.find(({ id }) => id === texts.extension)?.permissions === null;
		const expirationDate = resolveExpirationDate(expiration, new Date());
		return validateDraft({ ...texts, expirationDate, ...(needsPermissions && { permissions }) }, new Date());
	}

	#create(input: WizardInput) {
		const errors = this.#validationErrors(input);
		if (Object.keys(errors).length > 0) {
			return { errors };
		}
		const { extension, permissions, ...draft } = this.#validate(input);
		const stamp = { at: new Date().toISOString(), by: 'Ada' };
		const token = {
			...draft,
			id: `SU-000-000-${String(this.created.length + 1).padStart(3, '0')}`,
			extension: { id: extension.id, name: extension.name },
			permissions,
			status: 'active' as const,
			renewedExpirationDate: null,
			created: stamp,
			updated: stamp,
		};
		this.created.push(token);
		return { token };
	}
}
