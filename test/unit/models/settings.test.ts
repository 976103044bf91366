import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT_IN_MODULES } from '../../../src/domain/catalog';
import { createSettingsReader, invalidSettingText } from '../../../src/models/settings';
import { repositoryRoot } from '../../host/paths';

type SettingsReader = ReturnType<typeof createSettingsReader>;

const ignore = () => undefined;
const readWith = (values: Record<string, unknown>) => createSettingsReader({ get: (name) => values[name] }, ignore);

/** By setting: how to read it, and some valid and invalid values. */
const settings: Record<string, { read: (reader: SettingsReader) => unknown; valid: readonly unknown[]; invalid: readonly unknown[] }> = {
	expiringDays: { read: (reader) => reader.readExpiringDays(), valid: [0, 0.5, 365], invalid: [-1, 366, '7', null] },
	expiryReminders: { read: (reader) => reader.areExpiryRemindersEnabled(), valid: [true, false], invalid: ['no', 0, null] },
	clipboardSeconds: { read: (reader) => reader.readClipboardSeconds(), valid: [0, 3600], invalid: [-1, 3601, Number.NaN, 'x'] },
	vault: { read: (reader) => reader.readVaultName(), valid: ['editor', 'keychain'], invalid: [] },
	'gateway.port': { read: (reader) => reader.readGatewayPort(), valid: [0, 65_535], invalid: [-1, 65_536, 80.5, '80'] },
	'gateway.allowedHosts': {
		read: (reader) => reader.readGatewayAllowedHosts(),
		valid: [[], ['host.docker.internal:7357', 'localhost', '[::1]:1']],
		invalid: ['localhost', ['*'], ['http://localhost'], ['a/b'], [1]],
	},
	'gateway.allowedOrigins': {
		read: (reader) => reader.readGatewayAllowedOrigins(),
		valid: [[], ['http://localhost:3000', 'https://app.example']],
		invalid: [['*'], ['null'], ['localhost:3000'], ['http://localhost:3000/'], ['file://'], 'http://localhost:3000'],
	},
	'gateway.autoStart': { read: (reader) => reader.isGatewayAutoStartEnabled(), valid: [true, false], invalid: ['true', 1] },
	'mcp.servers': {
		read: (reader) => reader.readMcpServers(),
		valid: [[], [{ label: 'Usage', url: 'https://api.example/mcp', token: 'SU-000-000-000' }]],
		invalid: [{}, [{ label: 'Usage' }], [{ label: 'Usage', url: 'ftp://api.example' }], [{ label: '', url: 'https://api.example' }]],
	},
	'http.authorizationFormat': {
		read: (reader) => reader.readAuthorizationFormat(),
		valid: ['auto', 'reference', 'plainText'],
		invalid: ['secret', true],
	},
};

describe('Settings', () => {
	const manifest = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8')) as {
		contributes: { configuration: Configuration | Configuration[] };
	};
	interface Configuration {
		properties: Record<string, { default: unknown }>;
	}
	const defaults = Object.assign({}, ...[manifest.contributes.configuration].flat().map(({ properties }) => properties)) as Record<
		string,
		{ default: unknown }
	>;

	for (const [name, { read, valid, invalid }] of Object.entries(settings)) {
		const defaultValue = defaults[`connectTokens.${name}`]?.default;

		it(`${name} has the manifest's default if it isn't set or isn't valid`, () => {
			assert.notEqual(defaultValue, undefined);
			for (const value of [undefined, ...invalid]) {
				assert.deepEqual(read(readWith({ [name]: value })), defaultValue, String(value));
			}
		});

		it(`${name} can have any valid value`, () => {
			for (const value of valid) {
				assert.deepEqual(read(readWith({ [name]: value })), value);
			}
		});
	}

	it('http.exposeKeys has one of three values', () => {
		for (const value of ['whileVisible', 'onSend', 'never']) {
			assert.equal(readWith({ 'http.exposeKeys': value }).readExposeKeys(), value);
		}
		assert.equal(readWith({}).readExposeKeys(), 'whileVisible');
	});

	for (const invalid of [false, 'onsend', 'whileVisible ', {}, 0, null]) {
		it(`http.exposeKeys exposes nothing if its value is ${JSON.stringify(invalid)}`, () => {
			assert.equal(readWith({ 'http.exposeKeys': invalid }).readExposeKeys(), 'never');
		});
	}

	it('vault moves no keys if it isn’t valid', () => {
		assert.equal(readWith({ vault: 'disk' }).readVaultName(), undefined);
	});

	it('are reported once if they aren’t valid, and again after they were valid', () => {
		const values: Record<string, unknown> = { 'http.exposeKeys': 'off', clipboardSeconds: -1, vault: 'disk' };
		const reported: (readonly [string, unknown])[] = [];
		const reader = createSettingsReader({ get: (name) => values[name] }, (...report) => reported.push(report));
		const readAll = () => [reader.readExposeKeys(), reader.readClipboardSeconds(), reader.readVaultName()];
		readAll();
		readAll();
		const expected = [
			['http.exposeKeys', 'never'],
			['clipboardSeconds', 60],
			['vault', undefined],
		];
		assert.deepEqual(reported, expected);
		values['http.exposeKeys'] = 'onSend';
		readAll();
		assert.deepEqual(reported, expected);
		values['http.exposeKeys'] = 'off';
		readAll();
		assert.deepEqual(reported.slice(3), [['http.exposeKeys', 'never']]);
	});

	it('that aren’t valid are named together with what is used', () => {
		assert.match(invalidSettingText('connectTokens.http.exposeKeys', 'never'), /connectTokens\.http\.exposeKeys .* “never” is used/);
		assert.match(invalidSettingText('connectTokens.vault', undefined), /connectTokens\.vault .* no effect/);
	});

	it('gateway.upstream is a URL, or null if it is empty', () => {
		for (const empty of [undefined, null, '', '  ']) {
			assert.equal(readWith({ 'gateway.upstream': empty }).readGatewayUpstream(), null);
		}
		assert.equal(readWith({ 'gateway.upstream': ' https://api.example/v1 ' }).readGatewayUpstream(), 'https://api.example/v1');
	});

	for (const value of [
		'api.example',
		'ftp://api.example',
		'https://me:secret@api.example',
		'https://api.example/?a=b',
		'https://api.example/#a',
		5,
	]) {
		it(`gateway.upstream rejects ${value}`, () => {
			assert.throws(() => readWith({ 'gateway.upstream': value }).readGatewayUpstream(), /gateway\.upstream setting isn't valid/);
		});
	}

	it('modules adds custom modules to the built-in ones', () => {
		for (const modules of [readWith({}).readModules(), readWith({ modules: {} }).readModulesOrThrow()]) {
			assert.deepEqual(modules.list, BUILT_IN_MODULES);
		}
		const { list, paths } = readWith({ modules: { Orders: ['/orders'] } }).readModules();
		assert.deepEqual(list.at(-1), { id: 'Orders', name: 'Orders' });
		assert.deepEqual(paths.Orders, ['/orders']);
	});

	it('modules is ignored or rejected if it is not valid', () => {
		const reader = readWith({ modules: { Orders: 'orders' } });
		assert.deepEqual(reader.readModules().list, BUILT_IN_MODULES);
		assert.throws(() => reader.readModulesOrThrow(), /connectTokens\.modules setting isn't valid/);
	});
});
