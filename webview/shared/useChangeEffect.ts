import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

/** Runs `effect` after each change of `value`, but not after the first render. */
export function useChangeEffect(effect: () => void, value: unknown): void {
	const previous = useRef(value);
	useEffect(() => runAfterChange(effect, value, previous));
}

/** Like `useChangeEffect`, but without waiting until the change is visible: by then, the page may be gone. */
export function useImmediateChangeEffect(effect: () => void, value: unknown): void {
	const previous = useRef(value);
	useLayoutEffect(() => runAfterChange(effect, value, previous));
}

function runAfterChange(effect: () => void, value: unknown, previous: { current: unknown }): void {
	if (previous.current !== value) {
		previous.current = value;
		effect();
	}
}
