import * as l10n from '@vscode/l10n';
import type { KeyDestination, KeyQuestion, KeyRequest, KeyRequester } from '../broker/keyRequest';
import type { ConfirmationText } from './lifecycleTexts';
import { quotableName } from './quotableName';

/** A button of the question, and what it decides. */
export interface KeyQuestionButton {
	readonly title: string;
	readonly decision: KeyQuestion['choices'][number] | 'deny';
}

/** Asks whether a requester may have a key: who asks, for which token, and what happens with the key. */
export function keyQuestionText({ request }: KeyQuestion): ConfirmationText {
	const { token } = request.found;
	return {
		message: l10n.t('Allow {0} to use the API key of “{1}” ({2})?', requesterText(request.requester), quotableName(token.name), token.id),
		detail: [destinationText(request), ...reasonTexts(request)].join(' '),
	};
}

/** The buttons of the question, the first one the default. */
export function keyQuestionButtons({ request, choices }: KeyQuestion): readonly KeyQuestionButton[] {
	const titles = {
		once: () => (request.requester.kind === 'authentication' ? l10n.t('Allow') : l10n.t('Allow Once')),
		session: () => sessionTitle(request.requester),
		always: () => l10n.t('Always Allow in This Workspace'),
	};
	return [...choices.map((decision) => ({ title: titles[decision](), decision })), { title: l10n.t('Deny'), decision: 'deny' as const }];
}

/** Who asks, within a sentence. Names from files are quoted, so that they can't be mistaken for this extension's own words. */
export function requesterText(requester: KeyRequester): string {
	switch (requester.kind) {
		case 'command':
			return l10n.t('the command “{0}”', requester.title);
		case 'commandLine':
			return requester.agent === undefined
				? l10n.t('“connect-tokens {0}” in “{1}”', quotableName(requester.command), quotableName(requester.folder))
				: l10n.t(
						'“connect-tokens {0}” of the agent “{1}” in “{2}”',
						quotableName(requester.command),
						quotableName(requester.agent),
						quotableName(requester.folder),
					);
		case 'debugSession':
			return requester.folder === undefined
				? l10n.t('the launch configuration “{0}” of your settings or an extension', quotableName(requester.name))
				: l10n.t('the launch configuration “{0}” in “{1}”', quotableName(requester.name), quotableName(requester.folder));
		case 'task':
			return requester.folder === undefined
				? l10n.t('the task “{0}” of your settings', quotableName(requester.name))
				: l10n.t('the task “{0}” in “{1}”', quotableName(requester.name), quotableName(requester.folder));
		case 'requestFile':
			return l10n.t('the HTTP client for {0}', quotableName(requester.file));
		case 'mcpServer':
			return l10n.t('the MCP server “{0}”', quotableName(requester.label));
		case 'test':
			return l10n.t('the command “{0}”', l10n.t('Test Token'));
		case 'window':
			return l10n.t('an extension or a file in this window');
		case 'authentication':
			return l10n.t("VS Code's accounts");
		case 'agent':
			return requester.name === undefined ? l10n.t('an agent in this window') : l10n.t('the agent “{0}”', quotableName(requester.name));
		case 'api':
			return l10n.t('another extension');
	}
}

function sessionTitle({ kind }: KeyRequester): string {
	return kind === 'commandLine' ? l10n.t('Allow for This Terminal') : l10n.t('Allow in This Window');
}

function destinationText({ requester, form }: KeyRequest): string {
	switch (requester.kind) {
		case 'command':
			return commandDestinationText(requester.destination);
		case 'debugSession':
			return l10n.t("The program that's debugged, and all programs that it starts, will be able to read the key.");
		case 'task':
			return l10n.t('The programs of the task will be able to read the key.');
		case 'commandLine':
			return form === 'secret' ? l10n.t('The program will get the secret of the key.') : l10n.t('The program will get the key.');
		case 'requestFile':
		case 'mcpServer':
		case 'test':
		case 'agent':
			return l10n.t('The key will be sent with a request.');
		case 'window':
			return l10n.t(
				'It can read the key and send it anywhere. If it is an input of “mcp.json”, VS Code stores the key on disk in plain text.',
			);
		case 'authentication':
			return l10n.t('The extension that signs in can read the key and send it anywhere, until you sign out of the account.');
		case 'api':
			return l10n.t('It can read the key and send it anywhere.');
	}
}

function commandDestinationText(destination: KeyDestination): string {
	switch (destination) {
		case 'clipboard':
			return l10n.t('The key will be copied to the clipboard.');
		case 'terminal':
			return l10n.t('Programs in a new terminal will be able to read the key.');
		case 'file':
			return l10n.t('The key will be inserted into a file in plain text.');
		case 'request':
			return l10n.t('The key will be sent with a request.');
	}
}

function reasonTexts({ requester, consent }: KeyRequest): readonly string[] {
	if (consent === 'askEachTime' && requester.kind === 'commandLine') {
		return [l10n.t('Agents are asked about each time.')];
	}
	if (requester.kind === 'command') {
		return [
			l10n.t(
				"Tasks, keyboard shortcuts, and other extensions can run this command just as you can. If you didn't run it, select Deny. If you allow it for this window, you aren't asked again until the token changes.",
			),
		];
	}
	return [l10n.t("If you didn't expect this, select Deny. You can revoke what you allow with “Manage Key Access”.")];
}

/** Says that a requester is denied without a question, after the user has denied it several times. */
export function silencedText(requester: KeyRequester): string {
	return l10n.t(
		"You denied an API key to {0} several times. For the next minute, it's denied without a question.",
		requesterText(requester),
	);
}
