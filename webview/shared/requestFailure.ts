/** A request to the host that failed. */
export interface RequestFailure<Action> {
	readonly title: string;
	readonly text: string;
	/** What to retry. */
	readonly action: Action;
}

export function errorMessage(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
