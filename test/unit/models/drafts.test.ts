import assert from 'node:assert/strict';
import * as v from 'valibot';
import { createLog } from '../../../src/domain/log';
import { problem } from '../../../src/domain/problems';
import { Drafts } from '../../../src/models/drafts';
import { MemoryDraftStorage } from '../../support/exampleDrafts';

const NOW = new Date('2030-01-01T12:00:00.000Z');
const SECRET = '0123456789abcdef'.repeat(3).slice(0, 40);
const schema = v.object({ name: v.string() });

describe('Drafts', () => {
	function open(storage = new MemoryDraftStorage()) {
		const logged: string[] = [];
		let now = NOW;
		const drafts = new Drafts(
			storage,
			() => now,
			createLog((level, line) => logged.push(`${level} ${line}`)),
		);
		return { storage, drafts, logged, setTime: (time: Date) => (now = time) };
	}

	it('are returned to another window, with the time when they were saved', async () => {
		const { storage, drafts } = open();
		await drafts.write('one', { name: 'Nightly import' });
		await drafts.write('two', { name: 'CRM' });
		assert.deepEqual(await open(storage).drafts.read('one', schema), { savedAt: NOW.toISOString(), content: { name: 'Nightly import' } });
		await drafts.write('one', undefined);
		assert.equal(await open(storage).drafts.read('one', schema), undefined);
		assert.deepEqual((await drafts.read('two', schema))?.content, { name: 'CRM' });
	});

	it('are ignored if they do not match the schema', async () => {
		const { drafts } = open(new MemoryDraftStorage({ one: { savedAt: NOW.toISOString(), content: { name: 7 } } }));
		assert.equal(await drafts.read('one', schema), undefined);
		assert.equal(await drafts.read('constructor', schema), undefined);
	});

	it('never contain a secret, in whatever text it was entered', async () => {
		const { storage, drafts } = open();
		const texts = [SECRET, `ApiKey SU-100-200-300:${SECRET}`, `a ${SECRET.toUpperCase()} b`, SECRET + SECRET, `x${SECRET}`];
		await drafts.write('one', { name: texts[1], nested: { list: texts } });
		assert.doesNotMatch(JSON.stringify(storage.drafts), new RegExp(SECRET, 'i'));
	});

	it('keep identifiers that only resemble a secret', async () => {
		const { drafts } = open();
		const name = 'SU-100-200-300 added 5f2a9b0c1d2e3f4a5b6c7d8e 👩‍💻 550e8400e29b41d4a716446655440000';
		await drafts.write('one', { name });
		assert.equal((await drafts.read('one', schema))?.content.name, name);
	});

	it('are written once for many changes in a row, with the latest input', async () => {
		const { storage, drafts } = open();
		await Promise.all(['N', 'Ni', 'Nig', 'Nigh'].map((name) => drafts.write('one', { name })));
		assert.deepEqual((await drafts.read('one', schema))?.content, { name: 'Nigh' });
		assert.equal(storage.writes, 2);
	});

	it('of another window are replaced by the last change, but not removed', async () => {
		const { storage, drafts } = open();
		const other = open(storage).drafts;
		await drafts.write('one', { name: 'N' });
		await other.write('one', { name: 'Other' });
		await drafts.write('one', undefined);
		assert.deepEqual((await drafts.read('one', schema))?.content, { name: 'Other' });
		await drafts.write('one', undefined);
		assert.equal(await other.read('one', schema), undefined, 'the draft that was offered is discarded');
	});

	it('are left as they are if there is nothing to remove', async () => {
		const { storage, drafts } = open();
		const before = storage.drafts;
		await drafts.write('one', undefined);
		assert.equal(storage.drafts, before);
	});

	it('are read only after the input has been written', async () => {
		const { drafts } = open();
		void drafts.write('one', { name: 'Nightly import' });
		assert.deepEqual((await drafts.read('one', schema))?.content, { name: 'Nightly import' });
	});

	it('are written before the window is closed, even if that fails', async () => {
		const { storage, drafts } = open();
		void drafts.write('one', { name: 'Nightly import' });
		await drafts.settle();
		assert.equal(storage.writes, 1);
		storage.nextError = problem('The disk is full. Free up space and try again.');
		void drafts.write('one', { name: 'N' }).catch(() => undefined);
		await drafts.settle();
		assert.equal(storage.writes, 1);
	});

	it('can be written again after they could not be written', async () => {
		const { storage, drafts, logged } = open();
		storage.nextError = problem('The disk is full. Free up space and try again.');
		await assert.rejects(drafts.write('one', { name: 'N' }), { message: 'The disk is full. Free up space and try again.' });
		assert.match(logged.join(), /^warn Couldn't save a draft: /);
		await drafts.write('one', { name: 'Ni' });
		assert.deepEqual((await drafts.read('one', schema))?.content, { name: 'Ni' });
	});

	it('are limited to the newest', async () => {
		const { storage, drafts, setTime } = open();
		for (let index = 0; index < 60; index++) {
			setTime(new Date(NOW.getTime() + index));
			await drafts.write(`draft ${index}`, { name: 'N' });
		}
		assert.deepEqual(Object.keys(storage.drafts).sort(), Array.from({ length: 50 }, (_, index) => `draft ${index + 10}`).sort());
	});
});
