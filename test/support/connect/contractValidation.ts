import route from '@stoplight/prism-http/dist/router';
import { getHttpOperationsFromSpec } from '@stoplight/prism-http/dist/utils/operations';
import { validateInput, validateOutput } from '@stoplight/prism-http/dist/validator';
import { conditionsOf, parseListQuery, type Condition } from './rql';

/** The parts of an OpenAPI 3.0 document that the validation uses. */
export interface OpenApiDocument {
	readonly openapi: string;
	readonly info: { readonly title: string; readonly version: string };
	readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
	readonly components?: unknown;
}

export interface RequestToCheck {
	readonly method: string;
	/** Without the server's base path and without the query. */
	readonly path: string;
	/** As sent, without the question mark. */
	readonly query: string;
	readonly headers: Readonly<Record<string, string>>;
	/** Parsed JSON; undefined if there's no body. */
	readonly body: unknown;
}

export interface ResponseToCheck {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	/** Parsed JSON; undefined if there's no body. */
	readonly body: unknown;
}

type Operation = Parameters<typeof validateInput>[0]['resource'];
type PrismRequest = Parameters<typeof validateInput>[0]['element'];

/** How a list can be filtered and sorted by a field. */
interface Field {
	readonly lookups: readonly string[];
	readonly ordering: boolean;
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;

/** Validates requests and responses against an OpenAPI document, using Prism. */
export class Contract {
	/** All operations, such as `GET /auth/tokens/{id}`. */
	readonly operations: readonly string[];

	private constructor(
		private readonly resources: Operation[],
		private readonly fields: ReadonlyMap<string, ReadonlyMap<string, Field>>,
		private readonly isClosed: boolean,
	) {
		this.operations = resources.map(nameOf);
	}

	/** @param isClosed whether a query can have only the parameters that the document defines */
	static async load(document: OpenApiDocument, { isClosed }: { isClosed: boolean }): Promise<Contract> {
		// Prism resolves references in place.
		return new Contract(await getHttpOperationsFromSpec(structuredClone(document)), listFields(document), isClosed);
	}

	/** Returns the operation of a request, such as `GET /auth/tokens/{id}`; undefined if there's none. */
	operationOf(method: string, path: string): string | undefined {
		const resource = this.find(method, path);
		return resource && nameOf(resource);
	}

	/** Returns how a request violates the contract; an empty array if it's valid. */
	findRequestProblems(request: RequestToCheck): string[] {
		const { method, path, query, headers, body } = request;
		const resource = this.find(method, path);
		if (resource === undefined) {
			return [`There is no operation ${method} ${path}.`];
		}
		const url = { path, query: Object.fromEntries(new URLSearchParams(query.replaceAll('+', '%2B'))) };
		const problems = problemsIn(
			validateInput({ resource, element: { method: resource.method as PrismRequest['method'], url, headers, body } }),
		);
		if (body !== undefined && !/^application\/json\b/.test(headers['content-type'] ?? '')) {
			problems.push(`A body of JSON has the content type "${headers['content-type'] ?? ''}".`);
		}
		const fields = this.fields.get(nameOf(resource));
		if (fields) {
			problems.push(...this.findListProblems(resource, fields, query));
		} else if (this.isClosed) {
			const defined = resource.request?.query?.map(({ name }) => name) ?? [];
			const unknown = Object.keys(url.query).filter((name) => !defined.includes(name));
			problems.push(...unknown.map((name) => `There is no parameter ${name}.`));
		}
		return problems;
	}

	/** Returns how a response violates the contract; an empty array if it's valid. */
	findResponseProblems(operation: string, { status, headers, body }: ResponseToCheck): string[] {
		const resource = this.resources.find((item) => nameOf(item) === operation);
		if (resource === undefined) {
			return [`There is no operation ${operation}.`];
		}
		// The platform's document doesn't define most error responses.
		const isUndefined = status >= 400 && !resource.responses.some(({ code }) => code === String(status));
		return isUndefined ? [] : problemsIn(validateOutput({ resource, element: { statusCode: status, headers, body } }));
	}

	private find(method: string, path: string): Operation | undefined {
		const name = METHODS.find((item) => item === method.toLowerCase());
		const found = name && route({ resources: this.resources, input: { method: name, url: { path } } });
		return found?._tag === 'Right' ? found.right : undefined;
	}

	/** Validates an RQL query. Prism doesn't know RQL, and accepts all parameters that a document doesn't define. */
	private findListProblems(resource: Operation, fields: ReadonlyMap<string, Field>, query: string): string[] {
		try {
			const { terms, ordering } = parseListQuery(query);
			return [
				...conditionsOf(terms).flatMap((condition) => this.findConditionProblems(resource, fields, condition)),
				...ordering
					.map((signed) => signed.replace(/^[+-]/, ''))
					.filter((name) => !fields.get(name)?.ordering)
					.map((name) => `The list cannot be ordered by ${name}.`),
			];
		} catch (error) {
			return [error instanceof Error ? error.message : String(error)];
		}
	}

	private findConditionProblems(resource: Operation, fields: ReadonlyMap<string, Field>, { operator, field, values }: Condition): string[] {
		const allowed = fields.get(field)?.lookups;
		if (allowed === undefined) {
			return [`The list cannot be filtered by ${field}.`];
		}
		const path = resource.path.replace(/\{[^}]*\}/g, 'SU-0');
		return values.flatMap((value) => {
			const lookup = value === null ? 'null' : operator;
			if (!allowed.includes(lookup)) {
				return [`The list cannot be filtered by ${field} with ${lookup}.`];
			}
			// A pattern doesn't have to be a valid value of the field.
			return value === null || lookup.endsWith('like')
				? []
				: problemsIn(validateInput({ resource, element: { method: 'get', url: { path, query: { [field]: value } } } }));
		});
	}
}

function nameOf({ method, path }: Pick<Operation, 'method' | 'path'>): string {
	return `${method.toUpperCase()} ${path}`;
}

function problemsIn(result: ReturnType<typeof validateInput> | ReturnType<typeof validateOutput>): string[] {
	return result._tag === 'Left'
		? result.left.map(({ message, path = [] }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message))
		: [];
}

/** Returns the fields that lists can be filtered by. The platform's document defines them in descriptions, ours in attributes. */
function listFields({ paths }: OpenApiDocument): Map<string, Map<string, Field>> {
	const lists = new Map<string, Map<string, Field>>();
	for (const [path, { get }] of Object.entries(paths)) {
		const { parameters = [] } = (get ?? {}) as { parameters?: readonly Readonly<Record<string, unknown>>[] };
		const fields = parameters.flatMap((parameter): [string, Field][] => {
			const {
				name,
				description = '',
				'x-lookups': lookups,
				'x-ordering': ordering = false,
			} = parameter as {
				name: string;
				description?: string;
				'x-lookups'?: readonly string[];
				'x-ordering'?: boolean;
			};
			if (lookups !== undefined) {
				return [[name, { lookups, ordering }]];
			}
			const described = /^\*\*lookups:\*\* (.*)$/m.exec(description)?.[1];
			return described === undefined
				? []
				: [[name, { lookups: described.split(', '), ordering: /^\*\*ordering:\*\* true$/m.test(description) }]];
		});
		if (fields.length > 0) {
			lists.set(`GET ${path}`, new Map(fields));
		}
	}
	return lists;
}
