import * as l10n from '@vscode/l10n';
import type { Allowance, TokenAllowance } from '../domain/allowedHosts';
import { formatOrigin, isConfidential } from '../domain/origins';
import type { TokenSource } from '../domain/ports';
import type { Problem } from '../domain/problems';
import type { Token } from '../domain/token';
import type { Recipient, UseCheck } from '../domain/tokenRecipients';
import type { SourceToken } from '../domain/tokenSources';
import { worstVerdict, type HostVerdict } from '../domain/tokenHosts';
import type { DetailsSnapshot } from '../protocol/detailsMessages';
import type { ConfirmationText } from './lifecycleTexts';
import { escapeLabel, localizeProblem } from './localization';

type NamedToken = Pick<Token, 'name' | 'lease'>;

export function foreignHostText({ name }: NamedToken, host: string): string {
	return l10n.t('Would send the API key of “{0}” to {1}.', escapeLabel(name), escapeLabel(host));
}

export function unknownHostText({ name }: NamedToken): string {
	return l10n.t("Can't determine where the API key of “{0}” would be sent.", escapeLabel(name));
}

/**
 * Says that a request would be denied because the token isn't valid where the request is sent, and what to do.
 * @param recipient what the request is sent to, at `host`
 */
export function wrongRecipientProblem({ source: { remote }, token: { name } }: SourceToken, recipient: Recipient, host: string): Problem {
	if (!remote) {
		return {
			field: null,
			template:
				'Only the local gateway accepts this token (“{0}”), so {1} would deny the request. Send it through the gateway, or use an account token.',
			args: [name, host],
		};
	}
	const { name: account } = remote.account;
	return recipient === 'gateway'
		? {
				field: null,
				template:
					'Only the account {0} accepts this token (“{1}”), so the gateway would deny the request. Send it to the account, or use a workspace token.',
				args: [account, name],
			}
		: {
				field: null,
				template:
					'Only the account {0} accepts this token (“{1}”), so {2} would deny the request. Send it to the account, or use another account token.',
				args: [account, name, host],
			};
}

/** Why a client that sends a request won't get the token's key; undefined if the verdict allows it. */
export function withheldKeyProblem({ name, lease }: NamedToken, verdict: HostVerdict): Problem | undefined {
	switch (verdict.kind) {
		case 'allowed':
			return undefined;
		case 'gatewayStopped':
			return {
				field: null,
				template:
					"The API key isn't sent to {0} because the gateway isn't listening there, but another program might be. Start the gateway, or use its current address.",
				args: [verdict.host],
			};
		case 'foreign':
			if (lease) {
				return {
					field: null,
					template:
						"The API key isn't sent to {0} because the lease “{1}” is valid only at the gateway. Send the request through the gateway, or use another token.",
					args: [verdict.host, name],
				};
			}
			return {
				field: null,
				template:
					"The API key isn't sent to {0} because this host isn't allowed for “{1}”. If you trust the host, allow it for the token and try again.",
				args: [verdict.host, name],
			};
		case 'unknown':
			if (lease) {
				return {
					field: null,
					template:
						"The API key isn't sent because the request's host can't be determined, and the lease “{0}” is valid only at the gateway.",
					args: [name],
				};
			}
			return {
				field: null,
				template:
					"The API key isn't sent because the request's host can't be determined. If you trust the file, allow it for “{0}” and try again.",
				args: [name],
			};
	}
}

/**
 * Asks whether to insert a key in plain text into requests, with the text of the finding that a reference would get; undefined if they may
 * send the key and their hosts accept it. A host that isn't allowed is worse than one that knows the token's kind but denies it.
 */
export function plainTextConfirmation(sourceToken: SourceToken, checks: readonly UseCheck[]): ConfirmationText | undefined {
	const verdicts = checks.flatMap(({ verdict, wrong }) => (wrong ? [] : [verdict]));
	const [wrong] = checks.flatMap((check) => check.wrong ?? []);
	const message =
		(verdicts.length === 0 ? undefined : disallowedHostText(sourceToken.token, worstVerdict(verdicts))) ??
		(wrong && localizeProblem(wrongRecipientProblem(sourceToken, wrong.recipient, wrong.host)));
	return message === undefined ? undefined : { message, detail: l10n.t('The request would contain the API key in plain text.') };
}

function disallowedHostText(token: NamedToken, verdict: HostVerdict): string | undefined {
	switch (verdict.kind) {
		case 'foreign':
			return foreignHostText(token, verdict.host);
		case 'unknown':
			return unknownHostText(token);
		default:
			return undefined;
	}
}

/** Asks whether to allow something for a token. `file` names the file to allow so that it can't be mistaken for another one. */
export function allowanceConfirmation({ name }: NamedToken, allowance: Allowance, file: string): ConfirmationText {
	if ('file' in allowance) {
		return {
			message: l10n.t('Allow {0} to send the API key of “{1}”?', escapeLabel(file), escapeLabel(name)),
			detail: l10n.t(
				"Its requests can then send the key to any host that can't be determined in advance. Hosts that are known still have to be allowed.",
			),
		};
	}
	const { origin } = allowance;
	return {
		message: l10n.t('Allow the API key of “{0}” to be sent to {1}?', escapeLabel(name), escapeLabel(formatOrigin(origin))),
		detail: isConfidential(origin)
			? l10n.t("Anyone who controls this host can then use the token. You can revoke this on the token's details page.")
			: l10n.t(
					"The connection isn't encrypted, so anyone on the network can read the key. You can revoke this on the token's details page.",
				),
	};
}

/** Says whose keys are exposed to this window's extensions. `tokens` has at least one. */
export function exposedKeysText(tokens: readonly SourceToken[]): string {
	const names = tokens.map(({ token: { name, id } }) => `“${escapeLabel(name)}” (${id})`).join(', ');
	return tokens.length === 1
		? l10n.t(
				"The API key of {0} is exposed to this window's extensions and the programs they start, because a visible request uses it.",
				names,
			)
		: l10n.t(
				"The API keys of {0} are exposed to this window's extensions and the programs they start, because visible requests use them.",
				names,
			);
}

/** What a token's details page shows about where its key may be sent. */
export function listTokenHosts({ remote }: Pick<TokenSource, 'remote'>, { origins, files }: TokenAllowance): DetailsSnapshot['hosts'] {
	return {
		builtIn: remote
			? [formatOrigin(new URL(remote.account.endpoint).origin), l10n.t('The gateway, while it runs')]
			: [l10n.t('This machine (localhost)')],
		added: [
			...origins.map((origin) => ({ allowance: { origin }, label: formatOrigin(origin), isEncrypted: isConfidential(origin) })),
			...files.map((file) => ({ allowance: { file }, label: describeFile(file), isEncrypted: true })),
		],
	};
}

/** The path of a file without its scheme, or its URI if it isn't valid. */
function describeFile(uri: string): string {
	const path = URL.parse(uri)?.pathname ?? uri;
	try {
		return decodeURIComponent(path);
	} catch {
		// It's shown as it's stored.
		return path;
	}
}
