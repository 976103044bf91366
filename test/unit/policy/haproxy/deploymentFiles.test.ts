import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Deployment } from '../../../../src/policy/deployment';
import { createDeploymentFiles } from '../../../../src/policy/haproxy/deploymentFiles';
import { STRICTER_KINDS } from '../../../../src/policy/stricterKinds';

const SYSTEMD_ANALYZE = '/usr/bin/systemd-analyze';

const SINGLE: Deployment = {
	version: 1,
	bind: '127.0.0.1:8080',
	upstream: 'https://api.example.com/public/v1',
	certificate: null,
	instances: [{ name: 'one', address: null }],
};
const CLUSTER: Deployment = {
	...SINGLE,
	bind: '*:8443',
	certificate: '/etc/ssl/a "b" $HOME: #1.pem',
	instances: [
		{ name: 'edge-1', address: '10.0.0.1:10000' },
		{ name: 'edge-2', address: '10.0.0.2:10000' },
	],
};

interface ComposeFile {
	readonly services: { readonly gateway: ComposeService };
}

interface ComposeService {
	readonly command: readonly string[];
	readonly volumes: readonly object[];
	readonly working_dir: string;
	readonly environment: Readonly<Record<string, string>>;
}

function readComposeFile(deployment: Deployment): ComposeService {
	return (parse(createDeploymentFiles(deployment).get('compose.yaml') ?? '') as ComposeFile).services.gateway;
}

describe('Files for running an exported policy', () => {
	it('are the same each time', () => {
		assert.deepEqual(createDeploymentFiles(CLUSTER), createDeploymentFiles(structuredClone(CLUSTER)));
		assert.deepEqual([...createDeploymentFiles(SINGLE).keys()].sort(), ['README.md', 'compose.yaml', 'connect-gateway.service']);
	});

	it('start HAProxy with Docker Compose in the folder, with the environment that the configuration requires', () => {
		const { command, volumes, working_dir, environment } = readComposeFile(SINGLE);
		assert.deepEqual(command, ['haproxy', '-f', 'haproxy.cfg']);
		assert.deepEqual(volumes, [{ type: 'bind', source: '.', target: '/policy' }]);
		assert.equal(working_dir, '/policy');
		assert.match(environment.CONNECT_UPSTREAM_AUTHORIZATION ?? '', /^\$\{CONNECT_UPSTREAM_AUTHORIZATION:\?/);
		assert.equal(environment.CONNECT_INSTANCE, '${CONNECT_INSTANCE:-one}');
	});

	it('make the certificate available to the container, whatever its path contains', () => {
		const { volumes } = readComposeFile(CLUSTER);
		const path = '/etc/ssl/a "b" $$HOME: #1.pem';
		assert.deepEqual(volumes[1], { type: 'bind', source: path, target: path, read_only: true });
	});

	it('are valid for systemd', async function () {
		if (!existsSync(SYSTEMD_ANALYZE) || !existsSync('/usr/sbin/haproxy')) {
			this.skip();
		}
		const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-unit-'));
		try {
			const path = join(folder, 'connect-gateway.service');
			await writeFile(path, createDeploymentFiles(SINGLE).get('connect-gateway.service') ?? '');
			const { status, stdout, stderr } = spawnSync(SYSTEMD_ANALYZE, ['verify', '--man=no', path], { encoding: 'utf8' });
			assert.deepEqual({ status, output: stdout + stderr }, { status: 0, output: '' });
		} finally {
			await rm(folder, { recursive: true });
		}
	});

	it('explain how to start, where HAProxy is stricter, and which addresses instances use', () => {
		const readme = createDeploymentFiles(CLUSTER).get('README.md') ?? '';
		const [, commands = ''] = /```bash\n([^`]*)```/.exec(readme) ?? [];
		assert.equal(commands.trim().split('\n').length, 2);
		assert.match(commands, /^haproxy -f haproxy\.cfg$/m);
		assert.ok(Object.values(STRICTER_KINDS).every((text) => readme.includes(`- ${text}\n`)));
		assert.match(readme, /`https:\/\/\*:8443`/);
		assert.match(readme, /- `edge-2`: `10\.0\.0\.2:10000`/);
		assert.doesNotMatch(readme, /undefined|\[object/);
	});

	it('warn about plain text without a certificate', () => {
		assert.match(createDeploymentFiles(SINGLE).get('README.md') ?? '', /Without a certificate, API keys are sent in plain text/);
		assert.doesNotMatch(createDeploymentFiles(CLUSTER).get('README.md') ?? '', /Without a certificate/);
	});
});
