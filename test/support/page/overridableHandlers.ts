import type { MethodHandlers, MethodSchemas } from '../../../src/protocol/peer';

export type HandlerOverrides<M extends MethodSchemas> = { -readonly [N in keyof M]?: MethodHandlers<M>[N] };

/** Creates handlers that report each request and then call the override for its method, or the default if there's none. */
export function createOverridableHandlers<M extends MethodSchemas>(
	defaults: MethodHandlers<M>,
	getOverrides: () => HandlerOverrides<M>,
	onRequest: (method: string) => void,
): MethodHandlers<M> {
	const createHandler =
		<N extends keyof M & string>(method: N) =>
		(params: never) => {
			onRequest(method);
			return (getOverrides()[method] ?? defaults[method])(params);
		};
	return Object.fromEntries(Object.keys(defaults).map((method) => [method, createHandler(method)])) as unknown as MethodHandlers<M>;
}
