import { useLayoutEffect, useRef } from 'preact/hooks';

/** Calls `save` when the user presses Ctrl+S, or Cmd+S on macOS, anywhere in the page. VS Code's own command does nothing in a page. */
export function useSaveShortcut(save: () => void): void {
	const latest = useRef(save);
	latest.current = save;
	// Not `useEffect`, which stops listening only some time after the component is removed.
	useLayoutEffect(() => {
		const onKeyDown = (event: KeyboardEvent) => {
			const hasModifier = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
			if (hasModifier && event.key.toLowerCase() === 's') {
				event.preventDefault();
				if (!event.repeat) {
					latest.current();
				}
			}
		};
		window.addEventListener('keydown', onKeyDown);
		return () => window.removeEventListener('keydown', onKeyDown);
	}, []);
}
