import assert from 'node:assert/strict';
import { execFile, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { terminateTree, spawnTree } from '../../host/processTree';
import { eventually } from '../eventually';

const PASSWORD = 'a password';

/** Doesn't start services automatically, because one could replace our keyring or show a dialog. */
const BUS = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
	<type>session</type>
	<listen>unix:tmpdir=/tmp</listen>
	<policy context="default">
		<allow send_destination="*" eavesdrop="true"/>
		<allow eavesdrop="true"/>
		<allow own="*"/>
	</policy>
</busconfig>
`;

const LOGIN = '/org/freedesktop/secrets/collection/login';
const LOCKED = ['org.freedesktop.DBus.Properties.Get', 'string:org.freedesktop.Secret.Collection', 'string:Locked'];

const run = promisify(execFile);

/** A separate gnome-keyring in its own D-Bus session, with an unlocked login keyring. */
export class Keyring {
	#daemon: ChildProcess | undefined;

	private constructor(
		private readonly folder: string,
		private readonly bus: ChildProcess,
		/** Environment for processes that use this keyring. */
		readonly env: NodeJS.ProcessEnv,
	) {}

	static async start(): Promise<Keyring> {
		const folder = await mkdtemp(join(tmpdir(), 'connect-tokens-keyring-'));
		const config = join(folder, 'bus.conf');
		await writeFile(config, BUS);
		const bus = spawnTree('dbus-daemon', [`--config-file=${config}`, '--nofork', '--nopidfile', '--print-address'], {
			stdio: ['ignore', 'pipe', 'ignore'],
		});
		const [address] = (await once(createInterface(bus.stdout!), 'line')) as [string];
		const runtime = join(folder, 'run');
		await mkdir(runtime, { mode: 0o700 });
		const keyring = new Keyring(folder, bus, {
			...process.env,
			DBUS_SESSION_BUS_ADDRESS: address,
			XDG_RUNTIME_DIR: runtime,
			XDG_DATA_HOME: join(folder, 'data'),
			// Nobody could respond to a dialog.
			DISPLAY: undefined,
			WAYLAND_DISPLAY: undefined,
		});
		try {
			await keyring.unlock();
			return keyring;
		} catch (error) {
			await keyring.stop();
			throw error;
		}
	}

	async lock(): Promise<void> {
		await this.#send('/org/freedesktop/secrets', 'org.freedesktop.Secret.Service.Lock', `array:objpath:${LOGIN}`);
		assert.equal(await this.isLocked(), true);
	}

	async isLocked(): Promise<boolean> {
		return (await this.#send(LOGIN, ...LOCKED)).includes('boolean true');
	}

	/** Restarts the daemon with the password, because it would otherwise ask for it in a dialog. */
	async unlock(): Promise<void> {
		await this.#terminateDaemon();
		this.#daemon = spawnTree('gnome-keyring-daemon', ['--foreground', '--components=secrets', '--unlock'], {
			env: this.env,
			stdio: ['pipe', 'ignore', 'ignore'],
		});
		this.#daemon.stdin!.end(PASSWORD);
		await eventually(async () => assert.equal(await this.isLocked(), false));
	}

	async stop(): Promise<void> {
		await this.#terminateDaemon();
		await terminateTree(this.bus);
		await rm(this.folder, { recursive: true, force: true });
	}

	async #terminateDaemon(): Promise<void> {
		if (this.#daemon) {
			await terminateTree(this.#daemon);
		}
	}

	/** Sends a message and returns the keyring's reply. */
	async #send(path: string, ...message: readonly string[]): Promise<string> {
		const { stdout } = await run(
			'dbus-send',
			['--session', '--print-reply', '--reply-timeout=5000', '--dest=org.freedesktop.secrets', path, ...message],
			{
				env: this.env,
			},
		);
		return stdout;
	}
}
