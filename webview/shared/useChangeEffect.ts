import { useEffect, useRef } from 'preact/hooks';

/** Runs `effect` after each change of `value`, but not after the first render. */
export function useChangeEffect(effect: () => void, value: unknown): void {
	const previous = useRef(value);
	useEffect(() => {
		if (previous.current !== value) {
			previous.current = value;
			effect();
		}
	});
}
