import assert from 'node:assert/strict';
import { Emitter } from '../../../src/domain/emitter';
import { GatewayResumption } from '../../../src/models/gatewayResumption';

describe('A gateway that was running when the window was closed', () => {
	let state: Map<string, unknown>;
	let configuredPort: number;

	beforeEach(() => {
		state = new Map();
		configuredPort = 7357;
	});

	/** Opens a window in which the gateway isn't running yet. */
	function openWindow() {
		const changed = new Emitter();
		const gateway = { url: undefined as string | undefined, onDidChange: (listener: () => void) => changed.on(listener) };
		const resumption = new GatewayResumption({
			state: { get: (name) => state.get(name), update: (name, value) => Promise.resolve(void state.set(name, value)) },
			gateway,
			readConfiguredPort: () => configuredPort,
		});
		const setUrl = (url: string | undefined) => {
			gateway.url = url;
			changed.fire();
		};
		return { resumption, setUrl };
	}

	it('is resumed on the same port', () => {
		const first = openWindow();
		assert.equal(first.resumption.port, undefined);
		first.setUrl('http://127.0.0.1:7359/public/v1');
		first.resumption.dispose();
		// Closing the window stops the gateway.
		first.setUrl(undefined);
		assert.equal(openWindow().resumption.port, 7359);
	});

	it('isn’t resumed if it was stopped or failed before', () => {
		const { setUrl } = openWindow();
		setUrl('http://127.0.0.1:7357');
		setUrl(undefined);
		assert.equal(openWindow().resumption.port, undefined);
	});

	it('is resumed on the configured port if that was changed', () => {
		openWindow().setUrl('http://127.0.0.1:7359');
		configuredPort = 9000;
		assert.equal(openWindow().resumption.port, 9000);
	});

	it('is resumed on the same port if the settings of the remote machine haven’t been read yet', () => {
		configuredPort = 9000;
		openWindow().setUrl('http://127.0.0.1:9000');
		configuredPort = 7357;
		assert.equal(openWindow().resumption.port, 9000);
	});

	it('is resumed on the same port again and again, although the settings of the remote machine are always read too late', () => {
		configuredPort = 0;
		openWindow().setUrl('http://127.0.0.1:51234');
		for (let reload = 0; reload < 3; reload++) {
			configuredPort = 7357;
			const { resumption, setUrl } = openWindow();
			assert.equal(resumption.port, 51234);
			setUrl('http://127.0.0.1:51234');
			configuredPort = 0;
			assert.equal(openWindow().resumption.port, 51234, 'if the settings have been read in time');
		}
	});

	it('isn’t resumed if the record is damaged', () => {
		for (const damaged of [true, 7357, 'x', {}, { port: '7357', configuredPort: 7357 }, null]) {
			state.set('connectTokens.gateway.running', damaged);
			assert.equal(openWindow().resumption.port, undefined, JSON.stringify(damaged));
		}
	});
});
