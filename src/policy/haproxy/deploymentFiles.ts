import type { Deployment } from '../deployment';
import { createDeploymentReadme, ENVIRONMENT_FILE, INSTALLATION_FOLDER, UNIT_FILE } from './deploymentReadme';

/** The version that the exported configuration is tested with. */
const IMAGE = 'haproxy:2.6-alpine';
/** Creates the files for running an exported policy: one for Docker Compose, one for systemd, and a README. */
export function createDeploymentFiles(deployment: Deployment): ReadonlyMap<string, string> {
	return new Map([
		['compose.yaml', createComposeFile(deployment)],
		[UNIT_FILE, createSystemdUnit(deployment)],
		['README.md', createDeploymentReadme(deployment)],
	]);
}

/** Strings are in JSON, which YAML includes. Compose replaces variables in them. */
function createComposeFile({ certificate, instances }: Deployment): string {
	const [{ name: firstInstance }] = instances as [Deployment['instances'][0]];
	const quote = (text: string) => JSON.stringify(text.replaceAll('$', '$$$$'));
	const certificateLines =
		certificate?.startsWith('/') === true
			? ['      - type: bind', `        source: ${quote(certificate)}`, `        target: ${quote(certificate)}`, '        read_only: true']
			: [];
	return toText(
		'# An instance of HAProxy with the exported policy: see README.md.',
		'services:',
		'  gateway:',
		`    image: ${IMAGE}`,
		'    command: ["haproxy", "-f", "haproxy.cfg"]',
		'    working_dir: /policy',
		'    # It reads the policy and creates its socket as the owner of this folder.',
		'    user: "${CONNECT_USER:?Set it to the user and group that own this folder, such as 1000:1000}"',
		'    environment:',
		'      CONNECT_UPSTREAM_AUTHORIZATION: "${CONNECT_UPSTREAM_AUTHORIZATION:?Set it to the Authorization header for the API}"',
		`      CONNECT_INSTANCE: "\${CONNECT_INSTANCE:-${firstInstance}}"`,
		'    # The addresses in the configuration are those of this machine.',
		'    network_mode: host',
		'    volumes:',
		'      - type: bind',
		'        source: .',
		'        target: /policy',
		...certificateLines,
		'    read_only: true',
		'    cap_drop: [ALL]',
		'    security_opt: ["no-new-privileges:true"]',
		'    restart: unless-stopped',
	);
}

function createSystemdUnit({ instances }: Deployment): string {
	const [{ name: firstInstance }] = instances as [Deployment['instances'][0]];
	return toText(
		'# An instance of HAProxy with the exported policy: see README.md.',
		'[Unit]',
		'Description=CloudBlue Connect gateway (HAProxy)',
		'After=network-online.target',
		'Wants=network-online.target',
		'',
		'[Service]',
		'Type=notify',
		'User=haproxy',
		'Group=haproxy',
		`WorkingDirectory=${INSTALLATION_FOLDER}`,
		`Environment=CONNECT_INSTANCE=${firstInstance}`,
		'# CONNECT_UPSTREAM_AUTHORIZATION, and CONNECT_INSTANCE if it is another one',
		`EnvironmentFile=${ENVIRONMENT_FILE}`,
		'ExecStartPre=/usr/sbin/haproxy -c -q -f haproxy.cfg',
		'ExecStart=/usr/sbin/haproxy -Ws -f haproxy.cfg',
		'ExecReload=/usr/sbin/haproxy -c -q -f haproxy.cfg',
		'ExecReload=/bin/kill -USR2 $MAINPID',
		'KillMode=mixed',
		'SuccessExitStatus=143',
		'Restart=always',
		'UMask=0077',
		'AmbientCapabilities=CAP_NET_BIND_SERVICE',
		'CapabilityBoundingSet=CAP_NET_BIND_SERVICE',
		'NoNewPrivileges=true',
		'PrivateDevices=true',
		'PrivateTmp=true',
		'ProtectHome=true',
		'ProtectSystem=strict',
		`ReadWritePaths=${INSTALLATION_FOLDER}`,
		'',
		'[Install]',
		'WantedBy=multi-user.target',
	);
}

function toText(...lines: readonly string[]): string {
	return `${lines.join('\n')}\n`;
}
