import { ALL_MODULES, extensions, modules } from '../../../src/domain/catalogue';
import { limits, validateDraft } from '../../../src/domain/draft';
import { expirationDateOf, expirationPresets } from '../../../src/domain/expiry';
import { ProblemError, problemText } from '../../../src/domain/problems';
import type { Token } from '../../../src/domain/token';
import { Peer, type Handlers, type Wire } from '../../../src/protocol/peer';
import type { FieldErrors } from '../../../src/protocol/shared';
import { wizardHost, wizardPage, type WizardInput, type WizardSnapshot } from '../../../src/protocol/wizard';

type WizardHandlers = Handlers<typeof wizardHost>;

const FIELDS = {
	general: ['name', 'externalId', 'description'],
	expiration: ['expirationDate'],
	extension: ['extension'],
	permissions: ['permissions'],
};

/** A host for the wizard's page with the real rules of the domain and no editor. */
export class FakeWizardHost {
	/** Every method asked for, in order. */
	readonly asked: string[] = [];
	readonly created: Token[] = [];
	/** What it answers by itself. */
	readonly usual: WizardHandlers = {
		ready: () => this.#snapshot(),
		check: ({ step, input }) => Object.fromEntries(Object.entries(this.#errorsOf(input)).filter(([field]) => FIELDS[step].includes(field))),
		create: ({ input }) => this.#create(input),
		goToDetails: () => ({}),
		close: () => ({}),
	};
	/** Answers instead of the usual ones, while set. */
	overrides: { -readonly [M in keyof WizardHandlers]?: WizardHandlers[M] } = {};
	/** Says otherwise than the rest of the snapshot. */
	differing: Partial<WizardSnapshot> = {};

	constructor(
		wire: Wire,
		private readonly language: WizardSnapshot['language'] = { locale: 'en-GB', texts: {} },
	) {
		const answer =
			<N extends keyof WizardHandlers>(method: N) =>
			(params: never) => {
				this.asked.push(method);
				return (this.overrides[method] ?? this.usual[method])(params);
			};
		const handlers = {
			ready: answer('ready'),
			check: answer('check'),
			create: answer('create'),
			goToDetails: answer('goToDetails'),
			close: answer('close'),
		};
		new Peer(wire, wizardHost, handlers as WizardHandlers, wizardPage);
	}

	#snapshot(): WizardSnapshot {
		return {
			language: this.language,
			limits,
			presets: expirationPresets,
			extensions,
			modules,
			source: { id: 'workspace', account: null },
			allModules: ALL_MODULES,
			names: ['Tutorial Token'],
			created: this.created.at(-1) ?? null,
			...this.differing,
		};
	}

	#errorsOf(input: WizardInput): FieldErrors {
		try {
			const { extension, permissions } = this.#validate(input);
			return extension.permissions === null && permissions.length === 0 ? { permissions: 'Choose at least one module.' } : {};
		} catch (error) {
			if (error instanceof ProblemError) {
				return Object.fromEntries(error.problems.map((one) => [one.field ?? '', problemText(one)]));
			}
			throw error;
		}
	}

	#validate({ expiration, permissions, ...texts }: WizardInput) {
		const asks = extensions.find(({ id }) => id === texts.extension)?.permissions === null;
		const expirationDate = expirationDateOf(expiration, new Date());
		return validateDraft({ ...texts, expirationDate, ...(asks && { permissions }) }, new Date());
	}

	#create(input: WizardInput) {
		const errors = this.#errorsOf(input);
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
