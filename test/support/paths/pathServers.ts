/**
 * How proxies and servers read the path of a request. Each proxy returns the target that it sends to the server behind it, and each server the
 * segments that its router compares; undefined if it rejects the request. Paths have one character per byte.
 */

/** Rewrites the target of a request. */
export type ProxyReading = (target: string) => string | undefined;

/** Divides the target of a request into the segments that routes are compared with. */
export type ServerReading = (target: string) => readonly string[] | undefined;

/** Decodes each escape to its byte, once. Undefined if an escape isn't valid. */
function decodeBytes(path: string): string | undefined {
	return /%(?![0-9a-f]{2})/i.test(path)
		? undefined
		: path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** Decodes valid escapes and leaves the others, like PHP and Ruby. */
function decodeValidBytes(path: string): string {
	return path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** Decodes escapes and UTF-8; undefined if either isn't valid. */
function decodeText(text: string): string | undefined {
	try {
		return decodeURIComponent(text.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`));
	} catch {
		return undefined;
	}
}

/** Removes dot segments; undefined if they lead above the root. */
function removeDots(path: string): string | undefined {
	const kept: string[] = [];
	for (const segment of path.split('/').slice(1)) {
		if (segment === '..') {
			if (kept.pop() === undefined) {
				return undefined;
			}
		} else if (segment !== '.') {
			kept.push(segment);
		}
	}
	return `/${kept.join('/')}${/\/\.{1,2}$/.test(path) && kept.length > 0 ? '/' : ''}`;
}

const mergeSlashes = (path: string) => path.replace(/\/{2,}/g, '/');
const pathOf = (target: string) => target.split(/[?#]/, 1)[0]!;
const segmentsOf = (path: string) => path.replace(/^\/|\/$/g, '').split('/');

/** nginx compares locations with, and passes on, the decoded path with merged slashes and without dots. Null bytes are rejected. */
function normalizeLikeNginx(target: string): string | undefined {
	const decoded = decodeBytes(pathOf(target));
	return decoded === undefined || decoded.includes('\0') ? undefined : removeDots(mergeSlashes(decoded));
}

/** The server's request line ends at the first space. Control characters would end it, too. */
const asRequestTarget = (text: string) => (/[\r\n\0]/.test(text) ? undefined : text.split(' ', 1)[0]!);

export const proxies: Record<string, ProxyReading> = {
	none: (target) => target,
	'nginx, proxy_pass http://server': (target) => (normalizeLikeNginx(target) === undefined ? undefined : target),
	'nginx, proxy_pass http://server/': (target) =>
		normalizeLikeNginx(target)?.replace(
			/[\0-\x20\x7f-\xff#%?"<>\\^`{|}]/g,
			(char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
		),
	'nginx, proxy_pass http://server/$1': (target) => {
		const path = normalizeLikeNginx(target);
		return path === undefined ? undefined : asRequestTarget(path);
	},
	'nginx, proxy_pass http://server$uri': (target) => {
		const path = normalizeLikeNginx(target);
		return path === undefined ? undefined : asRequestTarget(path);
	},
	'Apache, ProxyPass': (target) => {
		// Encoded slashes are rejected unless AllowEncodedSlashes is on.
		const path = /%2f/i.test(target) ? undefined : decodeBytes(pathOf(target));
		const clean = path === undefined || path.includes('\0') ? undefined : removeDots(mergeSlashes(path));
		return clean?.replace(/[^\w$\-.+!*'(),:@&=/~]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
	},
	'Apache, RewriteRule [P]': (target) => {
		const path = /%2f/i.test(target) ? undefined : decodeBytes(pathOf(target));
		const clean = path === undefined || path.includes('\0') ? undefined : removeDots(mergeSlashes(path));
		return clean === undefined ? undefined : asRequestTarget(clean);
	},
	'Go, ReverseProxy': (target) => (decodeBytes(pathOf(target)) === undefined ? undefined : target),
};

/** Removes a format such as `.json` from the last segment. */
const withoutFormat = (segments: readonly string[]) => [...segments.slice(0, -1), segments.at(-1)!.replace(/(?<=[^.])\.[^./?]+$/, '')];

export const servers: Record<string, ServerReading> = {
	/** Compares the encoded path, ignoring case, and decodes parameters. */
	Express: (target) => segmentsOf(pathOf(target)).map((segment) => segment.toLowerCase()),
	/** Decodes the path, except for characters that separate parts of a URL. `;` starts the query. */
	Fastify: (target) => {
		const path = target.split(/[?#;]/, 1)[0]!.replace(/%(2[3-6bcf]|3[abdf]|40)/gi, '%25$1');
		const decoded = decodeText(path);
		return decoded === undefined ? undefined : segmentsOf(decoded);
	},
	/** Decodes the path, then removes dots and empty segments. */
	'Go, ServeMux': (target) => {
		const decoded = decodeBytes(pathOf(target));
		return decoded === undefined ? undefined : segmentsOf(removeDots(mergeSlashes(decoded)) ?? '/');
	},
	/** Compares the encoded path, in which slashes are merged, with an optional format. */
	Rails: (target) => withoutFormat(segmentsOf(mergeSlashes(pathOf(target)))),
	/** The same behind a server that decodes the path first. */
	'Rails, decoded': (target) => withoutFormat(segmentsOf(mergeSlashes(decodeValidBytes(pathOf(target))))),
	/** Decodes the path as UTF-8. Django REST framework adds format suffixes. */
	Django: (target) => withoutFormat(segmentsOf(Buffer.from(decodeValidBytes(pathOf(target)), 'latin1').toString())),
	/** `PATH_INFO` is decoded and ends at a null byte in old versions. Routers commonly trim it. */
	PHP: (target) => segmentsOf(decodeValidBytes(pathOf(target)).split('\0', 1)[0]!.trim()),
	/** IIS with `%u`, and Windows, which ignores case and trailing dots and spaces, and accepts backslashes. */
	'ASP.NET on Windows': (target) =>
		segmentsOf(
			mergeSlashes(decodeValidBytes(pathOf(target).replace(/%u00([0-9a-f]{2})/gi, '%$1')).replaceAll('\\', '/')).toLowerCase(),
		).map((segment) => (/^\.+$/.test(segment) ? segment : segment.replace(/[. ]+$/, ''))),
	/** Tomcat and Spring remove `;` and what follows from each segment, before or after decoding. */
	Tomcat: (target) => segmentsOf(mergeSlashes(decodeValidBytes(pathOf(target).replace(/;[^/]*/g, '')))),
	'Tomcat, decoded first': (target) => segmentsOf(mergeSlashes(decodeValidBytes(pathOf(target)).replace(/;[^/]*/g, ''))),
	/** A server that decodes as often and as leniently as possible. */
	Lenient: (target) => {
		let path = pathOf(target);
		for (let previous = ''; previous !== path;) {
			previous = path;
			path = decodeValidBytes(path.replace(/%u00([0-9a-f]{2})/gi, '%$1')).replace(/[\xc0\xc1][\x80-\xbf]/g, (pair) =>
				String.fromCharCode(((pair.charCodeAt(0) & 1) << 6) | (pair.charCodeAt(1) & 0x3f)),
			);
		}
		return segmentsOf(removeDots(mergeSlashes(path.split(/[?#\0]/, 1)[0]!.replace(/ +(?=\/|$)/g, ''))) ?? '/..');
	},
};
