import assert from 'node:assert/strict';
import { EXPIRATION_PRESETS, resolveExpirationDate } from '../../../src/domain/expiration';
import { DEFAULT_EXPIRATION_PRESET, presetLabel, previewExpirationDate, proposeCustomDate } from '../../../src/models/expirationChoices';
import { setLanguage } from '../../../src/models/localization';

describe('Expiration choices', () => {
	afterEach(() => setLanguage('en', undefined));

	it('have a label for every preset, in the language of the user', () => {
		assert.deepEqual(EXPIRATION_PRESETS.map(presetLabel), ['7 days', '30 days', '60 days', '90 days', '180 days', '1 year']);
		setLanguage('es', undefined);
		assert.deepEqual(EXPIRATION_PRESETS.map(presetLabel), ['7 días', '30 días', '60 días', '90 días', '180 días', '1 año']);
		assert.ok(EXPIRATION_PRESETS.includes(DEFAULT_EXPIRATION_PRESET));
	});

	it('preview the date that is stored, also for a year from February 29', () => {
		const now = new Date('2028-02-29T10:00:00.000Z');
		assert.equal(previewExpirationDate({ kind: 'preset', preset: 'year1' }, now), '2029-02-28T10:00:00.000Z');
		for (const preset of EXPIRATION_PRESETS) {
			assert.equal(previewExpirationDate({ kind: 'preset', preset }, now), resolveExpirationDate({ kind: 'preset', preset }, now));
		}
	});

	it('preview nothing for an incomplete date or an unknown preset', () => {
		assert.equal(previewExpirationDate({ kind: 'custom', date: '' }, new Date()), undefined);
		assert.equal(previewExpirationDate({ kind: 'preset', preset: 'days1' }, new Date()), undefined);
		assert.equal(previewExpirationDate({ kind: 'never' }, new Date()), null);
	});

	for (const [choice, end, proposed] of [
		['a preset', '2030-05-30T09:30:59.999Z', '2030-05-30T09:30:00.000Z'],
		['no expiration', null, '2030-03-31T09:30:00.000Z'],
		['an unknown preset', undefined, '2030-03-31T09:30:00.000Z'],
		['the lifetime of a key that has expired', '2030-02-01T00:00:00.000Z', '2030-03-31T09:30:00.000Z'],
		['a date within the current minute', '2030-03-01T09:30:40.000Z', '2030-03-31T09:30:00.000Z'],
	] as const) {
		it(`propose a custom date in the future in place of ${choice}`, () => {
			assert.equal(proposeCustomDate(end, new Date('2030-03-01T09:30:15.000Z')), proposed);
		});
	}
});
