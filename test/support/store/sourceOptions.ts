import { randomBytes } from 'node:crypto';
import { BUILT_IN_MODULES } from '../../../src/domain/catalog';
import { silentLog } from '../../../src/domain/log';

/** Options of a source that are the same for most tests. */
export const DEFAULT_OPTIONS = {
	clock: () => new Date(),
	random: randomBytes,
	userName: 'somebody',
	expiringDays: () => 7,
	modules: () => BUILT_IN_MODULES,
	log: silentLog,
};
