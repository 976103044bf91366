import * as v from 'valibot';
import { defineTool } from './agentTool';
import type { SourceToken } from '../domain/tokenSources';
import { isUsable } from '../domain/token';
import type { AgentServices } from './agentServices';
import { askTheUser } from './askTheUser';
import { findTokenOrThrow } from './findToken';
import { described, oneLine, tokenInput } from './toolInput';
import { UNTRUSTED_DATA_NOTE } from './toolResult';

export const insertAuthorizationTool = defineTool({
	name: 'connect_tokens_insert_authorization',
	modelDescription:
		'Inserts an Authorization header into a request of a .http, .rest, or Markdown file in the workspace, with a reference such as {{$processEnv CONNECT_SU_631_646_036}} that the HTTP client replaces when the user sends the request. ' +
		'Call it when you have written or changed a request file that needs a token. The user is asked each time, and saves the file. ' +
		"It doesn't insert API keys, doesn't send the request, and doesn't change other files.",
	icon: 'references',
	asksUser: true,
	inputSchema: v.strictObject({
		token: tokenInput('ID of the token that the request is made with. Unlike for connect_tokens_call, it can be any token.'),
		file: described(
			v.pipe(v.string(), v.minLength(1, 'Pass the path of a file'), v.maxLength(1000, 'Use at most 1000 characters'), oneLine()),
			'Path of the request file in the workspace, such as requests/products.http.',
		),
		line: described(
			v.optional(v.pipe(v.number(), v.integer('Pass a whole number'), v.minValue(1, 'Lines are counted from 1'))),
			'A line of the request in the file, counted from 1. By default, the request at the cursor, or the first one.',
		),
	}),
	preview: ({ token, file }) => ({ token, file }),
	run: async ({ token: tokenId, file, line }, context) => {
		const { services, caller } = context;
		const found = await findTokenOrThrow(services, tokenId);
		const inserted = await askTheUser(context, () => services.insertAuthorization(found, file, line, caller));
		return inserted
			? {
					isInserted: true,
					line: inserted.line,
					note: [...describeValidity(found, services), 'The user sees the change and saves the file.', UNTRUSTED_DATA_NOTE].join(' '),
					untrustedData: { file: inserted.file, text: inserted.text },
				}
			: { isInserted: false, note: "The user didn't allow the change. Don't try it again; ask the user what to do." };
	},
});

/** Says when a request with the token would be denied, or its key not sent. */
function describeValidity({ source, token }: SourceToken, services: Pick<AgentServices, 'readGateway'>): readonly string[] {
	const { url } = services.readGateway();
	const address = url === undefined ? "the gateway's address" : new URL(url).origin;
	return [
		...(isUsable(token) ? [] : ["The token isn't valid anymore, so the request will be denied."]),
		...(source.remote
			? []
			: [`The token is valid only at the local gateway: if the URL of the request has another host, change its origin to ${address}.`]),
	];
}
