import { TestAccounts } from '../../../support/connect/testAccounts';
import { usePlatform } from '../../../support/connect/usePlatform';
import { testTokenSource, type SourceFixture } from '../tokenSourceContract';

const START = new Date('2030-01-01T00:00:00Z');

describe('Connect source', () => {
	let environment: Pick<SourceFixture, 'now' | 'expiringDays'>;
	beforeEach(() => (environment = { now: START, expiringDays: 7 }));
	const getPlatform = usePlatform({ now: () => environment.now });
	const accounts = new TestAccounts();

	testTokenSource(async () => {
		const platform = getPlatform();
		const { extensions, ownToken, reference } = platform.account;
		const [custom, reports] = extensions;
		const cacheFile = await accounts.createCachePath();
		return Object.assign(environment, {
			open: () => accounts.open(platform, { cacheFile, clock: () => environment.now, expiringDays: () => environment.expiringDays }),
			modules: ['MD-0001', 'MD-0023', 'MD-0024'] as const,
			fixedExtension: reports!.id,
			usualExtension: { id: custom!.id, name: custom!.name },
			user: `User of ${reference.name}`,
			createdIds: [ownToken.id],
			knowsIssueDates: false,
		});
	});
});
