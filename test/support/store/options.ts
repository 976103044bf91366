import { randomBytes } from 'node:crypto';
import { modules } from '../../../src/domain/catalogue';

/** Options of a source that are the same for most tests. */
export const usual = {
	clock: () => new Date(),
	random: randomBytes,
	user: 'somebody',
	expiringDays: () => 7,
	modules: () => modules,
};
