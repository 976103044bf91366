import route from '@stoplight/prism-http/dist/router';
import { getHttpOperationsFromSpec } from '@stoplight/prism-http/dist/utils/operations';
import { validateInput, validateOutput } from '@stoplight/prism-http/dist/validator';
import { conditionsOf, parseListQuery, type Condition } from './rql';

/** An OpenAPI 3.0 document as far as it is read here. */
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
	/** As it was sent, without the question mark. */
	readonly query: string;
	readonly headers: Readonly<Record<string, string>>;
	/** Parsed JSON; undefined when there is none. */
	readonly body: unknown;
}

export interface AnswerToCheck {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	/** Parsed JSON; undefined when there is none. */
	readonly body: unknown;
}

type Operation = Parameters<typeof validateInput>[0]['resource'];
type PrismRequest = Parameters<typeof validateInput>[0]['element'];

/** What a list allows with one of its fields. */
interface Field {
	readonly lookups: readonly string[];
	readonly ordering: boolean;
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;

/** An OpenAPI document, and Prism to hold requests and answers against it. */
export class Contract {
	/** All operations, as `GET /auth/tokens/{id}`. */
	readonly operations: readonly string[];

	private constructor(
		private readonly resources: Operation[],
		private readonly fields: ReadonlyMap<string, ReadonlyMap<string, Field>>,
		private readonly closed: boolean,
	) {
		this.operations = resources.map(nameOf);
	}

	/** @param closed whether a query may have no parameters but those that the document names */
	static async of(document: OpenApiDocument, { closed }: { closed: boolean }): Promise<Contract> {
		// Prism puts what references mean into the object that it is given.
		return new Contract(await getHttpOperationsFromSpec(structuredClone(document)), listFields(document), closed);
	}

	/** The operation, as `GET /auth/tokens/{id}`, that a request is for; undefined for none. */
	operationOf(method: string, path: string): string | undefined {
		const resource = this.find(method, path);
		return resource && nameOf(resource);
	}

	/** What is wrong with a request; nothing when it keeps the contract. */
	problemsOfRequest(request: RequestToCheck): string[] {
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
			problems.push(...this.problemsOfList(resource, fields, query));
		} else if (this.closed) {
			const named = resource.request?.query?.map(({ name }) => name) ?? [];
			const others = Object.keys(url.query).filter((name) => !named.includes(name));
			problems.push(...others.map((name) => `There is no parameter ${name}.`));
		}
		return problems;
	}

	/** What is wrong with the answer to a request; nothing when it keeps the contract. */
	problemsOfAnswer(operation: string, { status, headers, body }: AnswerToCheck): string[] {
		const resource = this.resources.find((one) => nameOf(one) === operation);
		if (resource === undefined) {
			return [`There is no operation ${operation}.`];
		}
		// The platform's document says nothing of most errors.
		const untold = status >= 400 && !resource.responses.some(({ code }) => code === String(status));
		return untold ? [] : problemsIn(validateOutput({ resource, element: { statusCode: status, headers, body } }));
	}

	private find(method: string, path: string): Operation | undefined {
		const name = METHODS.find((one) => one === method.toLowerCase());
		const found = name && route({ resources: this.resources, input: { method: name, url: { path } } });
		return found?._tag === 'Right' ? found.right : undefined;
	}

	/** Prism knows nothing of RQL and lets every parameter pass that a document does not name. */
	private problemsOfList(resource: Operation, fields: ReadonlyMap<string, Field>, query: string): string[] {
		try {
			const { terms, ordering } = parseListQuery(query);
			return [
				...conditionsOf(terms).flatMap((condition) => this.problemsOfCondition(resource, fields, condition)),
				...ordering
					.map((signed) => signed.replace(/^[+-]/, ''))
					.filter((name) => !fields.get(name)?.ordering)
					.map((name) => `The list cannot be ordered by ${name}.`),
			];
		} catch (error) {
			return [error instanceof Error ? error.message : String(error)];
		}
	}

	private problemsOfCondition(resource: Operation, fields: ReadonlyMap<string, Field>, { operator, field, values }: Condition): string[] {
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
			// A pattern is not a value of the field.
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

/** The fields of all lists in a document. The platform's says in words what RQL may do with them, ours in attributes. */
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
			const told = /^\*\*lookups:\*\* (.*)$/m.exec(description)?.[1];
			return told === undefined ? [] : [[name, { lookups: told.split(', '), ordering: /^\*\*ordering:\*\* true$/m.test(description) }]];
		});
		if (fields.length > 0) {
			lists.set(`GET ${path}`, new Map(fields));
		}
	}
	return lists;
}
