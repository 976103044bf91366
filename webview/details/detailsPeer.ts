import type { detailsHostMethods, detailsPageMethods } from '../../src/protocol/detailsMessages';
import type { Peer } from '../../src/protocol/peer';

/** The page's end of the message channel. */
export type DetailsPeer = Peer<typeof detailsPageMethods, typeof detailsHostMethods>;
