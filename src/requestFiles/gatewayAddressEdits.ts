import type { TextReplacement } from './authorizationEdits';

/**
 * Finds where a text names the gateway at other ports, and replaces these with its current port.
 * @param ports that the gateway listened on before
 */
export function replaceGatewayPorts(text: string, ports: readonly number[], currentPort: number): readonly TextReplacement[] {
	return Array.from(text.matchAll(/\b(?:127\.0\.0\.1|localhost):(\d{1,5})(?!\d)/gi)).flatMap(({ index, 0: address, 1: port }) => {
		const end = index + address.length;
		const isOld = Number(port) !== currentPort && ports.includes(Number(port));
		return isOld ? [{ start: end - port!.length, end, text: String(currentPort) }] : [];
	});
}
