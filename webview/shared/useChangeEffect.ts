import { useEffect, useRef } from 'preact/hooks';

/** Runs `effect` whenever `value` has changed, not for its first one. */
export function useChangeEffect(effect: () => void, value: unknown): void {
	const previous = useRef(value);
	useEffect(() => {
		if (previous.current !== value) {
			previous.current = value;
			effect();
		}
	});
}
