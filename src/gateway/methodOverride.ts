import { isReadMethod } from '../domain/permissions';
import { WEB_SOCKET } from './authorize';

/** Takes the place of the method for a request that could make the server use another one, because that can also write. */
export const OVERRIDDEN = 'OVERRIDDEN';

/** Parameters from which servers take the method, even that of a GET request: WordPress reads `_method`, ServiceStack the names of the headers. */
const METHOD_PARAMETER = /^(?:_(?:http_?)?method|(?:x_)?(?:http_)?method_override|x_http_method)$/;

/**
 * Returns the method of a request, or what takes its place if the request can also write.
 * @param target path and query
 * @param isUpgrade whether the request opens a WebSocket
 */
export function getEffectiveMethod(method = '', target: string, isUpgrade: boolean): string {
	return isUpgrade ? WEB_SOCKET : mayOverrideMethod(target) ? OVERRIDDEN : method;
}

/** Whether a parameter in the query could make the server use a method that writes, instead of that of the request. */
function mayOverrideMethod(target: string): boolean {
	const queryStart = target.indexOf('?');
	// Most queries have neither such a parameter nor an escape that could hide it.
	if (queryStart < 0 || !/method|%/i.test(target.slice(queryStart))) {
		return false;
	}
	const parameters = new URLSearchParams(target.slice(queryStart + 1).replaceAll(';', '&'));
	return Array.from(parameters).some(([name, value]) => METHOD_PARAMETER.test(foldName(name)) && !isReadMethod(value.toUpperCase()));
}

/** PHP ends a name with a null character, ignores spaces before it, and can't distinguish some characters from an underscore. */
function foldName(name: string): string {
	return name
		.replace(/\0.*$/s, '')
		.trimStart()
		.replace(/[-. []/g, '_')
		.toLowerCase();
}
