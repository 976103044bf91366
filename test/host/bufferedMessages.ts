/**
 * Runs in a page before its own scripts, and lets messages of WebSockets arrive as buffers. Otherwise, VS Code reads each of them from a `Blob`,
 * which the browser's main process stores.
 */
export function receiveBuffers(): void {
	window.WebSocket = class extends WebSocket {
		constructor(...options: ConstructorParameters<typeof WebSocket>) {
			super(...options);
			this.binaryType = 'arraybuffer';
		}
	};
	window.FileReader = class extends FileReader {
		override readAsArrayBuffer(content: Blob | ArrayBuffer): void {
			if (content instanceof Blob) {
				super.readAsArrayBuffer(content);
				return;
			}
			queueMicrotask(() => {
				Object.defineProperty(this, 'result', { value: content, configurable: true });
				this.dispatchEvent(new ProgressEvent('load'));
			});
		}
	};
}
