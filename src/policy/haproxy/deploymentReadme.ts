import type { Deployment } from '../deployment';
import { REPAIRED_KINDS, STRICTER_KINDS } from '../stricterKinds';

/** Where the systemd unit expects the exported folder. */
export const INSTALLATION_FOLDER = '/var/lib/connect-gateway';
export const UNIT_FILE = 'connect-gateway.service';
/** Where the systemd unit expects the environment. */
export const ENVIRONMENT_FILE = '/etc/connect-gateway.env';

/** Creates the README.md of an exported folder. */
export function createDeploymentReadme({ bind, certificate, instances, upstream }: Deployment): string {
	const names = instances.map(({ name }) => `\`${name}\``).join(', ');
	const [{ name: firstInstance }] = instances as [Deployment['instances'][0]];
	const scheme = certificate === null ? 'http' : 'https';
	return `# Connect gateway on HAProxy

Connect Tokens exported this folder from VS Code. HAProxy 2.6 or later enforces the same tokens, modules, and limits with it as the gateway in the
editor, in front of \`${upstream}\`. The folder contains SHA-256 hashes of keys, but no key.

## Start it

\`\`\`bash
read -rs CONNECT_UPSTREAM_AUTHORIZATION && export CONNECT_UPSTREAM_AUTHORIZATION
haproxy -f haproxy.cfg
\`\`\`

Run both in this folder. The first command waits for the \`Authorization\` header that the API gets in place of the caller's, such as
\`ApiKey SU-…:…\` of an account, and doesn't show it. HAProxy then listens on \`${scheme}://${bind}\` until you press Ctrl+C. The environment variable
\`CONNECT_BIND\` overrides the address.
${
	certificate === null
		? '\nWithout a certificate, API keys are sent in plain text, so let only this machine or another proxy with TLS connect to it.\n'
		: '\nTLS uses the certificate and private key in the PEM file that was named when exporting. HAProxy reads it when it starts or reloads.\n'
}
With Docker Compose, run \`CONNECT_USER=$(id -u):$(id -g) docker compose up -d\` instead of the second command.

With systemd, create \`${ENVIRONMENT_FILE}\` with the line \`CONNECT_UPSTREAM_AUTHORIZATION="ApiKey SU-…:…"\` so that only root can read it, and run:

\`\`\`sh
sudo cp -r . ${INSTALLATION_FOLDER}
sudo chown -R haproxy:haproxy ${INSTALLATION_FOLDER}
sudo systemctl enable --now ${INSTALLATION_FOLDER}/${UNIT_FILE}
\`\`\`

## Instances

${
	instances.length === 1
		? `There's one instance, ${names}. To share limits between several, export the policy again and name all of them.`
		: `The instances are ${names}. \`CONNECT_INSTANCE\` is the name of the one to start; without it, it's \`${firstInstance}\`. They share what they have
counted, so limits hold for all of them together. Sharing takes milliseconds, in which each can allow what the others have just allowed, too. If
they can't reach each other, each allows the whole limit. An instance denies tokens with limits for 6 seconds after it was started (503), because it
has to learn what the others have counted.

Instances don't encrypt or authenticate what they share, which is token IDs and counts. Let only them reach these addresses:

${instances.map(({ name, address }) => `- \`${name}\`: \`${address ?? ''}\``).join('\n')}`
}

## Change the policy

Change tokens in VS Code, and run **Push Gateway Policy** or \`connect-tokens policy push\`. It writes the files in this folder and changes the
running instances through their sockets (\`haproxy-NAME.sock\`), without a restart. A request sees either the old or the new policy. Disabled,
rotated, and deleted tokens are denied first. If \`haproxy.cfg\` changed, restart the instances one after another.

If an instance runs on another machine, forward its socket to this folder while you push or pull, as a user there who can open the socket. Then
copy the files to that machine, so that a restart doesn't restore the previous policy:

\`\`\`sh
ssh -N -L "$PWD/haproxy-NAME.sock:${INSTALLATION_FOLDER}/haproxy-NAME.sock" HOST
\`\`\`

## Counts

**Pull Gateway Counts** or \`connect-tokens policy pull\` adds what all instances have counted to the workspace's statistics.

- Each instance has a copy of what the others have counted. One that restarts gets the counts back from another one. What it counted in its last
  milliseconds before it was killed, and in its first second, can be missing.
- If all instances stop, or the only one does, counts that weren't pulled are lost, and rates start at 0.
- Counts are kept for 24 days, so pull them more often than that.
- A token with a total is denied unless the policy was exported with its remaining requests. Then, it can make that many requests here, in
  addition to those that the gateway in the editor allows. If all instances stop, it can make that many again.

## What differs from the gateway

Except for the requests below that it repairs, HAProxy never allows what the gateway denies. \`differences.txt\` lists what differs for single tokens, such
as requests that require approval. HAProxy denies these requests of all tokens, with the status in parentheses:

${formatList(STRICTER_KINDS)}

HAProxy repairs these requests before it decides about them. The gateway denies them:

${formatList(REPAIRED_KINDS)}

Besides:

- Requests in progress aren't ended when their token is disabled.
- Responses have no \`RateLimit\` fields. Those with the status 429 have \`Retry-After\`.
- If a request can't be parsed (400, 422), the body of the response is HTML.

## Files

| File | Contents |
|---|---|
| \`haproxy.cfg\` | Configuration. It contains no tokens, and seldom changes unless you enter something else when you export. |
| \`tokens.map\` | Token IDs with the hashes of their keys and what they refer to in the other maps |
| \`modules.map\`, \`permissions.map\`, \`limits.map\`, \`names.map\`, \`policy.map\` | Paths of modules, who can access them, limits, names for messages, and the version of the policy |
| \`error-….http\` | Responses of HAProxy when the upstream or a client doesn't respond |
| \`differences.txt\` | What differs from the gateway for single tokens |
| \`compose.yaml\`, \`${UNIT_FILE}\` | For Docker Compose and systemd |
| \`policy.json\`, \`deployment.json\` | What the other files were created from. \`connect-tokens gateway\` needs only \`policy.json\`. |
`;
}

function formatList(texts: Readonly<Record<string, string>>): string {
	return Object.values(texts)
		.map((text) => `- ${text}`)
		.join('\n');
}
