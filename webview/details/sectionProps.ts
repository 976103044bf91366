import type { Token } from '../../src/domain/token';
import type { detailsHostMethods, detailsPageMethods, DetailsSnapshot } from '../../src/protocol/detailsMessages';
import type { Peer } from '../../src/protocol/peer';
import type { DetailsModel } from './useDetails';

export type DetailsPeer = Peer<typeof detailsPageMethods, typeof detailsHostMethods>;

/** Props of the sections that are shown while the token exists. */
export interface DetailsSectionProps {
	readonly details: DetailsModel;
	readonly snapshot: DetailsSnapshot;
	readonly token: Token;
}
