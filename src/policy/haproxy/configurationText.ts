/** Quotes an argument of a configuration line. What's in it is literal, except for what the directive itself replaces. */
export function quote(text: string): string {
	if (/[^\x20-\x7e]/.test(text)) {
		throw new Error("A text with other than printable ASCII characters can't be part of the HAProxy configuration.");
	}
	return `"${text.replace(/[\\"$]/g, '\\$&')}"`;
}

/** Quotes an argument that contains a reference to an environment variable, such as `${NAME}`. */
export function quoteWithVariable(text: string): string {
	return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

/** Formats a section with its lines. */
export function section(title: string, lines: readonly string[]): string {
	return [title, ...lines.map((line) => `\t${line}`), '', ''].join('\n');
}

/** A response in the platform's error format. */
export interface DenialText {
	readonly status: number;
	/** By default, `GW_` and the status. */
	readonly code?: string;
	/** Can contain expressions such as `%[var(txn.id)]`. */
	readonly message: string;
	/** Names and values; the values can contain expressions. */
	readonly headers?: Readonly<Record<string, string>>;
}

/** Returns the action that responds with an error. */
export function deny({ status, code = `GW_${status}`, message, headers = {} }: DenialText): string {
	const fields = Object.entries(headers).map(([name, value]) => ` hdr ${name} ${quote(value)}`);
	return `http-request deny deny_status ${status} content-type application/json${fields.join('')} lf-string ${quote(formatErrorBody(code, message))}`;
}

/** Formats an error as the platform does. */
export function formatErrorBody(code: string, message: string): string {
	return JSON.stringify({ error_code: code, errors: [message] });
}

/** Returns an action that sets a variable of the request. */
export function setVariable(name: string, expression: string): string {
	return `http-request set-var(txn.${name}) ${quote(expression)}`;
}
