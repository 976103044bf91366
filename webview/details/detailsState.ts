import * as v from 'valibot';
import { tokenEditSchema, replacementActionSchema, replacementExpirationSchema } from '../../src/protocol/detailsMessages';
import { tokenSchema } from '../../src/protocol/messageSchemas';

const tabs = ['general', 'statistics', 'permissions'] as const;
export type TabId = (typeof tabs)[number];

/** What the page keeps while it is hidden. */
export const detailsStateSchema = v.object({
	/** By it the host finds the token again after a reload of the window. */
	tokenId: v.string(),
	sourceId: v.optional(v.string()),
	tab: v.picklist(tabs),
	/** The edit under way; null when there is none. */
	edit: v.nullable(
		v.object({
			/** The token as the user knew it when the edit began, or when they were last told of other changes. */
			seen: tokenSchema,
			/** Only what the user has changed. */
			entered: tokenEditSchema,
		}),
	),
	/** The rotation or renewal under way; null when there is none. */
	replacement: v.nullable(
		v.object({
			action: replacementActionSchema,
			expiration: replacementExpirationSchema,
			/** `updated.at` of the token for which it was begun; it is not meant for any later one. */
			expected: v.string(),
		}),
	),
});
export type DetailsState = v.InferOutput<typeof detailsStateSchema>;
