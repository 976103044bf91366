/**
 * Runs in a page before its own scripts: messages of WebSockets arrive as buffers. VS Code would read each of them from a `Blob`, which the
 * browser's main process stores: a sixth of the processor time of a test run, for messages that never leave the machine.
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
