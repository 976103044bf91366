import { createHash } from 'node:crypto';

/** Forty hexadecimal characters that look like a secret, the same in every run. */
export function secretOf(seed: string): string {
	return createHash('sha1').update(`sample ${seed}`).digest('hex');
}

const ID = 'SU-631-646-036';
const secret = secretOf('one');
const other = secretOf('two');
const key = `${ID}:${secret}`;

/** Texts by name, with the secrets that they contain, in order. */
export const samples: Record<string, { readonly text: string; readonly secrets: readonly string[] }> = {
	'a request file': { text: `GET https://api.example/accounts\nAuthorization: ApiKey ${key}\n`, secrets: [secret] },
	'a header in lower case': { text: `authorization: apikey ${key}`, secrets: [secret] },
	'a key in capitals': { text: `Authorization: APIKEY ${ID}:${secret.toUpperCase()}`, secrets: [secret.toUpperCase()] },
	'two spaces after the scheme': { text: `ApiKey  ${key}`, secrets: [secret] },
	'a key without its scheme': { text: `token = ${key}`, secrets: [secret] },
	'an ID with four groups': { text: `ApiKey SU-631-646-036-001:${secret}`, secrets: [secret] },
	'an .env file': { text: `CONNECT_API_KEY=ApiKey ${key}\nOTHER=1`, secrets: [secret] },
	'an .env file with quotes': { text: `CONNECT_API_KEY="ApiKey ${key}"`, secrets: [secret] },
	'an .env file without the scheme': { text: `CONNECT_API_KEY=${key}`, secrets: [secret] },
	'a shell script': { text: `curl -H 'Authorization: ApiKey ${key}' https://api.example`, secrets: [secret] },
	'a shell command with attached option': { text: `curl -H"Authorization:ApiKey ${key}"`, secrets: [secret] },
	PowerShell: { text: `Invoke-RestMethod -Headers @{ Authorization = "ApiKey ${key}" }`, secrets: [secret] },
	JSON: { text: JSON.stringify({ headers: { Authorization: `ApiKey ${key}` } }), secrets: [secret] },
	'JSON in JSON': { text: JSON.stringify({ body: JSON.stringify({ apiKey: `ApiKey ${key}` }) }), secrets: [secret] },
	YAML: { text: `connect:\n  api_key: ApiKey ${key}\n`, secrets: [secret] },
	TOML: { text: `api_key = "${key}"`, secrets: [secret] },
	JavaScript: { text: `const client = new Client('https://api.example', 'ApiKey ${key}');`, secrets: [secret] },
	'a template literal': { text: `headers: { Authorization: \`ApiKey ${key}\` }`, secrets: [secret] },
	Python: { text: `ConnectClient("ApiKey ${key}")`, secrets: [secret] },
	'C#': { text: `client.DefaultRequestHeaders.Add("Authorization", "ApiKey ${key}");`, secrets: [secret] },
	XML: { text: `<add key="Authorization" value="ApiKey ${key}" />`, secrets: [secret] },
	'a URL’s query, encoded': { text: `https://api.example/?auth=ApiKey%20${ID}%3A${secret}&x=1`, secrets: [secret] },
	'a form': { text: `auth=ApiKey+${ID}%3a${secret}`, secrets: [secret] },
	"the platform CLI's configuration": { text: `[{"id": "PA-1", "api_key": "ApiKey ${key}"}]`, secrets: [secret] },
	'the installation header': { text: `X-Connect-Installation-Api-Key: ApiKey ${key}`, secrets: [secret] },
	'the installation header without an ID': { text: `X-Connect-Installation-Api-Key: ${secret}`, secrets: [secret] },
	'the installation header in JSON': { text: `{"x-connect-installation-api-key": "${secret}"}`, secrets: [secret] },
	'a cookie': { text: `Cookie: session=1; api_key="${key}"; theme=dark`, secrets: [secret] },
	'a cookie without an ID': { text: `Cookie: api_key="${secret}"`, secrets: [secret] },
	'a cookie without quotes': { text: `Set-Cookie: api_key=${secret}; Path=/`, secrets: [secret] },
	'a cookie in a string': { text: `"Cookie: api_key=\\"${secret}\\""`, secrets: [secret] },
	'two keys in a line': { text: `${key} SU-631-646-037:${other}`, secrets: [secret, other] },
	'a key in a comment': { text: `# Authorization: ApiKey ${key}`, secrets: [secret] },
	'a key at the end of a sentence': { text: `The key is ${key}.`, secrets: [secret] },
	'a key in angle brackets': { text: `<${key}>`, secrets: [secret] },
	'a key with CRLF': { text: `Authorization: ApiKey ${key}\r\nAccept: */*\r\n`, secrets: [secret] },
	'a key in a Markdown fence': { text: `\`\`\`http\nAuthorization: ApiKey ${key}\n\`\`\``, secrets: [secret] },

	'a string line after an escape': { text: JSON.stringify({ note: `The key:\n${key}\n` }), secrets: [secret] },
	'a scheme after an escape': { text: JSON.stringify(`Authorization:\tApiKey ${key}`), secrets: [secret] },
	'an encoded string in a URL': { text: `?filter=eq(key,%22${ID}%3A${secret}%22)`, secrets: [secret] },
	'the installation header in JSON in JSON': {
		text: JSON.stringify({ body: JSON.stringify({ 'X-Connect-Installation-Api-Key': secret }) }),
		secrets: [secret],
	},
	'an assignment to the installation header': { text: `headers['X-Connect-Installation-Api-Key'] = '${secret}';`, secrets: [secret] },
	'the installation header in Ruby or PHP': { text: `'X-Connect-Installation-Api-Key' => '${secret}'`, secrets: [secret] },

	'a reference': { text: 'Authorization: ApiKey {{$processEnv CONNECT_SU_631_646_036}}', secrets: [] },
	'a masked key': { text: `Authorization: ApiKey ${ID}:**********`, secrets: [] },
	'a placeholder of x': { text: `ApiKey ${ID}:${'x'.repeat(40)}`, secrets: [] },
	'a placeholder of zeros': { text: `ApiKey ${ID}:${'0'.repeat(40)}`, secrets: [] },
	'a placeholder of two alternating characters': { text: `ApiKey ${ID}:${'ab'.repeat(20)}`, secrets: [] },
	'a placeholder of ascending digits': { text: `ApiKey ${ID}:${'0123456789'.repeat(4)}`, secrets: [] },
	'a key with an ellipsis': { text: `ApiKey ${ID}:…`, secrets: [] },
	'an ID alone': { text: `GET /auth/tokens/${ID}`, secrets: [] },
	'a secret that is too short': { text: `ApiKey ${ID}:${secret.slice(1)}`, secrets: [] },
	'a secret that is too long': { text: `ApiKey ${ID}:${secret}0`, secrets: [] },
	'a secret followed by letters': { text: `ApiKey ${ID}:${secret}xyz`, secrets: [] },
	'a Git commit': { text: `commit ${secret}`, secrets: [] },
	'a hash in a lock file': { text: `"integrity": "sha1-${secret}"`, secrets: [] },
	'a hash in a store': { text: `{ "id": "${ID}", "sha256": "${secret}${secret.slice(0, 24)}" }`, secrets: [] },
	'an ID of another kind': { text: `PRD-631-646-036:${secret}`, secrets: [] },
	'an ID within a longer word': { text: `NOT-SU-631-646-036:${secret}`, secrets: [] },
	'an ID with two groups': { text: `SU-631-646:${secret}`, secrets: [] },
	'a variable for the secret': { text: `ApiKey ${ID}:{{secret}}`, secrets: [] },
	'a shell variable': { text: `curl -H "Authorization: $CONNECT_API_KEY"`, secrets: [] },
	'a key of another service': { text: `api_key=sk_live_${secret.slice(0, 24)}`, secrets: [] },
	"the header's name alone": { text: 'X-Connect-Installation-Api-Key: {{key}}', secrets: [] },
	nothing: { text: '', secrets: [] },
};
