import type { Token } from '../../src/domain/token';
import type { DetailsSnapshot } from '../../src/protocol/detailsMessages';
import type { DetailsModel } from './useDetails';

/** Props of the sections that are shown while the token exists. */
export interface DetailsSectionProps {
	readonly details: DetailsModel;
	readonly snapshot: DetailsSnapshot;
	readonly token: Token;
}
