/** Elements that text can be entered into. The toolkit's fields have their inputs in a shadow root. */
const TEXT_FIELDS = 'input:not([type=checkbox]), textarea, vscode-text-field, vscode-text-area';

/**
 * Lets VS Code show its menu with Cut, Copy, and Paste only where it has something to do: in text fields, and for selected text. VS Code
 * reads the attribute when it receives the event, after this listener.
 * @returns a function that removes the listener
 */
export function limitEditMenu(): () => void {
	const onContextMenu = ({ target }: MouseEvent) => {
		const isInTextField = target instanceof Element && target.closest(TEXT_FIELDS) !== null;
		const hasSelection = document.getSelection()?.isCollapsed === false;
		document.body.dataset.vscodeContext = JSON.stringify({ preventDefaultContextMenuItems: !isInTextField && !hasSelection });
	};
	document.addEventListener('contextmenu', onContextMenu, { capture: true });
	return () => document.removeEventListener('contextmenu', onContextMenu, { capture: true });
}
